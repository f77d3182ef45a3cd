"""Quality: how defective units come to light, and what becomes of goods from a bad spell once it is known."""

from __future__ import annotations

from typing import Literal

from sim.keys import key, spec


@spec
class Quality:
    """Rules of the firm for defective goods; how many there are follows from `Supplier.defect_rate` and bad spells.

    Not modelled: customers who leave because of defects; claims against the supplier; good units that are rejected.
    """

    detection: float = key(
        default=1.0, gt=0, le=1, about="chance that a defective unit is noticed when it is used; the others do no harm"
    )
    report_days: float = key(default=0.0, ge=0, about="days from the use of a defective unit to knowing of it")
    sort_days: float = key(default=14.0, ge=0, about="days that goods of a bad spell stay in quarantine to be sorted")
    scrap: float = key(
        default=1.0,
        ge=0,
        le=1,
        about="share of the defective units found by sorting that is scrapped; others are reworked",
    )
    whole_batches: bool = key(
        default=False, about="goods of a bad spell cannot be sorted: good units count as defective ones in quarantine"
    )
    repair_days: float = key(
        default=0.0,
        ge=0,
        about="days from discovery until the supplier makes good units again, if the spell is not over",
    )
    defects: Literal["drawn", "expected"] = key(
        default="drawn",
        about="defective units of a batch: a binomial number by supplier, item and production day, or their mean",
    )
