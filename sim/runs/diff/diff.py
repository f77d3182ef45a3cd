"""Two runs held against each other."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.runs.diff.change import Change, changes
from sim.runs.diff.numbers import Numbers, numbers
from sim.runs.diff.side import Side, side_of


@dataclass(frozen=True)
class Diff:
    """What differs between two runs.

    Attributes
    ----------
    a, b : the runs.
    inputs : files that were read.
    settings : what was asked for.
    scenario : keys of the resolved scenario.
    plans : numbers and words of the lines of the plans.
    versions : of the tool, its libraries, Python, the processor and the code.
    records : whether recorded demand or deliveries differ, which stand in no key of the scenario.
    numbers : what came out.
    not_compared : what could not be held against each other, and why.
    """

    a: Side
    b: Side
    inputs: tuple[Change, ...]
    settings: tuple[Change, ...]
    scenario: tuple[Change, ...]
    plans: tuple[Change, ...]
    versions: tuple[Change, ...]
    records: bool
    numbers: Numbers
    not_compared: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs, in what was compared."""
        told = (self.inputs, self.settings, self.scenario, self.plans, self.versions, self.numbers.files)
        return not (any(told) or self.records or self.numbers.differ)

    @property
    def verdict(self) -> str:
        """One sentence: what differs, and what probably made it differ."""
        from sim.runs.diff.verdict import verdict

        return verdict(self)

    def document(self) -> dict[str, Any]:
        """All of it as plain data; what is not finite is null."""
        found = self.numbers
        return {
            "same": self.same,
            "verdict": self.verdict,
            **{
                name: {"folder": str(side.folder), "verb": side.verb, "remark": side.remark}
                for name, side in (("a", self.a), ("b", self.b))
            },
            **{
                section: [dataclasses.asdict(one) for one in getattr(self, section)]
                for section in ("inputs", "settings", "scenario", "plans", "versions")
            },
            "records_differ": self.records,
            "numbers": {
                "differ": found.differ,
                "replications": {"common": found.common, "a": found.counts[0], "b": found.counts[1]},
                "weathers": list(found.weathers),
                "postures": list(found.postures),
                "measures": [
                    {key: _finite(value) for key, value in dataclasses.asdict(one).items()}
                    | {"rounding": one.rounding, "beyond_noise": one.beyond_noise}
                    for one in found.apart
                ],
                "tables": [
                    {
                        "name": one.name,
                        "rows": list(one.rows),
                        "columns": {name: _finite(value) for name, value in one.columns.items()},
                    }
                    for one in found.tables
                ],
                "files": list(found.files),
            },
            "not_compared": list(self.not_compared),
        }


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def diff(a: str | Path, b: str | Path) -> Diff:
    """Hold two runs against each other, given by their folders or manifests.

    Raises
    ------
    UsageError : one of them is no run, or is damaged.
    """
    one, other = side_of(Path(a)), side_of(Path(b))
    lacking: list[str] = []
    found = {key: _part(one, other, key, lacking) for key in ("resolved_scenario", "plans")}
    inputs: tuple[Change, ...] = ()
    if one.inputs is not None and other.inputs is not None:
        inputs = files_apart(one.inputs, other.inputs)
    else:
        lacking.append(f"inputs: {_who(one, other, lambda side: side.inputs)} no files that were read")
    told = one.verb == other.verb
    asked = changes(one.settings, other.settings)
    if not told:
        lacking.append(f"numbers: {one.verb} and {other.verb} find different things")
    came = numbers(one, other) if told else Numbers(0, (0, 0), (), (), (), (), ())
    if told and one.begun is not None and (one.run is None or other.run is None):
        lacking.append(f"numbers: {_who(one, other, lambda side: side.run)} none that can be read")
    elif told and one.run is not None and not came.compared:
        lacking.append("numbers: no weather, or no posture, is in both")
    return Diff(
        one,
        other,
        inputs,
        tuple(change for change in asked if told or change.only == "both"),
        found["resolved_scenario"],
        found["plans"],
        # what only one of them tells, such as a processor, is no difference
        tuple(change for change in changes(one.versions, other.versions) if change.only == "both"),
        _records(one, other, [*found["resolved_scenario"], *found["plans"]]),
        came,
        tuple(lacking),
    )


def _who(one: Side, other: Side, has: Callable[[Side], Any]) -> str:
    """Which of the runs lacks something, and a verb that tells so."""
    names = [name for name, side in (("A", one), ("B", other)) if has(side) is None]
    return f"{' and '.join(names)} {'have' if len(names) > 1 else 'has'}"


def _part(one: Side, other: Side, key: str, lacking: list[str]) -> tuple[Change, ...]:
    """What differs in a part of the manifests."""
    names = {"resolved_scenario": "scenario"}
    if one.told(key) is None or other.told(key) is None:
        lacking.append(f"{names.get(key, key)}: {_who(one, other, lambda side: side.told(key))} none yet")
        return ()
    return changes(one.told(key), other.told(key))


def _records(one: Side, other: Side, differing: Sequence[Change]) -> bool:
    """Whether hashes of the scenarios differ although nothing that goes into them besides the records does."""
    told = [(side.told("scenario_hash"), side.told("seed"), side.told("version")) for side in (one, other)]
    if differing or None in told[0] or None in told[1]:
        return False
    return told[0] != told[1] and told[0][1:] == told[1][1:]


def files_apart(before: dict[str, str], after: dict[str, str]) -> tuple[Change, ...]:
    """Files that differ; one that lies elsewhere now is matched by its name, and is the same where its content is.

    Parameters
    ----------
    before, after : path -> hash of the content.
    """
    pairs = [(name, name) for name in before if name in after]
    left, right = [name for name in before if name not in after], [name for name in after if name not in before]
    for name in list(left):
        there = [other for other in right if Path(other).name == Path(name).name]
        if len(there) == 1:
            pairs.append((name, there[0]))
            left.remove(name)
            right.remove(there[0])
    made = [
        Change(one, before[one][:12], after[other][:12], column=one)
        for one, other in sorted(pairs)
        if before[one] != after[other]
    ]
    made += [Change(name, before[name][:12], None, "a", name) for name in left]
    made += [Change(name, None, after[name][:12], "b", name) for name in right]
    return tuple(made)
