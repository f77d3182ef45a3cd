"""Run experiments: ``python -m experiments [NUMBER …] [--quick] [--jobs N] [--check] [--table]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from experiments.support.check import agreement
from experiments.support.runner import RESULTS, Experiment, chosen, run
from experiments.support.setting import Setting
from experiments.support.table import index, summary
from sim.errors import BufferstockError


def main(given: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 where a check finds another verdict or other means, 2 where the call is wrong."""
    asked = arguments().parse_args(given)
    if asked.table:
        sys.stdout.write(summary())
        return 0
    if asked.quick and asked.check:
        print("--check compares full runs; the slow tests hold quick runs against them", file=sys.stderr)
        return 2
    try:
        experiments = chosen(asked.numbers)
        setting = Setting(asked.quick, asked.jobs, asked.seed)
        return check(experiments, setting) if asked.check else write(experiments, setting, asked.out)
    except BufferstockError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m experiments", description="Put the claims to the test.")
    parser.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="which claims; all when left out")
    parser.add_argument(
        "--quick", action="store_true", help="few futures, into a temporary folder unless --out is given"
    )
    parser.add_argument(
        "--jobs", type=int, default=1, help="worker processes, -1 for all processors; changes no number"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="seed of all futures (default 1, that of the committed results)"
    )
    parser.add_argument("--out", type=Path, help="folder of results (default results/)")
    parser.add_argument("--check", action="store_true", help="run in full and compare with the committed results")
    parser.add_argument("--table", action="store_true", help="print the summary table of the committed results")
    return parser


def write(experiments: Sequence[Experiment], setting: Setting, out: Path | None) -> int:
    """Run experiments and write their results."""
    elsewhere = out is None and (setting.quick or setting.seed != 1)
    folder = Path(tempfile.mkdtemp(prefix="experiments-")) if elsewhere else out or RESULTS
    for one in experiments:
        begun = time.monotonic()
        result = run(one, setting, folder / one.claim.slug)
        condition = f" {result['condition']}" if result["condition"] else ""
        print(
            f"{one.claim.number:2d} {one.claim.name}: {result['verdict']}{condition} ({time.monotonic() - begun:.0f} s)"
        )
        print(f"   {result['headline']}", flush=True)
    if folder == RESULTS:
        (folder / "README.md").write_text(index(), encoding="utf-8")
    print(f"written to {folder}")
    return 0


def check(experiments: Sequence[Experiment], setting: Setting) -> int:
    """Run experiments again and compare them with the committed results."""
    bad = 0
    with tempfile.TemporaryDirectory(prefix="experiments-") as place:
        for one in experiments:
            committed = RESULTS / one.claim.slug
            if not (committed / "result.json").is_file():
                print(f"{one.claim.number:2d} {one.claim.name}: no committed result")
                bad += 1
                continue
            again = Path(place) / one.claim.slug
            run(one, setting, again)
            found = agreement(committed, again)
            bad += not found.good
            print(f"{one.claim.number:2d} {one.claim.name}: {found.words}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
