"""The verb select."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import (
    Stoppable,
    backend_options,
    chosen_postures,
    cluster_of,
    one_weather,
    out,
    plans_named,
    read_scenario,
    reproducible,
    side,
    split_settings,
)

if TYPE_CHECKING:
    from sim.statistics.selection import Standing
    from sim.studies.selecting import Selected

#: reasons for doubt told on the terminal
MOST_CAUTIONS = 4


@click.command("select")
@click.argument("scenario")
@click.option("--postures", default="jit,jic,hybrid", show_default=True, help="Names or files, by commas; two or more.")
@click.option(
    "--indifference", type=float, required=True, help="Smallest difference that matters, in the measure's unit."
)
@click.option("--measure", default="total_cost", show_default=True, help="By which the best is the best.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Of the promise.")
@click.option("--weather", default=None, help="One of the scenario's; its headline when left out.")
@click.option("--first", type=int, default=20, show_default=True, help="Futures that all postures live at first.")
@click.option("--most", type=int, default=5000, show_default=True, help="Futures at most.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@backend_options
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="Do not say how far it is.")
def select_command(
    scenario: str,
    postures: str,
    indifference: float,
    measure: str,
    confidence: float,
    weather: str | None,
    first: int,
    most: int,
    seed: int,
    jobs: int,
    backend: str,
    scheduler: str | None,
    folder: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    force: bool,
    trust: bool,
    no_figures: bool,
    no_progress: bool,
) -> None:
    """Select the best posture of SCENARIO with as few futures as that takes; those that fall behind are dropped.

    Writes selection.json, selection.csv, manifest.json and figures/ into the folder of the run.
    """
    from sim import runs
    from sim.errors import UsageError
    from sim.studies.montecarlo import workers_of
    from sim.studies.selecting import rules_of, select

    started = datetime.now(UTC)
    if seed < 0:
        raise UsageError(f"--seed {seed}: 0 or more is needed")
    workers_of(jobs)
    names = chosen_postures(postures)
    mine, theirs = split_settings(settings, names)
    read = read_scenario(scenario, mine, trust)
    chosen = one_weather(read, weather)
    plans = plans_named(names, read, theirs, trust)
    rules_of(plans, measure, indifference, confidence, first, most)  # says what is wrong before anything is made
    cluster = cluster_of(backend, scheduler)
    made = folder is None
    if folder is None:
        what = ("select", measure, chosen, indifference, confidence, first, most)
        folder = Path("results") / f"{read.name}-select-{runs.digest(read, plans, seed, what)[:10]}"
    runs.open_folder(folder, force or made, replications=False)
    given = {plan.posture: name for plan, name in zip(plans, names, strict=True)}
    step = None if as_json or no_progress or not sys.stderr.isatty() else _say
    with Stoppable(), reproducible(scenario, given, settings, trust):
        found = select(read, plans, indifference, measure, chosen, seed, jobs, confidence, first, most, step, cluster)
    drawn = _finish(found, folder, started, no_figures)
    if as_json:
        click.echo(json.dumps({**document(found), "out": str(folder)}, indent=2, allow_nan=False))
        return
    _show(found, folder, drawn, scenario, given, trust)


def _say(replications: int, standing: Standing) -> None:
    """How far it is, on stderr."""
    side().print(f"{replications:,} futures: {len(standing.remaining)} postures still in")


def document(found: Selected) -> dict[str, Any]:
    """All of a selection as plain data."""
    from sim.measures import BY_NAME
    from sim.report.selection_findings import promise, verdict
    from sim.runs import plain

    standing, rules = found.standing, found.rules
    return {
        "scenario": found.scenario.name,
        "weather": found.weather,
        "seed": found.seed,
        "measure": found.measure,
        "unit": BY_NAME[found.measure].unit.format(currency=found.scenario.currency),
        "better": "higher" if rules.higher else "lower",
        "indifference": rules.indifference,
        "confidence": rules.confidence,
        "first": rules.first,
        "most": rules.most,
        "selected": standing.best if standing.done else None,
        "best_so_far": standing.best,
        "decided": standing.done,
        "replications": standing.at,
        "lives": found.lived,
        "lives_spared": found.spared,
        "verdict": verdict(found),
        "promise": promise(found),
        "cautions": list(found.cautions),
        "postures": [{key: value if value != "" else None for key, value in row.items()} for row in plain(found.rows)],
        "in_sample": list(found.scenario.judged_in_sample),
    }


def _finish(found: Selected, folder: Path, started: datetime, no_figures: bool) -> list[Path]:
    """Tables, figure and manifest; returns the figure's files."""
    from sim import runs

    told = document(found)
    runs.write_atomic(folder / "selection.json", json.dumps(told, indent=2, allow_nan=False) + "\n")
    runs.table(found.rows, folder / "selection.csv")
    drawn: list[Path] = []
    if not no_figures:
        from sim.report.selection_figure import figures

        drawn = figures(found, folder / "figures")
    outputs = [folder / "selection.json", folder / "selection.csv", *drawn]
    manifest = runs.manifest(found, {"argv": sys.argv[1:]}, started, outputs, folder)
    manifest["selection"] = told
    runs.write_atomic(folder / "manifest.json", json.dumps(manifest, indent=2, allow_nan=False) + "\n")
    return drawn


