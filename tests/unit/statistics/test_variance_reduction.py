"""What common random numbers save: the arithmetic of docs/common-random-numbers.md, and that it is lived, not made up."""

import csv
import math
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.studies.compare import plans_of

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))
import variance_page
import variance_reduction as tool


def test_the_variance_of_a_difference_is_unequal_spreads_and_luck_not_shared():
    """Seed 7: the factor is what the two parts say, and reaches its bound where the correlation is 1."""
    rng = np.random.default_rng(7)
    a = rng.normal(10, 3, 300)
    b = 0.4 * a + rng.normal(0, 1, 300)
    row = tool.pair_row(a, b, 1)
    s, t, r = row["sd_a"], row["sd_b"], row["correlation"]
    whole = (s - t) ** 2 + 2 * s * t * (1 - r)
    assert (a - b).var(ddof=1) == pytest.approx(whole)
    assert row["factor"] == pytest.approx((s * s + t * t) / whole)
    assert row["unequal"] == pytest.approx((s - t) ** 2 / whole)
    assert row["factor_low"] < row["factor"] < row["factor_high"] < row["bound"]
    alike = tool.pair_row(a, 0.4 * a, 1)
    assert alike["factor"] == pytest.approx(alike["bound"])
    assert alike["unequal"] == pytest.approx(1)


def test_the_parts_of_a_correlation_add_up():
    rng = np.random.default_rng(8)
    cost = rng.normal(size=(2, 200, len(tool.MEASURED)))
    total, carrying, stockout = (tool.MEASURED.index(name) for name in ("total_cost", "carrying_cost", "stockout_cost"))
    cost[:, :, total] = cost[:, :, carrying] + cost[:, :, stockout] + 0.1 * rng.normal(size=(2, 200))
    row = tool.crossed(cost[0], cost[1])
    parts = [value for name, value in row.items() if name != "correlation"]
    assert sum(parts) == pytest.approx(row["correlation"])
    assert row["correlation"] == pytest.approx(np.corrcoef(cost[0, :, total], cost[1, :, total])[0, 1])
    assert abs(row["rest"]) < 0.1
    assert tool.carriers(np.outer(rng.normal(size=50), [1.0, 3.0])) == pytest.approx([0.25, 0.75])


def test_what_is_lived_is_what_compare_lives():
    """Replications 0 and 1 in the headline weather; with its own deliveries, replication 0 stays as it is."""
    scenario = sim.load("starter")
    runner = tool.Shared(scenario, plans_of(scenario, tool.POSTURES), 1).prepare()
    found = runner.run([0, 1])
    weather = scenario.weather_names[0]
    compared = sim.compare(scenario, tool.POSTURES, replications=2, seed=1, weathers=[weather])
    for place, posture in enumerate(tool.POSTURES):
        for column, name in enumerate(tool.MEASURED):
            np.testing.assert_array_equal(found.measures[:, 0, place, column], compared.values(weather, posture, name))
    stockout = found.measures[..., tool.MEASURED.index("stockout_cost")]
    np.testing.assert_allclose(found.stockouts.sum(axis=-1), stockout, rtol=1e-9)
    assert (found.sources[0] == found.sources[0, 0]).all()
    assert (found.sources[1, 0] != found.sources[1, 1]).all()
    assert (found.sources[1, 0] != found.sources[1, 2]).all()


def test_the_tables_on_file_agree_with_each_other_and_the_page_is_made_of_them(tmp_path):
    with (tool.FOLDER / "pairs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 3 * len(tool.MEASURED)
    for row in rows:
        s, t, r, factor = (float(row[name]) for name in ("sd_a", "sd_b", "correlation", "factor"))
        whole = (s - t) ** 2 + 2 * s * t * (1 - r)
        assert factor == pytest.approx((s * s + t * t) / whole, rel=0.02)
        assert factor <= float(row["bound"])
        assert not math.isnan(float(row["factor_low"]))
    variance_page.write(tool.FOLDER, tmp_path / "page.md")
    assert (tmp_path / "page.md").read_bytes() == (tool.ROOT / "docs" / "common-random-numbers.md").read_bytes()
