"""What a key of a scenario is: its meaning, unit and bounds, kept beside the field that holds it.

A spec is a frozen dataclass made by `spec`, its fields by `key`. The metadata feeds the checks on reading, the JSON
Schema and the reference pages; nothing here imports the library that does the checking.
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


def key(
    *,
    about: str,
    default: Any = dataclasses.MISSING,
    default_factory: Any = dataclasses.MISSING,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    min_length: int | None = None,
) -> Any:
    """One key of a spec.

    Parameters
    ----------
    about : meaning and unit, one sentence; shown in the schema.
    default, default_factory : as in `dataclasses.field`; neither means that the key must be given.
    ge, gt, le, lt, min_length : bounds that reading enforces.
    """
    bounds = {"ge": ge, "gt": gt, "le": le, "lt": lt, "min_length": min_length}
    metadata = {"description": about, **{name: bound for name, bound in bounds.items() if bound is not None}}
    if default is not dataclasses.MISSING:
        return dataclasses.field(default=default, metadata=metadata)
    if default_factory is not dataclasses.MISSING:
        return dataclasses.field(default_factory=default_factory, metadata=metadata)
    return dataclasses.field(metadata=metadata)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(key,))
def spec(cls: type[T]) -> type[T]:
    """Make a class a spec: frozen, keyword-only, and closed to unknown keys when it is read from a file."""
    made = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
    made.__pydantic_config__ = {"extra": "forbid", "allow_inf_nan": False}  # type: ignore[attr-defined]
    return made
