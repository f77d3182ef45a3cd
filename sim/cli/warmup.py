"""The verb warmup."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Bar, Stoppable, out, plans_named, read_scenario, split_settings

if TYPE_CHECKING:
    from sim.studies.warming import Settled

#: most replications of one study
MOST = 10_000


@click.command("warmup")
@click.argument("scenario")
@click.option("--posture", default="hybrid", show_default=True, help="A name (current too) or a file.")
@click.option("-n", "--replications", type=int, default=20, show_default=True, help="How many replications.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def warmup_command(
    scenario: str,
    posture: str,
    replications: int,
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
    """How long does a replication of SCENARIO take to settle, and is its warm-up as long as that?

    Writes warmup.csv (day by day), manifest.json and figures/ into the folder of the run.
    """
    from sim import runs
    from sim.errors import UsageError
    from sim.studies.montecarlo import workers_of
    from sim.studies.warming import from_the_start, warming

    started = datetime.now(UTC)
    if not 1 <= replications <= MOST:
        raise UsageError(f"--replications {replications}: at least 1 is needed, and at most {MOST:,} are possible")
    if seed < 0:
        raise UsageError(f"--seed {seed}: 0 or more is needed")
    workers_of(jobs)
    mine, theirs = split_settings(settings, [posture])
    read = read_scenario(scenario, mine, trust)
    from_the_start(read)  # says what cannot be looked at before anything is made
    plans = plans_named([posture], read, theirs, trust)
    made = folder is None
    if folder is None:
        folder = (
            Path("results") / f"{read.name}-warmup-{runs.digest(read, plans, seed, ('warmup',))[:10]}-{replications}"
        )
    runs.open_folder(folder, force or made, replications=False)
    with Stoppable(), Bar(as_json or no_progress, "replications", replications) as advance:
        found = warming(read, plans[0], replications, seed, jobs, advance)
    drawn = _finish(found, folder, started, no_figures)
    if as_json:
        click.echo(json.dumps({**document(found), "out": str(folder)}, indent=2, allow_nan=False))
        return
    _show(found, folder, drawn, scenario)


def document(found: Settled) -> dict[str, Any]:
    """What was found as plain data."""
    from sim.report.warming_findings import dated, kind, verdict

    return {
        "scenario": found.scenario.name,
        "posture": found.postures[0],
        "seed": found.seed,
        "replications": len(found.numbers),
        "days": found.days,
        "warm_up": found.warm_up,
        "cut": found.cut,
        "cuts": found.cuts,
        "settled": not found.unsettled,
        "enough": found.enough,
        "shift_of_average_stock": found.shift,
        "terminating": dated(found),
        "verdict": verdict(found),
        "kind": kind(found),
    }


def _finish(found: Settled, folder: Path, started: datetime, no_figures: bool) -> list[Path]:
    """Table, figure and manifest; returns the figure's files."""
    from sim import runs

    runs.table(found.rows, folder / "warmup.csv")
    drawn: list[Path] = []
    if not no_figures:
        from sim.report.warming_figure import figures

        drawn = figures(found, folder / "figures")
    manifest = runs.manifest(found, {"argv": sys.argv[1:]}, started, [folder / "warmup.csv", *drawn], folder)
    manifest["warmup"] = document(found)
    runs.write_atomic(folder / "manifest.json", json.dumps(manifest, indent=2, allow_nan=False) + "\n")
    return drawn


def _show(found: Settled, folder: Path, drawn: list[Path], scenario: str) -> None:
    """The terminal's part of the results, and what may follow."""
    from sim.report.style import counted
    from sim.report.warming_findings import following, kind, parts, title

    console = out()
    console.print(
        f"{found.scenario.title or found.scenario.name}: {found.postures[0]} without incidents, "
        f"{counted(len(found.numbers), 'replication')} of {counted(found.days, 'day')}, seed {found.seed}"
    )
    console.print(f"{parts(found)}. Warm-up of the scenario: {counted(found.warm_up, 'day')}.")
    console.print(kind(found), style="dim")
    console.print()
    for path in drawn:
        if path.suffix == ".png":
            console.print(f"Figure: {path}", soft_wrap=True)
    console.print(f"Written: {folder}/warmup.csv, manifest.json", soft_wrap=True)
    console.print(f"Found: {title(found)}.", style="bold", soft_wrap=True)
    console.print(f"Next: {following(found, quote(scenario))}", soft_wrap=True)
