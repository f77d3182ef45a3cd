"""The verb stress."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Bar, Stoppable, chosen_postures, out, plans_named, read_scenario, split_settings

if TYPE_CHECKING:
    from sim.studies.stress import Stress


@click.command("stress")
@click.argument("scenario")
@click.option("--postures", "--posture", default="jit,jic,hybrid", show_default=True, help="Names or files, by commas.")
@click.option("--nodes", default=None, help="What fails, by commas: 'port:Los Angeles', names, or kinds (ports). All.")
@click.option("--lengths", default="7,14,30,60,120", show_default=True, help="Days of outage, divided by commas.")
@click.option("--futures", type=int, default=0, show_default=True, help="Futures for the nodes named, or the worst.")
@click.option("--worst", type=int, default=5, show_default=True, help="How many nodes, unless named, live the futures.")
@click.option("--failure", type=float, default=0.95, show_default=True, help="Service fails below this share.")
@click.option("--recovery", type=float, default=0.99, show_default=True, help="Service is back at this share.")
@click.option("--start", type=int, default=None, help="First day of the outage; left out: a review day near day 90.")
@click.option(
    "--groups", default=None, help="Item groups: family, criticality or none; family where all items have one."
)
@click.option("--weather", default=None, help="Weather that is on in the futures; none when left out.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the futures.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def stress_command(
    scenario: str,
    postures: str,
    nodes: str | None,
    lengths: str,
    futures: int,
    worst: int,
    failure: float,
    recovery: float,
    start: int | None,
    groups: Any,
    weather: str | None,
    seed: int,
    jobs: int,
    folder: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    force: bool,
    trust: bool,
    no_figures: bool,
    no_progress: bool,
) -> None:
    """Let every supplier, lane, port, container pool, warehouse and item group of SCENARIO fail in turn.

    How long does service last, when is it back, and what does it cost? Without chance first; with --futures also with
    intervals. No probability is needed. Writes stress.csv, ranking.csv, manifest.json and figures/.
    """
    from sim.errors import UsageError
    from sim.studies.stress import stress
    from sim.studies.stress.checks import checked, prepared
    from sim.studies.stress.files import name_of, open_folder
    from sim.studies.stress.told import document

    started = datetime.now(UTC)
    grid = _days(lengths)
    wanted = None if nodes is None else nodes.split(",")
    names = chosen_postures(postures)
    mine, theirs = split_settings(settings, names)
    read = read_scenario(scenario, mine, trust)
    plans = plans_named(names, read, theirs, trust)
    trial, _ = prepared(read, plans, wanted, grid, failure, recovery, start, seed, groups)
    checked(read, futures, worst, weather)
    if jobs == 0 or jobs < -1:
        raise UsageError(f"--jobs {jobs}: 1 or more, or -1 for all processors")
    asked = {
        "nodes": [node.label for node in trial.nodes],
        "lengths": trial.lengths,
        "rules": trial.rules,
        "futures": (futures, worst, weather, wanted is None),
    }
    made = folder is None
    folder = open_folder(folder or Path("results") / name_of(read, plans, seed, asked), force or made)
    total = len(trial.nodes) * len(plans) + futures
    with Stoppable(), Bar(as_json or no_progress, "nodes × postures", total) as advance:
        found = stress(
            read,
            plans,
            wanted,
            grid,
            futures,
            failure,
            recovery,
            start,
            seed,
            jobs,
            groups,
            weather,
            worst,
            done=advance,
        )
    drawn = _finish(found, folder, started, no_figures)
    if as_json:
        click.echo(json.dumps(document(found, str(folder)), indent=2, allow_nan=False))
        return
    again = f"bufferstock stress {scenario} --futures 20 --worst 3" if not futures else f"bufferstock run {scenario}"
    _show(found, folder, drawn, again + (" --trust" if trust else ""))


def _days(text: str) -> list[int]:
    """Whole numbers from a comma-separated list."""
    from sim.errors import UsageError

    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return [int(part) for part in parts]
    except ValueError as error:
        raise UsageError(f"--lengths {text!r}: write whole days divided by commas, for example 7,14,30") from error


def _finish(found: Stress, folder: Path, started: datetime, no_figures: bool) -> list[Path]:
    """Tables, figures and manifest; returns the figures."""
    from sim import runs
    from sim.studies.stress.files import manifest, write_tables

    tables, drawn = write_tables(found, folder), []
    if not no_figures:
        from sim.report.stress_figures import figures

        drawn = figures(found, folder / "figures")
    told = manifest(found, {"argv": sys.argv[1:]}, started, [*tables, *drawn], folder)
    runs.write_atomic(folder / "manifest.json", json.dumps(told, indent=2, allow_nan=False) + "\n")
    return drawn


def _show(found: Stress, folder: Path, figures: list[Path], following: str) -> None:
    """The terminal's part of the results, and the command that may follow."""
    from sim.report.said_once import best_case
    from sim.report.stress_table import amount, closed_form, odds_table, table
    from sim.report.style import counted
    from sim.studies.stress.words import assumed, board

    console = out()
    title = found.scenario.title or found.scenario.name
    grid = ", ".join(map(str, found.lengths))
    console.print(f"{title}: {counted(len(found.nodes), 'node')} in turn out for {grid} days")
    console.print()
    console.print(table(found))
    if found.chance is not None:
        console.print(odds_table(found))
    for line in board(found, partial(amount, found)):
        console.print(line, style="bold")
    console.print(closed_form(found))
    console.print()
    for why in best_case(found.scenario.judged_in_sample):
        console.print(why, style="bold")
    for line in assumed(found):
        console.print(f"Assumed: {line}", style="dim")
    if found.left_out:
        console.print(f"Not tried: {'; '.join(found.left_out)}.", style="dim")
    if found.scenario.notes:
        console.print("The notes of the scenario are in manifest.json.", style="dim")
    if figures:
        console.print("Figures:")
    for path in figures:
        if path.suffix == ".png":
            console.print(f"  {path}", soft_wrap=True)
    console.print(f"All numbers: {folder}/stress.csv, {folder}/ranking.csv, {folder}/manifest.json", soft_wrap=True)
    console.print(f"Next: {following}", soft_wrap=True)
