"""Lesson 1: time to survive is cover."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from sim.lessons.lesson import Exercise, Lesson, Other, Step, luck, shown
from sim.theory.outage import daily_outage

FUTURES = 200  #: of the outage whose length is not known

SCENARIO = """\
# Lesson 1: how long does the stock last? Times in days, quantities in units, money in EUR.
name = "lesson1"
title = "One valve, one factory, one road"
notes = ["Invented teaching example."]
currency = "EUR"
horizon = 180
warm_up = 60
review_every = 1         # an order every morning
lost_share = 1           # a customer who finds the shelf empty buys elsewhere
headline = "factory"

[weathers]
calm = []
factory = ["factory stops"]
road = ["road closes"]
luck = ["factory stops by chance"]

[[items]]
item = "valve"
standard_cost = 40
price = 70
criticality = "halts production"
supplier = "Factory"

[[suppliers]]
name = "Factory"         # makes what is ordered the same morning

[[warehouses]]
name = "Shop"

[[lanes]]
name = "road"
origin = ["Factory"]
destination = "Shop"
mode = "truck"
legs = [{{ transit = {transit} }}]

[[demand]]
item = "valve"
warehouse = "Shop"
model = "deterministic"
mean = {demand}

[[disruptions]]
kind = "supplier_outage"
name = "factory stops"
supplier = "Factory"
start = 30               # the morning of day 30
length = {outage}

[[disruptions]]
kind = "lane_closure"
name = "road closes"
lane = "road"
start = 29.75            # the evening before day 30
length = {outage}
clock = "continuous"
under_way = "held"       # trucks on the road wait where they are

[[disruptions]]
kind = "supplier_outage"
name = "factory stops by chance"
supplier = "Factory"
start = 30
length = {{ law = "exponential", mean = {outage} }}
"""

POSTURE = """\
base = "jit"
name = "cover"
policy = "base_stock"    # order up to a level every morning
z = 0                    # no safety stock by formula
cover = {cover}          # days of demand on the shelf at the end of a day
lot = 1
"""


@dataclass(frozen=True)
class Parameters:
    """A student's numbers: demand (units a day), cover, time on the road and outage (days)."""

    demand: int
    cover: int
    transit: int
    outage: int


def parameters(student: str) -> tuple[Parameters, int]:
    """A student's numbers, and the seed of the futures."""
    source = luck(1, student)
    while True:
        demand, cover, transit = (int(source.integers(low, high)) for low, high in ((8, 31), (4, 10), (2, 6)))
        outage = cover + int(source.integers(5, 13))
        if abs(2 * chance_of_loss(outage, cover) - 1) >= 0.11:  # the share that is not short must be another number
            return Parameters(demand, cover, transit, outage), int(source.integers(1, 1_000_000))


def chance_of_loss(mean: float, cover: int) -> float:
    """Share of outages of exponential length that outlast the cover; whole mornings do not change it."""
    return math.exp(-cover / mean)


def expected_loss(demand: float, mean: float, cover: int) -> float:
    """Mean units lost in an outage of exponential length that stops whole mornings: d Σ P(length > k), k = cover, …"""
    return demand * chance_of_loss(mean, cover) / -math.expm1(-1 / mean)


