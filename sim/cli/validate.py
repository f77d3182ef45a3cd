"""The verb validate."""

from __future__ import annotations

import json
import math
import sys
import time
from typing import TYPE_CHECKING

import click

from sim.cli.options import Stoppable, out, side
from sim.errors import ModelError, UsageError, near_miss

if TYPE_CHECKING:
    from sim.validation.run import Finding


@click.command("validate")
@click.option("--quick", is_flag=True, help="Short runs, one seed, wider half-widths; about a minute.")
@click.option("--seeds", default="1,2,3", show_default=True, help="Seeds, divided by commas; each must pass.")
@click.option("--cases", default=None, help="Only these, divided by commas, for example S01,S15.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def validate_command(quick: bool, seeds: str, cases: str | None, jobs: int, as_json: bool) -> None:
    """Hold the engine against exact results: expected, simulated, standard error, verdict.

    A value passes when its mean over at least 100 replications lies within as many standard errors as keep the
    family-wise error over all values at 1 %, and its 99 % half-width is small enough to show anything. Exit code 4 on a
    fail.
    """
    import os

    from rich.table import Table

    from sim.validation.case import expected
    from sim.validation.run import KNOWN, PENDING, Finding, validate

    try:
        numbers = [int(part) for part in seeds.split(",")]
    except ValueError as error:
        raise UsageError(f"--seeds {seeds!r}: write whole numbers divided by commas, for example 1,2,3") from error
    if quick:
        numbers = numbers[:1]
    chosen = list(KNOWN)
    if cases is not None:
        wanted = [part.strip() for part in cases.split(",")]
        unknown = [one for one in wanted if not any(name.split()[0] == one for name in KNOWN)]
        if unknown:
            near = near_miss(unknown[0], sorted({name.split()[0] for name in KNOWN}))
            raise UsageError(f"--cases: {unknown[0]!r} is not a case{near}")
        chosen = [name for name in KNOWN if name.split()[0] in wanted]
    if jobs == 0 or jobs < -1:
        raise UsageError(f"--jobs {jobs}: 1 or more, or -1 for all processors")
    workers = (os.cpu_count() or 1) if jobs == -1 else jobs
    started, worked = time.perf_counter(), time.process_time()
    findings: list[Finding] = []
    stopped = False
    try:
        with Stoppable():
            for finding in validate(chosen, numbers, quick, workers, _done):
                findings.append(finding)
    except KeyboardInterrupt:
        stopped = True
    pending = [
        Finding(
            instance,
            name,
            0,
            expected(instance, name),
            math.nan,
            math.nan,
            math.nan,
            None,
            "pending",
            why,
        )
        for instance, (name, why) in PENDING.items()
        if cases is None
    ]
    seconds = time.perf_counter() - started
    # what worker processes used is known only once they have ended
    minutes = (time.process_time() - worked) / 60 if workers == 1 else None
    failed = [one for one in findings if one.verdict == "fail"]
    if as_json:
        instances = [_plain(one) for one in [*findings, *pending]]
        run = {"quick": quick, "seeds": numbers, "seconds": seconds, "cpu_minutes": minutes, **_where()}
        click.echo(json.dumps({**run, "instances": instances}, indent=2))
    else:
        how = " (quick: wide half-widths)" if quick else ""
        table = Table(title=f"Exact results through the shipped engine{how}")
        numeric = ("seed", "expected", "simulated", "std. error", "99 % half-width")
        for name in ("instance", "quantity", *numeric, "verdict"):
            table.add_column(name, justify="right" if name in numeric else "left", overflow="fold")
        for one in [*findings, *pending]:
            table.add_row(
                one.instance,
                one.quantity,
                str(one.seed or "-"),
                _shown(one.expected),
                _shown(one.simulated),
                _shown(one.standard_error),
                _precision(one),
                one.verdict,
            )
        out(None if sys.stdout.isatty() else 120).print(table)
        passed = sum(one.verdict == "pass" for one in findings)
        total = f"{passed} of {len(findings)} values pass, {len(pending)} instances pending"
        spent = "" if minutes is None else f", {minutes:.1f} CPU-minutes"
        click.echo(f"{total}, {seconds:.0f} s{spent}; seeds {numbers}")
        for one in failed:
            value = f"expected {one.expected:.8g}, simulated {one.simulated:.8g}"
            click.echo(f"FAIL {one.instance} {one.quantity} (seed {one.seed}): {value}: {one.why}")
        click.echo("Next: the reasons behind each instance are in docs/validation.md")
    if stopped:
        raise KeyboardInterrupt
    if failed:
        raise ModelError(f"{len(failed)} of {len(findings)} values do not meet their exact result")


def _where() -> dict[str, object]:
    """When and on what this was run."""
    import os
    import platform
    from datetime import UTC, datetime
    from importlib.metadata import version

    from sim import __version__

    versions = {"bufferstock": __version__, "python": platform.python_version()}
    versions |= {name: version(name) for name in ("numpy", "scipy", "simpy")}
    machine = {"platform": platform.platform(), "processors": os.cpu_count()}
    return {"date": datetime.now(UTC).date().isoformat(), "machine": machine, "versions": versions}


def _done(name: str) -> None:
    side().print(f"{name} done", style="dim")


def _shown(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.6g}"


def _precision(one: Finding) -> str:
    """Half-width as a share of the value; an exact agreement has none."""
    if one.wanted is None and one.verdict != "pending" and not math.isnan(one.expected):
        return "exact"
    return "-" if math.isnan(one.half_width) or math.isnan(one.expected) else f"{one.half_width:.2%}"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _plain(one: object) -> dict[str, object]:
    from sim.validation.run import Finding

    assert isinstance(one, Finding)
    return {
        "id": one.instance,
        "quantity": one.quantity,
        "seed": one.seed or None,
        "expected": _number(one.expected),
        "simulated": _number(one.simulated),
        "standard_error": _number(one.standard_error),
        "half_width_99": _number(one.half_width),
        "verdict": one.verdict,
        "why": one.why,
    }
