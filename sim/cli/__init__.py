"""The command line. Nothing heavy is imported until a verb needs it."""

from __future__ import annotations

from sim.cli.main import main

__all__ = ["main"]
