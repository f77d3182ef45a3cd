"""How to do it again, number by number: the state of the code, the costliest futures, and the file behind each table."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.again import command
from sim.report.page.rows import Table
from sim.studies.workers import versions

if TYPE_CHECKING:
    from sim.report.page.source import Beside, Compared, Sources

#: futures of each posture that are told
COSTLIEST = 3
DIRTY = "-dirty"


def code(source: Compared) -> str:
    """Which state of the program made the run, and which this page, in a sentence or two."""
    found = _commit(source.manifest)
    digits = source.run.begun.code
    more = f" (digits of the code itself: {digits})" if digits else ""
    made = "" if not digits else " This page was made by the same code."
    if digits and digits != versions.code():
        made = (
            f" This page was made by other code (digits {versions.code()}), worked calculations and accounts with it."
        )
    if not found:
        return f"The code was not run from a clone, so no commit is known{more}.{made}"
    if found.endswith(DIRTY):
        return f"Code: commit {found.removesuffix(DIRTY)}, with changes that were not committed{more}.{made}"
    return f"Code: commit {found}{more}.{made}"


def costliest(source: Compared) -> Table:
    """The futures of the headline weather that cost each posture most, each with the command that lives it again."""
    comparison, recipe, weather = source.comparison, source.run.recipe, source.headline
    given = dict(zip(comparison.postures, recipe.postures, strict=True))
    rows: list[tuple[Any, ...]] = []
    for posture in comparison.ranking(weather):
        totals, stockouts = (comparison.values(weather, posture, name) for name in ("total_cost", "stockout_cost"))
        for place in np.argsort(-totals, kind="stable")[:COSTLIEST].tolist():
            number = comparison.numbers[place]
            told = command(
                *(recipe.scenario, given, given[posture], number, comparison.seed, weather),
                *(recipe.settings, recipe.trust),
            )
            rows.append((posture, number, float(totals[place]), float(stockouts[place]), told))
    currency = source.business.currency
    columns = (
        *("Posture", "Future", f"Total cost ({currency} a year)", f"Stockout cost ({currency} a year)"),
        "Command that lives it again",
    )
    return Table("Futures", f"The costliest futures of each posture in {weather}", columns, tuple(rows))


def opened(source: Compared) -> tuple[str, str]:
    """How the numbers of single futures are read, in a sentence, and as lines of Python."""
    name, weather = source.comparison.ranking(source.headline)[0], source.headline
    told = (
        "One row for each future, weather and posture, one column for each measure: replications/*.parquet. A mean on this "
        "page is the sum of a column over the futures of one posture and weather, divided by their number; a measure that "
        "is null in a future (0/0) is left out there. items.csv holds such means by item and warehouse. In Python:"
    )
    frame = f"rows[(rows.weather == {weather!r}) & (rows.posture == {name!r})]"
    return told, f"import sim\nrows = sim.read({str(source.folder)!r}).replications\n{frame}.total_cost.mean()"


def _commit(manifest: Mapping[str, Any]) -> str:
    """The commit that made a run; "" where none is known."""
    found = (manifest.get("volatile") or {}).get("commit")
    return found if isinstance(found, str) else ""


def _beside(one: Beside) -> str:
    """Files of a run of another verb, and the commit that made it."""
    commit = _commit(one.manifest) or "not known"
    return f"{one.folder.name}: manifest.json, *.csv, figures/*.svg; code: commit {commit}"


def files(found: Sources) -> Table:
    """From which file of the run every part of the page is."""
    main = found.main
    numbers = "replications/*.parquet"
    scenario = ", ".join(sorted(main.run.begun.inputs)) or main.run.recipe.scenario
    rows = [
        ("Decision, postures, differences, parts of cost, costliest futures", numbers),
        ("From quantities and rates to costs", f"{numbers}, items.csv, manifest.json: resolved_scenario"),
        (
            "Figures of the comparison",
            f"figures/*.svg, else drawn from {numbers}; around the first incident: around/*.parquet",
        ),
        ("Buffer ledger", "manifest.json: plans; its costs: items.csv"),
        ("Network map, incidents, map of items", f"one future lived again, from {scenario}"),
        ("Assumptions", f"read again, from {scenario}"),
        ("Sliders", "lives of their own, seed and futures as told there"),
        ("Measures, what is not modelled, order of a day", "the program"),
        ("Hash, seed, versions, cautions", "manifest.json, study.json"),
        *((f"bufferstock {one.verb}", _beside(one)) for one in found.beside),
    ]
    return Table("Files", f"Which file of {main.folder} each part of this page is from", ("Part", "File"), tuple(rows))


def commands(found: Sources) -> list[str]:
    """The commands that made the runs, and the one that repeats the comparison."""
    made = []
    for told in (found.main.manifest, *(one.manifest for one in found.beside)):
        argv = (told.get("volatile") or {}).get("arguments", {}).get("argv") or []
        if argv:
            made.append(shlex.join(["bufferstock", *(str(word) for word in argv)]))
    return [*made, shlex.join(["bufferstock", "rerun", str(found.main.folder)])]
