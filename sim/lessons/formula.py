"""Lesson 3: where the safety-stock formula fails."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.lessons.lesson import Exercise, Lesson, Other, Step, luck, one_of
from sim.theory.safety_stock import FormulaCheck, formula_check, lead_time_demand, lumpy_demand, moments, safety_stock

PROMISE = 0.99  #: of the spare part
CYCLES = 0.95  #: of the fabric
LENGTHS = {5: 0.8, 30: 0.2}  #: lead times of the fabric, days, and their probabilities
YEARS = 10

HEAD = """\
# Lesson 3, {what} Times in days, quantities in units, money in EUR.
name = "{name}"
title = "{title}"
notes = ["Invented teaching example."]
currency = "EUR"
units = "integer"
horizon = {horizon}           # {years} years
warm_up = 120
review_every = 1         # looked at every morning
lost_share = 0           # who finds none waits
crossing = "independent" # each order has a lead time of its own
current = "{name}.csv"   # the level you order to: write your own number

[[items]]
item = "{name}"
standard_cost = 50
price = 90
supplier = "maker"

[[warehouses]]
name = "Shop"

[[suppliers]]
name = "maker"
production_time = {lead}

[[lanes]]
name = "van"
origin = ["maker"]
destination = "Shop"
mode = "truck"

[[demand]]
item = "{name}"
warehouse = "Shop"
{demand}
"""


@dataclass(frozen=True)
class Parameters:
    """A student's numbers.

    Attributes
    ----------
    interval, size, lead : of the spare part: mean days from demand to demand, mean units asked for, lead time in days.
    rate : demand of the fabric, units a day.
    """

    interval: int
    size: int
    lead: int
    rate: int

    @property
    def part(self) -> FormulaCheck:
        """The formula for the spare part against the exact distribution over L + 1 days (morning review)."""
        return formula_check(lumpy_demand(1 / self.interval, self.size), {self.lead + 1: 1.0}, PROMISE)

    @property
    def backlog_days(self) -> float:
        """Share of days of the spare part that end with a customer waiting, at the formula's level."""
        return 1 - self.part.achieved_cycle_service

    @property
    def fabric(self) -> tuple[int, int]:
        """Reorder point of the formula for the fabric, rounded up, and the lot of 60 days, units."""
        mean = sum(days * share for days, share in LENGTHS.items())
        sd = math.sqrt(sum((days - mean) ** 2 * share for days, share in LENGTHS.items()))
        return math.ceil(safety_stock(self.rate, 0, mean, sd, CYCLES).reorder_point), 60 * self.rate


def parameters(student: str) -> tuple[Parameters, int]:
    """A student's numbers, and the seed of the futures."""
    source = luck(3, student)
    while True:
        interval, size = int(one_of(source, 8, 10, 12)), int(source.integers(10, 26))
        lead, rate = int(one_of(source, 6, 8, 10, 12)), int(source.integers(8, 31))
        made = Parameters(interval, size, lead, rate)
        if made.backlog_days > 0.02:  # well above the promise of 1 %
            return made, int(source.integers(1, 1_000_000))


def backlog_of(own: Parameters, level: int) -> float:
    """Share of days of the spare part that end with a customer waiting, at any level: "
    "P(demand of L + 1 days > level)."""
    pmf = lead_time_demand(lumpy_demand(1 / own.interval, own.size), {own.lead + 1: 1.0})
    return float(pmf[level + 1 :].sum())


