"""`size`: from a method, a target and a protection interval to the numbers of a buffer."""

from __future__ import annotations

from typing import Literal

from sim.errors import UsageError, near_miss
from sim.sizing.given import Protection
from sim.sizing.sized import Sized
from sim.sizing.target import Target

Policy = Literal["base_stock", "r_nQ"]
METHODS = ("classical", "poisson", "negative_binomial", "gamma", "empirical", "auto")


def size(method: str, target: Target, protection: Protection, policy: str = "base_stock") -> Sized:
    """The smallest buffer that keeps a target.

    Parameters
    ----------
    method : one of `METHODS`; "auto" chooses by documented rules and says why.
    target : what the buffer is to achieve.
    protection : demand, lead time and the rules by which orders are placed.
    policy : "base_stock" or "r_nQ".

    Raises
    ------
    UsageError : the method or policy is unknown, or a number is not allowed.
    """
    if method not in METHODS:
        raise UsageError(f"size: {method!r} is not a method{near_miss(method, METHODS)}")
    raise NotImplementedError
