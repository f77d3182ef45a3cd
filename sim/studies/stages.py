"""The stages of a justification: the ledger and its groups, the check of what it assumes, and its advice put to the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.errors import UsageError, near_miss
from sim.plan import Plan, PlanLine
from sim.scenario import Scenario
from sim.studies.buffers import COSTS, DOUBTFUL, WOULD_PAY, Checked, Group, Justification, rise, rise_without
from sim.studies.montecarlo import chunks, workers_of
from sim.studies.removal import KEPT, Change, Piece, Removal, lived
from sim.studies.sharing import Places, Sharing, batches, colours

Floats = NDArray[np.float64]
#: what a stage of the work is called, with how many replications it has; returns what to call when some are finished
Watch = Callable[[str, int], Callable[[int], None] | None]
#: plans lived through in one piece of work: a few seconds of it
LIVES = 60
NO_PLACES: Places = np.empty(0, dtype=np.intp)
ALL = ("all", "all buffers at once")


@dataclass(frozen=True)
class Pace:
    """How work is spread: worker processes, replications a piece, progress."""

    jobs: int
    chunk: int | None
    watch: Watch | None


@dataclass(frozen=True)
class Study:
    """What every stage needs.

    Attributes
    ----------
    scenario, plan, sharing, seed : under one weather; the plan's lines in the order of `sharing.lines`.
    units : (lines,) units taken away or added on trial.
    pace : how the work is spread.
    """

    scenario: Scenario
    plan: Plan
    sharing: Sharing
    units: Floats
    seed: int
    pace: Pace

    def live(
        self,
        stage: str,
        numbers: Sequence[int],
        changes: Sequence[Change],
        asked: Places = NO_PLACES,
        source: Places = NO_PLACES,
    ) -> Piece:
        """Live these Futures under the plan and its changes."""
        pace, chunk = self.pace, self.pace.chunk
        if chunk is None:
            most = max(1, LIVES // (1 + len(changes)))
            chunk = len(chunks(len(numbers), workers_of(pace.jobs), most)[0])
        errand = Removal(self.scenario, self.plan, self.sharing, tuple(changes), asked, source, self.seed)
        done = None if pace.watch is None else pace.watch(stage, len(numbers))
        return lived(errand, numbers, pace.jobs, chunk, done)


def groupings(
    lines: Sequence[PlanLine],
    scenario: Scenario,
    buffered: NDArray[np.bool_],
    by: Sequence[str] | None = None,
) -> dict[str, dict[str, Places]]:
    """Groups of buffered lines to be removed at once: what makes a group, its name, positions.

    Parameters
    ----------
    lines, scenario, buffered : the plan's lines, whose items they are, which of them hold a buffer.
    by : 'criticality', 'segment', 'supplier'; left out: supplier, and segment where the plan has it, or else criticality.

    Raises
    ------
    UsageError : another word.
    """
    items = {item.item: item for item in scenario.items}
    keys: dict[str, Callable[[PlanLine], str]] = {
        "criticality": lambda line: items[line.item].criticality,
        "segment": lambda line: line.segment or "no segment",
        "supplier": lambda line: line.origin,
    }
    if by is None:
        by = ("segment" if any(line.segment for line in lines) else "criticality", "supplier")
    found: dict[str, dict[str, Places]] = {}
    for word in by:
        if word not in keys:
            raise UsageError(f"groups: {word!r} is not one of {', '.join(keys)}{near_miss(word, keys)}")
        members: dict[str, list[int]] = {}
        for place in np.flatnonzero(buffered).tolist():
            members.setdefault(keys[word](lines[place]), []).append(place)
        found[word] = {name: np.array(places, dtype=np.intp) for name, places in members.items()}
    everything = np.flatnonzero(buffered)
    return {**found, **({ALL[0]: {ALL[1]: everything}} if everything.size else {})}


def first_look(
    study: Study, numbers: Sequence[int], count: int, wanted: dict[str, dict[str, Places]]
) -> dict[str, Any]:
    """The ledger and the groups: fields of a `Justification`.

    Buffers are removed in some runs and trial buffers added in others, so that one does not feed on the other.
    """
    shared, units = study.sharing, study.units
    changes: list[Change] = []
    asked, source = [], []
    alone = np.zeros(units.size, dtype=bool)
    for chosen in (np.flatnonzero(units < 0), np.flatnonzero(units > 0)):
        runs, single = batches(shared, chosen, count)
        alone[chosen] = single
        for places in runs:
            asked.append(places)
            source.append(np.full(places.size, len(changes), dtype=np.intp))
            changes.append(Change.of(places, units))
    ledger = len(changes)
    named: list[tuple[str, str, Places, bool]] = []
    for by, groups in wanted.items():
        for names in colours(shared, groups):
            parts = tuple(groups[name] for name in names)
            places = np.sort(np.concatenate(parts))
            changes.append(Change(places, units[places], parts))
            named += [(by, name, groups[name], len(names) == 1) for name in names]
    places, sources = (np.concatenate([NO_PLACES, *parts]) for parts in (asked, source))
    piece = study.live("ledger", numbers, changes, places, sources)
    values = np.zeros((len(numbers), units.size, len(KEPT)))
    used = np.zeros(values.shape[:2], dtype=bool)
    values[:, places], used[:, places] = piece.lines, piece.used
    values = _oriented(values, units)
    benefits = rise_without(values)
    run_of = [number for number, change in enumerate(changes) for _ in change.groups]
    groups_found = []
    for number, (by, name, members, lonely) in enumerate(named, start=ledger):
        groups_found.append(
            Group(
                by=by,
                name=name,
                places=members,
                own=piece.groups[:, number, 0],
                others=piece.groups[:, number, 1],
                shared=piece.shared[:, run_of[number]] if lonely else None,
                singles=benefits[:, members].sum(axis=1),
            )
        )
    order = list(wanted)
    groups_found.sort(key=lambda group: (order.index(group.by), -float(group.total.mean())))
    return {
        "sharing": shared,
        "units": units,
        "buffered": units < 0,
        "values": values,
        "used": used,
        "alone": alone,
        "groups": tuple(groups_found),
        "shared": piece.shared[:, :ledger],
        "spill": rise(piece.groups[:, :ledger, 1]),
        "leak": float(piece.leak.max(initial=0.0)),
        "base": piece.base,
    }


def _oriented(values: Floats, units: Floats) -> Floats:
    """From planned and changed to with and without the buffer: a removed one was there, a trial one was not."""
    found = values.copy()
    trial = units > 0
    found[:, trial, 0:3], found[:, trial, 3:6] = values[:, trial, 3:6], values[:, trial, 0:3]
    found[:, ~trial, 6:8] = -values[:, ~trial, 6:8]
    return found


def sample(found: Justification, count: int) -> list[tuple[Change, dict[int, str]]]:
    """Lines to be changed by themselves, by run, with how each was chosen.

    The first run holds one line, the one whose buffer changes most (in absolute net benefit) of those that shared a run with
    lines it can touch, or of all where there is none such. Then, for each set of lines that can touch each other: the one
    that changes most, and others by lot. One of each set shares a run: sets cannot touch each other.
    """
    size, units = np.abs(found.net.mean), found.units
    tried = np.flatnonzero(units != 0)
    if not count or not tried.size:
        return []
    mixed = tried[~found.alone[tried]]
    pool = mixed if mixed.size else tried
    first = int(pool[np.argmax(size[pool])])
    runs: list[dict[int, str]] = [{first: "largest effect of all, alone in its run"}]
    for turn in range(count):
        run: dict[int, str] = {}
        for label in np.unique(found.sharing.label[mixed]).tolist():
            members = mixed[(found.sharing.label[mixed] == label) & (mixed != first)]
            members = members[np.argsort(-size[members], kind="stable")]
            if turn == 0 and members.size:
                run[int(members[0])] = "largest effect of its set"
            elif turn < members.size:
                source = generator(found.seed, 0, "justify", "check", str(label))
                drawn = source.permutation(members[1:])
                run[int(drawn[turn - 1])] = "by lot"
        if run:
            runs.append(run)
    made = []
    for run in runs:
        places = np.array(sorted(run), dtype=np.intp)
        parts = tuple(np.array([place], dtype=np.intp) for place in places.tolist())
        made.append((Change(places, units[places], parts), run))
    return made


def checked(study: Study, found: Justification, count: int) -> tuple[tuple[Checked, ...], float]:
    """Change a sample of lines by themselves, on the same Futures; and the largest change where there should be none."""
    runs = sample(found, count)
    if not runs:
        return (), 0.0
    changes = [change for change, _ in runs]
    asked = np.concatenate([change.places for change in changes])
    source = np.concatenate([np.full(change.places.size, n, dtype=np.intp) for n, change in enumerate(changes)])
    piece = study.live("check", found.numbers, changes, asked, source)
    benefits = rise_without(_oriented(piece.lines, study.units[asked]))
    why = [run[place] for _, run in runs for place in sorted(run)]
    rows = [
        Checked(
            place=place,
            why=why[row],
            alone=benefits[:, row],
            together=found.benefits[:, place],
            others=rise(piece.groups[:, row, 1]),
        )
        for row, place in enumerate(asked.tolist())
    ]
    return tuple(rows), float(piece.leak.max())


def followed(study: Study, found: Justification) -> tuple[Group, ...]:
    """Follow the verdicts on as many Futures again, none of which had a part in them: free of the luck of being chosen."""
    drop, doubt, add = found.having(COSTS), found.having(DOUBTFUL), found.having(WOULD_PAY)
    doubt = doubt[found.units[doubt] != 0]
    plans = {
        "drop what does not pay": drop,
        "drop what is doubtful": doubt,
        "add where a buffer would pay": add,
        "drop what does not pay, add where a buffer would pay": np.sort(np.concatenate([drop, add])),
    }
    wanted = {name: places for name, places in plans.items() if places.size}
    if not (drop.size and add.size):
        wanted.pop("drop what does not pay, add where a buffer would pay", None)
    if not wanted:
        return ()
    count = len(found.numbers)
    changes = [Change.of(places, study.units) for places in wanted.values()]
    piece = study.live("advice", range(count, 2 * count), changes)
    return tuple(
        Group("advice", name, places, piece.groups[:, row, 0], piece.groups[:, row, 1], piece.shared[:, row])
        for row, (name, places) in enumerate(wanted.items())
    )
