"""One of two runs that are held against each other: whatever its folder tells."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import UsageError
from sim.runs.gathered import altered
from sim.runs.manifest import manifest_of, unlike
from sim.runs.recipe import NAME, Begun, begun
from sim.runs.run import Run, home_of, opened, verb_of

#: options of the command line that change no number, with how many words follow each
PACE = {
    **dict.fromkeys(("-o", "--out", "-j", "--jobs", "--backend", "--scheduler"), 1),
    **dict.fromkeys(("--force", "--json", "--no-progress", "--no-figures"), 0),
}
#: names of options for parts of a recipe
CALLED = {"settings": "set", "aim": "precision"}


@dataclass(frozen=True)
class Side:
    """A run as its folder tells of it.

    Attributes
    ----------
    folder : of the run.
    verb : that wrote it.
    manifest : as plain data; empty where there is none yet.
    begun : what a comparison was asked to do; None for other verbs.
    run : its replications; None for other verbs, or where none can be read.
    remark : what is lacking or altered, in words; empty where all is as the manifest says.
    altered : files that are not what the manifest says.
    """

    folder: Path
    verb: str
    manifest: Mapping[str, Any] = field(repr=False)
    begun: Begun | None = field(repr=False)
    run: Run | None = field(repr=False)
    remark: str = ""
    altered: tuple[str, ...] = ()

    def told(self, key: str) -> Any:
        """A part of the manifest; None where it has no such part."""
        return self.manifest.get(key)

    @property
    def inputs(self) -> dict[str, str] | None:
        """Files that were read, with their hashes; None where that is not told."""
        found = self.begun.inputs if self.begun else self.manifest.get("inputs")
        return dict(found) if isinstance(found, Mapping) else None

    @property
    def settings(self) -> dict[str, Any]:
        """What was asked for; of other verbs than compare, words of the command."""
        if self.begun:
            told = dataclasses.asdict(self.begun.recipe)
            return {
                CALLED.get(key, key): list(value) if isinstance(value, tuple) else value for key, value in told.items()
            }
        words = [word for word in _lasting(self._argv()) if word not in ("resume", "rerun")]
        found = {"verb": self.verb, "command": words}
        return found | {key: self.manifest[key] for key in ("seed", "replications") if key in self.manifest}

    @property
    def versions(self) -> dict[str, Any]:
        """Of the tool, its libraries, Python and the processor."""
        volatile = self.manifest.get("volatile", {})
        if self.begun:
            found = {"bufferstock": self.begun.version, **self.begun.libraries, "Python": self.begun.python}
            found["processor"] = self.begun.processor
        else:
            found = {
                "bufferstock": self.told("version"),
                **(self.told("libraries") or {}),
                "Python": self.told("python"),
            }
        more = {"commit of the code": volatile.get("commit"), "system": volatile.get("platform")}
        return found | {key: value for key, value in more.items() if value}

    def _argv(self) -> list[str]:
        return [str(word) for word in self.manifest.get("volatile", {}).get("arguments", {}).get("argv") or []]


def side_of(path: Path) -> Side:
    """A run of any verb.

    Raises
    ------
    UsageError : there is none, or what it tells of itself is damaged.
    """
    home = home_of(path)
    manifest = manifest_of(home / "manifest.json") if (home / "manifest.json").is_file() else {}
    then = begun(home) if (home / NAME).is_file() else None
    run, remarks, names = None, [], list[str]()
    if then is not None:
        try:
            run = opened(home)
            remarks += [run.unfinished] if run.unfinished else []
        except UsageError as error:
            remarks.append(str(error).removeprefix(f"{home}: "))
    if manifest and (run is None or not run.unfinished):
        names = unlike(home, dict(manifest))
        remarks += [f"differs from its manifest: {altered(home, names)}"] if names else []
    verb = "compare" if then is not None else verb_of(manifest)
    return Side(home, verb, manifest, then, run, "; ".join(remarks), tuple(names))


def _lasting(words: list[str]) -> list[str]:
    """Words of a command without those that change no number."""
    found, skip = [], 0
    for word in words:
        if skip:
            skip -= 1
        elif word.partition("=")[0] in PACE:
            skip = 0 if "=" in word else PACE[word]
        else:
            found.append(word)
    return found
