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

#: replications lived to see how long one takes and what it leaves on disk
TRIED = 2


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
    from sim.runs.parts import Parts
    from sim.studies.montecarlo import lean

    recipe, job = wanted.recipe, lean(wanted.job)
    count = recipe.replications if recipe.aim is None else recipe.aim.most
    workers = min((os.cpu_count() or 1) if jobs == -1 else jobs, count)
    prepared = job.prepare()
    prepared.run((0,))  # the first one pays for what is set up once
    begun = time.process_time()
    chunk = prepared.run(tuple(range(TRIED)))
    seconds = (time.process_time() - begun) / TRIED
    with tempfile.TemporaryDirectory() as folder:
        parts = Parts(Path(folder), wanted.job, wanted.study)
        parts.add(chunk)
        parts.close()
        size = {kind: _size(Path(folder) / kind) for kind in ("replications", "around", "items", "item_rows", "trace")}
    from sim.studies.montecarlo import AROUND, PART

    of_each = (size["replications"] + size["item_rows"] + size["trace"]) / TRIED
    total = count * of_each + min(count, AROUND) * size["around"] / TRIED + -(-count // PART) * size["items"]
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


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.parquet")) if folder.is_dir() else 0
