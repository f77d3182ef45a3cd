"""What a frontier, and an optimum, say in words."""

from __future__ import annotations

from sim.report.style import Money, counted, listed, number, percent
from sim.studies.frontier import Frontier, Optimum
from sim.studies.frontier.climb import CARRYING, INVENTORY, STOCKOUT


def money(found: Frontier | Optimum) -> Money:
    """The unit that keeps its amounts short."""
    totals = found.figures[..., -1] if isinstance(found, Frontier) else found.after[..., -1]
    return Money.of(found.scenario.currency, totals.mean(axis=0).tolist())


def headline(found: Frontier) -> str:
    """Where the next money unit of buffer stops paying, and what a service target costs."""
    unit, cheapest = money(found), found.points[found.cheapest]
    carrying = unit.text(found.of(found.cheapest, CARRYING).mean)
    text = (
        f"Buffers stop paying at {carrying} of carrying a year ({cheapest.label}: "
        f"total {unit.text(found.of(found.cheapest, -1).mean)}, fill rate {percent(found.fill(found.cheapest).mean, 1)})"
    )
    if found.target is not None:
        text += f"; {service(found)}"
    return text


def service(found: Frontier) -> str:
    """Which point meets the service target."""
    assert found.target is not None
    wanted = f"a fill rate of {percent(found.target, 1)}"
    if found.meets is None:
        return f"no point reaches {wanted}"
    unit = money(found)
    return (
        f"{wanted} costs {unit.text(found.of(found.meets, CARRYING).mean)} of carrying "
        f"({found.points[found.meets].label})"
    )


def dominated(found: Frontier) -> str:
    """Which postures as they are are surely beaten, in one sentence; "" where none is."""
    own = [
        (point, by)
        for point, by in enumerate(found.dominated)
        if by is not None and found.points[point].family == "posture" and found.points[point].factor == 1
    ]
    if not own:
        return ""
    told = [f"{found.points[point].label} by {found.points[by].label}" for point, by in own]
    return f"Surely beaten in carrying and in stockouts at once: {listed(told)}."


def verdict(found: Optimum) -> str:
    """What the optimised plan costs against the last rival, never more than the intervals say."""
    rival = found.names[-1]
    pair, fill = found.against(rival).difference, found.fill_against(rival).difference
    unit = money(found).near([pair.mean, pair.low, pair.high])
    apart = f"({unit.text(abs(pair.low))} to {unit.text(abs(pair.high))})" if pair.high < 0 or pair.low > 0 else ""
    if pair.high < 0:
        ordered = f"({unit.text(-pair.high)} to {unit.text(-pair.low)})"
        cost = f"costs {unit.text(-pair.mean)} a year less than {rival} {ordered}"
    elif pair.low > 0:
        cost = f"costs {unit.text(pair.mean)} a year more than {rival} {apart}"
    else:
        low, high = unit.text(pair.low, True), unit.text(pair.high, True)
        cost = f"cannot be told from {rival} in total cost ({low} to {high} a year)"
    mean, low, high = (number(100 * value, 2, True) for value in (fill.mean, fill.low, fill.high))
    points = f"{mean} points ({low} to {high})"
    return f"{found.names[0]} {cost}, with a fill rate of {percent(found.fill(found.names[0]).mean, 2)}, {points} apart"


def optimism(found: Optimum) -> str:
    """How much better the search thought it was."""
    gap = found.gap
    unit = money(found).near([gap.mean, gap.low, gap.high])
    doubt = "" if gap.low > 0 or gap.high < 0 else ", not clear of zero"
    way = "more" if gap.mean >= 0 else "less"
    return (
        f"Optimism of the search: on {counted(len(found.fresh))} that it never saw, the plan costs "
        f"{unit.text(abs(gap.mean))} a year {way} than on the {len(found.searched)} it was chosen on (difference "
        f"{unit.text(gap.low, True)} to {unit.text(gap.high, True)}{doubt})."
    )


def limited(found: Optimum) -> str:
    """Whether the limit is kept where the search did not look."""
    if found.limit.kind == "none":
        return "Limit: none; least total cost."
    reached = found.limit.reached(found.after[:, 0])
    value = percent(-reached, 2) if found.limit.kind == "fill_rate" else money(found).text(reached)
    word = "kept" if found.kept else "NOT kept"
    doubt = "" if found.clear else ", by the mean alone: chance may turn it"
    return f"Limit: {found.limit}: {word} on fresh futures ({value}{doubt})."


COLUMNS = (CARRYING, STOCKOUT, -1, INVENTORY)
