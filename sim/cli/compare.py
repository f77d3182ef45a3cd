"""The verb compare."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import (
    Bar,
    Stoppable,
    backend_options,
    chosen_postures,
    cluster_of,
    out,
    plans_named,
    read_scenario,
    reproducible,
    side,
    split_settings,
)

if TYPE_CHECKING:
    from sim.studies.compare import Comparison
    from sim.studies.montecarlo import Job

#: most replications of one study
MOST = 1_000_000
#: days of items, over all postures and weathers, that a task lives through: about a second of work
TASK = 1_000_000
#: notes told on the terminal
MOST_NOTES = 16


@click.command("compare")
@click.argument("scenario")
@click.option(
    "--postures",
    default="jit,jic,hybrid",
    show_default=True,
    help="Names (current too) or files (.toml; plans: .xlsx, .csv), divided by commas.",
)
@click.option("--weathers", default=None, help="Weathers of the scenario, divided by commas; all when left out.")
@click.option("-n", "--replications", type=int, default=100, show_default=True, help="How many futures.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@backend_options
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def compare_command(
    scenario: str,
    postures: str,
    weathers: str | None,
    replications: int,
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
    """Let postures live through the same futures of SCENARIO (a file, its folder, or a bundled name).

    Writes manifest.json, summary.csv, replications/ and figures/ into the folder of the run.
    """
    from concurrent.futures import BrokenExecutor

    from sim import runs
    from sim.errors import UsageError
    from sim.studies.compare import gather, weathers_of
    from sim.studies.montecarlo import Chunk, Job, replicate

    started = datetime.now(UTC)
    if not 1 <= replications <= MOST:
        raise UsageError(f"--replications {replications}: at least 1 is needed, and at most {MOST:,} are possible")
    if seed < 0:
        raise UsageError(f"--seed {seed}: 0 or more is needed")
    if jobs == 0 or jobs < -1:
        raise UsageError(f"--jobs {jobs}: 1 or more, or -1 for all processors")
    cluster = cluster_of(backend, scheduler)
    names = chosen_postures(postures)
    mine, theirs = split_settings(settings, names)
    read = read_scenario(scenario, mine, trust)
    wanted = list(dict.fromkeys(part.strip() for part in weathers.split(",") if part.strip())) if weathers else None
    job = Job(read, weathers_of(read, wanted), plans_named(names, read, theirs, trust), seed)
    made = folder is None
    if folder is None:
        folder = Path("results") / f"{read.name}-{runs.digest(read, job.plans, seed)[:10]}-{replications}"
    runs.open_folder(folder, force or made)
    parts = runs.Parts(folder, job.weathers, [plan.posture for plan in job.plans], replications)
    found: list[Chunk] = []
    bar = Bar(as_json or no_progress, "replications", replications)
    given = {plan.posture: name for plan, name in zip(job.plans, names, strict=True)}
    try:
        with Stoppable(), reproducible(scenario, given, settings, trust), bar as advance:
            for piece in replicate(job, replications, jobs, _pace(job, replications, jobs), advance, cluster):
                parts.add(piece)
                found.append(piece)
    except (KeyboardInterrupt, Exception) as error:
        parts.leave()
        finished = sum(len(piece.numbers) for piece in found)
        if finished:
            side().print(f"{finished} of {replications} replications are finished and kept in {folder}/replications")
            _finish(gather(job, found), folder, started, no_figures=True)
        elif isinstance(error, KeyboardInterrupt):
            side().print("no replication is finished yet")
        if isinstance(error, BrokenExecutor):
            why = "a worker process was ended from outside, perhaps for want of memory: try fewer --jobs"
            raise UsageError(why) from error
        raise
    comparison = gather(job, found)
    outputs = _finish(comparison, folder, started, no_figures)
    if as_json:
        click.echo(json.dumps(document(comparison, folder), indent=2, allow_nan=False))
        return
    best = given[comparison.ranking(comparison.weathers[0])[0]]
    _show(comparison, folder, outputs, f"bufferstock run {scenario} --posture {best}{' --trust' if trust else ''}")


def _pace(job: Job, count: int, jobs: int) -> int:
    """Replications a task: few enough that little is lost when the run is stopped, and all jobs are busy to the end."""
    first, end = job.scenario.span
    items = sum(len(names) for names in job.scenario.sites.values())
    work = items * (end - first) * len(job.plans) * len(job.weathers)
    workers = (os.cpu_count() or 1) if jobs == -1 else jobs
    return max(1, min(25, count // (4 * workers), TASK // work))


def _finish(comparison: Comparison, folder: Path, started: datetime, no_figures: bool) -> list[Path]:
    """Summary, figures and manifest; returns the figures."""
    from sim import runs

    drawn: list[Path] = []
    runs.summary(comparison, folder / "summary.csv")
    if not no_figures:
        from sim.report.figures import figures

        drawn = figures(comparison, folder / "figures")
    outputs = [folder / "summary.csv", *sorted((folder / "replications").glob("*.parquet")), *drawn]
    told = runs.manifest(comparison, {"argv": sys.argv[1:]}, started, outputs, folder)
    runs.write_atomic(folder / "manifest.json", json.dumps(told, indent=2, allow_nan=False) + "\n")
    return drawn


def document(comparison: Comparison, folder: Path) -> dict[str, Any]:
    """The JSON document: the headline weather's postures and pairs on top, all weathers below."""
    headline = comparison.weathers[0]
    return {
        "scenario": comparison.scenario.name,
        "seed": comparison.seed,
        "replications": len(comparison.numbers),
        "weather": headline,
        **comparison.document(headline),
        "weathers": {weather: comparison.document(weather) for weather in comparison.weathers},
        "notes": _notes(comparison),
        "in_sample": list(comparison.scenario.judged_in_sample),
        "out": str(folder),
    }


