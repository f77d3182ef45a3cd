"""The verb diff."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from sim.cli.options import out
from sim.errors import ModelError

#: what --check returns where two runs differ
DIFFER = ModelError.exit_code


@click.command("diff")
@click.argument("run_a", type=click.Path(path_type=Path))
@click.argument("run_b", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, with every difference.")
@click.option("--check", is_flag=True, help="Exit code 4 when anything differs, for scripts; 0 in both cases without.")
def diff_command(run_a: Path, run_b: Path, as_json: bool, check: bool) -> None:
    """Say whether RUN_A and RUN_B (folders of runs, of any verb) differ: in inputs, versions or numbers.

    Numbers of comparisons are held against each other replication by replication; those of other verbs table by table.
    The last sentence says what differs and what probably made it differ.
    """
    from sim.runs.diff import diff

    found = diff(run_a, run_b)
    if as_json:
        click.echo(json.dumps(found.document(), indent=2, allow_nan=False))
    else:
        from sim.report import run_diff as told

        console = out()
        for line in (*told.heading(found), "", *told.sections(found), *told.numbers(found)):
            console.print(line, soft_wrap=True)
        if found.numbers.apart:
            console.print(told.table(found.numbers.apart))
            for line in told.rest(found.numbers.apart):
                console.print(line)
        console.print()
        console.print(found.verdict, style="bold", soft_wrap=True)
        told_next = "bufferstock report " + str(run_b) if found.same else f"bufferstock diff {run_a} {run_b} --json"
        what = "one page for others, of a comparison" if found.same else "every difference, for a program"
        console.print(f"Next: {told_next}  ({what})", soft_wrap=True)
    if check and not found.same:
        sys.exit(DIFFER)
