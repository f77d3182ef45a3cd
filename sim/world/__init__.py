"""The world of one replication: the only place that imports SimPy."""

from __future__ import annotations

from sim.world.blueprint import Blueprint

__all__ = ["Blueprint"]