def _show(comparison: Comparison, folder: Path, figures: list[Path], following: str) -> None:
    """The terminal's part of the results, and the command that may follow."""
    from sim.measures import BY_NAME
    from sim.report.tables import closing, table
    from sim.world.clock import ORDER_OF_A_DAY

    console = out()
    title = comparison.scenario.title or comparison.scenario.name
    count = len(comparison.numbers)
    console.print(f"{title}: {count} futures, seed {comparison.seed}; money a year, mean ± 95 % half-width")
    console.print(table(comparison))
    for why in comparison.scenario.judged_in_sample:
        console.print(f"In-sample: {why}: read the figures as the best case.", style="bold")
    notes = _notes(comparison)
    of_plans = [note for plan in comparison.plans for note in plan.notes]  # these first: they tell of changes by hand
    for note in list(dict.fromkeys((*of_plans, *notes)))[:MOST_NOTES]:
        console.print(f"Note: {first_sentence(note)}", style="dim")
    if notes:
        more = f"{len(notes) - MOST_NOTES} notes more, and all in full, are" if len(notes) > MOST_NOTES else "All are"
        console.print(f"{more} in manifest.json.", style="dim")
    console.print(f"Fill rate: {BY_NAME['fill_rate'].definition}.", style="dim")
    console.print(f"Order of a day. {ORDER_OF_A_DAY}", style="dim")
    console.print(
        "Not modelled: demand that reacts to service beyond lost goodwill; substitution between items; rivals buying "
        "the same scarce capacity; working calendars.",
        style="dim",
    )
    console.print()
    if figures:
        console.print("Figures:")
    for path in figures:
        if path.suffix == ".png":
            console.print(f"  {path}", soft_wrap=True)
    console.print(f"All numbers: {folder}/summary.csv, {folder}/manifest.json", soft_wrap=True)
    console.print(f"Next: {following}  (why did items run out?)", soft_wrap=True)
    for line in closing(comparison):
        console.print(line)


def _notes(comparison: Comparison) -> list[str]:
    """Notes of the scenario and the plans, each once: a plan that comes from a file has those of its posture."""
    notes = (*comparison.scenario.notes, *(note for plan in comparison.plans for note in plan.notes))
    return list(dict.fromkeys(notes))


def first_sentence(text: str) -> str:
    """The first sentence of a note."""
    head, stop, _ = text.partition(". ")
    return head + "." if stop else text
