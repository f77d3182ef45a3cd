"""Replenishment policies: what runs inside the world at every review."""

from __future__ import annotations

from sim.policies.members import base_stock, days_of_cover, push, r_nQ, s_S
from sim.policies.naming import MAKERS, Policies
from sim.policies.policy import Policy, View

POLICIES = Policies(
    {
        "base_stock": base_stock,
        "s_S": s_S,
        "r_nQ": r_nQ,
        "days_of_cover": days_of_cover,
        "push": push,
    }
)
#: what a policy's name may begin with, for messages
NAMES = tuple(dict.fromkeys([*POLICIES, *MAKERS]))

__all__ = ["NAMES", "POLICIES", "Policy", "View", "base_stock", "days_of_cover", "push", "r_nQ", "s_S"]
