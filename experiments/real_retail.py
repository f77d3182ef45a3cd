"""Postures on real records: 300 items of a British online shop, lead times of a medicines programme.

Writes a scenario folder from the records (read from ``../shared/data`` beside the repository, or where --data or the
environment variable BUFFERSTOCK_DATA says), compares JIT, JIC and hybrid on it as ``bufferstock compare`` does, and
prints the line that repeats the comparison. The records do not become part of the project: results are ignored by git.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from retail_scenario import AS_OF, HORIZON, Outlook, outlook, read, write

from sim.errors import BufferstockError

POSTURES = ("jit", "hybrid", "jic")
ROOT = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """Where the records are when --data does not say."""
    named = os.environ.get("BUFFERSTOCK_DATA")
    return Path(named) if named else ROOT.parent / "shared" / "data"


def told(found: Outlook) -> str:
    """The forecast against what came, in two lines."""
    units, value = (pair[1] / pair[0] - 1 for pair in (found.units, found.value))
    return (
        f"Forecast, from {found.days[0]} days before {AS_OF}: {found.units[0]:,.0f} units, £{found.value[0]:,.0f} of "
        f"sales a day. Recorded in the {found.days[1]} days after: {found.units[1]:,.0f} units ({units:+.0%}), "
        f"£{found.value[1]:,.0f} ({value:+.0%}).\n"
        f"Item by item the forecast is off by {found.error:.0%} of sales; {len(found.grown)} items sold more than "
        f"twice the forecast, {len(found.shrunk)} less than half."
    )


def shortfall(folder: Path, grown: frozenset[str], seed: int, futures: int) -> list[str]:
    """For each posture in calm, a line: how well the items that outgrew the forecast were served, and the others."""
    import numpy as np

    import sim

    scenario = sim.load(folder).under("calm")
    items = scenario.sites["Shop"]
    price, apart = scenario.catalogue.price, np.array([item in grown for item in items])
    drawn = [sim.draw(scenario, seed, number) for number in range(futures)]
    lines = []
    for name in POSTURES:
        plan = sim.posture(name).plan(scenario)
        asked, unserved = np.zeros(len(items)), np.zeros(len(items))
        for future in drawn:
            site = sim.live(scenario, plan, future).ledger.sites["Shop"]
            asked += site.demand * price
            unserved += (site.demand - site.served) * price
        rest, theirs = (1 - unserved[some].sum() / asked[some].sum() for some in (~apart, apart))
        share, missed = asked[apart].sum() / asked.sum(), unserved[apart].sum() / unserved.sum()
        lines.append(
            f"{name}: fill rate {theirs:.1%} of those {len(grown)} items ({share:.0%} of sales), {rest:.1%} of the "
            f"others; {missed:.0%} of what was not served at once is theirs"
        )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the scenario, compare, and say how to repeat it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the records")
    parser.add_argument(
        "--demand", choices=tuple(HORIZON), default="replay", help="recorded demand, or weeks drawn from it"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("results/real-retail"), help="folder for results (default: %(default)s)"
    )
    parser.add_argument("-n", "--replications", type=int, help="how many futures (default: 200, quick: 5)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the study (default: %(default)s)")
    parser.add_argument("-j", "--jobs", type=int, default=-1, help="worker processes; -1: all processors")
    parser.add_argument("--quick", action="store_true", help="few futures, no figures")
    given = parser.parse_args(arguments)
    count = given.replications if given.replications is not None else (5 if given.quick else 200)
    scenario, run = given.out / given.demand / "scenario", given.out / given.demand / "run"
    try:
        records = read(given.data if given.data is not None else data_folder())
        write(scenario, records, given.demand)
        options = ["-n", str(count), "--seed", str(given.seed), *(["--no-figures"] if given.quick else [])]
        from sim.cli.compare import compare_command

        compare_command.main(
            [str(scenario), *options, "-j", str(given.jobs), "-o", str(run), "--force"],
            prog_name="bufferstock compare",
            standalone_mode=False,
        )
    except BufferstockError as error:
        print(f"real_retail: {error}", file=sys.stderr)
        return error.exit_code
    found = outlook(records)
    print(f"\n{told(found)}")
    if given.demand == "replay":
        futures = min(count, 50)
        print(f"Items that sold more than twice the forecast, and the others; calm, {futures} futures:")
        print("\n".join(f"  {line}" for line in shortfall(scenario, found.grown, given.seed, futures)))
    print(f"Repeat: bufferstock compare {shlex.quote(str(scenario))} {' '.join(options)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
