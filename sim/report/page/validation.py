"""What speaks for the numbers of a run: checks that it passed, and exact results that the engine is held against."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from sim.errors import UsageError
from sim.report.page.rows import Table

CHECKS = (
    "At the end of every replication of this run goods, demand and orders balanced for every item and warehouse, and money "
    "was recomputed from quantity × rate; a violation would have stopped the run.",
    "All files of this run were held against the hashes of its manifest before this page was written.",
)


def validation(path: Path | None) -> tuple[list[str], Table | None]:
    """Sentences, and a table of what `bufferstock validate --json` found where its file is given.

    Raises
    ------
    UsageError : the file is none of `bufferstock validate --json`.
    """
    if path is None:
        from sim.validation.run import KNOWN

        told = (
            f"bufferstock validate holds the engine against {len(KNOWN)} cases of theory whose results are exact; "
            "docs/validation.md has them. To have the verdicts of this installation here: bufferstock validate --quick "
            "--json > validate.json, then --validation validate.json."
        )
        return [*CHECKS, told], None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = [(str(one["id"]), str(one["verdict"])) for one in found["instances"]]
        when, quick, seeds = found["date"], found["quick"], ", ".join(str(seed) for seed in found["seeds"])
        version = found["versions"]["bufferstock"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: is not what `bufferstock validate --json` writes ({type(error).__name__}: {error})"
        ) from error
    verdicts = Counter(verdict for _, verdict in rows)
    cases = {name: Counter(verdict for one, verdict in rows if one == name) for name, _ in rows}
    told = (
        f"{verdicts['pass']} of {len(rows)} values met their exact result ({verdicts['fail']} failed) on {when}, "
        f"bufferstock {version}, seeds {seeds}{', quick: wide half-widths' if quick else ''}."
    )
    table = Table(
        "Validation",
        "Exact results of theory against the engine",
        ("Case", "Values", "Pass", "Fail", "Pending"),
        tuple(
            (name, sum(count.values()), count["pass"], count["fail"], count["pending"]) for name, count in cases.items()
        ),
    )
    return [*CHECKS, told], table
