"""Lesson 2: when just-in-time is optimal."""

from __future__ import annotations

from sim.lessons.lesson import Exercise, Lesson, Step, apart, luck, one_of, shown
from sim.lessons.outages import FORMULAS, YEARS, Product, cover_mistakes, figures, posture, scenario
from sim.theory.disruption import cover_against_outages, optimal_cover_days


def parameters(student: str) -> tuple[Product, Product, int]:
    """The product that deserves a buffer, the one that does not, and the seed of the futures."""
    source = luck(2, student)
    names = ["pump", "cable"] if source.integers(2) else ["cable", "pump"]
    mtbf, mttr = int(one_of(source, 180, 240, 300, 365)), int(one_of(source, 12, 15, 18, 21))
    made = []
    for name, criticality, shares in (
        (names[0], "halts production", (2.5, 3.0, 4.0)),
        (names[1], "inconveniences", (0.4, 0.5, 0.6)),
    ):
        cost, demand = int(source.integers(10, 31)) * 10, int(source.integers(5, 21))
        margin = max(round(one_of(source, *shares) * 0.2 * cost / 365 * mtbf), 1)
        made.append(Product(name, criticality, demand, cost, cost + margin, mtbf, mttr))
    return made[0], made[1], int(source.integers(1, 1_000_000))


