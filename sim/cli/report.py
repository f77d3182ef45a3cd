"""The verb report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

import click

from sim.cli.options import Stages, Stoppable, look_beside, out, side, split_settings

if TYPE_CHECKING:
    from sim.cli.recipes import Asked
    from sim.report.page.scene import Scene
    from sim.report.page.source import Sources
    from sim.runs.recipe import Recipe
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
    "--no-map",
    is_flag=True,
    help="Leave out network map, incidents and score map (one future is lived again for them).",
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
    no_map: bool,
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
    now, why = (None, "") if no_map and no_slider else again(found, trust)
    grid = None if no_slider else _grid(found, now, why, jobs, as_json or no_progress)
    shown, why = (None, "") if no_map else _scene(found, now, why)
    made = report(found, lambda: scenario_of(found, trust), grid, validation, shown, why, _recipe(found), trust)
    for told in made.loud:
        side().print(f"warning: buffer ledger: {told}")
    if why:
        side().print(f"warning: {why}")
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
    if made.decision.board:
        console.print(made.decision.board.told, soft_wrap=True)
    console.print(f"Written: {page} ({len(made.html.encode()) // 1000:,} kB), {book}", soft_wrap=True)
    have = {one.verb for one in found.beside}
    if "sensitivity" not in have:
        asks = what_would_turn(found.main.run.recipe)
        told = f"{asks}  (what would change the answer? give its folder to report too)"
    else:
        told = f"open {page} in a browser, print it to PDF, or send it as it is"
    console.print(f"Next: {told}", soft_wrap=True)


def what_would_turn(recipe: Recipe) -> str:
    """The command of a sensitivity study of a comparison: its scenario, postures and overrides, where there are two."""
    words = ["bufferstock", "sensitivity", recipe.scenario]
    if len(recipe.postures) > 1:
        words += ["--postures", ",".join(recipe.postures)]
    words += [part for setting in recipe.settings for part in ("--set", setting)]
    return join([*words, *(["--trust"] if recipe.trust else [])])


def _grid(found: Sources, now: Asked | None, why: str, jobs: int, quiet: bool) -> StrikeGrid:
    """The sliders' numbers: of the business itself where it is small, of a bundled one otherwise."""
    from sim.report.page.slider import grid
    from sim.studies.strike_grid import FUTURES, bundled_case, case_of

    if now is None:
        case = bundled_case(f"that could not be lived again ({why.rstrip('.')})")
    else:
        plans = {plan.posture: plan for plan in now.job.plans}
        best = found.main.comparison.ranking(found.main.headline)[0]
        case = case_of(now.job.scenario, plans.get("jit", plans[best]), found.main.headline)
    with Stoppable(), Stages(quiet) as watch:
        step = watch("futures of the slider page", FUTURES) if watch is not None else None
        return grid(jobs, step, case=case)


def _recipe(found: Sources) -> Recipe | None:
    """What the comparison was asked to do, its files where they can be found from here; None where that is not told."""
    from sim.cli.recipes import found_again
    from sim.errors import UsageError
    from sim.runs.recipe import begun

    try:
        return found_again(begun(found.main.folder))
    except UsageError:
        return None


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


def again(found: Sources, trust: bool) -> tuple[Asked | None, str]:
    """Scenario and plans of the comparison, read and made again; or why they are not the same any more."""
    from sim.cli.recipes import asked, changed, found_again
    from sim.errors import BufferstockError, one_line
    from sim.runs.recipe import begun

    then = begun(found.main.folder)
    try:
        if trust:
            look_beside([then.recipe.scenario])
        now = asked(replace(found_again(then), trust=trust))
    except (BufferstockError, OSError) as error:
        return None, one_line(error)
    return (now, "") if now.study == then.study else (None, f"{changed(then, now)}; run the comparison again")


def _scene(found: Sources, now: Asked | None, why: str) -> tuple[Scene | None, str]:
    """Network, incidents and scores of the business, made again; or why there are none."""
    from sim.errors import BufferstockError, one_line
    from sim.report.page.scene import scene

    try:
        if now is not None:
            return scene(found.main, now.job.scenario, now.job.plans), ""
    except BufferstockError as error:
        why = one_line(error)
    return None, f"Network map, incidents and the map of items are not shown: {why.rstrip('.')}."
