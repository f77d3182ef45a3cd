"""Plans as spreadsheets: written for people to edit, read back so that every edit is found."""

from __future__ import annotations

from sim.planbook.reader import Book, notes_on, plan_of, read
from sim.planbook.writer import write

__all__ = ["Book", "notes_on", "plan_of", "read", "write"]
