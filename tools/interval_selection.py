"""How often Kim and Nelson's selection picks the best, on the configuration that is hardest for it.

Slippage (Kim and Nelson 2001, section 5): the best of k is better than each of the others by exactly the indifference, all
others are equal, all variances are equal. The indifference is the standard error of the first stage, sd / √10, with
a first stage of 10. Values are normal, without correlation between systems and with it.
"""

from __future__ import annotations

import math
from typing import Any

from sim.chance import generator
from sim.statistics.selection import Selection

EXPERIMENTS = 1_000
SYSTEMS, CORRELATIONS = (2, 5, 10), (0.0, 0.5, 0.9)
FIRST, CONFIDENCE, MOST = 10, 0.95, 2_000


def selected(count: int, correlation: float, experiment: int, seed: int) -> tuple[bool, int]:
    """Whether the best was selected, and how many replications all systems lived together."""
    source = generator(seed, experiment, "coverage", f"selection {count} {correlation:g}")
    common, own = source.standard_normal(MOST), source.standard_normal((count, MOST))
    values = math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own
    values[1:] += 1 / math.sqrt(FIRST)
    names = tuple(str(place) for place in range(count))
    rule = Selection(names, 1 / math.sqrt(FIRST), CONFIDENCE, FIRST, MOST)
    standing = rule.judge(dict(zip(names, values, strict=True)))
    lived = sum(one.at for one in standing.eliminated) + standing.at * len(standing.remaining)
    return standing.done and standing.best == "0", lived


def selection_rows(seed: int, experiments: int = EXPERIMENTS) -> list[dict[str, Any]]:
    """The table."""
    table = []
    for count in SYSTEMS:
        for correlation in CORRELATIONS:
            found = [selected(count, correlation, experiment, seed) for experiment in range(experiments)]
            share = sum(good for good, _ in found) / experiments
            table.append(
                {
                    "systems": count,
                    "correlation": correlation,
                    "promised": CONFIDENCE,
                    "experiments": experiments,
                    "best_selected": round(share, 4),
                    "standard_error": round(math.sqrt(share * (1 - share) / experiments), 4),
                    "replications": round(sum(lived for _, lived in found) / experiments, 1),
                }
            )
    return table
