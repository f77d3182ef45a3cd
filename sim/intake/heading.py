"""Where the table of a file begins and what its columns stand for: found by their names, or as the user says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.errors import ScenarioError, UsageError, listing, near_miss
from sim.intake.aliases import CURRENCIES, ROLES, UNITS, fields_of, plain
from sim.intake.dates import period
from sim.intake.table import RULE, Grid, Table, shown
from sim.intake.tally import Aside

#: a wide table has at least so many columns headed by dates
FEWEST_DATES = 3
#: what makes a table an item master, more than a list of stock
MASTER = frozenset(
    [
        "standard_cost",
        "stprs",
        "verpr",
        "price",
        "purchase_price",
        "lead_time",
        "own_time",
        "supplier",
        "safety_stock",
        "safety_stock_days",
        "reorder_point",
        "order_up_to",
        "minimum_order",
        "order_quantity",
        "multiple",
        "criticality",
        "critical_flag",
        "abc",
        "description",
        "family",
        "volume",
        "shelf_life",
        "mrp_type",
        "goods_receipt_time",
    ]
)
Names = Mapping[str, str]


@dataclass(frozen=True)
class Headed:
    """A grid whose headings are found.

    Attributes
    ----------
    heads : (columns,) headings.
    top, bottom : row numbers of the first and the last row of headings.
    fields : field -> position of its column.
    spare : positions of columns that stand for a field another column gives already.
    dates : positions of columns headed by dates (wide demand).
    roles : roles the columns allow, the likeliest first.
    """

    grid: Grid
    heads: tuple[Any, ...]
    top: int
    bottom: int
    role: str
    fields: dict[str, int]
    spare: dict[int, str]
    dates: tuple[int, ...]
    roles: tuple[str, ...]

    @property
    def score(self) -> int:
        return len(self.fields) + bool(self.dates)


def datelike(head: Any) -> bool:
    """Whether a heading names a day, a week or a month."""
    try:
        return period(head) is not None
    except ValueError as error:
        return "can be read" in str(error)


def fits(role: str, fields: Mapping[str, int], dates: Sequence[int]) -> bool:
    """Whether columns make a table of this role."""
    has = fields.keys()
    if "item" not in has:
        return False
    if role == "deliveries":
        return {"ordered", "delivered"} <= has
    if role == "demand":
        long = "units" in has and bool({"date", "week", "month"} & has)
        return long or len(dates) >= FEWEST_DATES
    if role == "stock":
        return "on_hand" in has
    return bool(MASTER & has)


def best(candidates: Sequence[Grid], role: str | None, names: Mapping[str, Names]) -> Headed | None:
    """The likeliest headings among the first rows of a file (read in one or several ways), or None.

    Parameters
    ----------
    role : the role the user gives the file; None: any.
    names : role (or "" for all) -> plain heading -> field, as the user says.
    """
    found: Headed | None = None
    for grid in candidates:
        rows = grid.preview()
        for heads, top, bottom in _rows_of_heads(rows, {word for one in names.values() for word in one}):
            made = _headed(grid, heads, top, bottom, role, names)
            if made is None:
                continue
            single = top == bottom
            if found is None or made.score > found.score + (0 if single else 1):
                found = made
    return found


def _rows_of_heads(rows: list[list[Any]], said: Collection[str]) -> Iterator[tuple[tuple[Any, ...], int, int]]:
    """Every row that may hold headings, and every two that may do so together."""
    for number, row in enumerate(rows, start=1):
        if sum(bool(shown(cell)) for cell in row) > 1:
            yield tuple(row), number, number
    for number, (upper, lower) in enumerate(zip(rows[:-1], rows[1:], strict=True), start=1):
        if sum(bool(shown(cell)) for cell in lower) > 1 and any(shown(cell) for cell in upper):
            width = max(len(upper), len(lower))
            pairs = zip([*upper, *[None] * width][:width], [*lower, *[None] * width][:width], strict=True)
            yield tuple(_joined(one, two, said) for one, two in pairs), number, number + 1


def _joined(upper: Any, lower: Any, said: Collection[str]) -> Any:
    """Two headings as one: both together, or the lower one where that alone is known."""
    if not shown(upper) or shown(upper) == shown(lower):
        return lower
    if not shown(lower):
        return upper
    both = f"{shown(upper)} {shown(lower)}"
    known = [
        text for text in (both, shown(lower)) if plain(text) in said or any(fields_of(role, text) for role in ROLES)
    ]
    return known[0] if known else both


def _headed(
    grid: Grid, heads: tuple[Any, ...], top: int, bottom: int, role: str | None, names: Mapping[str, Names]
) -> Headed | None:
    made: dict[str, tuple[dict[str, int], dict[int, str]]] = {}
    for one in [role] if role else ("deliveries", "demand", "items", "stock"):
        found = _assigned(heads, one, {**names.get("", {}), **names.get(one, {})})
        if "item" in found[0]:
            made[one] = found
    if not made:
        return None
    dates = tuple(place for place, head in enumerate(heads) if shown(head) and datelike(head))
    allowed = tuple(one for one, (fields, _) in made.items() if fits(one, fields, dates))
    if not allowed:
        return None
    if "items" in allowed and "stock" in allowed and not MASTER & made["items"][0].keys() - {"description", "family"}:
        allowed = tuple(one for one in allowed if one != "items")
    if "demand" in allowed and "items" in allowed and not dates:
        allowed = tuple(one for one in allowed if one != "items")
    chosen = allowed[0]
    fields, spare = made[chosen]
    wide = dates if chosen == "demand" and "units" not in fields else ()
    return Headed(grid, heads, top, bottom, chosen, fields, spare, wide, allowed)


def _assigned(heads: tuple[Any, ...], role: str, names: Names) -> tuple[dict[str, int], dict[int, str]]:
    """Fields and the columns that give them; further columns of the same fields."""
    offers: dict[str, list[tuple[int, int]]] = {}
    for place, head in enumerate(heads):
        text = shown(head)
        if not text:
            continue
        said = names.get(plain(text))
        for field, order in [(said, -1)] if said else fields_of(role, text):
            offers.setdefault(field, []).append((order, place))
    fields = {field: min(found)[1] for field, found in offers.items()}
    spare = {place: field for field, found in offers.items() for _, place in found if place != fields[field]}
    return fields, {place: field for place, field in spare.items() if place not in fields.values()}


def twice(headed: Headed) -> None:
    """Refuse a file in which two columns of the very same name give one field.

    Raises
    ------
    UsageError : naming the heading.
    """
    for place, field in headed.spare.items():
        taken = headed.heads[headed.fields[field]]
        if shown(headed.heads[place]) == shown(taken):
            raise UsageError(
                f"{headed.grid.source}: two columns are called {shown(taken)!r}, and either may be the {field}: "
                "rename one of them"
            )


def loaded(headed: Headed) -> tuple[Table, dict[int, str]]:
    """The table below the headings, and units named in a row of their own below them (by position of the column)."""
    rows = headed.grid.preview()
    first = headed.bottom + 1
    aside: list[Aside] = []
    for number, row in enumerate(rows[: headed.top - 1], start=1):
        text = " | ".join(shown(cell) for cell in row if shown(cell))
        if text:
            reason = "a rule between rows" if RULE.fullmatch(text.replace(" | ", "")) else "above the headings"
            aside.append(Aside(number, number, 1, text[:120], reason))
    units: dict[int, str] = {}
    while first - 1 < len(rows):
        below = rows[first - 1]
        text = " | ".join(shown(cell) for cell in below if shown(cell))
        if not text:
            first += 1
        elif RULE.fullmatch(text.replace(" | ", "")):
            aside.append(Aside(first, first, 1, text[:120], "a rule between rows"))
            first += 1
        elif (named := _units(below)) or _names_again(below, headed):
            units |= named
            told = "a second row of headings"
            aside.append(Aside(first, first, 1, text[:120], f"{told}, with units" if named else told))
            first += 1
        else:
            break
    table = headed.grid.load(first, headed.heads, headed.bottom)
    return replace(table, aside=(*aside, *table.aside)), units


def _units(row: Sequence[Any]) -> dict[int, str]:
    """Units of a row that holds nothing else; empty where it holds something else."""
    made: dict[int, str] = {}
    for place, cell in enumerate(row):
        text = shown(cell).strip("()[]")
        if not text or text in "-–":
            continue
        words = plain(text)
        if words in UNITS or words in CURRENCIES:
            made[place] = words
        elif words not in {"text", "pcs", "pieces", "ea", "each", "units", "unit", "st", "date", "code", "kg", "stk"}:
            return {}
    return made


def _names_again(row: Sequence[Any], headed: Headed) -> bool:
    """Whether a row below the headings names the columns once more, in other words."""
    cells = [(place, shown(cell)) for place, cell in enumerate(row) if shown(cell)]
    known = sum(bool(fields_of(headed.role, text)) for _, text in cells)
    return known >= 2 and known * 2 >= len(cells) and not any(any(c.isdigit() for c in text) for _, text in cells)


def must_have(headed: Headed, columns: Mapping[str, str], source: str) -> None:
    """Check that the headings a mapping names are there.

    Raises
    ------
    ScenarioError : naming the missing ones with their near misses.
    """
    there = {plain(shown(head)): shown(head) for head in headed.heads if shown(head)}
    lacking = [name for name in columns if plain(name) not in there]
    if lacking:
        raise ScenarioError(
            f"{source}: the mapping names a column {name!r}{near_miss(name, there.values())}" for name in lacking
        )


def unreadable(source: str, role: str | None, candidates: Sequence[Grid]) -> str:
    """Why no headings were found, for a message."""
    seen = max((row for grid in candidates for row in grid.preview()[:5]), key=len, default=[])
    words = listing([shown(cell)[:20] for cell in seen if shown(cell)], most=6) or "nothing"
    needs = {
        "items": "an item column and one of cost, lead time, supplier, safety stock …",
        "demand": "an item column and either a date and units, or columns headed by dates",
        "deliveries": "columns for item, ordered (date) and delivered (date)",
        "stock": "columns for item and stock on hand",
    }
    wanted = needs[role] if role else "an item column and those of one of " + ", ".join(ROLES)
    return (
        f"{source}: no row among the first 60 names columns that are known: needs {wanted}; it begins with: {words}; "
        "name columns with --column COLUMN=FIELD"
    )
