"""Sensitivity: which assumptions move the answer, which turn the ranking round, and at what value."""

from sim.studies.sensitivity.break_even import BreakEven, break_evens
from sim.studies.sensitivity.register import chosen, register
from sim.studies.sensitivity.tornado import Tornado, tornado

__all__ = ["BreakEven", "Tornado", "break_evens", "chosen", "register", "tornado"]
