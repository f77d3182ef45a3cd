"""Whether two runs differ, in what they were given, in versions, or in numbers, and what probably made them differ."""

from sim.runs.diff.change import Change
from sim.runs.diff.diff import Diff, diff
from sim.runs.diff.numbers import Apart, Numbers
from sim.runs.diff.side import Side, side_of
from sim.runs.diff.tables import Table

__all__ = ["Apart", "Change", "Diff", "Numbers", "Side", "Table", "diff", "side_of"]
