"""Plans of a run made anew, line by line, so that each number can be traced, and held against what the run stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import BufferstockError, listing, one_line
from sim.overrides import is_plan, split_settings
from sim.plan import Plan
from sim.report.page.source import Compared
from sim.report.worked import edited, erp_rows

if TYPE_CHECKING:
    from sim.postures.trace import Trace
    from sim.runs.recipe import Recipe
    from sim.scenario import Scenario

Key = tuple[str, str]
#: lines that are named where they do not come out as stored
MOST = 20


@dataclass(frozen=True)
class Retraced:
    """What became of one plan when it was made anew.

    Attributes
    ----------
    posture : its name in the run.
    told : how its lines came out, in a sentence.
    count : its lines.
    calculated : whether they could be made anew at all.
    same : items and warehouses of the lines that came out as they are stored.
    traces : worked calculations, by item and warehouse; none for plan files and `current`.
    origins : where else a line is from, in words.
    """

    posture: str
    told: str
    count: int
    calculated: bool = False
    same: frozenset[Key] = frozenset()
    traces: Mapping[Key, Trace] = field(default_factory=dict, repr=False)
    origins: Mapping[Key, str] = field(default_factory=dict, repr=False)

    @property
    def differs(self) -> bool:
        """Whether a line came out otherwise than it is stored."""
        return self.calculated and len(self.same) < self.count


def retraced(
    source: Compared, scenario: Scenario | None, why: str, recipe: Recipe | None = None, trust: bool = False
) -> dict[str, Retraced]:
    """All plans of a comparison, by posture.

    Parameters
    ----------
    source : the comparison.
    scenario : what it was run on; None where that is not there any more.
    why : the reason then.
    recipe : what it was asked to do, files where they can be found; as it was written down where left out.
    trust : import code of the user's own.
    """
    from sim.runs.recipe import Recipe

    recipe = recipe or Recipe.of(source.manifest["recipe"])
    names = source.comparison.postures
    counts = {name: len(source.manifest["plans"][name]) for name in names}
    if scenario is None:
        return {
            name: Retraced(name, f"Lines of {name} are not calculated again. {why}", counts[name]) for name in names
        }
    _, settings = split_settings(recipe.settings, list(recipe.postures))
    found = {}
    for name, given in zip(names, recipe.postures, strict=True):
        try:
            found[name] = _posture(source, scenario, name, given, settings.get(given, ()), trust)
        except (BufferstockError, OSError) as error:
            reason = one_line(error)
            found[name] = Retraced(name, f"Lines of {name} could not be calculated again: {reason}", counts[name])
    return found


def _posture(
    source: Compared, scenario: Scenario, name: str, given: str, settings: Sequence[str], trust: bool
) -> Retraced:
    from sim.postures import posture
    from sim.postures.current import NAME, current_plan
    from sim.postures.trace import traces

    lines = source.manifest["plans"][name]
    stored = {(line["item"], line["warehouse"]): line for line in lines}
    if is_plan(given):
        from sim.planbook import read

        book = read(given, scenario, trust)
        how = f"read again from {Path(given).name}"
        return _held(name, how, lines, book.plan, {key: edited(line, Path(given).name) for key, line in stored.items()})
    if given == NAME:
        return _held(name, f"made again from {scenario.current}", lines, current_plan(scenario), erp_rows(scenario))
    chosen = posture(given, settings)
    made = traces(chosen, scenario, trust)
    plan = Plan(name, tuple(trace.line for trace in made.values()))
    how = "calculated again, step by step, from scenario and posture"
    if chosen.adapts is not None or chosen.reassess_every is not None:
        how += " (lines of day 0: inside a future this posture moves them)"
    wrong = {
        key: (f"its steps do not add up: {', '.join(trace.misfits)}",) for key, trace in made.items() if trace.misfits
    }
    return _held(name, how, lines, plan, {}, made, wrong)


def _held(
    name: str,
    how: str,
    lines: Sequence[Mapping[str, Any]],
    plan: Plan,
    origins: Mapping[Key, str],
    made: Mapping[Key, Trace] | None = None,
    wrong: Mapping[Key, tuple[str, ...]] | None = None,
) -> Retraced:
    """A plan made anew, held against the stored one."""
    from sim.postures.held import differing

    stored = {(line["item"], line["warehouse"]): line for line in lines}
    named = Counter((line["item"], line["warehouse"]) for line in lines)
    twice = [key for key, times in named.items() if times > 1]
    now = {(line.item, line.warehouse): line for line in plan.lines}
    different: dict[Key, tuple[str, ...]] = {}
    for key, line in stored.items():
        found = differing(now[key], line) if key in now else ("has no line now",)
        if found := (*found, *(wrong or {}).get(key, ())):
            different[key] = found
    different |= {key: ("is not stored",) for key in now if key not in stored}
    different |= {key: (*different.get(key, ()), "is stored more than once") for key in twice}
    count = len({*stored, *now})
    same = frozenset(key for key in stored if key not in different)
    some = f"{len(same):,} of {count:,} line{'' if count == 1 else 's'} of {name}"
    told = f"{some} come{'s' if count == 1 else ''} out the same, {how}."
    if different:
        which = [f"{item} at {site} ({'; '.join(words)})" for (item, site), words in different.items()]
        told = f"{told[:-1]}; NOT the same: {listing(which, MOST)}."
    return Retraced(name, told, count, True, same, made or {}, origins)
