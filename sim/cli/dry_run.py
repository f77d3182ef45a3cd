"""What a comparison would take: cells, replications, minutes and megabytes, before anything is started."""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import out

if TYPE_CHECKING:
    from sim.cli.recipes import Asked
    from sim.studies.montecarlo import Chunk

#: replications lived to see how long one takes and what it leaves on disk
TRIED = 5


def tell(wanted: Asked, jobs: int, as_json: bool) -> None:
    """Live `TRIED` replications in this process, and tell what all of them will take."""
    found = estimated(wanted, jobs)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    console = out()
    recipe = wanted.recipe
    count = f"{found['replications']:,}" + ("" if recipe.aim is None else " at most (--most)")
    cells = f"{found['weathers']} weathers x {found['postures']} postures = {found['cells']} cells"
    console.print(f"{wanted.job.scenario.name}: {cells}, {count} replications")
    each = f"{found['seconds_a_replication']:.2g} s of one processor a replication"
    console.print(
        f"About {found['minutes']:.2g} minutes with {found['jobs']} jobs ({each}), and what others leave of them"
    )
    console.print(f"About {found['megabytes']:.2g} MB on disk")
    console.print("Nothing was run. Leave out --dry-run to start.")


def estimated(wanted: Asked, jobs: int) -> dict[str, Any]:
    """The estimate as plain data."""
    from sim.studies.montecarlo import AROUND, PART, lean

    recipe, job = wanted.recipe, lean(wanted.job)
    count = recipe.replications if recipe.aim is None else recipe.aim.most
    workers = min((os.cpu_count() or 1) if jobs == -1 else jobs, count)
    prepared = job.prepare()
    first = prepared.run((0,))  # it pays for what is set up once
    begun = time.process_time()
    chunk = prepared.run(tuple(range(TRIED)))
    seconds = (time.process_time() - begun) / TRIED
    one, several = _sizes(wanted, first), _sizes(wanted, chunk)
    total = 0.0
    for kind, size in several.items():
        each = max(size - one[kind], 0) / (TRIED - 1)
        replications = min(count, AROUND) if kind == "around" else count
        total += replications * each if kind != "items" else 0
        total += -(-replications // PART) * max(one[kind] - each, 0)
    return {
        "scenario": job.scenario.name,
        "weathers": len(job.weathers),
        "postures": len(job.plans),
        "cells": len(job.weathers) * len(job.plans),
        "replications": count,
        "jobs": workers,
        "seconds_a_replication": seconds,
        "minutes": count * seconds / workers / 60,
        "megabytes": total / 1e6,
    }


def _sizes(wanted: Asked, chunk: Chunk) -> dict[str, int]:
    """Bytes on disk of each kind of part file that holds a chunk alone."""
    from sim.runs.parts import KINDS, Parts

    with tempfile.TemporaryDirectory() as folder:
        parts = Parts(Path(folder), wanted.job, wanted.study)
        parts.add(chunk)
        parts.close()
        return {kind: sum(path.stat().st_size for path in (Path(folder) / kind).glob("*.parquet")) for kind in KINDS}
