"""Sweeps: a grid of any parameters of the scenario or of postures, every point on the same Futures."""

from sim.studies.sweep.axes import Axis, Grid, grid_of
from sim.studies.sweep.study import Sweep, sweep

__all__ = ["Axis", "Grid", "Sweep", "grid_of", "sweep"]
