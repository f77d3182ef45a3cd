"""The verb loss."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Stages, Stoppable, chosen_postures, out, plans_named, read_scenario, split_settings

if TYPE_CHECKING:
    from sim.studies.loss import Losses

#: most replications of one study
MOST = 1_000_000
#: years a task
CHUNK = 25


@click.command("loss")
@click.argument("scenario")
@click.option("--postures", "--posture", default="jit,jic,hybrid", show_default=True, help="Names or files, by commas.")
@click.option("--weather", default=None, help="One of the scenario's; its headline when left out.")
@click.option("-n", "--replications", type=int, default=500, show_default=True, help="How many years.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("--plain", is_flag=True, help="Draw years as they come, not by strata of how often something strikes.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def loss_command(
    scenario: str,
    postures: str,
    weather: str | None,
    replications: int,
    seed: int,
    jobs: int,
    plain: bool,
    folder: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    force: bool,
    trust: bool,
    no_figures: bool,
    no_progress: bool,
) -> None:
    """What do disruptions cost in a year? Average, one year in 20, worst years, for each posture.

    The loss of a year is its cost less that of the same year of SCENARIO without its incidents. Writes loss.csv, curve.csv,
    strata.csv, years.csv, manifest.json and figures/.
    """
    from sim import runs
    from sim.errors import UsageError
    from sim.studies.loss import LossChunk, gather, light, prepared
    from sim.studies.montecarlo import spread

    started = datetime.now(UTC)
    if not 1 <= replications <= MOST:
        raise UsageError(f"--replications {replications}: at least 1 is needed, and at most {MOST:,} are possible")
    if seed < 0:
        raise UsageError(f"--seed {seed}: 0 or more is needed")
    if jobs == 0 or jobs < -1:
        raise UsageError(f"--jobs {jobs}: 1 or more, or -1 for all processors")
    names = chosen_postures(postures)
    mine, theirs = split_settings(settings, names)
    read = read_scenario(scenario, mine, trust)
    plans = plans_named(names, read, theirs, trust)
    job, chosen, remarks = prepared(read, plans, replications, seed, weather, plain, trust)
    made = folder is None
    if folder is None:
        mark = runs.digest(job.scenario, plans, seed, ("loss", plain))[:10]
        folder = Path("results") / f"{read.name}-loss-{mark}-{replications}"
    runs.open_folder(folder, force or made, replications=False)
    found: list[LossChunk] = []
    stages = Stages(as_json or no_progress)
    with Stoppable(), stages as watch:
        step = watch("years", replications) if watch is not None else None
        for piece in spread(light(job), range(replications), jobs, min(CHUNK, max(replications // 8, 1)), step):
            found.append(piece)
    losses = gather(job, found, chosen, remarks)
    drawn = _finish(losses, folder, started, no_figures)
    if as_json:
        click.echo(json.dumps(document(losses, folder), indent=2, allow_nan=False))
        return
    _show(losses, folder, drawn, scenario, trust)


def _finish(found: Losses, folder: Path, started: datetime, no_figures: bool) -> list[Path]:
    """Tables, figures and manifest; returns the figures."""
    from sim import runs
    from sim.report.loss_findings import board, remarks
    from sim.studies.loss_rows import curve_rows, loss_rows, stratum_rows, year_rows

    tables: dict[str, Callable[[Losses], list[dict[str, Any]]]] = {
        "loss.csv": loss_rows,
        "curve.csv": curve_rows,
        "strata.csv": stratum_rows,
        "years.csv": year_rows,
    }
    for name, make in tables.items():
        runs.table(make(found), folder / name)
    drawn: list[Path] = []
    if not no_figures:
        from sim.report.loss_curve import figures

        drawn = figures(found, folder / "figures")
    outputs = [*(folder / name for name in tables), *drawn]
    manifest = runs.manifest(found, {"argv": sys.argv[1:]}, started, outputs, folder)
    manifest["loss"] = {
        "plain": found.strata.plain,
        "triggers": dict(found.strata.triggers),
        "strata": runs.plain(stratum_rows(found)),
        "board": board(found),
        "remarks": remarks(found),
    }
    runs.write_atomic(folder / "manifest.json", json.dumps(manifest, indent=2, allow_nan=False) + "\n")
    return drawn


def document(found: Losses, folder: Path) -> dict[str, Any]:
    """The JSON document: findings, strata, and every number with its interval."""
    from sim.report.loss_findings import board, order, remarks
    from sim.runs import plain
    from sim.studies.loss_rows import loss_rows, stratum_rows

    return {
        "scenario": found.scenario.name,
        "weather": found.weather,
        "seed": found.seed,
        "days": found.scenario.horizon,
        "replications": len(found.numbers),
        "lived": found.lived,
        "plain": found.strata.plain,
        "strata": plain(stratum_rows(found)),
        "board": board(found),
        "order": order(found),
        "remarks": remarks(found),
        "in_sample": list(found.scenario.judged_in_sample),
        "rows": plain(loss_rows(found)),
        "notes": [*found.scenario.notes, *dict.fromkeys(note for plan in found.plans for note in plan.notes)],
        "out": str(folder),
    }


def _show(found: Losses, folder: Path, drawn: list[Path], scenario: str, trust: bool) -> None:
    """The terminal's part of the results, and the command that may follow."""
    from sim.report.loss_findings import board, order, remarks, sampling
    from sim.report.loss_table import table
    from sim.report.said_once import best_case, first_sentence

    console = out()
    console.print(f"{found.scenario.title or found.scenario.name}: weather {found.weather}")
    console.print(f"{sampling(found)[:1].upper()}{sampling(found)[1:]}.")
    console.print(table(found))
    console.print()
    console.print(
        "Loss: total cost of a future less that of the same future without its incidents. The rows tell how far years "
        "differ (risk), the brackets what the years drawn leave unsure (error).",
        style="dim",
    )
    for why in best_case(found.scenario.judged_in_sample):
        console.print(why, style="bold")
    for remark in remarks(found):
        console.print(f"Note: {remark}", style="dim")
    for note in dict.fromkeys((*found.scenario.notes, *(note for plan in found.plans for note in plan.notes))):
        console.print(f"Note: {first_sentence(note)}", style="dim")
    if len(found.postures) > 1:
        console.print(f"Expected annual loss: {order(found)}  (< clear, ≈ not clear)")
    console.print(f"For the board: {board(found)}", style="bold")
    console.print()
    for path in drawn:
        if path.suffix == ".png":
            console.print(f"Figure: {path}", soft_wrap=True)
    console.print(f"Written: {folder}/loss.csv, curve.csv, strata.csv, years.csv, manifest.json", soft_wrap=True)
    again = f"bufferstock compare {scenario} --weathers {quote(found.weather)}{' --trust' if trust else ''}"
    if found.weather == "as written":
        again = f"bufferstock compare {scenario}{' --trust' if trust else ''}"
    console.print(f"Next: {again}  (what does it cost in all, carrying included?)", soft_wrap=True)
