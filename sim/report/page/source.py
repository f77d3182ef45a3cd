"""Runs as a report takes them in: a finished comparison, and runs of other verbs beside it; nothing half, old or damaged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np

from sim import __version__
from sim.errors import UsageError
from sim.measures import MEASURES
from sim.overrides import is_plan
from sim.postures.current import NAME as TODAY
from sim.report.style import listed
from sim.runs.manifest import manifest_of, unlike
from sim.runs.recipe import NAME
from sim.runs.run import Run, home_of, read, verb_of
from sim.statistics.looks import nominal
from sim.studies.compare import Comparison

#: verbs beside a comparison that a report knows the order of; others come after
VERBS = ("justify", "stress", "loss", "sensitivity", "frontier", "optimise", "replay", "sweep")
#: studies that draw demand in their own way, which changes the luck and not the law
REDRAWN = ("sensitivity", "sweep")
#: what a line of a plan says and does not do
WORDS = frozenset(
    (
        *("reason", "segment", "target", "formula", "inputs", "warning", "decided", "next_review", "owner", "approver"),
        "changes",
    )
)
#: what a line says in units of a demand that may be drawn anew, and what follows a formula where it was chosen by demand
SIZED = frozenset(("order_up_to", "reorder_point", "order_quantity", "safety_stock", "forecast", "lead_time"))
CHOSEN_BECAUSE = "; chosen because"
#: what a study under one weather chooses of a scenario
CHOSEN = ("name", "headline", "weather", "weathers", "disruptions")


@dataclass(frozen=True)
class Business:
    """What a report needs of a scenario, from the manifest alone."""

    name: str
    title: str
    about: str
    currency: str
    judged_in_sample: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """A plan by its name and notes."""

    posture: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """A finished comparison.

    Attributes
    ----------
    run : as `sim.read` gives it.
    comparison : the same as it was when it was run, without its scenario's physics and its days around incidents.
    business : what the manifest says of the scenario.
    """

    run: Run
    comparison: Comparison
    business: Business

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What was run and what came out."""
        return self.run.manifest

    @property
    def folder(self) -> Path:
        """Of the run."""
        return self.run.folder

    @property
    def headline(self) -> str:
        """The weather that is told first."""
        return self.comparison.weathers[0]


@dataclass(frozen=True)
class Beside:
    """A finished run of another verb.

    Attributes
    ----------
    folder, verb, manifest : of the run.
    other : how its scenario, or else its plans, differ from those of the comparison, in words; "" where they are the same.
    """

    folder: Path
    verb: str
    manifest: Mapping[str, Any] = field(repr=False)
    other: str = ""

    def files(self, ending: str) -> list[Path]:
        """Files of the run with an ending, by name."""
        return [self.folder / name for name in sorted(self.manifest["outputs"]) if name.endswith(ending)]


@dataclass(frozen=True)
class Sources:
    """All that a report is made from."""

    main: Compared
    beside: tuple[Beside, ...]


def sources(folders: Sequence[Path]) -> Sources:
    """Runs from their folders: one comparison, in any place, and others.

    Raises
    ------
    UsageError : a folder is missing, holds half a run, a run of another version or damaged files; there is no comparison,
        or more than one. All folders are looked at first.
    """
    wrong: list[str] = []
    compared: list[Compared] = []
    others: list[Beside] = []
    for folder in dict.fromkeys(folders):
        try:
            home, told = _opened(folder)
            if "recipe" in told:
                compared.append(_compared(home))
            else:
                others.append(_beside(home, told))
        except UsageError as error:
            wrong.append(str(error))
    if len(compared) > 1:
        names = ", ".join(str(one.folder) for one in compared)
        wrong.append(f"{names}: are comparisons, a report is of one; make a report of each")
    if not compared and not wrong:
        wrong.append("no comparison among these runs: name the folder of a `bufferstock compare` too")
    if wrong:
        raise UsageError("\n".join(wrong))
    main = compared[0]
    others = [Beside(one.folder, one.verb, one.manifest, _other(main, one)) for one in others]
    others.sort(key=lambda one: (VERBS.index(one.verb) if one.verb in VERBS else len(VERBS), one.folder.name))
    return Sources(main, tuple(others))


