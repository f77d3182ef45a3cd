"""One sentence on two runs: what differs, and what probably made it differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.errors import listing
from sim.runs.diff.change import Change
from sim.runs.diff.numbers import Apart, Numbers

if TYPE_CHECKING:
    from sim.runs.diff.diff import Diff

#: parts of what was asked for that change no number of a replication
EXTENT = ("replications", "keep", "precision", "postures", "weathers", "scenario", "trust", "command", "verb")
SECTIONS = ("inputs", "settings", "scenario", "plans", "versions")


def verdict(found: Diff) -> str:
    """What differs and why, as far as the folders tell."""
    if found.a.verb != found.b.verb:
        return f"A is a run of {found.a.verb}, B of {found.b.verb}: their numbers cannot be held against each other."
    if found.same:
        lacking = f"; not compared: {'; '.join(found.not_compared)}" if found.not_compared else ""
        compared = _extent(found.numbers, ": the same in all ")
        return f"The two runs do not differ{compared}{lacking}."
    if found.numbers.differ:
        return f"{_numbers(found.numbers)}; {_cause(found)}."
    others = [section for section in SECTIONS if getattr(found, section)]
    others += ["records of demand or deliveries"] if found.records else []
    told = _extent(found.numbers, "The numbers are the same in all ") or "No number was found to differ"
    if others:
        return f"{told}; what differs: {_and(others)} ({_first(found)})."
    return f"{told}; what differs: {_files(found.numbers)}{_altered(found)}."


def _extent(came: Numbers, before: str) -> str:
    """What was held against each other."""
    if not came.compared:
        return ""
    many = "" if came.counts[0] == came.counts[1] else f" (A has {came.counts[0]}, B {came.counts[1]})"
    return f"{before}{came.common} replications in common{many}"


def _files(came: Numbers) -> str:
    if came.counts[0] != came.counts[1]:
        return f"how many replications there are, and so {len(came.files)} files"
    return f"bytes of {listing(came.files, 3)}"


def _altered(found: Diff) -> str:
    """Whose files were changed after they were written."""
    names = [name for name, side in (("A", found.a), ("B", found.b)) if side.altered]
    return f", because files of {_and(names)} were changed after the run" if names else ""


def _first(found: Diff) -> str:
    """The first of the differences, as examples."""
    told = [text(change) for section in SECTIONS for change in getattr(found, section)]
    return "; ".join(told[:3]) + (f"; and {len(told) - 3} more" if len(told) > 3 else "") if told else "by their hash"


def _numbers(came: Numbers) -> str:
    """How far the numbers are apart."""
    if came.tables:
        return f"The numbers differ in {listing([table.name for table in came.tables], 4)}"
    count, beyond = len(came.apart), sum(one.beyond_noise for one in came.apart)
    where = f"in the {came.common} replications in common"
    if all(one.rounding for one in came.apart):
        return f"{_counted(count)} differ {where}, in the last digits only (by at most {came.apart[0].largest:.1g})"
    shown = _shown(came.apart)
    many = "none" if not beyond else "all" if beyond == count > 1 else f"{beyond}"
    noise = (
        f"{many} of them in the mean by more than noise"
        if count > 1 or not beyond
        else "in the mean by more than noise"
    )
    return f"{_counted(count)} differ {where}, {shown.measure} by up to {share(shown.largest)}; {noise}"


def _counted(count: int) -> str:
    return f"{count} measure{'s' if count != 1 else ''}"


def _shown(apart: Sequence[Apart]) -> Apart:
    """The measure to name: total cost where it differs."""
    return next((one for one in apart if one.measure == "total_cost" and not one.rounding), apart[0])


def share(value: float) -> str:
    """A relative difference as people read it."""
    if not math.isfinite(value):
        return "a null"
    return f"{100 * value:.3g} %" if value > 1e-6 else f"{value:.1g}"


def _cause(found: Diff) -> str:
    """What probably made numbers differ."""
    reasons = _reasons(found)
    versions = _and([text(change) for change in found.versions[:4]])
    if reasons:
        also = f"; versions differ too ({versions})" if versions else ""
        return f"probably because of {_and(reasons)}{also}{_altered(found)}"
    if _altered(found):
        return f"probably {_altered(found).removeprefix(', ')}"
    if versions:
        return f"probably because of versions: {versions}"
    return (
        "nothing that is recorded explains it: look for code that was changed without a commit, or for a policy of "
        "your own that draws luck outside the model"
    )


def _reasons(found: Diff) -> list[str]:
    """What decides numbers and differs, from what was asked for to what was read."""
    seed = [change for change in found.settings if change.where == "seed"]
    reasons = [f"the seed ({change.before} and {change.after})" for change in seed]
    keys = [change for change in found.scenario if change.decides]
    lines = [change for change in found.plans if change.decides and "." in change.where]
    ways = _ways(found)
    if keys:
        reasons.append(f"the scenario: {_names(keys)}{ways}")
    elif lines:
        reasons.append(f"the plans: {_names(lines)}{ways}")
    elif found.records:
        reasons.append(f"the records of demand or deliveries{ways}")
    own = [change.where for change in found.inputs if change.where.endswith(".py")]
    if own:
        reasons.append(f"code of your own ({listing(own, 3)})")
    others = [change for change in found.settings if change.where not in (*EXTENT, "seed", "set")]
    reasons += [f"what was asked for ({text(change)})" for change in others]
    if not reasons and found.inputs:
        reasons.append(f"files that were read ({listing([change.where for change in found.inputs], 3)})")
    if not reasons:
        command = [change for change in found.settings if change.where in ("command", "set", "replications")]
        reasons += [f"what was asked for ({text(change)})" for change in command[:1]]
    return reasons


def _ways(found: Diff) -> str:
    """How a difference came in: by overrides or by files."""
    sets = [change for change in found.settings if change.where == "set"]
    files = [change.where for change in found.inputs if not change.where.endswith(".py")]
    told = ["--set"] if sets else []
    told += [listing(files, 3)] if files else []
    return f" (by {_and(told)})" if told else ""


def _names(changed: Sequence[Change]) -> str:
    """Columns or keys that differ, each once, with the values where there is but one."""
    if len(changed) == 1:
        return text(changed[0])
    return listing(list(dict.fromkeys(change.column for change in changed)), 4)


def text(change: Change) -> str:
    """One difference in words."""
    if change.only != "both":
        there = change.before if change.only == "a" else change.after
        return f"{change.where} ({value(there)}) in {change.only.upper()} only"
    return f"{change.where} {value(change.before)} → {value(change.after)}"


def value(one: object, most: int = 60) -> str:
    """A value in one line."""
    if isinstance(one, float):
        told = f"{one:.12g}"
    elif one is None:
        told = "none"
    elif isinstance(one, list):
        told = ", ".join(value(each) for each in one) or "none"
    elif isinstance(one, dict):
        told = ", ".join(f"{key}={value(each)}" for key, each in one.items() if each is not None)
    else:
        told = " ".join(str(one).split())
    return told if len(told) <= most else f"{told[: most - 1]}…"


def _and(words: Sequence[str]) -> str:
    *most, last = words or [""]
    return f"{', '.join(most)} and {last}" if most else last
