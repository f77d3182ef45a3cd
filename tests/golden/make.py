"""Measures of first_strike that change only on purpose. To write them anew: python -m tests.golden.make"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sim

FILE = Path(__file__).parent / "first_strike.json"
POSTURES = ("jit", "jic", "hybrid")
REPLICATIONS, SEED = 3, 1


def made() -> dict[str, Any]:
    """Every measure by weather, posture and replication; null where there is none."""
    comparison = sim.compare(sim.load("first_strike"), POSTURES, REPLICATIONS, seed=SEED)
    return {
        weather: {
            posture: {
                measure.name: [
                    None if value != value else float(f"{value:.10g}")
                    for value in comparison.values(weather, posture, measure.name).tolist()
                ]
                for measure in sim.MEASURES
            }
            for posture in POSTURES
        }
        for weather in comparison.weathers
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(made(), indent=1) + "\n", encoding="utf-8")
