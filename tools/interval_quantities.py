"""What `interval_coverage.py` measures: numbers with a known value, and the interval that the program gives for each.

Every interval is made by the function that the program prints from; nothing is computed here but the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, cast

import numpy as np
from interval_models import HOLDING, LEVEL, LEVELS, WAITING, cost_law, loss_laws
from numpy.typing import NDArray

from sim.statistics.interval import Interval, interval, paired
from sim.statistics.trust import cautions, tail_cautions
from sim.studies.loss_sample import Estimate, Sample, against

Floats = NDArray[np.float64]
#: one experiment: samples or arrays by name
Data = Mapping[str, Any]
Reader = Callable[[Data], Interval | Estimate]
Doubt = Callable[[Data], tuple[str, ...]]
TAIL = "Student of the tail"


@dataclass(frozen=True)
class Quantity:
    """Something with a known value, and the interval that the program gives for it.

    Attributes
    ----------
    model, name, method : where it stands in the tables.
    truth : exact value.
    read : interval from one experiment.
    doubt : what the program says against it, in sentences; none where it is not asked.
    """

    model: str
    name: str
    method: str
    truth: float
    read: Reader
    doubt: Doubt | None = None


def mean_of(name: str) -> Reader:
    """Student's interval of a mean, as `compare` prints it."""
    return lambda data: interval(_values(data[name]))


def gap_of(a: str, b: str) -> Reader:
    """Student's interval of a paired difference, as `compare` prints it."""
    return lambda data: paired(data[a].losses, data[b].losses, "lower").difference


def share_of(name: str) -> Reader:
    """Wilson's interval of the share of replications in which something is above 0."""
    return lambda data: interval((data[name] > 0).astype(float), share=True, yes_no=True)


def sampled_mean_of(name: str) -> Reader:
    """Student's interval over strata, as `loss` prints it."""
    return lambda data: cast(Estimate, data[name].mean)


def sampled_gap_of(a: str, b: str) -> Reader:
    """The same of a paired difference."""
    return lambda data: against(data[a], data[b], LEVEL).mean


def tail_of(name: str) -> Reader:
    """CVaR as `loss` prints it."""
    return lambda data: cast(Estimate, data[name].conditional_value_at_risk(LEVEL))


def tail_gap_of(a: str, b: str) -> Reader:
    """Difference of two CVaR."""
    return lambda data: against(data[a], data[b], LEVEL).cvar


def doubt_of(name: str, less: str | None = None) -> Doubt:
    """What speaks against Student's interval of a mean, or of a paired difference."""
    if less is None:
        return lambda data: cautions(_values(data[name]), 0.95, name)
    return lambda data: cautions(_values(data[name]) - _values(data[less]), 0.95, f"{name} - {less}")


def doubt_of_share(name: str) -> Doubt:
    """What speaks against Wilson's interval."""
    return lambda data: cautions((data[name] > 0).astype(float), 0.95, name, yes_no=True)


def doubt_of_tail(*names: str) -> Doubt:
    """What speaks against the interval of a CVaR, or of the difference of two."""
    return lambda data: tuple(one for name in names for one in tail_cautions(_values(data[name]), LEVEL, 0.95, name))


def _values(one: Any) -> Floats:
    return cast(Floats, one.losses if isinstance(one, Sample) else one)


def _loss_quantities(kind: str) -> list[Quantity]:
    """Of S19, its years drawn plainly or by strata."""
    laws = loss_laws()
    tails = {name: law.conditional_value_at_risk(LEVEL) for name, law in laws.items()}
    a, b = f"{kind} bare", f"{kind} covered"
    plain = kind == "plain"
    return [
        Quantity(
            "S19",
            "mean",
            kind,
            laws["bare"].mean,
            mean_of(a) if plain else sampled_mean_of(a),
            doubt_of(a) if plain else None,
        ),
        Quantity(
            "S19",
            "paired difference",
            kind,
            laws["bare"].mean - laws["covered"].mean,
            gap_of(a, b) if plain else sampled_gap_of(a, b),
            doubt_of(a, b) if plain else None,
        ),
        Quantity("S19", "CVaR 95", kind, tails["bare"], tail_of(a), doubt_of_tail(a) if plain else None),
        Quantity("S19", "CVaR 95, covered", kind, tails["covered"], tail_of(b), doubt_of_tail(b) if plain else None),
        Quantity(
            "S19",
            "CVaR 95 difference",
            kind,
            tails["bare"] - tails["covered"],
            tail_gap_of(a, b),
            doubt_of_tail(a, b) if plain else None,
        ),
    ]


def _engine_quantities() -> list[Quantity]:
    """Of the shop: every level, neighbours in pairs, and what happens rarely."""
    laws = {label: cost_law(level, int(HOLDING), int(WAITING)) for label, level in LEVELS.items()}
    means = {label: law.mean for label, law in laws.items()}
    tails = {label: law.conditional_value_at_risk(LEVEL) for label, law in laws.items()}
    found = []
    for a in LEVELS:
        found.append(Quantity("engine", f"mean, {a}", "Student", means[a], mean_of(a), doubt_of(a)))
        found.append(Quantity("engine", f"CVaR 95, {a}", TAIL, tails[a], tail_of(a), doubt_of_tail(a)))
    for a, b in pairwise(LEVELS):
        both = f"{a} - {b}"
        found.append(
            Quantity(
                "engine", f"paired difference, {both}", "Student", means[a] - means[b], gap_of(a, b), doubt_of(a, b)
            )
        )
        found.append(
            Quantity(
                "engine",
                f"CVaR 95 difference, {both}",
                TAIL,
                tails[a] - tails[b],
                tail_gap_of(a, b),
                doubt_of_tail(a, b),
            )
        )
    for a in ("ample", "fortress"):
        law, waiting = cost_law(LEVELS[a], 0, int(WAITING)), f"{a} waiting"
        found.append(
            Quantity("rare", f"mean backorder cost, {a}", "Student", law.mean, mean_of(waiting), doubt_of(waiting))
        )
        some = 1 - float(law.chance[0])
        found.append(
            Quantity(
                "rare",
                f"share of futures with backorders, {a}",
                "Wilson",
                some,
                share_of(waiting),
                doubt_of_share(waiting),
            )
        )
    return found


@lru_cache(maxsize=1)
def quantities() -> tuple[Quantity, ...]:
    """Everything that is measured."""
    return (*_loss_quantities("plain"), *_loss_quantities("strata"), *_engine_quantities())
