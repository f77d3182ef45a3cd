"""Takes the pages of `results/` into the site, so that links to them lead somewhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

FOLDER = "found"
KEPT = {".md", ".svg", ".png"}
#: links to files that the site does not hold
UNTAKEN = re.compile(r"(?<!!)\[([^\]]+)\]\((?![a-z]+:)[^)\s]+\.(?:json|py|csv|parquet|toml)\)")


def taken(app: Any) -> None:
    """Copy pages and pictures of results into the site's sources."""
    source = Path(app.srcdir)
    into = source / FOLDER
    shutil.rmtree(into, ignore_errors=True)
    for path in sorted((source.parent / "results").glob("*/*")):
        if path.suffix in KEPT and (path.parent / "README.md").is_file():
            to = into / path.parent.name / path.name
            to.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_bytes()
            if path.suffix == ".md":
                text = UNTAKEN.sub(
                    r"`\1`", path.read_text(encoding="utf-8").replace("](../../docs/", "](../../")
                ).encode()
            to.write_bytes(text)


def turned(app: Any, name: str, content: list[str]) -> None:
    """Links from a page to results lead to the copies; those stand in no table of contents unless they are put there."""
    if name.startswith(FOLDER):
        content[0] = "---\norphan: true\n---\n\n" + content[0]
    else:
        content[0] = re.sub(r"\]\((?:\.\./)+results/", f"]({'../' * name.count('/')}{FOLDER}/", content[0])


def setup(app: Any) -> dict[str, bool]:
    """As Sphinx asks."""
    app.connect("builder-inited", taken, priority=100)
    app.connect("source-read", turned)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
