"""Lesson 4: one posture for all?"""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.lessons.lesson import Exercise, Lesson, Other, Step, luck, one_of
from sim.lessons.outages import FORMULAS, YEARS, Product, figures, posture, scenario

FUTURES = 50
APART = 0.12  #: least difference between the costs of lean, full and mix, share of the larger one

#: name, criticality, condition of its rule in mix.toml, lowest and highest cost
SHELF = (
    ("valve", "halts production", 'criticality = "halts production"', 60, 120),
    ("motor", "breaches a contract", 'criticality = "breaches a contract"', 200, 400),
    ("seal", "inconveniences", 'criticality = "inconveniences"\ncheaper_than = 50', 5, 20),
    ("screen", "inconveniences", 'criticality = "inconveniences"', 100, 250),
)


def parameters(student: str) -> tuple[tuple[Product, ...], int]:
    """The four products, two of which deserve a buffer, and the seed of the futures."""
    source = luck(4, student)
    while True:
        products = _shelf(source)
        lean, full, mix = sorted(costs(products)[1:], reverse=True)
        if full <= (1 - APART) * lean and mix <= (1 - APART) * full:  # one must not pass for another
            return products, int(source.integers(1, 1_000_000))


def _shelf(source: np.random.Generator) -> tuple[Product, ...]:
    """Four products, drawn."""
    pays = source.permutation([True, True, False, False])
    made = []
    for (name, criticality, _, low, high), deserves in zip(SHELF, pays, strict=True):
        cost = int(source.integers(low, high + 1))
        mtbf, mttr = int(one_of(source, 150, 200, 250, 300)), int(one_of(source, 10, 14, 18, 22))
        share = one_of(source, 3.0, 4.0, 6.0) if deserves else one_of(source, 0.3, 0.4, 0.5)
        limit = 0.2 * cost / 365 * mtbf
        margin = max(round(share * limit), 1)
        if not deserves and margin >= 0.8 * limit:  # a seal of a few EUR: a margin of 1 EUR would be too much
            mtbf = 300
            cost, margin = max(cost, 14), 1
        made.append(Product(name, criticality, max(round(1500 / cost), 1), cost, cost + margin, mtbf, mttr))
    return tuple(made)


def costs(products: tuple[Product, ...]) -> tuple[int, float, float, float]:
    """Cover of the posture full, days, and the yearly cost of lean, of full and of the best mix, money."""
    cover = round(sum(one.mttr for one in products) / len(products))
    lean = sum(one.cost_a_year(0) for one in products)
    full = sum(one.cost_a_year(cover) for one in products)
    mix = sum(one.cost_a_year(one.best) for one in products)
    return cover, lean, full, mix


