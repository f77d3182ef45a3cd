"""The verb optimise."""

from __future__ import annotations

import json
import math
import sys
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Stages, Stoppable, one_weather, out, plans_named, read_scenario, split_settings
from sim.errors import UsageError, near_miss

if TYPE_CHECKING:
    from sim.studies.frontier import Limit, Optimum

#: most replications of one study
MOST = 100_000
#: purchases told on the terminal
SHOWN = 12


@click.command("optimise")
@click.argument("scenario")
@click.option("--target", default=None, metavar="fill_rate=X", help="Least fill rate, for example fill_rate=0.98.")
@click.option("--max-carrying", type=float, default=None, help="Most carrying cost a year.")
@click.option("--max-cash", type=float, default=None, help="Most average inventory value.")
@click.option("--max-cvar", type=float, default=None, help="Most total cost a year in the worst 5 % of futures.")
@click.option("--lean", default="jit", show_default=True, help="The plan that buffers are added to: a name or file.")
@click.option("--against", default="jic,hybrid", show_default=True, help="What the result is held against, by commas.")
@click.option("--weather", default=None, help="One of the scenario's; its headline when left out.")
@click.option("-n", "--replications", type=int, default=60, show_default=True, help="Futures of the search.")
@click.option("--fresh", type=int, default=100, show_default=True, help="Futures to confirm on, never seen before.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies of your own (module:name).")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def optimise_command(
    scenario: str,
    target: str | None,
    max_carrying: float | None,
    max_cash: float | None,
    max_cvar: float | None,
    lean: str,
    against: str,
    weather: str | None,
    replications: int,
    fresh: int,
    seed: int,
    jobs: int,
    folder: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    force: bool,
    trust: bool,
    no_progress: bool,
) -> None:
    """Choose the buffer of each item at each site of SCENARIO: least total cost, or least cost under a limit.

    Writes plan.xlsx with a reason in every line, purchases.csv (what to buy first), optimum.json and manifest.json.
    """
    from sim import runs
    from sim.cli.options import chosen_postures
    from sim.studies.frontier import optimise

    started = datetime.now(UTC)
    limit = limit_of(target, max_carrying, max_cash, max_cvar)
    checked(replications, fresh, seed, jobs)
    names = list(dict.fromkeys([lean, *(chosen_postures(against) if against.strip() else [])]))
    mine, theirs = split_settings(settings, names)
    read = read_scenario(scenario, mine, trust)
    chosen = one_weather(read, weather)
    plans = plans_named(names, read, theirs, trust)
    made = folder is None
    if folder is None:
        more = ("optimise", limit.kind, None if limit.kind == "none" else limit.value, chosen, replications, fresh)
        folder = Path("results") / f"{read.name}-optimise-{runs.digest(read, plans, seed, more)[:10]}"
    runs.open_folder(folder, force or made, replications=False)
    stages = Stages(as_json or no_progress)
    with Stoppable(), stages as watch:
        found = optimise(read, limit, plans[0], plans[1:], replications, fresh, 2, seed, jobs, chosen, trust, watch)
    _finish(found, read, folder, started)
    if as_json:
        click.echo(json.dumps({**document(found), "out": str(folder)}, indent=2, allow_nan=False))
        return
    _show(found, folder, scenario, names, trust)


def limit_of(target: str | None, max_carrying: float | None, max_cash: float | None, max_cvar: float | None) -> Limit:
    """The one limit that options name.

    Raises
    ------
    UsageError : more than one, or a target that is none.
    """
    from sim.studies.frontier import Limit

    given: dict[str, Any] = {
        "--target": target,
        "--max-carrying": max_carrying,
        "--max-cash": max_cash,
        "--max-cvar": max_cvar,
    }
    there = [name for name, value in given.items() if value is not None]
    if len(there) > 1:
        raise UsageError(f"{' and '.join(there)}: give one of them")
    if not there:
        return Limit()
    if target is not None:
        name, sign, value = target.partition("=")
        if name.strip() != "fill_rate" or not sign:
            raise UsageError(
                f"--target {target!r}: fill_rate=X is what can be aimed at{near_miss(name, ['fill_rate'])}"
            )
        try:
            return Limit("fill_rate", float(value))
        except ValueError as error:
            raise UsageError(f"--target {target!r}: {value!r} is not a number") from error
    kind: Any = there[0].removeprefix("--max-")
    return Limit(kind, float(given[there[0]]))