def _opened(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Folder and manifest of a run that can be reported."""
    home = home_of(folder)
    if not (home / "manifest.json").is_file():
        raise UsageError(f"{home}: is half a run ({NAME} without manifest.json); finish it: bufferstock resume {home}")
    told = manifest_of(home / "manifest.json")
    if told.get("version") != __version__:
        raise UsageError(
            f"{home}: was run by bufferstock {told.get('version', '(unknown)')}, this is {__version__}: words and "
            "definitions may differ; run it again, or report it with the version that made it"
        )
    return home, told


def _compared(home: Path) -> Compared:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run = read(home, verify=True)
    if run.unfinished:
        raise UsageError(f"{home}: is half a run: {run.unfinished}")
    told = run.manifest
    try:
        scenario = told["resolved_scenario"]
        business = Business(
            told["scenario"],
            scenario.get("title") or told["scenario"],
            scenario.get("about") or "",
            scenario["currency"],
            tuple(told["in_sample"]),
            tuple(told["notes"]),
        )
        weathers, postures = tuple(told["weathers"]), tuple(told["postures"])
        looked = "all looks" in told["intervals"]
        plans = tuple(Named(name) for name in postures)
        if set(postures) != set(told["plans"]):
            raise KeyError("plans")
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{home / 'manifest.json'}: is damaged: {type(error).__name__}: {error}") from error
    frame = run.replications
    values = np.full((run.count, len(weathers), len(postures), len(MEASURES)), np.nan)
    where = (
        frame["replication"].to_numpy(dtype=int),
        frame["weather"].astype(str).map(weathers.index).to_numpy(dtype=int),
        frame["posture"].astype(str).map(postures.index).to_numpy(dtype=int),
    )
    values[where] = frame[[measure.name for measure in MEASURES]].to_numpy(dtype=float)
    comparison = Comparison(
        cast(Any, business),
        weathers,
        cast(Any, plans),
        int(told["seed"]),
        tuple(range(run.count)),
        values,
        np.zeros((0, 0, 0, 0, 0), dtype=np.float32),
        nominal(run.count) if looked else 0.95,
    )
    return Compared(run, comparison, business)


def _beside(home: Path, told: dict[str, Any]) -> Beside:
    differing = unlike(home, told)
    if differing:
        raise UsageError(f"{home}: is damaged: not what its manifest says: {', '.join(differing[:5])}")
    return Beside(home, verb_of(told), told)


def _other(main: Compared, one: Beside) -> str:
    """How the scenario of a run differs from the comparison's; else which postures of the same name have other plans."""
    if one.manifest.get("scenario") != main.business.name:
        return f"of scenario {one.manifest.get('scenario')!r}, not of {main.business.name!r}"
    here, there = (dict(told.get("resolved_scenario", {})) for told in (main.manifest, one.manifest))
    for each in (here, there):
        for key in (*CHOSEN, *(("draws",) if one.verb in REDRAWN else ())):
            each.pop(key, None)
    if one.verb in REDRAWN and None in (here.get("warm_up"), there.get("warm_up")):
        for each in (here, there):  # left open in one of them, and given there so that variants stay in step
            each.pop("warm_up", None)
    keys = [
        key
        for key in sorted({*here, *there})
        if json.dumps(here.get(key)) != json.dumps(there.get(key)) and key != "name"
    ]
    if keys:
        return f"of the same scenario with other {', '.join(keys[:5])}"
    names = _replanned(main, one)
    return f"of the same scenario with other plans of {listed(names)}" if names else ""


def _draws(told: Mapping[str, Any]) -> Any:
    """How demand is drawn in a run, the history before day 0 included."""
    return dict(told.get("resolved_scenario", {})).get("draws")


def _replanned(main: Compared, one: Beside) -> list[str]:
    """Postures that two runs plan differently, lines in any order; a posture of one of them alone is no difference.

    A study that draws demand in its own way draws the history anew too, so that a posture by rules has other quantities
    there: then its formulas, its file and its overrides have to be the same.
    """
    here, there = main.manifest.get("plans"), one.manifest.get("plans")
    if not isinstance(here, Mapping) or not isinstance(there, Mapping):
        return []
    unlike = [name for name in here if name in there and _lines(here[name]) != _lines(there[name])]
    if one.verb not in REDRAWN or _draws(main.manifest) == _draws(one.manifest):
        return unlike
    return [name for name in unlike if not _same_rules(main, one, name)]


def _same_rules(main: Compared, one: Beside, name: str) -> bool:
    """Whether a posture is made by the same rules in both runs, whatever the history."""
    recipe = main.run.recipe
    asked = str(dict(zip(main.comparison.postures, recipe.postures, strict=True))[name])
    if is_plan(asked) or asked == TODAY:
        return False
    files = [
        {mark for path, mark in dict(told.get("inputs") or {}).items() if Path(path).name == Path(asked).name}
        for told in (main.manifest, one.manifest)
    ]
    argv = [str(word) for word in ((one.manifest.get("volatile") or {}).get("arguments") or {}).get("argv") or []]
    theirs = [value for option, value in pairwise(argv) if option == "--set"]
    theirs += [word.removeprefix("--set=") for word in argv if word.startswith("--set=")]
    settings = [sorted(each for each in some if each.startswith(f"{name}.")) for some in (recipe.settings, theirs)]
    plans = (main.manifest["plans"][name], one.manifest["plans"][name])
    return files[0] == files[1] and settings[0] == settings[1] and _lines(plans[0], True) == _lines(plans[1], True)


def _lines(plan: Any, redrawn: bool = False) -> list[str]:
    """What lines of a plan do, in an order of their own; not who decided it, and why.

    Where a history was drawn anew, by which rules they were made: formulas name factors and days of cover, not quantities.
    """
    left_out = WORDS | SIZED if redrawn else WORDS
    made = []
    for line in plan or ():
        kept = {key: value for key, value in line.items() if key not in left_out}
        if redrawn:
            kept["formula"] = str(line.get("formula")).partition(CHOSEN_BECAUSE)[0]
        made.append(json.dumps(kept, sort_keys=True))
    return sorted(made)
