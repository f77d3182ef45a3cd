"""A kind of disruption of the user's own: any frozen dataclass with a name, `targets` and `incidents`."""

from __future__ import annotations

import math
import pickle
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.disruptions.effects import misplaced
from sim.disruptions.incident import Incident, Target
from sim.errors import DisruptionError

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class OwnDisruption:
    """One of the user's disruptions, asked with care: what it does wrong is blamed on it by name.

    Attributes
    ----------
    kind : ``module:Class`` as the scenario file names it.
    name : unique name.
    made : the user's object; None where its keys were wrong, which has been told.
    """

    kind: str
    name: str
    made: Any

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpacked, (self.kind, self.name, _packed(self.made))

    @property
    def after(self) -> str | None:
        """Name of the disruption it follows, where it has one."""
        found: str | None = getattr(self.made, "after", None)
        return found

    def targets(self) -> list[tuple[Target, str]]:
        """What it may hit."""
        if self.made is None:
            return []
        found = self._asked("targets", self.made.targets)
        if not all(isinstance(one, tuple) and len(one) == 2 for one in found):
            raise DisruptionError(f"disruption {self.name!r} ({self.kind}): targets() must list pairs (target, where)")
        return list(found)

    def incidents(self, generator: np.random.Generator, first: float, last: float) -> list[Incident]:
        """Its incidents."""
        return self._sound(self._asked("incidents", lambda: self.made.incidents(generator, first, last)))

    def follows(self, incidents: Sequence[Incident], generator: np.random.Generator) -> list[Incident]:
        """Its incidents after others."""
        return self._sound(self._asked("follows", lambda: self.made.follows(incidents, generator)))

    def _asked(self, what: str, call: Callable[[], Any]) -> list[Any]:
        try:
            return list(call())
        except (Exception, SystemExit) as error:
            told = f"{what}() raised {type(error).__name__}: {error}"
            raise DisruptionError(f"disruption {self.name!r} ({self.kind}): {told}") from error

    def _sound(self, found: list[Any]) -> list[Incident]:
        allowed = set(self.targets())
        for one in found:
            if not isinstance(one, Incident):
                told = f"incidents() holds {one!r}, which is no sim.Incident"
            elif math.isnan(one.start) or math.isnan(one.end) or one.end < one.start:
                told = f"an incident goes from day {one.start} to day {one.end}"
            elif (one.target, one.where) not in allowed:
                told = f"an incident hits {one.target} {one.where!r}, which targets() does not name"
            elif misplaced(one):
                told = f"an incident gives a {one.target} {', '.join(misplaced(one))}, which it does not know"
            else:
                continue
            raise DisruptionError(f"disruption {self.name!r} ({self.kind}): {told}")
        return found


def _packed(made: Any) -> bytes:
    """The user's object with its class by value: a worker need not find the module it comes from."""
    import cloudpickle

    module = sys.modules.get(type(made).__module__)
    known = module is None or module.__name__ in cloudpickle.list_registry_pickle_by_value()
    if module is None or known or module.__name__ == "builtins":
        return cloudpickle.dumps(made)  # type: ignore[no-any-return]
    cloudpickle.register_pickle_by_value(module)
    try:
        return cloudpickle.dumps(made)  # type: ignore[no-any-return]
    finally:
        cloudpickle.unregister_pickle_by_value(module)


def _unpacked(kind: str, name: str, packed: bytes) -> OwnDisruption:
    return OwnDisruption(kind, name, pickle.loads(packed))
