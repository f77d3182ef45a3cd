"""What the user says of the files, on the command line or in a mapping file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from sim.errors import UsageError, near_miss
from sim.intake.aliases import ALIASES, ROLES, plain
from sim.intake.dates import Every, Order
from sim.intake.safe import escaped

#: lead-time spread where none is recorded: the middle of what steady repeat orders show (0.25 to 0.40, docs/import.md)
ASSUMED_CV = 0.3


@dataclass(frozen=True)
class Options:
    """Choices that no file can tell.

    Attributes
    ----------
    warehouse : name for rows that name none.
    one_warehouse : all warehouses are taken as one of this name.
    today : later dates of demand, orders and receipts are slips.
    dates : how 01/02/2025 is meant; None: as the column itself proves.
    every : what one row of demand covers; None: as the column itself says.
    decimal : decimal mark; None: as the file itself proves.
    pad : field or heading -> digits to which numbers made of digits alone are filled up with zeros.
    working_days : lead times count working days.
    where : heading -> values; other rows are left out, and reported.
    columns : (role or "", heading, field): headings that no list of names knows.
    cost_share : cost as a share of the price, for items with a price alone.
    lead_time, supplier : days, and name, for items without one.
    lead_time_cv : spread of lead times that are published and not recorded.
    return_days : days back in which a return is set against sales.
    drop_same_day : records delivered on the day of their order give no lead time.
    horizon : days to book where demand is resampled.
    criticality : further words -> criticality.
    """

    warehouse: str | None = None
    one_warehouse: str | None = None
    currency: str | None = None
    as_of: datetime.date | None = None
    today: datetime.date = field(default_factory=datetime.date.today)
    dates: Order | None = None
    every: Every | None = None
    decimal: str | None = None
    pad: dict[str, int] = field(default_factory=dict)
    working_days: bool = False
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    columns: tuple[tuple[str, str, str], ...] = ()
    cost_share: float | None = None
    lead_time: float | None = None
    lead_time_cv: float = ASSUMED_CV
    return_days: int = 30
    drop_same_day: bool = False
    horizon: int = 365
    criticality: dict[str, str] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        # names that come from the call are written as those from tables are
        for name in ("warehouse", "one_warehouse"):
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, escaped(given))


def named_column(text: str) -> tuple[str, str, str]:
    """``[ROLE:]COLUMN=FIELD`` taken apart.

    Raises
    ------
    UsageError : it is written otherwise, or names an unknown role or field.
    """
    heading, equals, field_ = text.rpartition("=")
    role, colon, rest = heading.partition(":")
    if not colon or role not in ROLES:
        role, rest = "", heading
    if not equals or not rest.strip():
        raise UsageError(f"--column {text!r}: write [ROLE:]COLUMN=FIELD, for example demand:Menge_ST=units")
    known = sorted({name for one in ([role] if role else ROLES) for name in ALIASES[one]})
    if field_ not in known:
        raise UsageError(f"--column {text!r}: {field_!r} is not a field{near_miss(field_, known)}")
    return role, rest.strip(), field_


def pairs(texts: tuple[str, ...], option: str, example: str) -> list[tuple[str, str]]:
    """``key=value`` texts taken apart.

    Raises
    ------
    UsageError : one is written otherwise.
    """
    made = []
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise UsageError(f"{option} {text!r}: write it as {example}")
        made.append((key.strip(), value.strip()))
    return made


def padding(texts: tuple[str, ...]) -> dict[str, int]:
    """``COLUMN=N`` texts taken apart.

    Raises
    ------
    UsageError : N is not a whole number from 1 to 40.
    """
    made = {}
    for key, value in pairs(texts, "--pad", "--pad item=8"):
        if not value.isdigit() or not 1 <= int(value) <= 40:
            raise UsageError(f"--pad {key}={value}: the number of digits is from 1 to 40, for example --pad item=8")
        made[key] = int(value)
    return made


def pad_of(options: Options, field_: str, heading: str) -> int:
    """Digits to fill a column up to; 0: none."""
    wanted = {plain(key): digits for key, digits in options.pad.items()}
    return wanted.get(plain(field_), wanted.get(plain(heading), 0))
