"""The command line. Nothing heavy is imported until a verb needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.cli.main import main as main

__all__ = ["main"]


def __getattr__(name: str) -> Any:
    if name != "main":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sim.cli.main import main

    globals()["main"] = main  # and not the module of that name
    return main
