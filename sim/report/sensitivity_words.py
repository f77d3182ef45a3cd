"""What a sensitivity study found, in sentences: what turns the ranking round, and at what value."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.assumptions import Assumption
from sim.measures import BY_NAME
from sim.report.style import Money, capital, listed, number
from sim.statistics.interval import Interval
from sim.studies.sensitivity import BreakEven, Tornado
from sim.studies.sensitivity.tornado import Swing

#: how the sentence on the base begins, before any assumption is moved
BASE = "As things stand"


class Writer:
    """Writes values of a study's measure, all in one unit."""

    def __init__(self, measure: str, currency: str, values: Sequence[float]) -> None:
        self.measure = BY_NAME[measure]
        self.money = Money.of(currency, values) if "{currency}" in self.measure.unit else None
        self.divisor = self.money.divisor if self.money else 0.01 if self.measure.share else 1.0
        self.after = self.measure.unit.replace("{currency}", "") if self.money else ""

    @property
    def unit(self) -> str:
        """The unit, for an axis or a heading."""
        if self.money:
            return f"{self.money.unit}{self.after}"
        return "percentage points" if self.measure.share else self.measure.unit

    def number(self, value: float, plus: bool = False) -> str:
        """A value without its unit."""
        if self.money:
            return self.money.number(value, plus)
        return number(value / self.divisor, 2, plus)

    def text(self, value: float) -> str:
        """An amount with its unit."""
        if self.money:
            return self.money.text(value) + self.after
        return f"{self.number(value)} {self.unit}"


def writer_of(found: Tornado) -> Writer:
    """The writer for differences of a study."""
    means = [found.difference.mean, *(interval_at(found, swing).mean for swing in found.swings)]
    return Writer(found.measure, found.scenario.currency, means)


def interval_at(found: Tornado, swing: Swing) -> Interval:
    """The difference a − b at one end of an assumption."""
    from sim.statistics.interval import interval

    return interval(found.apart(swing.values))


def verb(found: Tornado) -> tuple[str, str]:
    """What is said of a value below and above another."""
    label = BY_NAME[found.measure].label.lower()
    if found.measure == "total_cost":
        return "costs less than", "costs more than"
    return f"has less {label} than", f"has more {label} than"


def base_sentence(found: Tornado) -> str:
    """The two postures at the base."""
    a, b = found.between
    one, write = found.difference, writer_of(found)
    less, more = verb(found)
    if one.n < 2:
        return f"{BASE} {a} {less if one.mean < 0 else more} {b}, by {write.text(abs(one.mean))} in one future."
    if one.low <= 0 <= one.high:
        spread = f"{write.number(one.low, True)} to {write.number(one.high, True)}"
        return f"{BASE} {a} and {b} cannot be told apart: {a} − {b} is {write.text(one.mean)} ({spread})."
    word = less if one.mean < 0 else more
    ends = sorted((abs(one.low), abs(one.high)))
    span = f"{write.number(ends[0])} to {write.number(ends[1])}"
    return f"{BASE} {a} {word} {b} by {write.text(abs(one.mean))} (95 %: {span})."


def turning(found: Tornado) -> list[Swing]:
    """Ends at which the other of the two postures has the better mean, in the order of the tornado."""
    return [swing for one in found.order for swing in found.ends(one).values() if found.turned(swing)]


def turning_sentence(found: Tornado) -> str:
    """Which assumptions turn the ranking of the two round."""
    swings = turning(found)
    a, b = found.between
    if not swings:
        return f"No assumption at either end turns {a} and {b} round."
    names = list(dict.fromkeys(swing.assumption.label for swing in swings))
    clear = [swing.assumption.label for swing in swings if found.clearly(swing)]
    told = [name if name in clear else f"{name} (not clear)" for name in names]
    return f"{len(names)} of {len(found.assumptions)} assumptions turn {a} and {b} round: {listed(told)}."


def value_text(one: Assumption, value: float | str) -> str:
    """A value of an assumption, short."""
    try:
        shown = f"{float(value):.3g}"
    except ValueError:
        return str(value)
    return f"× {shown}" if one.scales else shown


def break_even_sentence(found: Tornado, one: BreakEven) -> str:
    """Where one assumption breaks even, or that it does not."""
    a, b = found.between
    of = one.curve.assumption
    label = of.label
    unit = f" {of.unit}" if of.unit and not of.scales else ""
    if one.kind == "none":
        return f"{capital(label)}: no crossing from {value_text(of, of.low)} to {value_text(of, of.high)}."
    if one.kind == "beyond":
        ends = f"from {value_text(of, of.low)} to {value_text(of, of.high)}"
        return f"{capital(label)}: no crossing {ends}; on a straight line it would be at {value_text(of, one.value)}."
    side = side_of(found, one)
    word = "costs less than" if found.measure == "total_cost" else "is better than"
    now = "" if of.base is None else f"; now {value_text(of, of.base)}"
    many = f"; {one.crossings} crossings in the range, this is the nearest to now" if one.crossings > 1 else ""
    where = f"{value_text(of, one.value)}{unit}"
    return f"{capital(a)} {word} {b} where {label} is {side} {where} (95 %: {ends_text(one)}{now}{many})."


def side_of(found: Tornado, one: BreakEven) -> str:
    """On which side of the break-even value a is ahead: 'above' or 'below'."""
    rises = one.above > one.below
    return "below" if rises == (BY_NAME[found.measure].better != "higher") else "above"


def ends_text(one: BreakEven) -> str:
    """The interval of a break-even value."""
    of = one.curve.assumption
    low = "below range" if math.isinf(one.low) else value_text(of, one.low)
    high = "above range" if math.isinf(one.high) else value_text(of, one.high)
    return f"{low} to {high}"


def no_crossing(evens: Sequence[BreakEven]) -> str:
    """Which assumptions do not turn it round anywhere in their range."""
    rest = [one.curve.assumption.label for one in evens if one.kind != "crosses"]
    return f"No crossing in the range looked at: {listed(rest)}." if rest else ""


def findings(found: Tornado, evens: Sequence[BreakEven]) -> list[str]:
    """All that was found, the most telling first."""
    crossing = [break_even_sentence(found, one) for one in evens if one.kind == "crosses"]
    told = [base_sentence(found), turning_sentence(found), *crossing, *filter(None, [no_crossing(evens)])]
    return [*told, *filter(None, [leaders(found)])]


def leaders(found: Tornado) -> str:
    """Where a third posture is best; nothing where none is."""
    others: dict[str, list[str]] = {}
    for swing in found.swings:
        name = found.best(swing.values)
        if name not in found.between:
            others.setdefault(name, []).append(
                f"{swing.assumption.label} = {value_text(swing.assumption, swing.value)}"
            )
    told = [f"{capital(name)} has the best mean of all postures at {listed(where)}" for name, where in others.items()]
    return "; ".join(told) + "." if told else ""
