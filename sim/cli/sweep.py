"""The verb sweep."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Bar, Stoppable, chosen_postures, out, plans_named, side

if TYPE_CHECKING:
    from sim.studies.sweep import Sweep

#: most replications of one study
MOST = 1_000_000


@click.command("sweep")
@click.argument("scenario")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUES",
    help="A parameter of the scenario or of a posture: start:stop:step, or a,b,c; one value: fixed at every point.",
)
@click.option("--postures", default="jit,jic,hybrid", show_default=True, help="Names or files, divided by commas.")
@click.option("--measure", default="total_cost", show_default=True, help="What is shown, and judged by.")
@click.option("--weather", default=None, help="One of the scenario's; its headline when left out.")
@click.option("-n", "--replications", type=int, default=100, show_default=True, help="How many futures.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--dry-run", is_flag=True, help="Tell points, lives and minutes; run nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw the figure.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def sweep_command(
    scenario: str,
    settings: tuple[str, ...],
    postures: str,
    measure: str,
    weather: str | None,
    replications: int,
    seed: int,
    jobs: int,
    folder: Path | None,
    dry_run: bool,
    as_json: bool,
    force: bool,
    trust: bool,
    no_figures: bool,
    no_progress: bool,
) -> None:
    """Try all combinations of some parameters' values in SCENARIO, every point on the same futures.

    \b
    bufferstock sweep meridian --set hybrid.cover=0:60:5 --postures jit,hybrid
    bufferstock sweep meridian --set scenario.lost_share=0.2:0.8:0.2 --set "costs.goodwill_halts=0.5,1,2,4"
    bufferstock sweep meridian --set "items.goodwill[criticality=halts]*=0.5:3:0.5"

    Writes sweep.csv, manifest.json and figures/ into the folder of the run.
    """
    from sim import runs
    from sim.cli.variants import Budget, checked, source_of
    from sim.errors import UsageError, near_miss
    from sim.measures import BY_NAME
    from sim.studies.sweep import grid_of, sweep

    started = datetime.now(UTC)
    checked(replications, seed, jobs, MOST)
    if measure not in BY_NAME:
        raise UsageError(f"--measure {measure!r} is not a measure{near_miss(measure, BY_NAME)}")
    grid = grid_of(settings)
    names = chosen_postures(postures)
    source = source_of(scenario, names, grid.fixed, weather, trust, plans_named)
    read = source.scenario()
    for warning in read.warnings:
        side().print(f"warning: {warning}")
    if folder is None:
        mark = runs.digest(read, source.plans(read), seed, ("sweep", list(settings), weather, measure))[:10]
        folder, force = Path("results") / f"{read.name}-sweep-{mark}-{replications}", True
    what = f"{len(grid.points)} points and the base x {len(names)} postures"
    budget = Budget(replications, jobs, what, dry_run, lambda: runs.open_folder(folder, force, replications=False))
    with Stoppable(), Bar(as_json or no_progress, "replications", replications) as advance:
        found = sweep(source, settings, names, replications, seed, jobs, measure, weather, trust, advance, budget)
    drawn = _finish(found, folder, started, no_figures)
    if as_json:
        click.echo(json.dumps(document(found, folder), indent=2, allow_nan=False))
        return
    _show(found, folder, drawn, _next(found, scenario, trust))


def _finish(found: Sweep, folder: Path, started: datetime, no_figures: bool) -> list[Path]:
    """Table, figure and manifest; returns the figure's files."""
    from sim import runs
    from sim.report.sweep_table import findings
    from sim.studies.sweep.rows import rows

    runs.table(rows(found), folder / "sweep.csv")
    drawn: list[Path] = []
    if not no_figures:
        from sim.report.sweep_figure import figures

        drawn = figures(found, folder / "figures")
    told = runs.manifest(found, {"argv": sys.argv[1:]}, started, [folder / "sweep.csv", *drawn], folder)
    told["sweep"] = {
        "axes": {axis.name: list(axis.values) for axis in found.grid.axes},
        "fixed": list(found.grid.fixed),
        "measure": found.measure,
        "lives": found.lives,
        "notes": list(found.notes),
        "findings": findings(found),
    }
    runs.write_atomic(folder / "manifest.json", json.dumps(told, indent=2, allow_nan=False) + "\n")
    return drawn


def document(found: Sweep, folder: Path) -> dict[str, Any]:
    """The JSON document: findings and all rows."""
    from sim.report.sweep_table import findings
    from sim.runs import plain
    from sim.studies.sweep.rows import rows

    return {
        "scenario": found.scenario.name,
        "weather": found.weather,
        "seed": found.seed,
        "replications": len(found.numbers),
        "measure": found.measure,
        "axes": {axis.name: list(axis.values) for axis in found.grid.axes},
        "postures": list(found.postures),
        "findings": findings(found),
        "rows": plain(rows(found)),
        "notes": [*found.notes, *found.scenario.notes],
        "in_sample": list(found.scenario.judged_in_sample),
        "out": str(folder),
    }


def _next(found: Sweep, scenario: str, trust: bool) -> str:
    """The command that compares postures at the best point of the first that changes."""
    name = next((one for one in found.postures if found.moves(one)), found.postures[0])
    best = [part for setting in found.grid.points[found.best(name)].settings for part in ("--set", setting)]
    fixed = [part for setting in found.grid.fixed for part in ("--set", setting)]
    more = ["--trust"] if trust else []
    postures = ["--postures", ",".join(found.postures)]
    return join(["bufferstock", "compare", scenario, *postures, *best, *fixed, *more, "--seed", str(found.seed + 1)])


def _show(found: Sweep, folder: Path, drawn: list[Path], following: str) -> None:
    """The terminal's part of the results, and what may follow."""
    from sim.report.said_once import best_case
    from sim.report.sweep_table import findings, heading, legend, table

    console = out()
    title = found.scenario.title or found.scenario.name
    console.print(f"{title}: weather {found.weather}, {len(found.numbers)} futures, seed {found.seed}")
    console.print(heading(found), style="bold")
    console.print(table(found))
    console.print(legend(found), style="dim")
    console.print()
    for why in best_case(found.scenario.judged_in_sample):
        console.print(why, style="bold")
    for note in found.notes:
        console.print(f"Note: {note}.", style="dim")
    for line in findings(found):
        console.print(line, style="bold")
    if len(found.grid.axes) > 2:
        console.print("No figure: more than two parameters were swept.", style="dim")
    console.print()
    for path in drawn:
        if path.suffix == ".png":
            console.print(f"Figure: {path}", soft_wrap=True)
    console.print(f"All numbers: {folder}/sweep.csv, {folder}/manifest.json", soft_wrap=True)
    console.print(f"Next: {following}  (does the best point hold on other futures?)", soft_wrap=True)
