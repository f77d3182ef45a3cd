"""The font that figures are laid out in."""

from __future__ import annotations

from pathlib import Path

FONT = "DejaVu Sans"


def drawing() -> tuple[str, str | None]:
    """Version of the library that draws, and the file of the font; None where the font is not found.

    Raises
    ------
    ImportError : nothing can be drawn.
    """
    import matplotlib
    from matplotlib import font_manager

    try:
        return matplotlib.__version__, Path(font_manager.findfont(FONT, fallback_to_default=False)).name
    except ValueError:
        return matplotlib.__version__, None
