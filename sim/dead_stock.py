"""Dead stock: the rule by which stock that no longer sells is written down."""

from __future__ import annotations

from sim.keys import key, spec


@spec
class WriteDown:
    """At the end of each period a share of the value of what no longer sells is written down.

    What no longer sells: all units of an item after so many days without demand (`after`), or those above so many days of
    recent demand (`cover`); where both are given, the larger number of the two.

    Not modelled: sale to a scrap dealer; tax.
    """

    every: int = key(default=91, ge=1, about="days of a period: written down at its end, from day 0 on")
    share: float = key(default=0.25, gt=0, le=1, about="share of standard cost written down in a period")
    after: int | None = key(default=None, ge=1, about="days without demand after which all of an item counts as dead")
    cover: float | None = key(default=None, ge=0, about="days of recent demand above which units count as dead")
    recent: int = key(default=182, ge=1, about="days over which recent demand is averaged")
    taken_back: bool = key(
        default=False, about="whether what was written down is taken back when the unit sells after all"
    )

    def __post_init__(self) -> None:
        if self.after is None and self.cover is None:
            raise ValueError("give after (days without demand), cover (days of recent demand), or both")
