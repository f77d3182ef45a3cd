"""The summary of all results, for README and for the index of results, made from their result.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from experiments.support.finding import Estimate
from experiments.support.page import table, told
from experiments.support.runner import RESULT, RESULTS
from sim.report.style import capital

INDEX = """# Results

What the experiments found, made by `make experiments`; none of it is written by hand. Each page has the verdict by rule, the
figure, what flips it, and how to run it again. Users' own runs land here too (`results/<run>/`) and are ignored by git.

"""
OTHERS = """
Measurements of the engine itself: [coverage of intervals](coverage/README.md),
[common random numbers](common-random-numbers/README.md).
"""


def results(folder: Path = RESULTS) -> list[tuple[str, dict[str, Any]]]:
    """(name of folder, result.json) of all committed results, in order of their numbers."""
    found = [
        (path.parent.name, json.loads(path.read_text(encoding="utf-8")))
        for path in folder.glob(f"[0-9][0-9]_*/{RESULT}")
    ]
    return sorted(found, key=lambda one: int(one[1]["number"]))


def summary(folder: Path = RESULTS, prefix: str = "results/") -> str:
    """The summary table (Markdown): claim, verdict, key number with interval, link.

    Parameters
    ----------
    folder : where results are.
    prefix : put before links, relative to the page that the table stands in.
    """
    rows = []
    for name, one in results(folder):
        verdict = one["verdict"] if one["verdict"] != "holds when" else f"holds when {one['condition']}"
        rows.append(
            (str(one["number"]), one["claim"], f"**{capital(verdict)}**", key(one), f"[page]({prefix}{name}/README.md)")
        )
    lines = table(("", "claim", "verdict", "key number (95 % interval)", ""), rows)
    lines[1] = "| ---: | --- | --- | --- | --- |"
    return "\n".join(lines) + "\n"


def key(one: dict[str, Any]) -> str:
    """The key number of a result with its interval."""
    given = next(each for each in one["estimates"] if each["name"] == one["key"])
    values: dict[str, Any] = {name: float("nan") if value is None else value for name, value in given.items()}
    return f"{given['name']}: {told(Estimate(**values))}"


def index(folder: Path = RESULTS) -> str:
    """The page results/README.md."""
    others = OTHERS if (folder / "coverage").is_dir() else ""
    return f"{INDEX}{summary(folder, '')}{others}"
