"""The classic replenishment policies, each a function of a view. Comparisons are ``<=``: at the reorder point, order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.policies.policy import View

Floats = NDArray[np.float64]


def base_stock(view: View) -> Floats:
    """Order up to the base-stock level at every review: S - inventory position."""
    quantity = view.order_up_to - view.position
    found: Floats = np.maximum(quantity, view.zero, out=quantity)
    return found


def s_S(view: View) -> Floats:  # noqa: N802 - the field's own name
    """(s, S): when the inventory position is at or below s, order up to S (Zheng and Federgruen 1991)."""
    position = view.position
    return np.where(position <= view.reorder_point, view.order_up_to - position, 0.0)


def r_nQ(view: View) -> Floats:  # noqa: N802 - the field's own name
    """(r, nQ): when the position is at or below r, order the least multiple of Q that lifts it above r.

    With continuous review of unit demand it is the (r, Q) policy (Federgruen and Zheng 1992).
    """
    position = view.position
    lots = np.floor((view.reorder_point - position) / view.order_quantity) + 1.0
    return np.where(position <= view.reorder_point, lots * view.order_quantity, 0.0)


def days_of_cover(view: View) -> Floats:
    """Order up to the plan's days of cover at the mean demand of the last 28 days (the plan's forecast until then).

    Customer demand counts, so it is for warehouses that face customers.
    """
    past = view.demand(28)
    mean = past.mean(axis=0) if past.shape[0] >= 28 else view.forecast
    days = np.divide(view.order_up_to, view.forecast, out=np.zeros_like(view.forecast), where=view.forecast > 0)
    found: Floats = np.maximum(days * mean - view.position, 0.0)
    return found


def push(view: View) -> Floats:
    """Order the forecast of one review period, whatever the stock (push to forecast)."""
    return view.forecast * view.review_every
