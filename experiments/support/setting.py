"""How an experiment is run: quick or in full, on how many processors, with which seed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """How an experiment is run.

    Attributes
    ----------
    quick : few Futures, so that it ends within 20 s on one processor. The design is the same.
    jobs : worker processes; it changes no number.
    seed : of all Futures.
    """

    quick: bool = False
    jobs: int = 1
    seed: int = 1

    def replications(self, full: int, quick: int) -> int:
        """How many Futures are lived."""
        return quick if self.quick else full
