"""An account: one part of the cost of a posture as quantity × rate, held against what the simulator booked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sim.measures import BY_NAME

#: error up to which quantity × rate is what was booked: relative, or money a year where that is more
EXACT = 1e-6
#: booked from quantities that `sim.money.audit` multiplies once more in every future
AUDITED = frozenset(
    (
        *("capital_cost", "insurance_cost", "obsolescence_cost", "spoilage_cost", "written_off", "lost_margin"),
        *("goodwill_cost", "purchase_price_variance"),
    )
)
#: words that no reader of a row overlooks
WRONG = "DOES NOT FIT"


@dataclass(frozen=True)
class Term:
    """A part of a cost.

    Attributes
    ----------
    label : what it is.
    key : of the rate in the scenario.
    money : mean money a year.
    quantity, rate : whose product it is; NaN where the run does not keep the quantity.
    unit : of the quantity.
    measure : the measure that it is booked as, where that is not its account's.
    """

    label: str
    key: str
    money: float
    quantity: float = math.nan
    rate: float = math.nan
    unit: str = ""
    measure: str = ""

    @classmethod
    def of(cls, label: str, quantity: float, unit: str, rate: float, key: str) -> Term:
        """Quantity × rate."""
        return cls(label, key, quantity * rate, quantity, rate, unit)

    @classmethod
    def booked(cls, measure: str, money: float, key: str) -> Term:
        """A measure of its own, of which the run keeps no quantity."""
        return cls(BY_NAME[measure].label, key, money, measure=measure)

    def cells(self, how: str) -> tuple[Any, ...]:
        """Cells of its row."""
        known = math.isfinite(self.quantity)
        quantity, rate = (float(self.quantity), float(self.rate)) if known else ("", "")
        return (self.label, quantity, self.unit, rate, self.key, float(self.money), how)


@dataclass(frozen=True)
class Account:
    """One measure of cost and its terms.

    Attributes
    ----------
    measure : its name.
    booked : mean money a year.
    terms : what it is made of.
    rest : name and key of the one term whose quantity the run does not keep; None where the terms must be all.
    """

    measure: str
    booked: float
    terms: tuple[Term, ...]
    rest: tuple[str, str] | None = None

    @property
    def left(self) -> float:
        """What is booked beyond the terms, money a year."""
        return self.booked - sum(term.money for term in self.terms)

    @property
    def slack(self) -> float:
        """What rounding may leave, money a year."""
        return EXACT * max(abs(self.booked), sum(abs(term.money) for term in self.terms), 1.0)

    @property
    def fits(self) -> bool:
        """Whether the terms are what was booked; with a rest beside other terms, whether they are not more."""
        if self.rest:
            return not self.terms or self.left >= -self.slack
        return abs(self.left) <= self.slack

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """Cells of its terms, which sum to what was booked."""
        made = [
            term.cells(_recomputed(term) if math.isfinite(term.quantity) else _booked(term.measure or self.measure))
            for term in self.terms
        ]
        if not self.fits:
            told = f"{WRONG}: quantity × rate is {self.booked - self.left:,.6g}, booked is {self.booked:,.6g}"
            made.append(Term(f"{BY_NAME[self.measure].label}: not explained", "", self.left).cells(told))
        elif self.rest and abs(self.left) > self.slack:
            label, key = self.rest
            made.append(Term(label, key, self.left).cells(_booked(self.measure)))
        return made


def _recomputed(term: Term) -> str:
    """How a term was held against what was booked."""
    return "recomputed, item by item; the rate is the mean that results" if ", mean of " in term.key else "recomputed"


def _booked(measure: str) -> str:
    """What a measure is booked from."""
    return f"booked{'; checked' if measure in AUDITED else ''}: {BY_NAME[measure].definition}"
