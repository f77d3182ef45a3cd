"""Overrides given as text: one key of a file, or one column of a table, set or scaled.

``costs.capital_rate=0.12`` sets a key, ``costs.capital_rate*=1.5`` scales it (``/=``, ``+=`` and ``-=`` likewise).
``items.goodwill[criticality=halts]*=2`` does so for a column of a list or table, in the rows that the brackets choose;
``[*]`` chooses all. A law of chance can be scaled as a whole: ``suppliers.production_time[*]*=1.25``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sim import building
from sim.errors import UsageError, listing, near_miss
from sim.setting import OPERATORS, Setting

COMPARATORS = (">=", "<=", "!=", "=", ">", "<")
#: keys of each law that its scale lies in
SCALES = {
    "fixed": ("value",),
    "normal": ("mean", "sd"),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "discrete": ("values",),
    "on_time_or_late": ("plan", "late_mean"),
    **dict.fromkeys(("lognormal", "gamma", "exponential", "geometric", "weibull"), ("mean",)),
}
NOTHING = object()


def override(content: dict[str, Any], setting: str, kind: type[Any]) -> None:
    """Set or scale one dotted key, or one column of a list, of nested dictionaries.

    Parameters
    ----------
    content : what a file holds; changed.
    setting : ``key=value``, the key dotted; see the head of this module.
    kind : the spec that the content is meant for; it says which keys there are.

    Raises
    ------
    UsageError : the setting is not ``key=value``, its path leads through something that is not there, no row is chosen, or
        what is to be scaled is no number.
    """
    one = Setting.of(setting)
    if one.where is not None:
        _column(content, one, kind)
        return
    *parents, last = one.path
    place: Any = content
    kinds: list[Any] = [kind]
    above: list[Any] = [kind]
    for number, part in enumerate(one.path):
        so_far = ".".join(one.path[:number])
        if isinstance(place, dict):
            keys = building.keys(kinds)
            if kinds and part not in keys:
                where = f"{so_far} has no key" if so_far else "there is no key"
                raise UsageError(f"--set {setting!r}: {where} {part!r}{near_miss(part, sorted(keys))}")
            above, kinds = kinds, keys.get(part, [])
            if number < len(parents):
                place = place.setdefault(part, {})
        elif isinstance(place, list) and number < len(parents):
            members = {str(row.get("name", row.get("item"))): row for row in place if isinstance(row, dict)}
            if part not in members:
                column = f", and {so_far}.{part}[*] is a column" if part in building.keys(kinds) else ""
                raise UsageError(f"--set {setting!r}: {so_far} has no {part!r}{near_miss(part, members)}{column}")
            place = members[part]
        elif isinstance(place, list):
            column = f", or all rows: {one.key}[*]" if part in building.keys(kinds) else ""
            raise UsageError(f"--set {setting!r}: {so_far} is a list: name a key of {part!r} too{column}")
        else:
            raise UsageError(f"--set {setting!r}: {so_far} is a single value")
    old = place.get(last, NOTHING)
    if old is NOTHING and one.operator != "=":
        old = _otherwise(content, one.path[0], place, last, above)
    place[last] = _changed(one, old)


# --- columns ---------------------------------------------------------------------------------------------------------


def _column(content: dict[str, Any], one: Setting, kind: type[Any]) -> None:
    """Set or scale a column in the rows chosen."""
    section, *column = one.path
    kinds = building.keys([kind])
    if section not in kinds:
        raise UsageError(f"--set {one.text!r}: there is no key {section!r}{near_miss(section, sorted(kinds))}")
    rows = content.get(section)
    if not column or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        told = "is no list or table with rows" if column else "name a column too, as in items.price[*]*=1.1"
        raise UsageError(f"--set {one.text!r}: {section} {told}")
    known = building.keys(kinds[section])
    _known(one, section, column[0], known)
    chosen = [row for row in rows if _meets(one, content, section, row, kinds[section], rows)]
    if not chosen:
        raise UsageError(f"--set {one.text!r}: no row of {section} meets [{one.where}]{_values(one, section, rows)}")
    touched, lacking = 0, []
    for row in chosen:
        done = sum(_reach(content, one, row, tuple(column), kinds[section], False))
        touched += done
        if not done:
            lacking.append(str(row.get("name", row.get("item"))))
    nested = any(isinstance(row.get(column[0]), list) for row in chosen)
    if (lacking and not nested) or not touched:
        name = ".".join(column)
        told = f"{listing(lacking, 4)} of {section} {'has' if len(lacking) == 1 else 'have'} no {name}"
        raise UsageError(f"--set {one.text!r}: {told} to change: choose rows that have, as in [{name}>0]")


def _known(one: Setting, section: str, name: str, known: Mapping[str, Any]) -> None:
    if name not in known:
        raise UsageError(f"--set {one.text!r}: {section} has no column {name!r}{near_miss(name, sorted(known))}")


def _reach(
    content: Mapping[str, Any], one: Setting, place: Any, path: tuple[str, ...], kinds: list[Any], inside: bool
) -> Iterator[int]:
    """Change what the path leads to below a row, in every member of lists on the way; yields 1 for each change."""
    if isinstance(place, list):
        for member in place:
            yield from _reach(content, one, member, path, kinds, True)
        return
    if not isinstance(place, dict):
        return
    head, *rest = path
    keys = building.keys(kinds)
    if kinds and head not in keys:
        above = ".".join(one.path[: len(one.path) - len(path)])
        raise UsageError(f"--set {one.text!r}: {above} has no key {head!r}{near_miss(head, sorted(keys))}")
    if rest:
        if head not in place and one.operator == "=" and not inside:
            place[head] = {}
        if head in place:
            yield from _reach(content, one, place[head], tuple(rest), keys.get(head, []), inside)
        return
    old = place.get(head, NOTHING)
    if old is NOTHING and (inside or one.operator != "="):
        old = NOTHING if inside else _otherwise(content, one.path[0], place, head, kinds)
        if old is NOTHING:
            return
    place[head] = _changed(one, old)
    yield 1


def _meets(
    one: Setting, content: Mapping[str, Any], section: str, row: Mapping[str, Any], kinds: list[Any], rows: list[Any]
) -> bool:
    """Whether a row meets all conditions in the brackets."""
    if str(one.where).strip() == "*":
        return True
    return all(_holds(one, content, section, row, kinds, part) for part in str(one.where).split(","))


def _condition(one: Setting, part: str) -> tuple[str, str, str]:
    """Column, comparator and value of a condition."""
    found = [(part.find(sign), -len(sign), sign) for sign in COMPARATORS if sign in part]
    if not found:
        raise UsageError(f"--set {one.text!r}: [{one.where}]: write [column=value], or [*] for all rows")
    sign = min(found)[2]
    name, _, value = part.partition(sign)
    return name.strip(), sign, value.strip().strip("'\"")


def _holds(
    one: Setting, content: Mapping[str, Any], section: str, row: Mapping[str, Any], kinds: list[Any], part: str
) -> bool:
    """Whether a row meets one condition; a word that begins the value is enough for text."""
    name, sign, wanted = _condition(one, part)
    head, *rest = name.split(".")
    _known(one, section, head, building.keys(kinds))
    value: Any = row.get(head, NOTHING)
    for step in rest:
        value = value.get(step, NOTHING) if isinstance(value, Mapping) else NOTHING
    if value is NOTHING and not rest:
        value = _otherwise(content, section, row, head, kinds)
    if value is NOTHING or value is None:
        return False
    if sign in ("=", "!="):
        members = value if isinstance(value, list | tuple) else [value]
        return any(_same(member, wanted) for member in members) == (sign == "=")
    left, right = _float(value), _float(wanted)
    if right is None:
        raise UsageError(f"--set {one.text!r}: [{part.strip()}]: {wanted!r} is not a number")
    if left is None:
        return False
    return {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[sign]


def _same(value: Any, wanted: str) -> bool:
    text = building.text_of(value)
    if text == wanted or text.startswith(f"{wanted} "):
        return True
    left, right = _float(value), _float(wanted)
    return left is not None and left == right


def _values(one: Setting, section: str, rows: list[Any]) -> str:
    """Values that the first column asked for has, for a message."""
    if not rows or str(one.where).strip() == "*":
        return ""
    name, sign, wanted = _condition(one, str(one.where).split(",")[0])
    cells = [row[name] for row in rows if name in row and not isinstance(row[name], dict)]
    members = [one for cell in cells for one in (cell if isinstance(cell, list | tuple) else [cell])]
    found = sorted({building.text_of(member) for member in members})
    return near_miss(wanted, found) if found and sign == "=" else ""


# --- values ----------------------------------------------------------------------------------------------------------


def _float(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _changed(one: Setting, old: Any) -> Any:
    """The new value of a key."""
    if one.operator == "=":
        return one.given
    act, factor = OPERATORS[one.operator], one.number
    number = _float(old)
    if number is not None:
        return act(number, factor)
    if isinstance(old, Mapping) and one.operator in ("*=", "/="):
        law = old.get("law")
        if law in SCALES:
            old = {key: building.listed(value) if key == "values" else value for key, value in old.items()}
            return {key: _scaled(one, act, value) if key in SCALES[law] else value for key, value in old.items()}
    if isinstance(old, list | tuple) or (isinstance(old, str) and ";" in old):
        return _scaled(one, act, building.listed(old))
    there = "nothing is there" if old is NOTHING or old is None else f"{_short(old)} is there"
    raise UsageError(f"--set {one.text!r}: {one.operator} changes a number, and {there}: give it with =")


def _scaled(one: Setting, act: Callable[[float, float], float], old: Any) -> Any:
    """A number, or each number of a list."""
    many = isinstance(old, list | tuple)
    numbers = [_float(member) for member in (old if many else [old])]
    made = [act(number, one.number) for number in numbers if number is not None]
    if len(made) < len(numbers):
        raise UsageError(
            f"--set {one.text!r}: {one.operator} changes numbers, and {_short(old)} is there: give it with ="
        )
    return made if many else made[0]


def _short(old: Any, most: int = 80) -> str:
    """A value as Python writes it, cut for a message."""
    told = repr(old)
    return told if len(told) <= most else f"{told[:most]} …"


def _otherwise(content: Mapping[str, Any], section: str, row: Mapping[str, Any], name: str, kinds: list[Any]) -> Any:
    """What rules where a key is left out: as the documentation of the key says, or its default."""
    if section == "items":
        found = _of_item(content, row, name)
        if found is not None:
            return found
    for kind in kinds:
        for field in dataclasses.fields(kind):
            if field.name == name and field.default is not dataclasses.MISSING:
                value = field.default
                return value.value if getattr(value, "law", "") == "fixed" else NOTHING if value is None else value
    return NOTHING


def _of_item(content: Mapping[str, Any], row: Mapping[str, Any], name: str) -> float | None:
    """What rules for an item where its row is empty."""
    from sim.costs import Costs

    cost = _float(row.get("standard_cost"))
    costs = {field.name: field.default for field in dataclasses.fields(Costs)} | dict(content.get("costs", {}))
    if name == "lost_share":
        return _float(content.get("lost_share", 0.5))
    if cost is None:
        return None
    price = _float(row.get("price"))
    if name in ("price", "purchase_price"):
        return cost
    if name == "goodwill":
        kind = str(row.get("criticality", "inconveniences")).split(" ")[0]
        share = _float(costs.get(f"goodwill_{kind}"))
        return None if share is None else share * cost
    if name == "backorder_penalty":
        share = _float(costs["backorder_penalty"])
        return None if share is None else share * (cost if price is None else price)
    return None
