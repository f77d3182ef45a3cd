"""The best buffers under a limit: searched on some futures, confirmed on others that the search never saw."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.plan import Plan
from sim.postures import Posture
from sim.scenario import Scenario
from sim.statistics.interval import Interval, Pair, interval, paired
from sim.studies.compare import plans_of, weathers_of
from sim.studies.frontier.choice import Limit, Rows, Rungs
from sim.studies.frontier.climb import CARRYING, INVENTORY, OTHER, SERVED, STOCKOUT, VALUE, Step, climbed, totals
from sim.studies.frontier.ladder import Ladder, finer, ladder
from sim.studies.frontier.purchase import Purchase, purchases
from sim.studies.frontier.search import Round, Search, Watch
from sim.studies.sharing import lines_of, sharing

Floats = NDArray[np.float64]
NAME = "optimised"
#: fewest futures of a search and of its confirmation
LEAST = 10


@dataclass(frozen=True)
class Optimum:
    """What `optimise` found.

    Attributes
    ----------
    scenario, weather, seed : what was run; the scenario is under that weather.
    limit, price : what had to be kept, and the price on it (money a unit of what is limited; 0 where it costs nothing).
    ladder, rungs : what could be chosen, and what was.
    plan : the plan, every changed line with its reason.
    rivals : the lean plan first, then those it is held against.
    rounds : how the search went.
    searched, fresh : numbers of the replications of the search, and of its confirmation.
    before : (searched, 7) totals of the plan on the futures of the search.
    after : (fresh, 1 + rivals, 7) totals of the plan and of its rivals on fresh futures.
    lines : (fresh, 1 + rivals, lines, 6) what each line did there (`sim.studies.frontier.climb.KEPT`).
    tried : (searched, 2, lines, 6) what each line did on the futures of the search, under the plan and the lean plan.
    chain : (lines,) the same number for lines of an item at warehouses that feed each other.
    touching : most lines that can touch each other.
    """

    scenario: Scenario
    weather: str
    seed: int
    limit: Limit
    price: float
    ladder: Ladder
    rungs: Rungs
    plan: Plan
    rivals: tuple[Plan, ...]
    rounds: tuple[Round, ...]
    searched: tuple[int, ...]
    fresh: tuple[int, ...]
    before: Floats
    after: Floats
    lines: NDArray[np.float32]
    tried: NDArray[np.float32]
    chain: Rungs
    touching: int

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plan and its rivals."""
        return self.plan, *self.rivals

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(plan.posture for plan in self.plans)

    def total(self, name: str, column: int = -1) -> Interval:
        """Mean of a total on fresh futures with its interval."""
        return interval(self.after[:, self.names.index(name), column])

    def fill(self, name: str) -> Interval:
        """Fill rate by sales value on fresh futures: the mean of each future's own."""
        values = self.after[:, self.names.index(name)]
        return interval(values[:, SERVED] / values[:, VALUE], share=True)

    def against(self, name: str, column: int = -1) -> Pair:
        """The plan against a rival on fresh futures, plan - rival."""
        better = "higher" if column == SERVED else "lower"
        return paired(self.after[:, 0, column], self.after[:, self.names.index(name), column], better)

    def fill_against(self, name: str) -> Pair:
        """The same for the fill rate."""
        rates = self.after[..., SERVED] / self.after[..., VALUE]
        return paired(rates[:, 0], rates[:, self.names.index(name)], "higher")

    @property
    def kept(self) -> bool:
        """Whether the limit is kept on fresh futures, by their means."""
        return self.limit.kept(self.after[:, 0])

    @property
    def clear(self) -> bool:
        """Whether that is more than chance: the 95 % interval of what is limited does not hold the limit.

        For a fill rate that of units served less the rate x units asked for, by value; of the worst futures nothing is told.
        """
        values, bound = self.after[:, 0], self.limit.value
        if self.limit.kind == "fill_rate":
            apart = interval(values[:, SERVED] - bound * values[:, VALUE])
        elif self.limit.kind in ("carrying", "cash"):
            apart = interval(values[:, CARRYING if self.limit.kind == "carrying" else INVENTORY] - bound)
        else:
            return self.limit.kind == "none"
        return apart.low > 0 or apart.high < 0

    @property
    def gap(self) -> Interval:
        """Optimism of the search: mean total cost on fresh futures less that on its own, with an interval (Welch 1947)."""
        from scipy.stats import t

        a, b = self.after[:, 0, -1], self.before[:, -1]
        parts = [float(values.var(ddof=1)) / values.size for values in (a, b)]
        error = math.sqrt(sum(parts))
        mean = float(a.mean() - b.mean())
        if error == 0:
            return Interval(mean, mean, mean, a.size)
        freedom = error**4 / sum(
            part**2 / (values.size - 1) for part, values in zip(parts, (a, b), strict=True) if part
        )
        half = float(t.ppf(0.975, freedom)) * error
        return Interval(mean, mean - half, mean + half, a.size)

    @cached_property
    def purchases(self) -> tuple[Purchase, ...]:
        """Buffers that differ from the lean plan's, the largest return first; what is let go comes last."""
        units = self.ladder.units[self.rungs, np.arange(self.rungs.size)]
        return purchases(self.ladder.plan, units, self.chain, self.lines[:, :2], self.tried)