def checked(replications: int, fresh: int, seed: int, jobs: int) -> None:
    """Raise a UsageError for numbers that make no sense."""
    from sim.studies.frontier.optimise import LEAST
    from sim.studies.montecarlo import workers_of

    for option, value in (("--replications", replications), ("--fresh", fresh)):
        if not LEAST <= value <= MOST:
            raise UsageError(f"{option} {value}: at least {LEAST} are needed, and at most {MOST:,} are possible")
    if seed < 0:
        raise UsageError(f"--seed {seed}: 0 or more is needed")
    workers_of(jobs)


def rows(found: Optimum) -> list[dict[str, Any]]:
    """The ranked list: what to buy first, with what it costs and avoids, and the sums so far."""
    made, cost, saved = [], 0.0, 0.0
    for place, one in enumerate(found.purchases, start=1):
        cost += one.carrying.mean
        saved += one.avoided.mean
        made.append(
            {
                "rank": place,
                "item": one.item,
                "warehouse": one.warehouse,
                "units": one.units,
                "days": one.days,
                "units_by_warehouse": "; ".join(f"{units:+g}" for units in one.each),
                "carrying_cost": one.carrying.mean,
                "carrying_low": one.carrying.low,
                "carrying_high": one.carrying.high,
                "loss_avoided": one.avoided.mean,
                "loss_avoided_low": one.avoided.low,
                "loss_avoided_high": one.avoided.high,
                "net": one.net.mean,
                "net_low": one.net.low,
                "net_high": one.net.high,
                "clear": one.clear,
                "return": one.returns,
                "p_helps": one.helps,
                "carrying_so_far": cost,
                "loss_avoided_so_far": saved,
                "currency": found.scenario.currency,
            }
        )
    return made


def document(found: Optimum) -> dict[str, Any]:
    """All of an optimum but its plan as plain data."""
    from sim.report.frontier_words import limited, optimism, verdict
    from sim.runs import plain

    def three(one: Any) -> dict[str, Any]:
        return {"mean": one.mean, "low": one.low, "high": one.high, "n": one.n}

    told = {
        "scenario": found.scenario.name,
        "weather": found.weather,
        "seed": found.seed,
        "limit": str(found.limit),
        "limit_kept": found.kept,
        "limit_told": limited(found),
        "price": found.price,
        "searched": len(found.searched),
        "fresh": len(found.fresh),
        "lines_that_touch": found.touching,
        "verdict": verdict(found) if found.rivals else "",
        "optimism": {**three(found.gap), "told": optimism(found)},
        "plans": {
            name: {
                "total_cost": three(found.total(name)),
                "fill_rate": three(found.fill(name)),
                **(
                    {}
                    if name == found.names[0]
                    else {
                        "optimised_less_this": three(found.against(name).difference),
                        "p_optimised_cheaper": found.against(name).p_a_better,
                        "fill_rate_more_than_this": three(found.fill_against(name).difference),
                    }
                ),
            }
            for name in found.names
        },
        "rounds": [vars(one) for one in found.rounds],
        "purchases": rows(found),
        "in_sample": list(found.scenario.judged_in_sample),
    }
    made: dict[str, Any] = plain(told)
    return made


