"""Asking a policy of the user's own: what it returns is checked, and what it does wrong is blamed on it by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import PolicyError
from sim.policies import View

Floats = NDArray[np.float64]


def asked(policy: Callable[[View], Any], name: str, view: View, replication: int) -> Floats:
    """Quantities that a policy asks for, (items,) units, as a copy.

    Raises
    ------
    PolicyError : it raised, or returned a wrong shape, NaN, infinity or a negative number; with replication, warehouse, day.
    """
    where = f"replication {replication}, warehouse {view.warehouse!r}, day {view.day:g}"
    try:
        found = np.array(policy(view), dtype=float)
    except (Exception, SystemExit) as error:
        raise PolicyError(f"policy {name!r} raised {type(error).__name__}: {error} ({where})") from error
    if found.shape != (len(view.items),):
        raise PolicyError(f"policy {name!r} returned shape {found.shape} for {len(view.items)} items ({where})")
    bad = np.flatnonzero(~np.isfinite(found) | (found < 0))
    if bad.size:
        item = view.items[int(bad[0])]
        raise PolicyError(
            f"policy {name!r} ordered {float(found[bad[0]])} of item {item!r} ({where}): 0 or more is allowed"
        )
    return found