def optimise(
    scenario: Scenario,
    limit: Limit | None = None,
    lean: str | Path | Posture | Plan = "jit",
    rivals: Sequence[str | Path | Posture | Plan] = ("jic", "hybrid"),
    replications: int = 60,
    fresh: int = 100,
    refined: int = 2,
    seed: int = 1,
    jobs: int = 1,
    weather: str | None = None,
    trust: bool = False,
    watch: Watch | None = None,
) -> Optimum:
    """Choose the buffer of each line, item by item and site by site.

    Every line is lived on every rung of its ladder, all lines on the same rung in one run; the choice is made line by line,
    then lived as a whole, mended where lines that share ports, boxes or suppliers break the limit, and improved by trying
    each line one rung up and down. What was found is confirmed on futures that the search never saw.

    Warehouses that feed each other stand on one rung for an item at first, and are tried one by one on every ladder, the
    coarse one first (a pattern search: Hooke and Jeeves 1961, Journal of the ACM 8(2), 212-229): what a feeding warehouse
    lacks costs below it, so that its own cost alone says nothing.

    Parameters
    ----------
    scenario : the business.
    limit : what has to be kept; least total cost when left out.
    lean : the plan that the ladder stands on: a name, file, `Posture` or `Plan`.
    rivals : what the result is held against, in the same ways.
    replications, fresh : futures of the search, and of its confirmation.
    refined : how many times the ladder is made finer about the choice.
    seed : seed of the study.
    jobs : worker processes; -1 for all processors.
    weather : of the scenario; its headline when left out.
    trust : allow policies that are the user's own code.
    watch : told of each stage.

    Raises
    ------
    UsageError : too few futures; no choice keeps the limit.
    ScenarioError, ModelError, PolicyError : see `sim.errors`.
    """
    for name, value in (("replications", replications), ("fresh", fresh)):
        if value < LEAST:
            raise UsageError(f"{name} {value}: {LEAST} or more is needed")
    limit = limit or Limit()
    under = scenario.under(weathers_of(scenario, None if weather is None else [weather])[0])
    told = weather if weather is not None else scenario.weather_names[0]
    plans = plans_of(scenario, [lean, *rivals], trust)
    base = standing(under, plans[0])
    shared = sharing(under, base)
    steps = ladder(under, base)
    numbers = tuple(range(replications))
    feeding = shared.below.shape[1] > 0
    least = 0.0
    rounds: list[Round] = []
    for level in range(refined + 1):
        rows = Rows(lived_ladder(under, steps, numbers, seed, jobs, watch), shared.chain)
        search = Search(under, steps, shared, rows, limit, numbers, seed, jobs, least, watch)
        if level == refined:
            break
        if feeding:
            coarse = search.run()
            rungs, least = coarse.rungs, coarse.price
            rounds += coarse.rounds
        else:
            rungs, least = rows.chosen(limit)
        steps = finer(steps, rungs, under.units == "integer")
    found = search.run()
    chosen = steps.at(found.rungs, NAME)
    others = tuple(range(replications, replications + fresh))
    done = None if watch is None else watch("fresh futures", fresh)
    step = climbed(under, [chosen, *plans], others, seed, jobs, done)
    done = None if watch is None else watch("futures of the search", replications)
    tried = climbed(under, [chosen, plans[0]], numbers, seed, jobs, done)
    made = Optimum(
        scenario=under,
        weather=told,
        seed=seed,
        limit=limit,
        price=found.price,
        ladder=steps,
        rungs=found.rungs,
        plan=chosen,
        rivals=plans,
        rounds=(*rounds, *found.rounds),
        searched=numbers,
        fresh=others,
        before=found.figures,
        after=totals(step),
        lines=step.lines,
        tried=tried.lines,
        chain=shared.chain,
        touching=int(shared.size.max()) if shared.size.size else 0,
    )
    return dataclasses.replace(made, plan=explained(made))


