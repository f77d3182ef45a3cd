"""The verb justify."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Stages, Stoppable, one_weather, out, plans_named, read_scenario, side, split_settings

if TYPE_CHECKING:
    from sim.studies.buffers import Justification

#: most replications of one study
MOST = 100_000


@click.command("justify")
@click.argument("scenario")
@click.option("--posture", default="hybrid", show_default=True, help="Whose buffers: a name or file.")
@click.option("--lean", default="jit", show_default=True, help="What counts as no buffer: a name or file.")
@click.option("--weather", default=None, help="One of the scenario's; its headline when left out.")
@click.option("-n", "--replications", type=int, default=200, show_default=True, help="How many futures.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("--trial-days", type=float, default=14.0, show_default=True, help="Buffer that lean lines get on trial.")
@click.option("--groups", default=None, help="Removed together: criticality, segment, supplier, divided by commas.")
@click.option("--batches", type=int, default=4, show_default=True, help="Runs over which lines that compete are dealt.")
@click.option("--checks", type=int, default=2, show_default=True, help="Lines of each competing set run by themselves.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def justify_command(
    scenario: str,
    posture: str,
    lean: str,
    weather: str | None,
    replications: int,
    seed: int,
    jobs: int,
    trial_days: float,
    groups: str | None,
    batches: int,
    checks: int,
    folder: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    force: bool,
    trust: bool,
    no_figures: bool,
    no_progress: bool,
) -> None:
    """Does each buffer of a posture pay? The same futures of SCENARIO with that buffer removed.

    Lean lines get a buffer on trial. Writes manifest.json, ledger.csv, groups.csv, check.csv and figures/.
    """
    from sim import runs
    from sim.studies.false_discovery import ENOUGH
    from sim.studies.justify import justify

    started = datetime.now(UTC)
    _sound(replications, seed, jobs, trial_days, batches, checks)
    names = list(dict.fromkeys((posture, lean)))
    mine, theirs = split_settings(settings, names)
    read = read_scenario(scenario, mine, trust)
    chosen = one_weather(read, weather)
    asked = dict(zip(names, plans_named(names, read, theirs, trust), strict=True))
    plan, thin = asked[posture], asked[lean]
    by = None if groups is None else [part.strip() for part in groups.split(",") if part.strip()]
    made = folder is None
    if folder is None:
        more = ("justify", chosen, trial_days, batches, checks, by)
        mark = runs.digest(read, (plan, thin), seed, more)[:10]
        folder = Path("results") / f"{read.name}-justify-{plan.posture}-{mark}-{replications}"
    runs.open_folder(folder, force or made, replications=False)
    if replications < ENOUGH:
        told = f"a buffer used in fewer than {ENOUGH} futures is called doubtful: take -n 200 for verdicts"
        side().print(f"warning: {replications} futures: {told}")
    stages = Stages(as_json or no_progress)
    with Stoppable(), stages as watch:
        found = justify(
            read, plan, thin, replications, seed, jobs, chosen, trial_days, batches, checks, by, trust, watch=watch
        )
    asked_for = {"lean": thin.posture, "trial_days": trial_days, "batches": batches, "checks": checks}
    drawn = _finish(found, folder, started, no_figures, asked_for)
    if as_json:
        click.echo(json.dumps(document(found, folder), indent=2, allow_nan=False))
        return
    _show(found, folder, drawn, scenario, posture)


def _sound(replications: int, seed: int, jobs: int, trial_days: float, batches: int, checks: int) -> None:
    from sim.errors import UsageError

    if not 1 <= replications <= MOST:
        raise UsageError(f"--replications {replications}: at least 1 is needed, and at most {MOST:,} are possible")
    if seed < 0:
        raise UsageError(f"--seed {seed}: 0 or more is needed")
    if jobs == 0 or jobs < -1:
        raise UsageError(f"--jobs {jobs}: 1 or more, or -1 for all processors")
    if not 0 < trial_days <= 10_000:
        raise UsageError(f"--trial-days {trial_days:g}: more than 0 days are needed, and at most 10,000 are possible")
    if batches < 1:
        raise UsageError(f"--batches {batches}: 1 or more is needed")
    if checks < 0:
        raise UsageError(f"--checks {checks}: 0 or more is needed")


def _finish(
    found: Justification, folder: Path, started: datetime, no_figures: bool, told: dict[str, Any]
) -> list[Path]:
    """Tables, figures and manifest; returns the figures."""
    from sim import runs
    from sim.report.buffers import closing
    from sim.studies.buffer_rows import check_rows, group_rows, ledger_rows

    tables: dict[str, Callable[[Justification], list[dict[str, Any]]]] = {
        "ledger.csv": ledger_rows,
        "groups.csv": group_rows,
        "check.csv": check_rows,
    }
    for name, make in tables.items():
        runs.table(make(found), folder / name)
    drawn: list[Path] = []
    if not no_figures:
        from sim.report.buffer_figure import figures

        drawn = figures(found, folder / "figures")
    outputs = [*(folder / name for name in tables), *drawn]
    manifest = runs.manifest(found, {"argv": sys.argv[1:]}, started, outputs, folder)
    manifest["justify"] = {**told, "findings": closing(found)}
    runs.write_atomic(folder / "manifest.json", json.dumps(manifest, indent=2, allow_nan=False) + "\n")
    return drawn


def document(found: Justification, folder: Path) -> dict[str, Any]:
    """The JSON document: findings, counts of verdicts, and all rows of the three tables."""
    from sim.report.buffer_findings import board
    from sim.report.buffers import closing
    from sim.runs import plain
    from sim.studies.buffer_rows import check_rows, group_rows, ledger_rows
    from sim.studies.buffers import VERDICTS

    return {
        "scenario": found.scenario.name,
        "weather": found.weather,
        "posture": found.plan.posture,
        "lean": found.lean.posture,
        "seed": found.seed,
        "replications": len(found.numbers),
        "board": board(found),
        "findings": closing(found),
        "verdicts": {verdict: found.count(verdict) for verdict in VERDICTS},
        "lines": plain(ledger_rows(found)),
        "groups": plain(group_rows(found)),
        "checks": plain(check_rows(found)),
        "notes": [*found.scenario.notes, *dict.fromkeys(note for plan in found.plans for note in plan.notes)],
        "in_sample": list(found.scenario.judged_in_sample),
        "out": str(folder),
    }


def _show(found: Justification, folder: Path, drawn: list[Path], scenario: str, posture: str) -> None:
    """The terminal's part of the results, and what may follow."""
    from sim.report import said_once
    from sim.report.buffer_findings import board
    from sim.report.buffers import closing, ledger_table
    from sim.studies.false_discovery import ENOUGH

    console = out()
    title = found.scenario.title or found.scenario.name
    count = len(found.numbers)
    console.print(title)
    console.print(f"Buffers of {found.plan.posture} above {found.lean.posture}, {count} futures, seed {found.seed}")
    console.print(ledger_table(found))
    console.print()
    console.print(
        "Costs: carrying, order lines, freight and price of the buffer. Avoids: stockout cost, the same futures without it "
        "less with it; worst 5 %: the mean over the worst futures without it less that with it. Used: futures in which "
        "customers were served otherwise. !: changed by hand without a reason. Lots and review periods are no buffers "
        "and stay as they are.",
        style="dim",
    )
    if count < ENOUGH:
        console.print(f"Fewer than {ENOUGH} futures: no buffer can be judged. Use more (-n 200).", style="bold")
    for line in closing(found):
        console.print(line)
    for note in said_once.notes((note for plan in found.plans for note in plan.notes), ()):
        console.print(f"Note: {note}", style="dim")
    console.print(f"For the board: {board(found)}", style="bold")
    console.print()
    for path in drawn:
        if path.suffix == ".png":
            console.print(f"Figure: {path}", soft_wrap=True)
    console.print(f"Written: {folder}/ledger.csv, groups.csv, check.csv, manifest.json", soft_wrap=True)
    weather = "" if found.weather == "as written" else f" --weather {quote(found.weather)}"
    again = f"bufferstock justify {scenario} --posture {posture}{weather} --seed {found.seed + 1}"
    console.print(f"Next: {again}  (do the verdicts hold on other futures?)", soft_wrap=True)
