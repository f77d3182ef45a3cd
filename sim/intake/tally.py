"""The import report: what became of every row of every file, and the proof that none is missing."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import ModelError
from sim.intake.safe import cell

Positions = NDArray[np.intp]
#: what can become of a row; the larger the worse
USED, IN_PART, NOT_USED = 0, 1, 2
FATES = ("yes", "in part", "no")
COLUMNS = ("file", "role", "row", "column", "value", "reason", "what was done", "row used")


#: letters of a value that are shown on a terminal
SHOWN = 40


def _short(value: Any) -> str:
    """A value as it stands in the file, cut where it is long; nothing in it can move the cursor."""
    text = repr("" if value is None else value)
    return text if len(text) <= SHOWN else text[: SHOWN - 4] + "..." + text[-1]


@dataclass(frozen=True)
class Aside:
    """A line that stands outside the table: a title, a rule of dashes, a line with too many cells.

    Attributes
    ----------
    first, last : row numbers, the same for a single line.
    rows : how many lines with something in them that is.
    """

    first: int
    last: int
    rows: int
    text: str
    reason: str


@dataclass
class Account:
    """The rows of one table in one role.

    Attributes
    ----------
    source, role : file (and sheet) and what it was taken for.
    numbers : (rows,) row numbers as a spreadsheet shows them.
    fate : (rows,) worst that was said of each row.
    """

    source: str
    role: str
    numbers: NDArray[np.int64]
    aside: tuple[Aside, ...] = ()
    fate: NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        self.fate = np.full(self.numbers.size, USED, dtype=np.uint8)

    @property
    def rows_in(self) -> int:
        """Rows of the file with something in them, but for the one that names the columns."""
        return int(self.numbers.size) + sum(one.rows for one in self.aside)

    @property
    def rows_used(self) -> int:
        """Rows of which something went into the scenario."""
        return int((self.fate < NOT_USED).sum())

    @property
    def rows_reported(self) -> int:
        """Rows of which nothing went into the scenario; each has a line in the report."""
        return int((self.fate == NOT_USED).sum()) + sum(one.rows for one in self.aside)


@dataclass(frozen=True)
class Remark:
    """The same thing said of some rows (or of a whole file, where `positions` is None)."""

    account: Account | None
    source: str
    positions: Positions | None
    column: str
    values: Sequence[Any] | str
    reason: str | Sequence[str]
    done: str
    fate: int


class Tally:
    """Everything that is said about rows while files are read."""

    def __init__(self) -> None:
        self.accounts: list[Account] = []
        self.remarks: list[Remark] = []

    def opens(self, source: str, role: str, numbers: NDArray[np.int64], aside: Iterable[Aside] = ()) -> Account:
        """Begin to account for the rows of a table."""
        made = Account(source, role, numbers, tuple(aside))
        self.accounts.append(made)
        return made

    def say(
        self,
        account: Account,
        positions: Any,
        column: str,
        values: Sequence[Any] | str,
        reason: str | Sequence[str],
        done: str = "row not used",
        fate: int = NOT_USED,
    ) -> None:
        """Say something of rows.

        Parameters
        ----------
        positions : (n,) positions in the table, not row numbers.
        values, reason : one for each of them, or one text for all.
        """
        rows = np.atleast_1d(np.asarray(positions, dtype=np.intp))
        if not rows.size:
            return
        np.maximum.at(account.fate, rows, np.uint8(fate))
        self.remarks.append(Remark(account, account.source, rows, column, values, reason, done, fate))

    def tell(self, source: str, column: str, reason: str, done: str, value: str = "") -> None:
        """Say something of a file as a whole, or of a column."""
        self.remarks.append(Remark(None, source, None, column, value, reason, done, USED))

    def rejected(self, most: int) -> list[str]:
        """Some rows that were not used, in one line each: the first row of each reason, the commonest reasons first."""
        firsts: dict[tuple[str, str], str] = {}
        counts: Counter[tuple[str, str]] = Counter()
        for remark in self.remarks:
            account = remark.account
            if account is None or remark.positions is None or remark.fate != NOT_USED:
                continue
            for number, row in enumerate(remark.positions.tolist()):
                why = remark.reason if isinstance(remark.reason, str) else remark.reason[number]
                counts[remark.source, why] += 1
                if (remark.source, why) not in firsts:
                    value = remark.values if isinstance(remark.values, str) else remark.values[number]
                    what = f", {remark.column} {_short(value)}" if remark.column else ""
                    firsts[remark.source, why] = (
                        f"{remark.source} row {account.numbers[row]}{what}: {why}: {remark.done}"
                    )
        return [firsts[key] for key, _ in counts.most_common(most)]

    def close(self, account: Account, used: NDArray[np.bool_]) -> None:
        """Check that the rows that went into the scenario are those of which nothing else was said.

        Raises
        ------
        ModelError : a row was neither used nor reported, or both.
        """
        odd = np.flatnonzero(used != (account.fate < NOT_USED))
        if odd.size:
            rows = ", ".join(str(account.numbers[place]) for place in odd[:5])
            raise ModelError(f"{account.source} as {account.role}: rows {rows} are neither used nor reported, or both")

    def write(self, path: Path) -> None:
        """Write the report as CSV, by file and row; text that a spreadsheet would run is escaped."""
        lines: list[tuple[int, int, tuple[Any, ...]]] = []
        order = {account.source: number for number, account in enumerate(self.accounts)}
        for account in self.accounts:
            told = f"{account.rows_in} rows in = {account.rows_used} used + {account.rows_reported} reported"
            lines.append((order[account.source], 0, (account.source, account.role, "", "", "", told, "", "")))
            for one in account.aside:
                rows = str(one.first) if one.first == one.last else f"{one.first}-{one.last}"
                head = (account.source, account.role, rows, "", one.text)
                lines.append((order[account.source], one.first, (*head, one.reason, "row not used", "no")))
        for remark in self.remarks:
            lines += self._lines(remark, order.get(remark.source, len(order)))
        lines.sort(key=lambda line: line[:2])
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows([cell(value) for value in line] for _, _, line in lines)

    @staticmethod
    def _lines(remark: Remark, place: int) -> Iterable[tuple[int, int, tuple[Any, ...]]]:
        values, reason, account = remark.values, remark.reason, remark.account
        if account is None or remark.positions is None:
            yield place, 0, (remark.source, "", "", remark.column, values, reason, remark.done, "")
            return
        for number, row in enumerate(remark.positions.tolist()):
            value = values if isinstance(values, str) else values[number]
            why = reason if isinstance(reason, str) else reason[number]
            at = int(account.numbers[row])
            head = (account.source, account.role, at, remark.column, "" if value is None else value)
            yield place, at, (*head, why, remark.done, FATES[remark.fate])
