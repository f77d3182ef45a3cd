"""Products whose suppliers fail at random: the scenario of lessons 2 and 4, and what cover costs there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.lessons.lesson import apart
from sim.theory.disruption import cover_against_outages, optimal_cover_days

RATE = 0.20  #: carrying cost, share of value a year
YEARS = 5  #: years of a future
YEAR = 365.0

HEAD = """\
# {comment} Times in days, quantities in units, money in EUR.
name = "{name}"
title = "{title}"
notes = ["Invented teaching example."]
currency = "EUR"
horizon = {horizon}           # {years} years
warm_up = 365
review_every = 1         # an order every morning; supply is there at once, unless the supplier is down
lost_share = 1           # a customer who finds none buys elsewhere: the margin is lost

[costs]                  # shares of value a year: all that carrying costs is here one number
capital_rate = {rate}
storage_rate = 0
insurance_rate = 0
obsolescence_rate = 0
shrinkage_rate = 0
handling_rate = 0
goodwill_halts = 0
goodwill_breaches = 0

[[warehouses]]
name = "Shop"
"""

ONE = """
[[items]]
item = "{name}"
standard_cost = {cost}
price = {price}
criticality = "{criticality}"
supplier = "maker of {name}"

[[suppliers]]
name = "maker of {name}"

[[lanes]]
name = "{name} by van"
origin = ["maker of {name}"]
destination = "Shop"
mode = "truck"

[[demand]]
item = "{name}"
warehouse = "Shop"
model = "deterministic"
mean = {demand}

[[disruptions]]
kind = "supplier_outage"
name = "{name}: outage"
supplier = "maker of {name}"
up = {{ law = "exponential", mean = {mtbf} }}
down = {{ law = "exponential", mean = {mttr} }}
"""


def cover_mistakes(mtbf: float, mttr: float, holding: float, margin: float) -> tuple[float, float]:
    """Days of cover by two formulas that are not quite B*: without h × MTTR, and with MTBF in place of MTBF + MTTR."""
    return (
        mttr * math.log(margin / (holding * (mtbf + mttr))),
        mttr * math.log((holding * mttr + margin) / (holding * mtbf)),
    )


@dataclass(frozen=True)
class Product:
    """One product and its supplier.

    Attributes
    ----------
    name, criticality : as in the scenario.
    demand : units a day.
    cost, price : money a unit.
    mtbf, mttr : mean time between failures and to repair, days.
    """

    name: str
    criticality: str
    demand: int
    cost: int
    price: int
    mtbf: int
    mttr: int

    @property
    def holding(self) -> float:
        """Money per unit and day."""
        return RATE * self.cost / YEAR

    @property
    def margin(self) -> float:
        """Money lost with a lost sale."""
        return float(self.price - self.cost)

    @property
    def threshold(self) -> float:
        """Margin up to which just-in-time is optimal, money: h × MTBF."""
        return self.holding * self.mtbf

    @property
    def pays(self) -> bool:
        """Whether any cover pays."""
        return self.margin > self.threshold

    @property
    def best(self) -> float:
        """Days of cover of least cost."""
        return optimal_cover_days(self.mtbf, self.mttr, self.holding, self.margin)

    @property
    def cover_tolerance(self) -> float:
        """Days by which a cover may be off and cannot be a mistake; next to nothing where no cover pays."""
        if not self.pays:
            return 0.01
        return apart(0.03, self.best, *cover_mistakes(self.mtbf, self.mttr, self.holding, self.margin))

    def cost_a_year(self, cover: float) -> float:
        """Carrying cost and lost margin, money a year, goods flowing continuously."""
        outcome = cover_against_outages(self.demand, self.mtbf, self.mttr, cover)
        return YEAR * outcome.cost(self.holding, self.margin)

    def daily(self, cover: int) -> tuple[float, float]:
        """Carrying cost and lost margin, money a year, exactly as the engine lives it: day by day.

        Whether the supplier is down on a morning is a Markov chain (the alternating renewal process seen once a day); on
        the n-th morning in a row ``d (cover - n)+`` is left in the evening, and the day is lost from n = cover + 1 on.
        """
        cycle = self.mtbf + self.mttr
        down, seen = self.mttr / cycle, -math.expm1(-1 / self.mtbf - 1 / self.mttr)
        recover = (1 - down) * seen
        left = (1 - down) * cover
        left += sum(down * recover * (1 - recover) ** (n - 1) * (cover - n) for n in range(1, cover + 1))
        lost = down * (1 - recover) ** cover
        return YEAR * self.holding * self.demand * left, YEAR * self.margin * self.demand * lost


#: what lessons 2 and 4 compute with
FORMULAS = (
    "h = carrying cost of one unit for one day = 20 % × cost / 365 (EUR); π = margin lost with a lost sale (EUR)",
    "just-in-time is optimal where π ≤ h × MTBF",
    "else B* = MTTR × ln((h × MTTR + π) / (h × (MTBF + MTTR))) days of cover (ln: natural logarithm, LN in a spreadsheet)",
    "share of time out of stock with B days of cover = MTTR / (MTBF + MTTR) × e^(−B / MTTR)",
)


def figures(products: Sequence[Product]) -> tuple[tuple[str, ...], ...]:
    """The products as a table of texts, a heading first."""
    head = ("product", "units a day", "cost, EUR", "margin π, EUR", "MTBF, days", "MTTR, days")
    rows = [
        (one.name, str(one.demand), str(one.cost), f"{one.margin:g}", str(one.mtbf), str(one.mttr)) for one in products
    ]
    return (head, *rows)


def scenario(name: str, title: str, comment: str, products: Sequence[Product]) -> str:
    """Text of the scenario file."""
    head = HEAD.format(
        name=name, title=title, comment=comment, horizon=int(YEARS * YEAR), years=YEARS, rate=f"{RATE:.2f}"
    )
    return head + "".join(ONE.format(**vars(product)) for product in products)


def posture(name: str, cover: float, rules: Sequence[tuple[str, str]] = ()) -> str:
    """Text of a posture file that holds days of cover, with a rule for each condition and comment given."""
    text = f'base = "jit"\nname = "{name}"\npolicy = "base_stock"\nz = 0\ncover = {cover:g}   # days\nlot = 1\n'
    for condition, comment in rules:
        text += f"\n[[rules]]   # {comment}\n{condition}\ncover = 0   # days: write your own number\n"
    return text
