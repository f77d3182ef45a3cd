"""The ranked list and the cost waterfall: sums that add up, claims that intervals allow."""

import numpy as np
import pytest

from sim.report import action_list, cost_waterfall


def purchase(item, units, cost, avoided, so_far):
    return {
        "item": item,
        "warehouse": "W",
        "units": units,
        "days": 7.0,
        "carrying_cost": cost,
        "loss_avoided": avoided,
        "loss_avoided_low": avoided / 2,
        "loss_avoided_high": avoided * 2,
        "return": avoided / cost,
        "p_helps": 0.25,
        "carrying_so_far": so_far[0],
        "loss_avoided_so_far": so_far[1],
        "currency": "USD",
    }


def test_what_to_buy_first_is_told(tmp_path):
    rows = [purchase("pump", 70, 1000.0, 9000.0, (1000.0, 9000.0)), purchase("valve", -3, 5.0, 1.0, (1005.0, 9001.0))]
    assert [row["item"] for row in action_list.bought(rows)] == ["pump"]
    svg, _ = action_list.figures(rows, 40, tmp_path)
    text = svg.read_text(encoding="utf-8")
    assert "Buy first: 7 days of pump at W" in text
    assert "9.0 ×, helps in 25 %" in text
    assert "valve" not in text


def test_parts_add_up_to_the_total(real, tmp_path):
    for one in cost_waterfall.falls(real):
        assert sum(part.mean for part in one.parts.values()) == pytest.approx(one.after - one.before, rel=1e-9)
    rows = cost_waterfall.rows(real)
    assert len(rows) == len(real.weathers) * len(cost_waterfall.PARTS)
    assert {len(row) for row in rows} == {len(cost_waterfall.columns("USD"))}
    one, two = (cost_waterfall.figures(real, tmp_path / name)[0].read_bytes() for name in "ab")
    assert one == two


def test_a_part_is_named_in_the_title_only_where_it_is_clear(invented):
    clear = invented({"calm": {"jit": (5000.0, 10.0), "hybrid": (4000.0, 10.0)}})
    assert cost_waterfall.ends(clear) == ("jit", "hybrid")
    assert "carrying cost \N{MINUS SIGN}$1.00 k a year" in cost_waterfall.draw(clear)[1]
    tied = invented({"calm": {"jit": (4001.0, 900.0), "hybrid": (4000.0, 900.0)}})
    assert cost_waterfall.draw(tied)[1].endswith("no part of the cost clearly changes")
    lean = invented({"calm": {"jit": (3000.0, 10.0), "hybrid": (4000.0, 10.0)}})
    assert cost_waterfall.ends(lean) == ("jit", "hybrid")
    assert np.isfinite(cost_waterfall.falls(lean)[0].after)
