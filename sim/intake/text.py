"""Text files: what divides the columns, where the table begins, and lines that do not fit into it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import ScenarioError
from sim.intake.table import RULE, Column, Table, swept
from sim.intake.tally import Aside

DIVIDERS = {";": "semicolons", "\t": "tabs", "|": "pipes", ",": "commas"}
#: lines among which the headings are looked for
LOOK = 60


def decoded(content: bytes, name: str) -> tuple[bytes, str]:
    """UTF-8 bytes of a text file, and how it was written.

    Raises
    ------
    ScenarioError : it is not text.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding, name)
    head = content[:4096]
    if head.count(0) > len(head) // 4:
        return _decoded(content, "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be", name)
    odd = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in head)
    if odd > len(head) // 50:
        raise ScenarioError([f"{name}: is neither a text table nor a workbook nor Parquet: it holds binary data"])
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace").encode("utf-8"), "Windows-1252 text"
    return content, "UTF-8 text"


def _decoded(content: bytes, encoding: str, name: str) -> tuple[bytes, str]:
    if encoding == "utf-8":
        return content, "UTF-8 text"
    try:
        return content.decode(encoding).encode("utf-8"), "UTF-16 text"
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{name}: is not UTF-16 text: {error}"]) from error


@dataclass(frozen=True)
class TextGrid:
    """A text file read with one divider.

    Attributes
    ----------
    content : UTF-8 bytes.
    """

    source: str
    content: bytes
    divider: str
    encoding: str

    @property
    def how(self) -> str:
        return f"{self.encoding}, {DIVIDERS[self.divider]}"

    @property
    def quoted(self) -> bool:
        """Whether quotation marks enclose cells; SAP lists have none."""
        return self.divider != "|"

    def preview(self) -> list[list[Any]]:
        """Cells of the first lines."""
        lines = self.content[:262_144].decode("utf-8", errors="ignore").splitlines()[:LOOK]
        if not self.quoted:
            return [line.split(self.divider) for line in lines]
        made = []
        for line in lines:
            try:
                made.append(next(csv.reader([line], delimiter=self.divider), []))
            except csv.Error:
                made.append([line])
        return made

    def load(self, first: int, heads: Sequence[Any], header: int) -> Table:
        """The table from row number `first` on; lines with more or fewer cells than headings are set aside."""
        import pyarrow as pa
        from pyarrow import csv as reader

        odd: list[tuple[int, int, str]] = []

        def aside(row: Any) -> str:
            odd.append((row.number, row.actual_columns, row.text))
            return "skip"

        names = [str(place) for place in range(len(heads))]
        kind = pa.dictionary(pa.int32(), pa.string())
        lines = self.content.split(b"\n", first - 1)
        if len(lines) < first or not lines[-1].strip():
            return Table(self.source, self.how, header, tuple(_empty(heads)), np.zeros(0, dtype=np.int64))
        try:
            read = reader.read_csv(
                pa.BufferReader(lines[-1] if lines[-1].endswith(b"\n") else lines[-1] + b"\n"),
                read_options=reader.ReadOptions(use_threads=False, column_names=names, block_size=1 << 24),
                parse_options=reader.ParseOptions(
                    delimiter=self.divider,
                    quote_char='"' if self.quoted else False,
                    newlines_in_values=self.quoted,
                    ignore_empty_lines=False,
                    invalid_row_handler=aside,
                ),
                convert_options=reader.ConvertOptions(
                    column_types=dict.fromkeys(names, kind), strings_can_be_null=False
                ),
            )
        except pa.ArrowException as error:
            raise ScenarioError([f"{self.source}: cannot be read: {error}"]) from error
        skipped = {number - 1 for number, _, _ in odd}
        numbers = np.arange(read.num_rows + len(skipped), dtype=np.int64)
        if skipped:
            numbers = numbers[~np.isin(numbers, list(skipped))]
        columns = tuple(_column(head, read.column(place)) for place, head in enumerate(heads))
        lost = tuple(self._aside(number + first - 1, count, text, len(heads)) for number, count, text in odd)
        return swept(Table(self.source, self.how, header, columns, numbers + first, tuple(one for one in lost if one)))

    def _aside(self, number: int, cells: int, text: str, wanted: int) -> Aside | None:
        if not text.strip():
            return None
        bare = text.strip()
        why = "a rule between rows" if RULE.fullmatch(bare) else f"has {cells} cells for {wanted} columns"
        return Aside(number, number, 1, bare[:120], why)


def _empty(heads: Sequence[Any]) -> list[Column]:
    return [Column(head, [None], np.zeros(0, dtype=np.int32)) for head in heads]


def _column(head: Any, cells: Any) -> Column:
    """A column from Arrow's, its texts stripped and made one again."""
    whole = cells.combine_chunks() if cells.num_chunks != 1 else cells.chunk(0)
    if hasattr(whole, "unify_dictionaries"):
        whole = whole.unify_dictionaries().combine_chunks()
    texts: list[str] = whole.dictionary.to_pylist()
    codes = whole.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    place: dict[str | None, int] = {}
    moved = np.asarray([place.setdefault(text.strip() or None, len(place)) for text in texts], dtype=np.int32)
    return Column(head, list(place), moved[codes] if moved.size else codes)


def grids(source: str, content: bytes) -> list[TextGrid]:
    """The file, read with each divider that occurs in its first lines.

    Raises
    ------
    ScenarioError : it is not text, or empty.
    """
    text, encoding = decoded(content, source)
    text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not text.strip():
        raise ScenarioError([f"{source}: is empty"])
    head = text[:65_536]
    found = [TextGrid(source, text, divider, encoding) for divider in DIVIDERS if divider.encode() in head]
    return found or [TextGrid(source, text, ",", encoding)]


def lines(content: bytes) -> list[str]:
    """Lines of a text, for messages."""
    return io.StringIO(content[:2000].decode("utf-8", errors="replace")).read().splitlines()
