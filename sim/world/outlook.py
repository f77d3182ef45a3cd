"""Outlook: how long a firm reckons that a stoppage will last, when nobody has told it: by the law of such stoppages."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Background, CommonCause, Incident, RandomOutage, Timed
from sim.disruptions.effects import effects
from sim.disruptions.timing import Occurrence
from sim.distributions import Law
from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: equally likely lengths that stand for a law
POINTS = 400


def outlook(scenario: Scenario, one: Incident) -> Floats | None:
    """Equally likely lengths of an incident of this kind, days, rising, (n,); None where no law says them.

    What is public is the law, never what was drawn from it. Worked out once for each place and kind, and kept with the
    scenario.
    """
    kept: dict[Any, Floats | None] = scenario.__dict__.setdefault("_outlooks", {})
    key = (one.name, one.kind, one.target, one.where)
    if key not in kept:
        made = next((made for made in scenario.bound_disruptions if made.name == one.name), None)
        found = _lengths(made, one)
        kept[key] = None if found is None or not len(found) else np.sort(np.asarray(found, dtype=float))
    return kept[key]


def believed(lengths: Floats, age: float) -> float:
    """Length in all that is reckoned with for a stoppage that has gone on for `age` days: the mean of the longer ones.

    The mean residual life plus the age (for instance Cox 1962, Renewal Theory, section 1.2). What is older than any of them
    is believed to end at once.
    """
    longer = lengths[np.searchsorted(lengths, age, "right") :] if age > 0 else lengths
    return float(longer.mean()) if longer.size else age


def _lengths(made: Any, one: Incident) -> Floats | list[float] | None:
    if isinstance(made, CommonCause):
        return _of_member(made, one)
    if isinstance(made, Timed):
        return _of(made, one, made.length if made.down is None else made.down)
    if isinstance(made, RandomOutage):
        return _points(made.down)
    if isinstance(made, Background):
        return _of_cause(made, one.kind)
    return None


def _of_member(cause: CommonCause, one: Incident) -> list[float] | None:
    """Of the first member of a hazard or regime that does this."""
    whole = cause.length if cause.down is None else cause.down
    for member in cause.members:
        found = _of(member, one, whole if member.length is None else member.length)
        if found:
            return found
    return None


def _of(made: Timed, one: Incident, law: Law | None) -> list[float]:
    """From start to end of what a disruption does there, for each length of its law; its other laws at their means."""
    lengths = [float("inf")] if law is None else _points(law).tolist()
    extra, does = tuple(law.mean for law in made.laws()), effects(one)
    found: list[float] = []
    for length in lengths:
        # a library event has a length of its own, of which what is drawn is the scale
        occurrence = Occurrence(0.0, length * made.days, extra=extra or (length,))
        alike = [
            effect
            for effect in made.effects(occurrence)
            if (effect.target, effect.where) == (one.target, one.where)
            and (effect.kind or str(getattr(made, "kind", ""))) == one.kind
        ]
        same = [effect for effect in alike if effects(effect) == does] or alike
        found += [effect.end - effect.start for effect in same[:1]]
    return found


def _of_cause(made: Background, kind: str) -> Floats | None:
    """Of one cause of a random background."""
    cause = getattr(made, kind, None)
    if kind == "mckinsey":
        shares = np.cumsum([part.share for part in made.mckinsey.classes])
        found = []
        for place in _middles().tolist():
            part = made.mckinsey.classes[min(int(np.searchsorted(shares, place, "right")), len(shares) - 1)]
            inside = (place - (float(shares[made.mckinsey.classes.index(part)]) - part.share)) / part.share
            found.append(part.low * (part.high / part.low) ** inside)
        return np.array(found)
    law = getattr(cause, "length", None)
    return None if law is None else _points(law) * (1.0 + getattr(cause, "recovery_ratio", 0.0))


def _middles() -> Floats:
    return (np.arange(POINTS) + 0.5) / POINTS


def _points(law: Law) -> Floats:
    from scipy.special import ndtri

    found: Floats = np.asarray(law.from_score(ndtri(_middles())), dtype=float)
    return found