def lesson(student: str) -> Lesson:
    """The lesson of a student."""
    fat, thin, seed = parameters(student)
    products = sorted((fat, thin), key=lambda one: one.name)
    mtbf, mttr = fat.mtbf, fat.mttr
    best = fat.best
    out = 100 * cover_against_outages(fat.demand, mtbf, mttr, best).fraction_time_out_of_stock
    quick = optimal_cover_days(mtbf / 2, mttr / 2, fat.holding, fat.margin)

    def verdict(product: Product) -> Exercise:
        sign = ">" if product.pays else "≤"
        return Exercise(
            f"Does any buffer of the {product.name} pay?",
            "yes or no",
            "yes" if product.pays else "no",
            0,
            f"margin {shown(product.margin)} EUR {sign} h × MTBF = {product.threshold:.2f} EUR",
        )

    exercises = (
        Exercise(
            f"What does it cost to keep one {fat.name} for one day (h)? (three decimals)",
            "EUR",
            fat.holding,
            0.00056,  # of three decimals, one rounding after another
            f"20 % of {fat.cost} EUR a year, divided by 365",
            decimals=3,
        ),
        Exercise(
            f"Up to which margin is just-in-time optimal for the {fat.name} (h × MTBF)? (one decimal)",
            "EUR",
            fat.threshold,
            0.01 * fat.threshold,
            f"{fat.holding:.4f} EUR × {mtbf} days: what one unit costs that waits for the next outage",
            decimals=1,
        ),
        *(verdict(product) for product in products),
        Exercise(
            f"How many days of cover of the {fat.name} cost least (B*)? (two decimals; do not round h for it)",
            "days",
            best,
            fat.cover_tolerance,
            f"MTTR ln((h MTTR + π)/(h (MTBF + MTTR))) = {mttr} × ln(({fat.holding:.4f} × {mttr} + {fat.margin:g}) / "
            f"({fat.holding:.4f} × {mtbf + mttr}))",
            decimals=2,
        ),
        Exercise(
            f"In what share of time is the {fat.name} out of stock with B* days of cover? (two decimals)",
            "%",
            out,
            apart(0.015 * out, out, out * (mtbf + mttr) / mtbf),
            f"MTTR/(MTBF + MTTR) × e^(−B*/MTTR) = {mttr}/{mtbf + mttr} × e^(−{best:.2f}/{mttr})",
            decimals=2,
        ),
        Exercise(
            f"Outages come twice as often and are half as long (every {mtbf / 2:g} days, {mttr / 2:g} days). "
            f"What is B* of the {fat.name} now? (two decimals)",
            "days",
            quick,
            apart(0.03, quick, *cover_mistakes(mtbf / 2, mttr / 2, fat.holding, fat.margin)),
            f"the supplier is down as much as before, but B* falls from {best:.1f} to {quick:.1f} days: "
            "cover is priced by the length of outages, not by their number alone",
            decimals=2,
        ),
    )
    rule = (f'criticality = "{fat.criticality}"', fat.name)
    return Lesson(
        number=2,
        title="When just-in-time is optimal",
        student=student,
        seed=seed,
        goals=(
            "decide with one multiplication whether a buffer against outages can pay",
            "compute the cover of least cost, and say what it hangs on",
            "see why the same supplier risk asks for a buffer of one product and none of another",
        ),
        story=(
            "A shop sells two products. Each has one supplier that is up for a while (MTBF, on average) and then down for a "
            "while (MTTR, on average), both exponential. While a supplier is up it delivers at once. Carrying a unit costs "
            "20 % of its cost a year. A customer who finds none buys elsewhere: the margin is lost."
        ),
        table=figures(products),
        formulas=FORMULAS,
        prediction=Exercise(
            f"Think of the {thin.name} only. Which cover costs least over many years?",
            "letter",
            "A",
            0,
            f"none at all: its margin of {thin.margin:g} EUR is below h × MTBF = {thin.threshold:.2f} "
            "EUR, so a unit on the "
            "shelf costs more until the next outage than it earns then",
        ),
        choices=("0 days (just-in-time)", f"{mttr / 2:g} days (half a mean outage)", f"{mttr} days (a mean outage)"),
        steps=(
            Step(
                f"No buffer, and {mttr} days of everything, in 50 futures of {YEARS} years (your own seed).",
                f"bufferstock compare . --postures lean.toml,buffer.toml -n 50 --seed {seed} --no-figures -o first",
                'columns "Carrying", "Stockouts" and "Total" (thousand EUR a year)',
            ),
            Step(
                f"Work out B* of the {fat.name} (exercise 5), write it into split.toml, and let it live "
                "the same futures.",
                "bufferstock compare . --postures lean.toml,buffer.toml,split.toml "
                f"-n 50 --seed {seed} --no-figures -o second",
                'is "split" the least in total, and clearly so?',
            ),
        ),
        exercises=exercises,
        debrief=(
            "Just-in-time is not a belief: it is optimal exactly where the margin lost is at most h × MTBF.",
            "Rare outages make buffers dear (each unit waits longer), long ones make them large.",
            "A dear product with a thin margin deserves no buffer although it runs out just as often.",
            "Near B* the cost is flat: a day more or less hardly matters; zero instead of B* does.",
        ),
        limits=(
            "Demand is constant; the supplier is back at once and at full speed; up and down times "
            "are exponential and known.",
            "Lost margin is all that a lost sale costs: no goodwill, no stopped line. Put what they cost into π.",
            "The formulas let goods flow; the engine counts whole days. With outages of two weeks the "
            "difference is a few %.",
        ),
        files={
            "scenario.toml": scenario(
                "lesson2", "Two products, suppliers that fail", "Lesson 2: who deserves a buffer?", products
            ),
            "lean.toml": posture("lean", 0),
            "buffer.toml": posture("buffer", mttr),
            "split.toml": posture("split", 0, [rule]),
        },
        code=(
            (
                f"No buffer, and {mttr} days of everything, in 50 futures: total cost, EUR a year.",
                "import sim\n\n"
                'scenario = sim.load("scenario.toml")\n'
                f'found = sim.compare(scenario, ["lean.toml", "buffer.toml"], replications=50, seed={seed})\n'
                "for name in found.postures:\n"
                '    print(name, round(found.values(found.weathers[0], name, "total_cost").mean()), "EUR a year")',
            ),
            (
                "Once split.toml holds B* (exercise 5): its total, and how much less than buffer on the same futures.",
                f'found = sim.compare(scenario, ["lean.toml", "buffer.toml", "split.toml"], replications=50, seed={seed})\n'
                'buffer, split = (found.values(found.weathers[0], name, "total_cost") for name in ("buffer", "split"))\n'
                'print("split", round(split.mean()), "EUR a year,", round((buffer - split).mean()), "less than buffer")\n'
                'print("cheaper in", round(100 * (split < buffer).mean()), "% of futures")',
            ),
            (
                f"What the formula says about covers of the {fat.name}. Where is the least cost?",
                "from sim.theory.disruption import cover_against_outages\n\n"
                "for cover in range(0, 41, 5):\n"
                f"    outcome = cover_against_outages({fat.demand}, {mtbf}, {mttr}, cover)\n"
                f"    cost = 365 * outcome.cost({fat.holding!r}, {fat.margin!r})\n"
                '    print(cover, "days of cover:", round(cost), "EUR a year")',
            ),
        ),
    )
