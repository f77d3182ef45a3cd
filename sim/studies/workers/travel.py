"""How an errand travels: code of the user's own goes by value, so that no worker need find the module it comes from."""

from __future__ import annotations

import site
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sim.errors import UsageError


def packed(errand: Any, far: bool = False) -> bytes:
    """The bytes of an errand.

    Parameters
    ----------
    errand : what to pack.
    far : for workers that share no files with us. Near ones may import what cannot travel by value.

    Raises
    ------
    UsageError : something in it cannot be packed; it says what.
    """
    import cloudpickle

    why: Exception | None = None
    for modules in (own_modules(), [])[: 1 if far else 2]:
        try:
            with _by_value(modules):
                return cloudpickle.dumps(errand)  # type: ignore[no-any-return]
        except Exception as error:
            why = error
    told = f"code of your own cannot be sent to workers: {type(why).__name__}: {why}"
    raise UsageError(f"{told}; with --jobs 1, and no cluster, it need not be sent") from why


def own_modules() -> list[ModuleType]:
    """Modules that are neither Python's, nor installed, nor ours: a worker would not find them."""
    paths = {*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages()}
    homes = [Path(path).resolve() for path in paths if path] + [Path(__file__).resolve().parents[2]]
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name == "__main__" or not isinstance(module, ModuleType) or not isinstance(file, str):
            continue
        place = Path(file)
        if not any(place.is_relative_to(home) for home in homes):
            found.append(module)
    return found


@contextmanager
def _by_value(modules: list[ModuleType]) -> Iterator[None]:
    """Within it, what these modules define is packed with its code."""
    import cloudpickle

    known = cloudpickle.list_registry_pickle_by_value()
    new = [module for module in modules if module.__name__ not in known and module.__name__ in sys.modules]
    for module in new:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in new:
            cloudpickle.unregister_pickle_by_value(module)
