"""What a look at the warm-up found, in words."""

from __future__ import annotations

from sim.report.style import capital, counted, number
from sim.studies.warming import Settled


def verdict(found: Settled) -> str:
    """Whether the warm-up is long enough."""
    have, cut = found.warm_up, found.cut
    if found.unsettled:
        return (
            f"the {counted(found.days, 'day')} seen are too few to tell when {found.postures[0]} settles: "
            f"a cut at {cut} leaves too little behind it"
        )
    settles = (
        f"{found.postures[0]} settles after {counted(cut, 'day')}" if cut else f"{found.postures[0]} starts settled"
    )
    if found.enough:
        return f"{settles}; the warm-up of {counted(have, 'day')} is long enough"
    moved = f"leaving the rest out moves average stock by {number(100 * found.shift, 1, plus=True)} %"
    if not found.matters:
        return f"{settles}; the warm-up of {counted(have, 'day')} is shorter, which hardly matters: {moved}"
    return f"{settles}; the warm-up of {counted(have, 'day')} is too short: {moved}"


def parts(found: Settled) -> str:
    """The cut of each series by itself."""
    told = (f"{name}: {cut}" for name, cut in found.cuts.items())
    return f"Days to leave out by MSER-5, each by itself: {'; '.join(told)}"


def dated(found: Settled) -> bool:
    """Whether the study asks what follows from something dated: an incident, or stock that is given at the start."""
    headline = found.scenario.under(found.scenario.weather_names[0])
    return bool(headline.disruptions) or found.scenario.start == "on hand"


def kind(found: Settled) -> str:
    """What the warm-up is for in this scenario."""
    if dated(found):
        return (
            "This scenario asks what follows from something dated from day 0: a terminating study. Its warm-up makes the "
            "state in which day 0 finds the business, and nothing before day 0 is booked. Nothing more is to be deleted. "
            "Make the warm-up as long as it takes to settle, unless the start itself is the question."
        )
    return (
        "This scenario asks for averages of a business that goes on: a steady-state study. The days before it has settled "
        "must be left out. Nothing before day 0 is booked, so a warm-up that reaches the cut leaves them out."
    )


def following(found: Settled, scenario: str) -> str:
    """What may be done next."""
    if found.unsettled:
        return f"bufferstock warmup {scenario} --set scenario.horizon={2 * found.scenario.horizon}  (see more days)"
    if not found.enough and found.matters:
        wanted = -(-found.cut // 7) * 7
        return f"set warm_up = {wanted} in the scenario, or --set scenario.warm_up={wanted} in any command"
    return f"bufferstock compare {scenario}"


def title(found: Settled) -> str:
    """The verdict as a heading."""
    return capital(verdict(found))