def lesson(student: str) -> Lesson:
    """The lesson of a student."""
    own, seed = parameters(student)
    d, b, p, t = own.demand, own.cover, own.transit, own.outage

    def lost(cover: int, days: int) -> float:
        return daily_outage(d, cover, days, 1000.0 * d, "lost").lost_sales

    files = {"scenario.toml": SCENARIO.format(demand=d, transit=p, outage=t), "cover.toml": POSTURE.format(cover=b)}

    @cache
    def lived() -> tuple[float, ...]:
        """Per cent of the futures of step 5; nothing where it cannot be told from the share that is not short."""
        from sim.lessons.lived import outages, share_short

        share = 100 * share_short(outages(files, seed, FUTURES, "luck")[0], b)
        mistakes = (100 - share, 100 - 100 * chance_of_loss(t, b))
        return (share,) if all(abs(share - one) > 1 for one in mistakes) else ()

    exercises = (
        Exercise(
            "The factory stops on the morning of day 30. How many days, day 30 included, are still served in full?",
            "days",
            b + p,
            0,
            f"cover {b} days + {p} days of goods on the road, which still arrive: {b + p} days",
        ),
        Exercise(
            f"How many units are lost when the factory stops for {t} days?",
            "units",
            lost(b, t),
            0.5,
            f"demand × (outage − cover) = {d} × ({t} − {b}); the road delays the end of the gap as much as its start",
        ),
        Exercise(
            "Now the road closes instead, and trucks under way are stuck. How many days are served in full?",
            "days",
            b,
            0,
            f"only the shelf is left: cover, {b} days",
        ),
        Exercise(
            f"What is the least cover (whole days) at which a stop of the factory of {t} days loses nothing?",
            "days",
            t,
            0,
            f"cover must be as long as the outage: {t} days; the goods on the road do not count",
        ),
        Exercise(
            f"The stop lasts twice as long ({2 * t} days), your cover is still {b} days. How many units are lost?",
            "units",
            lost(b, 2 * t),
            0.5,
            f"{d} × ({2 * t} − {b}): {shown(lost(b, 2 * t) / lost(b, t))} times as many as before, not twice as many",
        ),
        Exercise(
            f"The length is not known: exponential with mean {t} days. In what share of outages do customers lose units?",
            "%",
            100 * chance_of_loss(t, b),
            0.5,
            f"e^(−cover/mean) = e^(−{b}/{t}); with cover equal to the mean it is still 37 %",
            other=Other(f"what your own {FUTURES} futures of step 5 give", 0.5, lived),
        ),
    )
    return Lesson(
        number=1,
        title="Time to survive = cover",
        student=student,
        seed=seed,
        goals=(
            "say how long a stock lasts when supply stops, without a probability",
            "tell time to survive (when customers notice) from the gap (how long they suffer)",
            "say what goods on the road are worth when a factory stops, and when a road closes",
        ),
        story=(
            f"A shop sells {d} valves a day, every day. Every morning it orders from one factory what was sold; trucks take "
            f"{p} days. "
            f"At the end of a normal day {b} days of demand are on the shelf (the cover). On day 30 supply stops for "
            f"{t} days. A valve costs 40 EUR and sells for 70 EUR; a customer who finds none buys elsewhere."
        ),
        formulas=("of exponential lengths with a given mean, the share that is longer than x days is e^(−x / mean)",),
        prediction=Exercise(
            f"The factory stops for {t} days. You hold {b} days of cover, and {p} days of goods are on the road. "
            "For how many days will customers find the shelf empty?",
            "letter",
            "B",
            0,
            f"{t} − {b} = {t - b} days: the goods on the road postpone the gap by {p} days and do not shorten it, because "
            f"after the factory starts again the first truck takes {p} days too",
        ),
        choices=(f"{t - b - p} days", f"{t - b} days", f"{t} days"),
        steps=(
            Step(
                "The factory stops.",
                "bufferstock run . --posture cover.toml --weather factory",
                'line "valve at Shop, day … for … days, … units" (the table above it is scaled up to a year)',
            ),
            Step("The road closes.", "bufferstock run . --posture cover.toml --weather road", "the same line"),
            Step(
                f"More cover: instead of {b} try other numbers of days until nothing is lost.",
                f"bufferstock run . --posture cover.toml --weather factory --set cover.cover={b + 2}",
                '"0 stockouts"',
            ),
            Step(
                "A stop twice as long.",
                "bufferstock run . --posture cover.toml --weather factory "
                f'--set "scenario.disruptions.factory stops.length={2 * t}"',
                "the line of the valve",
            ),
            Step(
                f"A length nobody knows: {FUTURES} futures of your own.",
                f"bufferstock compare . --postures cover.toml --weathers luck -n {FUTURES} --seed {seed} "
                "--no-figures -o luck",
                "luck/summary.csv (a spreadsheet opens it), row halt_stockout, column mean: "
                "the share of futures in which customers found nothing",
            ),
        ),
        exercises=exercises,
        debrief=(
            "Time to survive is a number you can know without knowing how likely the disruption is.",
            "Goods on the road help when the factory stops and are no help when the road closes: ask what stops.",
            "What is lost grows with the outage beyond the cover, so doubling a long outage more than doubles the loss.",
            "Cover equal to the mean outage is not safety: 37 % of exponential outages last longer.",
        ),
        limits=(
            "Demand is the same every day; supply is back at once, at full speed. "
            "A factory that must catch up recovers later.",
            "Nobody reacts: no second source, no air freight, no rationing.",
        ),
        files=files,
        code=_cells(own, seed),
    )


def _cells(own: Parameters, seed: int) -> tuple[tuple[str, str], ...]:
    """Cells of the notebook: one for each command of the sheet."""
    return (
        (
            "Live one future in which the factory stops (exercises 1 and 2). Measures of a run are scaled up to a year: "
            "multiply by 180 / 365 for the 180 days of the run. The line of the valve is not scaled.",
            "import sim\n"
            "from sim.studies.story import tell\n\n"
            "def live(weather, *settings, changes=()):\n"
            '    scenario = sim.load("scenario.toml", settings).under(weather)\n'
            '    story = tell(scenario, sim.posture("cover.toml", changes).plan(scenario), 1, 0)\n'
            "    for one in story.stockouts:\n"
            '        print(f"{one.item}: day {one.start} for {one.days} days, {one.units:g} units")\n'
            "    return story.outcome.measures\n\n"
            'measures = live("factory")\n'
            'print("days short, scaled up to a year:", round(measures["stockout_days"], 1))',
        ),
        ("The road closes (exercise 3).", 'measures = live("road")'),
        (
            "Units lost in the run for a range of covers (exercise 4).",
            f"for days in range(0, {own.outage + 3}, 2):\n"
            '    scenario = sim.load("scenario.toml").under("factory")\n'
            '    plan = sim.posture("cover.toml", [f"cover={days}"]).plan(scenario)\n'
            f"    outcome = sim.live(scenario, plan, sim.draw(scenario, {seed}, 0))\n"
            '    print(days, "days of cover:", round(outcome.measures["lost_units"] * 180 / 365), "units lost")',
        ),
        (
            "A stop twice as long (exercise 5).",
            f'measures = live("factory", "disruptions.factory stops.length={2 * own.outage}")',
        ),
        (
            f"A length nobody knows: {FUTURES} futures of your own, and the share in which customers found nothing "
            "(exercise 6).",
            'scenario = sim.load("scenario.toml")\n'
            f'found = sim.compare(scenario, ["cover.toml"], replications={FUTURES}, seed={seed}, weathers=["luck"])\n'
            'print("% of outages:", round(100 * found.values("luck", "cover", "halt_stockout").mean(), 1))',
        ),
    )