def lesson(student: str) -> Lesson:
    """The lesson of a student."""
    own, seed = parameters(student)
    part, (point, lot) = own.part, own.fabric
    days = own.lead + 1
    mean, sd = moments(lumpy_demand(1 / own.interval, own.size))
    late = 100 * own.backlog_days
    needed = part.needed_reorder_point
    exercises = (
        Exercise(
            f"Spare part: what is the mean demand of {days} days (lead time + 1, because you look every morning)?",
            "units",
            days * mean,
            0.02 * days * mean,
            f"{days} × {own.size}/{own.interval}",
        ),
        Exercise(
            f"Spare part: a day's demand has the standard deviation {sd:.3f} units. "
            f"What level does the formula ask for, {days} d + 2.326 σ √{days}?",
            "units",
            part.formula.reorder_point,
            0.2,
            f"{part.formula.mean_lead_time_demand:.2f} + 2.326 × {sd:.3f} × √{days}; lumpy.csv holds it, rounded up",
            other=Other("rounded up", 0, lambda: (float(part.formula_reorder_point),)),
        ),
        Exercise(
            "Spare part: in what share of days does a customer wait at that level? (The formula promises 1 %.)",
            "%",
            late,
            0.35 * late,
            f"exactly {late:.2f} %: {late:.1f} times as many as promised, because demand is lumpy and its tail longer "
            "than the normal law's",
        ),
        Exercise(
            "Spare part: which level really keeps the promise? (Try levels in lumpy.csv.)",
            "units",
            needed,
            0.1 * needed,
            f"{needed} units, by convolution of {days} days: {needed - part.formula_reorder_point} "
            "more than the formula",
        ),
        Exercise(
            "Fabric: what reorder point does the formula ask for, d L + 1.645 d σ_L, with mean L = 10 "
            "and σ_L = 10 days?",
            "units",
            point,
            1,
            f"{own.rate} × 10 + 1.645 × {own.rate} × 10, rounded up",
        ),
        Exercise(
            "Fabric: in what share of cycles does nobody wait at that reorder point? (The formula promises 95 %.)",
            "%",
            80,
            4,
            f"80 %: in every slow cycle {30 * own.rate} units are asked for, more than {point}; no "
            "cycle has the mean of 10 days",
        ),
        Exercise(
            "Fabric: how many units must be on the shelf, at least, when an order is placed, so that "
            "a slow cycle goes well too?",
            "units",
            30 * own.rate,
            own.rate,
            f"30 days × {own.rate}: between 5 and 30 days of demand more stock changes nothing at all",
        ),
    )
    lumpy = HEAD.format(
        what="the spare part: nobody asks on most days.",
        name="lumpy",
        title="A spare part that is seldom asked for",
        horizon=365 * YEARS,
        years=YEARS,
        lead=own.lead,
        demand=f'model = "intermittent"\ninterval = {own.interval}\nsize = {own.size}\n'
        f"size_cv = {(1 - 1 / own.size) ** 0.5!r}",
    )
    ways = HEAD.format(
        what="the fabric: by truck in 5 days, or by ship in 30.",
        name="ways",
        title="A fabric that comes fast or slowly",
        horizon=365 * YEARS,
        years=YEARS,
        lead='{ law = "discrete", values = [5, 30], probabilities = [0.8, 0.2] }',
        demand=f'model = "deterministic"\nmean = {own.rate}',
    )
    return Lesson(
        number=3,
        title="Where the safety-stock formula fails",
        student=student,
        seed=seed,
        goals=(
            "compute a level by the textbook formula, and say what it promises",
            "measure what the level delivers",
            "name two situations in which the formula promises too much, and what to do there",
        ),
        story=(
            f"A spare part: on one day in {own.interval} somebody asks for it, then for {own.size} units on average "
            f"(geometric); its lead time is {own.lead} days, always. It is ordered up to a level every "
            "morning; the promise is "
            f"99 % of days without a waiting customer. A fabric: {own.rate} units a day, always; 80 % "
            "of orders come in 5 days, "
            f"20 % in 30 days; the promise is 95 % of cycles without a waiting customer, the lot {lot} units."
        ),
        formulas=(
            "spare part: level = n × d + 2.326 × σ × √n for n days, d and σ mean and standard deviation of a day's demand "
            "(2.326: the normal law's 99 %)",
            "fabric: reorder point = d × L + 1.645 × d × σ_L, L and σ_L mean and standard deviation of the lead time "
            "(1.645: the normal law's 95 %)",
        ),
        prediction=Exercise(
            "The formula for the fabric is fed with the true mean (10 days) and the true standard "
            "deviation (10 days) of the "
            "lead time, and promises 95 % of cycles. What will be delivered?",
            "letter",
            "C",
            0,
            "80 %: only fast cycles go well. Mean and standard deviation are right; the law is not normal",
        ),
        choices=("about 95 %", "about 90 %", "about 80 %"),
        steps=(
            Step(
                f"The spare part at the formula's level ({part.formula_reorder_point}), 50 futures of {YEARS} years.",
                f"bufferstock compare lumpy.toml --postures current -n 50 --seed {seed} --no-figures -o lumpy",
                "lumpy/summary.csv, row prob_no_backorders, column mean: 1 less this is the share of days with a "
                "waiting customer",
            ),
            Step(
                "The fabric at the formula's reorder point.",
                f"bufferstock compare ways.toml --postures current -n 50 --seed {seed} --no-figures -o ways",
                "ways/summary.csv, row cycle_service, column mean",
            ),
            Step(
                "Write a higher level into lumpy.csv and look again, until 1 % is kept.",
                f"bufferstock compare lumpy.toml --postures current -n 50 --seed {seed} --no-figures -o lumpy --force",
                "the same row",
            ),
        ),
        exercises=exercises,
        debrief=(
            "The formula knows two numbers of a distribution, its mean and standard deviation. "
            "Service lives in the tail.",
            "Lumpy demand: small promises (1 %) fail most, by a factor, because the tail is longer "
            "than the normal law's.",
            "Two ways: the mean lead time is one that never happens. Decide what to do about the slow one.",
            'Where history is long enough, size on it (method = "empirical" or "auto"); otherwise use the law itself.',
        ),
        limits=(
            "All laws are known and days are independent. Estimating them from a short history adds "
            "an error of its own.",
            "The spare part is ordered up to a level daily. With lots, large orders overshoot the "
            "reorder point: worse again.",
        ),
        files={
            "lumpy.toml": lumpy,
            "lumpy.csv": f"item,order_up_to\nlumpy,{part.formula_reorder_point}\n",
            "ways.toml": ways,
            "ways.csv": f"item,reorder_point,order_quantity\nways,{point},{lot}\n",
        },
        code=(
            (
                "The spare part at the formula's level, 50 futures: share of days without a waiting customer.",
                "import sim\n\n"
                "def served(name, measure):\n"
                '    scenario = sim.load(f"{name}.toml")\n'
                f'    found = sim.compare(scenario, ["current"], replications=50, seed={seed})\n'
                '    print(name, measure, round(found.values(found.weathers[0], "current", measure).mean(), 4))\n\n'
                'served("lumpy", "prob_no_backorders")',
            ),
            (
                "The fabric at the formula's reorder point: share of cycles without a waiting customer.",
                'served("ways", "cycle_service")',
            ),
            (
                "Write a higher level into lumpy.csv and run this cell again, until 1 % is kept.",
                'served("lumpy", "prob_no_backorders")',
            ),
            (
                "The exact distribution of the spare part's demand: which level keeps 99 %?",
                "from sim.theory.safety_stock import lead_time_demand, lumpy_demand\n\n"
                f"law = lead_time_demand(lumpy_demand(1 / {own.interval}, {own.size}), {{{days}: 1.0}})\n"
                f"for level in range({part.formula_reorder_point}, {needed + 15}, 5):\n"
                '    print(level, "units:", round(100 * law[level + 1:].sum(), 2), "% of days")',
            ),
        ),
    )