def lesson(student: str) -> Lesson:
    """The lesson of a student."""
    products, seed = parameters(student)
    cover, lean, full, mix = costs(products)
    saving = 100 * (1 - mix / min(lean, full))
    low, high = max(((5, 15), (10, 25), (15, 30), (20, 40)), key=lambda ends: min(abs(saving - end) for end in ends))
    letter = "A" if saving < low else "B" if saving < high else "C"
    files = {
        "scenario.toml": scenario(
            "lesson4", "Four products, one shop", "Lesson 4: one posture for all?", list(products)
        ),
        "lean.toml": posture("lean", 0),
        "full.toml": posture("full", cover),
        "mix.toml": posture("mix", 0, [(condition, name) for name, _, condition, _, _ in SHELF]),
    }

    @cache
    def lived() -> tuple[tuple[float, ...], ...]:
        """Totals of the runs of the sheet: lean, full, mix with covers of two decimals and in whole days; money a year."""
        from sim.lessons.lived import cost_a_year, mornings_down, outages

        down = mornings_down(products, *outages(files, seed, FUTURES))
        best = [one.best for one in products]
        held = (([0] * 4,), ([cover] * 4,), ([round(one, 2) for one in best], [round(one) for one in best]))
        return tuple(tuple(cost_a_year(products, one, down) for one in covers) for covers in held)

    def alone(place: int) -> tuple[float, ...]:
        """Totals of one posture's runs; nothing where they cannot be told from what another posture costs."""
        runs, formula = lived(), (lean, full, mix)
        others = [cost for n in range(3) if n != place for cost in (*runs[n], formula[n])]
        return tuple(one for one in runs[place] if all(abs(one - cost) > 0.02 * cost for cost in others))

    def other(place: int) -> Other:
        """Right to the digits that compare shows, a tenth of a thousand."""
        return Other(f"what your own {FUTURES} futures give", 51, lambda: alone(place))

    exercises = (
        *(
            Exercise(
                f"How many days of cover does the {one.name} deserve? (two decimals; 0 where none pays)",
                "days",
                one.best,
                one.cover_tolerance,
                f"margin {one.margin:g} EUR, h × MTBF = {one.threshold:.2f} EUR: "
                + (f"a buffer pays, B* = {one.best:.1f} days" if one.pays else "no buffer pays"),
                decimals=2,
            )
            for one in products
        ),
        Exercise(
            "What does lean cost in total (carrying and lost margin)?",
            "EUR a year",
            lean,
            0.01 * lean,
            "the lost margin of all four: 365 × demand × π × MTTR/(MTBF + MTTR), summed",
            other=other(0),
        ),
        Exercise(
            f"And full, with {cover} days of everything?",
            "EUR a year",
            full,
            0.01 * full,
            "mostly carrying cost: 365 × h × stock, and the margin lost in outages longer than the cover",
            other=other(1),
        ),
        Exercise(
            "And your mix, each product with its own cover?",
            "EUR a year",
            mix,
            0.01 * mix,
            f"the least of any covers; {saving:.0f} % below the better of lean and full",
            other=other(2),
        ),
    )
    return Lesson(
        number=4,
        title="One posture for all?",
        student=student,
        seed=seed,
        goals=(
            "choose a cover for each product of a small catalogue and write it as rules",
            "say what one rule for all costs, lean or full",
            "tell a difference that is sure from one that is luck",
        ),
        story=(
            "A shop sells four products, each from a supplier of its own that fails at random. Up times (mean MTBF) and "
            "down times (mean MTTR) are exponential; a supplier that is up delivers at once. Carrying costs 20 % of cost a "
            "year; a customer who finds none buys elsewhere. "
            f"Three postures: lean (no cover), full ({cover} days of everything), and mix (yours)."
        ),
        table=figures(products),
        formulas=(
            *FORMULAS,
            "lost margin a year = 365 × demand × π × share of time out of stock; carrying cost a year ≈ 365 × h × demand × "
            "mean stock in days, (B × (MTBF + MTTR) − MTTR² × (1 − e^(−B / MTTR))) / (MTBF + MTTR)",
        ),
        prediction=Exercise(
            "How much less than the better of lean and full will the best mix cost in total?",
            "letter",
            letter,
            0,
            f"by the formulas lean costs {lean:,.0f}, full {full:,.0f} and the mix {mix:,.0f} EUR a "
            f"year: {saving:.0f} %",
        ),
        choices=(f"less than {low} %", f"{low} to {high} %", f"more than {high} %"),
        steps=(
            Step(
                f"Lean against full in 50 futures of {YEARS} years.",
                f"bufferstock compare . --postures lean.toml,full.toml -n {FUTURES} --seed {seed} --no-figures -o first",
                "carrying, stockouts and total (thousand EUR a year): which is cheaper, and is it sure?",
            ),
            Step(
                "Write your four covers into mix.toml (exercises 1 to 4), and see what plan comes of it.",
                "bufferstock plan . --posture mix.toml --out plan.csv",
                "plan.csv (a spreadsheet opens it), columns order_up_to and reason: how many days each buffer covers",
            ),
            Step(
                "All three, the same futures.",
                f"bufferstock compare . --postures lean.toml,full.toml,mix.toml -n {FUTURES} --seed {seed} "
                "--no-figures -o second",
                "the sentence under the table: how much cheaper, with its interval",
            ),
            Step(
                "Rules of thumb against your mix: the postures that are built in know no MTBF.",
                f"bufferstock compare . --postures jit,jic,hybrid,mix.toml -n {FUTURES} --seed {seed} --no-figures -o third",
                "jic holds 45 days of cover of everything, in lots of four weeks: what does that cost here?",
            ),
        ),
        exercises=exercises,
        debrief=(
            "Neither posture is right for a catalogue: products differ in margin, carrying cost and supply.",
            "The mix is not a compromise in the middle: it holds a full buffer of some products and none of others.",
            "The total of one year is luck; on the same futures the difference is much surer than either total.",
            "What decides (margin, MTBF, MTTR) must be estimated. Ask which estimate would turn a decision round.",
        ),
        limits=(
            "Suppliers fail independently here. With a common port or region one event empties "
            "several shelves at once.",
            "MTBF and MTTR are known exactly and the best mix is computed with them; in practice they are guesses.",
            "Constant demand, no lead time, no lot sizes, no space limit.",
        ),
        files=files,
        code=(
            (
                "Lean and full in 50 futures: EUR a year.",
                "import sim\n\n"
                'scenario = sim.load("scenario.toml")\n'
                f'found = sim.compare(scenario, ["lean.toml", "full.toml"], replications={FUTURES}, seed={seed})\n'
                "for name in found.postures:\n"
                '    parts = ("carrying_cost", "stockout_cost", "total_cost")\n'
                "    means = [round(found.values(found.weathers[0], name, part).mean()) for part in parts]\n"
                "    print(name, dict(zip(parts, means)))",
            ),
            (
                "What plan comes of mix.toml, once it holds your covers (exercises 1 to 4)?",
                'for line in sim.posture("mix.toml").plan(scenario).lines:\n'
                '    print(line.item, "up to", round(line.order_up_to), "units:", line.reason)',
            ),
            (
                "All three, the same futures.",
                'three = ["lean.toml", "full.toml", "mix.toml"]\n'
                f"found = sim.compare(scenario, three, replications={FUTURES}, seed={seed})\n"
                "for name in found.postures:\n"
                '    print(name, round(found.values(found.weathers[0], name, "total_cost").mean()), "EUR a year")',
            ),
            (
                "Rules of thumb against your mix.",
                f'found = sim.compare(scenario, ["jit", "jic", "hybrid", "mix.toml"], replications={FUTURES}, seed={seed})\n'
                "for name in found.postures:\n"
                '    print(name, round(found.values(found.weathers[0], name, "total_cost").mean()), "EUR a year")',
            ),
        ),
    )
