"""The verb sensitivity."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Stages, Stoppable, chosen_postures, plans_named, side

if TYPE_CHECKING:
    from sim.cli.sensitivity_results import Results
    from sim.studies.sensitivity import BreakEven, Tornado
    from sim.studies.sensitivity.morris import Morris
    from sim.studies.sensitivity.sobol import Sobol
    from sim.studies.source import Source
    from sim.studies.variants import Variants

#: most replications of one study
MOST = 100_000
#: replications where none are asked for: one at a time needs more of them than designs of many points
USUAL = {"tornado": 50, "morris": 20, "sobol": 20}


@dataclass(frozen=True)
class Asked:
    """What is to be run, and how."""

    source: Source
    method: str
    replications: int
    seed: int
    jobs: int
    measure: str
    between: tuple[str, str] | None
    only: tuple[str, ...]
    size: int


@click.command("sensitivity")
@click.argument("scenario")
@click.option(
    "--method",
    type=click.Choice(["tornado", "morris", "sobol"]),
    default="tornado",
    show_default=True,
    help="One assumption at a time with break-even values; or all at once, to see which act together.",
)
@click.option("--postures", default="jit,jic,hybrid", show_default=True, help="Names or files, divided by commas.")
@click.option(
    "--between", default=None, metavar="A,B", help="The two held against each other; the best two if left out."
)
@click.option(
    "--only", default=None, help="Assumptions whose label or key holds one of these words, divided by commas."
)
@click.option("--trajectories", type=int, default=6, show_default=True, help="With morris: how many.")
@click.option("--points", type=int, default=32, show_default=True, help="With sobol: size of the sample, a power of 2.")
@click.option("--measure", default="total_cost", show_default=True, help="What postures are ranked by.")
@click.option("--weather", default=None, help="One of the scenario's; its headline when left out.")
@click.option("-n", "--replications", type=int, default=None, help="How many futures; 50, or 20 with morris and sobol.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option(
    "--list", "listing", is_flag=True, help="Show the assumptions with their ranges and sources; run nothing."
)
@click.option("--dry-run", is_flag=True, help="Tell variants, lives and minutes; run nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def sensitivity_command(
    scenario: str,
    method: str,
    postures: str,
    between: str | None,
    only: str | None,
    trajectories: int,
    points: int,
    measure: str,
    weather: str | None,
    replications: int | None,
    seed: int,
    jobs: int,
    folder: Path | None,
    settings: tuple[str, ...],
    listing: bool,
    dry_run: bool,
    as_json: bool,
    force: bool,
    trust: bool,
    no_figures: bool,
    no_progress: bool,
) -> None:
    """Which assumptions of SCENARIO turn the ranking of postures round, and at what value does it break even?

    Each assumption goes to its low and its high end on the same futures. Ranges come with a source or are marked assumed;
    [[assumptions]] in the scenario file adds to them or takes their place. Writes assumptions.csv, tornado.csv,
    break_even.csv (or morris.csv, sobol.csv), manifest.json and figures/.
    """
    from sim import runs
    from sim.cli.sensitivity_results import Results, show_register
    from sim.cli.variants import checked, source_of
    from sim.studies.sensitivity.tornado import checked as sound
    from sim.studies.sensitivity.tornado import register_of

    started = datetime.now(UTC)
    count = USUAL[method] if replications is None else replications
    checked(count, seed, jobs, MOST)
    names = chosen_postures(postures)
    pair = _pair(between)
    source = source_of(scenario, names, settings, weather, trust, plans_named)
    words = tuple(part.strip() for part in (only or "").split(",") if part.strip())
    sound(source, measure, pair, seed)
    register = register_of(source, words)
    if listing:
        show_register(register, as_json)
        return
    asked = Asked(
        source, method, count, seed, jobs, measure, pair, words, trajectories if method == "morris" else points
    )
    read = source.scenario()
    for warning in read.warnings:
        side().print(f"warning: {warning}")
    if folder is None:
        more = ("sensitivity", method, weather, measure, between, only, asked.size)
        mark = runs.digest(read, source.plans(read), seed, more)[:10]
        folder, force = Path("results") / f"{read.name}-{method}-{mark}-{count}", True
    target, over = folder, force
    begin = _Begin(lambda: runs.open_folder(target, over, replications=False))
    with Stoppable(), Stages(as_json or no_progress) as watch:
        found, evens = _run(asked, watch, dry_run, begin)
    made = Results.of(found, evens, method)
    drawn = made.written(folder, started, not no_figures)
    if as_json:
        click.echo(json.dumps(made.document(folder), indent=2, allow_nan=False))
        return
    made.show(folder, drawn, _next(made, asked, scenario, trust))


class _Begin:
    """Opens the folder once, before the first stage."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make, self.done = make, False

    def __call__(self) -> None:
        if not self.done:
            self.make()
        self.done = True


def _pair(text: str | None) -> tuple[str, str] | None:
    from sim.errors import UsageError

    if text is None:
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) != 2 or parts[0] == parts[1]:
        raise UsageError(f"--between {text!r}: name two postures, for example hybrid,jit")
    return parts[0], parts[1]


def _run(
    asked: Asked, watch: Callable[[str, int], Callable[[int], None]] | None, dry_run: bool, begin: Callable[[], None]
) -> tuple[Tornado | Morris | Sobol, tuple[BreakEven, ...]]:
    """The study, its budget told before each stage."""
    from sim.cli.variants import Budget
    from sim.studies.sensitivity import break_evens, tornado
    from sim.studies.sensitivity.morris import morris
    from sim.studies.sensitivity.sobol import sobol

    def budget(what: str) -> Callable[[Variants], None]:
        def tell(errand: Variants) -> None:
            variants = f"{what}: {len(errand.priced):,} variants x {len(errand.names)} postures"
            Budget(asked.replications, asked.jobs, variants, dry_run, begin)(errand)

        return tell

    def stage(name: str) -> Callable[[int], None] | None:
        return None if watch is None else watch(name, asked.replications)

    common: Any = {
        "replications": asked.replications,
        "seed": asked.seed,
        "jobs": asked.jobs,
        "measure": asked.measure,
        "between": asked.between,
        "only": asked.only,
        "done": stage(asked.method),
        "told": budget(asked.method),
    }
    if asked.method == "morris":
        return morris(asked.source, asked.size, **common), ()
    if asked.method == "sobol":
        return sobol(asked.source, asked.size, **common), ()
    found = tornado(asked.source, **common)
    return found, break_evens(found, asked.jobs, lambda: stage("break-even"), budget("break-even"))


def _next(made: Results, asked: Asked, scenario: str, trust: bool) -> str:
    """The command that may follow: a sweep over what turns the ranking, or what acts together."""
    more = ["--trust"] if trust else []
    fixed = [part for setting in asked.source.settings for part in ("--set", setting)]
    postures = ["--postures", ",".join(asked.source.postures)]
    swept = made.worth_sweeping
    if swept is not None:
        return join(["bufferstock", "sweep", scenario, *postures, "--set", swept, *fixed, *more])
    method = "morris" if asked.method == "tornado" else "tornado"
    return join(["bufferstock", "sensitivity", scenario, "--method", method, *postures, *fixed, *more])
