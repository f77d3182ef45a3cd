"""What differs between two nested pieces of plain data: keys of a scenario, lines of a plan, columns of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sim.studies.montecarlo import WORDS

#: keys that are said to people and change no number
SAID = {*WORDS, "changes", "name", "title", "about", "notes", "description", "place", "assumptions"}


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    Attributes
    ----------
    where : what differs, its parts divided by dots, as ``--set`` would name it.
    before, after : value in the first and in the second run; None where it is in one of them only.
    only : the run that has it, 'a' or 'b'; 'both' where both do.
    column : the same without the name of the member or line, so that changes of one column can be told together.
    decides : whether it can change a number.
    """

    where: str
    before: Any
    after: Any
    only: Literal["a", "b", "both"] = "both"
    column: str = ""
    decides: bool = True


@dataclass(frozen=True)
class _Place:
    """A way into nested data, and the same with ``*`` for each name of a member."""

    parts: tuple[str, ...] = ()
    column: tuple[str, ...] = ()

    def into(self, name: str, member: bool = False) -> _Place:
        return _Place((*self.parts, name), (*self.column, "*" if member else name))

    def change(self, before: Any, after: Any, only: Literal["a", "b", "both"] = "both") -> Change:
        return Change(".".join(self.parts), before, after, only, ".".join(self.column), self.column[-1] not in SAID)


def changes(before: Any, after: Any) -> tuple[Change, ...]:
    """All that differs between two pieces of plain data.

    Parameters
    ----------
    before, after : mappings; members of lists within them are matched by their name, or by item and warehouse, and by
        their place where they have neither.
    """
    return tuple(_walk(before, after, _Place()))


def _walk(before: Any, after: Any, at: _Place) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _members(dict(before), dict(after), at, False)
    elif (one := _named(before)) is not None and (other := _named(after)) is not None:
        yield from _members(one, other, at, True)
    else:
        yield at.change(before, after)


def _members(before: Mapping[str, Any], after: Mapping[str, Any], at: _Place, member: bool) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        here = at.into(name, member)
        if name not in after:
            yield here.change(_short(before[name]), None, "a")
        elif name not in before:
            yield here.change(None, _short(after[name]), "b")
        else:
            yield from _walk(before[name], after[name], here)


def _short(value: Any) -> Any:
    """A value that stands in one run only; what is nested is not told in full."""
    return "…" if isinstance(value, Mapping) or (value and _named(value) is not None) else value


def _named(values: Any) -> dict[str, Any] | None:
    """Members of a list of mappings by what tells them apart; None for anything else."""
    if not isinstance(values, Sequence) or isinstance(values, str):
        return None
    if not all(isinstance(value, Mapping) for value in values):
        return None
    names = [_name(value, place) for place, value in enumerate(values)]
    if len(set(names)) < len(names):
        names = [f"{name}[{place}]" for place, name in enumerate(names)]
    return dict(zip(names, values, strict=True))


def _name(value: Mapping[str, Any], place: int) -> str:
    if "name" in value:
        return str(value["name"])
    if "item" in value:
        return f"{value['item']} at {value['warehouse']}" if "warehouse" in value else str(value["item"])
    return str(place)
