"""What a selection found, in words."""

from __future__ import annotations

from sim.measures import BY_NAME
from sim.report.style import Money, counted, listed, number
from sim.studies.selecting import Selected


def told(found: Selected, value: float, plus: bool = False) -> str:
    """A value of the measure with its unit."""
    measure = BY_NAME[found.measure]
    if "{currency}" in measure.unit:
        means = [abs(float(values.mean())) for values in found.values.values()]
        return Money.of(found.scenario.currency, means).near([value]).text(value, plus)
    decimals = 4 if measure.share else 2
    return f"{number(value, decimals, plus)}" + ("" if measure.share else f" {measure.unit}")


def verdict(found: Selected) -> str:
    """What was selected, and with what right."""
    standing, label = found.standing, BY_NAME[found.measure].label.lower()
    way = "highest" if found.rules.higher else "lowest"
    if standing.capped:
        rest = [name for name in standing.remaining if name != standing.best]
        return (
            f"Not decided after {counted(standing.at)}, the most allowed: {standing.best} has the {way} {label} so far, "
            f"{listed(rest)} {'is' if len(rest) == 1 else 'are'} still in; nothing is promised"
        )
    same = [name for name in standing.remaining if name != standing.best]
    tied = f" ({listed(same)} never differs from it)" if same else ""
    near = [name for name in found.near if name not in same]
    good = (
        f"; {listed(near)} {'is' if len(near) == 1 else 'are'} within the indifference of it, so as good"
        if near
        else ""
    )
    return f"{standing.best} has the {way} {label}{tied}, after {counted(standing.at)}{good}"


def promise(found: Selected) -> str:
    """What the selection guarantees, and what it assumes."""
    apart = told(found, found.rules.indifference)
    return (
        f"The promise: if the best is better than each of the others by {apart} or more, it is selected with a probability "
        f"of at least {100 * found.rules.confidence:g} %; others as near as that are as good. It takes paired differences "
        "to be near to normal (Kim and Nelson 2001)."
    )


def work(found: Selected) -> str:
    """How much was lived, and what was spared."""
    share = found.spared / (found.lived + found.spared)
    saved = f", {100 * share:.0f} % fewer than if none had been dropped" if found.spared else ""
    return f"{found.lived:,} lives of {len(found.plans)} postures{saved}"