def _show(found: Selected, folder: Path, drawn: list[Path], scenario: str, given: dict[str, str], trust: bool) -> None:
    """The terminal's part of the results, and the command that may follow."""
    from rich.table import Table

    from sim.measures import BY_NAME
    from sim.report.said_once import best_case
    from sim.report.selection_findings import promise, told, verdict, work
    from sim.report.tables import FRAME

    console = out()
    label = BY_NAME[found.measure].label
    console.print(f"{found.scenario.title or found.scenario.name}: weather {found.weather}, seed {found.seed}")
    table = Table(**FRAME)
    table.add_column("Posture")
    table.add_column("Outcome")
    for heading in ("Futures", f"{label}, mean", "From the best"):
        table.add_column(heading, justify="right")
    for row in found.rows:
        how = row["outcome"]
        if how == "eliminated":
            how = f"dropped at {row['eliminated_at']:,}, behind {row['eliminated_by']}"
        apart = "" if row["posture"] == found.standing.best else told(found, row["difference_to_best"], plus=True)
        table.add_row(row["posture"], how, f"{row['replications']:,}", told(found, row["mean"]), apart)
    console.print(table)
    for why in best_case(found.scenario.judged_in_sample):
        console.print(why, style="bold")
    for one in found.cautions[:MOST_CAUTIONS]:
        console.print(f"Caution: {one}.")
    if len(found.cautions) > MOST_CAUTIONS:
        console.print(f"{len(found.cautions) - MOST_CAUTIONS} cautions more are in selection.json.", style="dim")
    console.print(f"{promise(found)} {work(found)}.", style="dim")
    console.print()
    for path in drawn:
        if path.suffix == ".png":
            console.print(f"Figure: {path}", soft_wrap=True)
    console.print(f"Written: {folder}/selection.json, selection.csv, manifest.json", soft_wrap=True)
    console.print(f"Found: {verdict(found)}.", style="bold", soft_wrap=True)
    console.print(f"Next: {_following(found, scenario, given, trust)}", soft_wrap=True)


def _following(found: Selected, scenario: str, given: dict[str, str], trust: bool) -> str:
    """The command that may follow: how far apart the best ones are, or more futures where nothing is decided."""
    flag = " --trust" if trust else ""
    if found.standing.capped:
        return (
            f"the same with --most {2 * found.rules.most} or a larger --indifference "
            f"(decided by {found.standing.needed:,} futures at the latest)"
        )
    best = [given[row["posture"]] for row in found.rows[:2]]
    return (
        f"bufferstock compare {quote(scenario)} --postures {quote(','.join(best))} --weathers {quote(found.weather)}{flag}"
        "  (how far apart are the last two?)"
    )
