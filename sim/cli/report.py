"""The verb report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import Stages, Stoppable, look_beside, out, side, split_settings

if TYPE_CHECKING:
    from sim.report.page.source import Sources
    from sim.scenario import Scenario
    from sim.studies.strike_grid import StrikeGrid


@click.command("report")
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN...")
@click.option(
    "-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: the comparison's."
)
@click.option("--validation", type=click.Path(path_type=Path), help="What `bufferstock validate --json` wrote.")
@click.option(
    "--no-slider", is_flag=True, help="Leave out the sliders of buffer against strike (lived once, then kept)."
)
@click.option(
    "-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes for the sliders; -1: all."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def report_command(
    runs: tuple[Path, ...],
    folder: Path | None,
    validation: Path | None,
    no_slider: bool,
    jobs: int,
    as_json: bool,
    trust: bool,
    no_progress: bool,
) -> None:
    """One HTML page and one workbook from finished runs, for people who were not there.

    RUN is the folder of a comparison (its --out); folders of justify, stress, loss, sensitivity, frontier and optimise
    may be named beside it. Writes report.html, which needs no network and prints, and report.xlsx.
    """
    from sim.errors import UsageError
    from sim.report.page.page import report
    from sim.report.page.source import sources
    from sim.runs import make_folder, write_atomic

    if jobs == 0 or jobs < -1:
        raise UsageError(f"--jobs {jobs}: 1 or more, or -1 for all processors")
    found = sources(runs)
    home = make_folder(folder or found.main.folder)
    grid = None if no_slider else _grid(jobs, as_json or no_progress)
    made = report(found, lambda: scenario_of(found, trust), grid, validation)
    page, book = home / "report.html", home / "report.xlsx"
    write_atomic(page, made.html)
    write_atomic(book, made.xlsx)
    for one in found.beside:
        if one.other:
            side().print(f"warning: {one.folder}: is {one.other}; the page says so")
    if as_json:
        click.echo(json.dumps({**made.told, "page": str(page), "workbook": str(book)}, indent=2, allow_nan=False))
        return
    console = out()
    console.print(made.decision.answer, style="bold", soft_wrap=True)
    for line in (*made.decision.because, *made.decision.sure):
        console.print(line, soft_wrap=True)
    console.print(f"Written: {page} ({len(made.html.encode()) // 1000:,} kB), {book}", soft_wrap=True)
    have = {one.verb for one in found.beside}
    scenario = found.main.run.recipe.scenario
    if "sensitivity" not in have:
        told = f"bufferstock sensitivity {scenario}  (what would change the answer? give its folder to report too)"
    else:
        told = f"open {page} in a browser, print it to PDF, or send it as it is"
    console.print(f"Next: {told}", soft_wrap=True)


def _grid(jobs: int, quiet: bool) -> StrikeGrid:
    """The sliders' numbers."""
    from sim.report.page.slider import grid
    from sim.studies.strike_grid import FUTURES

    with Stoppable(), Stages(quiet) as watch:
        step = watch("futures of the slider page", FUTURES) if watch is not None else None
        return grid(jobs, step)


def scenario_of(found: Sources, trust: bool) -> Scenario:
    """The comparison's scenario, read again from the files that it was run from.

    Raises
    ------
    UsageError, ScenarioError : it is not there, or uses code that is not trusted.
    """
    from sim.cli.recipes import found_again
    from sim.library import load
    from sim.runs.recipe import begun

    recipe = found_again(begun(found.main.folder))
    mine, _ = split_settings(recipe.settings, list(found.main.comparison.postures))
    if trust:
        look_beside([recipe.scenario])
    return load(recipe.scenario, mine, trust)
