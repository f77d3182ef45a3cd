"""Whether a re-run agrees with the committed result: the same bytes, the same verdict, the same means."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.support.runner import RESULT, STEADY

#: standard errors that means may differ by
ERRORS = 3.0
#: numbers without an error agree within this share
EXACT = 1e-6


@dataclass(frozen=True)
class Agreement:
    """What differs between two results of one experiment.

    Attributes
    ----------
    bytes_differ : files that are not the same byte for byte.
    verdict : why the verdicts do not agree; empty where they do.
    means : estimates that are further apart than chance allows, in words.
    """

    bytes_differ: tuple[str, ...]
    verdict: str
    means: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether verdict and means agree."""
        return not self.verdict and not self.means

    @property
    def words(self) -> str:
        """All of it in a line."""
        same = "same bytes" if not self.bytes_differ else f"other bytes in {', '.join(self.bytes_differ)}"
        verdict = self.verdict or "verdict agrees"
        means = "; ".join(self.means) or f"means within {ERRORS:g} standard errors"
        return f"{same}; {verdict}; {means}"


def read(folder: Path) -> dict[str, Any] | None:
    """The committed result of a folder, None where there is none."""
    path = folder / RESULT
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def agreement(committed: Path, again: Path) -> Agreement:
    """Compare two folders of results."""
    differ = tuple(name for name in STEADY if not _same(committed / name, again / name))
    old, new = read(committed), read(again)
    assert old is not None, committed
    assert new is not None, again
    return Agreement(differ, verdicts(old, new), means(old, new))


def _same(a: Path, b: Path) -> bool:
    return a.is_file() and b.is_file() and a.read_bytes() == b.read_bytes()


def verdicts(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Why two verdicts do not agree; empty where they do.

    Between two full runs they must be the same. A quick run has few Futures, so that cells may stay open: there no cell may
    speak the other way, and if it has none, the verdict must be the same or "undecided".
    """
    same = (old["verdict"], old["condition"]) == (new["verdict"], new["condition"])
    if same:
        return ""
    told = f"verdict is {new['verdict']!r}, was {old['verdict']!r}"
    if old["quick"] == new["quick"]:
        return told + ("" if old["verdict"] != new["verdict"] else f" under another condition: {new['condition']}")
    before = {one["cell"]["label"]: one["side"] for one in old["cells"]}
    turned = [
        label
        for label, side in ((one["cell"]["label"], one["side"]) for one in new["cells"])
        if {side, before.get(label, "open")} == {"for", "against"}
    ]
    if turned:
        return f"{told}: {'; '.join(turned)} speaks the other way"
    if before or new["verdict"] in ("undecided", old["verdict"]):
        return ""
    return told


def means(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Estimates that are further apart than chance allows.

    Allowed are 3 standard errors of the difference of independent runs, with as much more as Student's law asks for with
    few Futures (the same small chance of a false alarm as 3 for normal values). What hangs on a choice that each run
    searches for itself is held between two full runs only.
    """
    before = {one["name"]: one for one in old["estimates"]}
    apart = old["quick"] != new["quick"]
    searching = apart and any(one.get("searched") for one in new["estimates"])
    found = []
    for one in new["estimates"]:
        if apart and one.get("searched"):
            continue
        other = before.get(one["name"])
        if other is None:
            found.append(f"{one['name']} is new")
            continue
        a, b = one["mean"], other["mean"]
        if a is None or b is None:
            if (a is None) != (b is None) and old["quick"] == new["quick"]:
                found.append(f"{one['name']}: {a} against {b}")
            continue
        if abs(a - b) > allowed(one, other):
            found.append(f"{one['name']}: {a:.6g} against {b:.6g}")
    if searching:  # points of a sweep over searched choices, which a quick run leaves out
        return tuple(found)
    missing = sorted(set(before) - {one["name"] for one in new["estimates"]})
    return (*found, *(f"{name} is missing" for name in missing))


def allowed(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """How far apart two estimates may lie."""
    from scipy.special import ndtr

    from sim.statistics.interval import t_quantile

    exact: float = EXACT * max(abs(one["mean"]), abs(other["mean"]), 1e-9)
    errors = [each["error"] for each in (one, other)]
    if any(error is None for error in errors):
        return math.inf  # too few Futures for an error
    if not any(errors):
        return exact
    freedom = max(min(each["n"] for each in (one, other)) - 1, 1)
    return max(t_quantile(float(ndtr(ERRORS)), freedom) * math.hypot(*errors), exact)
