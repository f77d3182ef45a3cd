"""The starter scenario that `bufferstock init` writes."""

from __future__ import annotations

from sim.library import folder

NAMES = ("scenario.toml", "items.csv", "demand.csv")


def files() -> dict[str, str]:
    """Names and texts of the starter's files."""
    return {name: (folder() / "starter" / name).read_text(encoding="utf-8") for name in NAMES}
