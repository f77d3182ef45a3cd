"""Checks of plain-number arguments, shared by the formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence


def require_positive(name: str, value: float) -> None:
    """Refuse anything but a finite number above zero.

    Parameters
    ----------
    name
        The argument's name, quoted in the message.
    value
        The number to check.

    Raises
    ------
    ValueError
        If the value is zero, negative, infinite or not a number.
    """
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name}: {value!r} is not allowed (a finite number > 0 is)")


def require_non_negative(name: str, value: float) -> None:
    """Refuse anything but a finite number of at least zero.

    Parameters
    ----------
    name
        The argument's name, quoted in the message.
    value
        The number to check.

    Raises
    ------
    ValueError
        If the value is negative, infinite or not a number.
    """
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name}: {value!r} is not allowed (a finite number >= 0 is)")


def require_probability(name: str, value: float) -> None:
    """Refuse anything but a probability strictly between zero and one.

    Parameters
    ----------
    name
        The argument's name, quoted in the message.
    value
        The number to check.

    Raises
    ------
    ValueError
        If the value is not strictly between 0 and 1.
    """
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name}: {value!r} is not allowed (a number strictly between 0 and 1 is)")


def require_whole(name: str, value: float, minimum: int = 0) -> None:
    """Refuse anything but a whole number of at least `minimum`.

    Parameters
    ----------
    name
        The argument's name, quoted in the message.
    value
        The number to check.
    minimum
        The smallest value allowed.

    Raises
    ------
    ValueError
        If the value is not whole or lies below the minimum.
    """
    if not math.isfinite(value) or value != math.floor(value) or value < minimum:
        raise ValueError(f"{name}: {value!r} is not allowed (a whole number >= {minimum} is)")


def require_length(name: str, values: Sequence[object], length: int) -> None:
    """Refuse a sequence of the wrong length.

    Parameters
    ----------
    name
        The argument's name, quoted in the message.
    values
        The sequence to check.
    length
        The number of entries it must have.

    Raises
    ------
    ValueError
        If the sequence has another length.
    """
    if len(values) != length:
        raise ValueError(f"{name}: {len(values)} entries given ({length} expected, one for each stage or site)")