def standing(scenario: Scenario, plan: Plan) -> Plan:
    """The plan of day 0 with its lines in the order of all arrays, without what would change it later."""
    lines = lines_of(scenario, plan)
    return dataclasses.replace(plan, lines=lines, reviser=None, reassess_every=0)


def lived_ladder(
    scenario: Scenario, steps: Ladder, numbers: Sequence[int], seed: int, jobs: int, watch: Watch | None = None
) -> Step:
    """All lines on one rung, rung by rung, on the same futures."""
    done = None if watch is None else watch("ladder of buffers", len(numbers))
    plans = [steps.at(steps.flat(rung), f"rung {rung}") for rung in range(steps.height)]
    return climbed(scenario, plans, numbers, seed, jobs, done)


def explained(found: Optimum) -> Plan:
    """The plan, each changed line with what its buffer costs and avoids on fresh futures, and where that comes from."""
    lines = list(found.plan.lines)
    count, seed = len(found.fresh), found.seed
    currency, lean = found.scenario.currency, found.rivals[0].posture
    for one in found.purchases:
        pairs = list(zip(one.places, one.each, strict=True))
        together = ""
        if len(pairs) > 1:
            parts = " and ".join(f"{units:+g} units at {lines[place].warehouse}" for place, units in pairs)
            together = f"together ({parts}) it "
        sure = f"{'clear' if one.clear else 'not clear'} on {count} fresh futures"
        for place, units in pairs:
            line = lines[place]
            before = line.safety_stock - units
            word = f"buffer of {line.safety_stock:.6g} units, {units:+g} beside {lean}"
            if line.forecast > 0:
                word = f"buffer of {line.safety_stock / line.forecast:.0f} days, {units / line.forecast:+.0f} beside {lean}"
            lines[place] = dataclasses.replace(
                line,
                reason=(
                    f"optimised: {word}: {together}{one.told} ({currency}; {sure}); without the search, {lean} says: "
                    f"{line.reason}"
                ),
                target=str(found.limit),
                formula=(
                    f"safety stock of {line.safety_stock:.6g} = {before:.6g} of {lean} {units:+g} chosen on a ladder; "
                    f"{lean}: {line.formula}"
                ),
                inputs=(
                    f"{len(found.searched)} futures of seed {seed} searched, {count} others to confirm; weather "
                    f"{found.weather}; price of what is limited {found.price:.4g}; {lean}: {line.inputs}"
                ),
            )
    notes = (
        f"{NAME}: {found.limit}, searched on {len(found.searched)} futures, confirmed on {count} others; the ladder stands "
        f"on posture {lean!r}",
    )
    return dataclasses.replace(found.plan, lines=tuple(lines), notes=(*found.plan.notes, *notes))


__all__ = ["CARRYING", "INVENTORY", "OTHER", "SERVED", "STOCKOUT", "VALUE", "Optimum", "Purchase", "optimise"]