def _finish(found: Optimum, read: Any, folder: Path, started: datetime) -> None:
    """Plan, tables and manifest."""
    from sim import planbook, runs

    told = document(found)
    runs.write_atomic(folder / "optimum.json", json.dumps(told, indent=2, allow_nan=False) + "\n")
    runs.table(rows(found), folder / "purchases.csv")
    planbook.write(found.plan, read, folder / "plan.xlsx")
    outputs = [folder / name for name in ("optimum.json", "purchases.csv", "plan.xlsx")]
    manifest = runs.manifest(_Study(found), {"argv": sys.argv[1:]}, started, outputs, folder)
    manifest["optimum"] = told
    runs.write_atomic(folder / "manifest.json", json.dumps(manifest, indent=2, allow_nan=False) + "\n")


class _Study:
    """An optimum as a manifest sees a study."""

    def __init__(self, found: Optimum) -> None:
        self.scenario, self.seed, self.plans = found.scenario, found.seed, found.plans
        self.weathers, self.postures = (found.weather,), found.names
        self.numbers = (*found.searched, *found.fresh)


def _show(found: Optimum, folder: Path, scenario: str, names: list[str], trust: bool) -> None:
    from rich.table import Table

    from sim.report.frontier_words import limited, money, optimism, verdict
    from sim.report.said_once import best_case
    from sim.report.style import counted, number, percent
    from sim.report.tables import FRAME

    console, unit = out(), money(found)
    console.print(f"{found.scenario.title or found.scenario.name}: weather {found.weather}, seed {found.seed}")
    table = Table(**FRAME)
    table.add_column("Plan")
    for heading in (f"Total, {unit.unit} a year", "Fill rate", "Optimised less this", "Cheaper in"):
        table.add_column(heading, justify="right")
    for name in found.names:
        total, less, share = found.total(name), "", ""
        if name != found.names[0]:
            pair = found.against(name)
            less = f"{unit.number(pair.difference.mean, True)} ± {unit.number(pair.difference.half_width)}"
            share = percent(pair.p_ahead)
        told = f"{unit.number(total.mean)} ± {unit.number(total.half_width)}"
        table.add_row(name, told, percent(found.fill(name).mean, 2), less, share)
    console.print(table)
    buys = [one for one in found.purchases if one.units > 0]
    if buys:
        listing = Table(title="Buy this first", title_justify="left", **FRAME)
        listing.add_column("Item")
        listing.add_column("Warehouse")
        for heading in ("Days", "Carrying a year", "Loss avoided a year", "Return", "Helps in"):
            listing.add_column(heading, justify="right")
        small = unit.near([one.avoided.mean for one in buys[:SHOWN]])
        for one in buys[:SHOWN]:
            listing.add_row(
                one.item,
                one.warehouse,
                number(one.days, 0, True),
                small.text(one.carrying.mean),
                f"{small.text(one.avoided.mean)} ({small.number(one.avoided.low)} to {small.number(one.avoided.high)})",
                (f"{number(one.returns, 1)} x" if math.isfinite(one.returns) else "-") + ("" if one.clear else " ?"),
                percent(one.helps),
            )
        console.print(listing)
        lower = sum(one.units < 0 for one in found.purchases)
        console.print(
            f"{counted(len(buys), 'buffer')} higher than the lean plan's, {lower} lower; all in purchases.csv. Ranked on "
            "the futures of the search, measured on fresh ones; ?: not clear whether it pays (95 %, each by itself).",
            style="dim",
        )
    for why in best_case(found.scenario.judged_in_sample):
        console.print(why, style="bold")
    console.print(limited(found), soft_wrap=True)
    console.print(optimism(found), soft_wrap=True)
    console.print(f"Written: {folder}/plan.xlsx, purchases.csv, optimum.json, manifest.json", soft_wrap=True)
    if found.rivals:
        console.print(f"Found: {verdict(found)}.", style="bold", soft_wrap=True)
    flag = " --trust" if trust else ""
    with_plan = quote(",".join([*names, f"{folder}/plan.xlsx"]))
    console.print(f"Next: bufferstock compare {quote(scenario)} --postures {with_plan}{flag}", soft_wrap=True)
