"""What to buy first: order from the futures of the search, figures from fresh ones, chains as one entry."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.studies.frontier.climb import CARRYING, KEPT, OTHER, STOCKOUT
from sim.studies.frontier.purchase import purchases

PLAN = SimpleNamespace(
    lines=tuple(
        SimpleNamespace(item=item, warehouse=where, forecast=forecast)
        for item, where, forecast in (("a", "shop", 2.0), ("a", "plant", 4.0), ("b", "shop", 5.0), ("c", "shop", 0.0))
    )
)
CHAIN = np.array([0, 0, 1, 2])
UNITS = np.array([8.0, 12.0, 10.0, -3.0])


def lived(avoided, carrying=(1.0, 2.0, 1.0, -2.0), other=(0.0, 0.0, 0.0, 0.0)):
    """(futures, 2, lines, 6): the plan costs so much more to carry and so much less in stockouts than the lean one."""
    avoided = np.asarray(avoided, dtype=float)
    made = np.zeros((avoided.shape[0], 2, 4, len(KEPT)), dtype=np.float32)
    made[:, 0, :, CARRYING] = carrying
    made[:, 1, :, STOCKOUT] = avoided
    made[:, 0, :, OTHER] = other
    return made


def test_order_is_of_the_search_and_figures_are_fresh():
    searched = lived([[1, 0, 9, 0]] * 3)  # returns: a 1/3, b 9
    fresh = lived([[9, -1, 2, -1], [11, 1, 2, -1], [10, 0, 2, -1]])  # returns: a 10/3, b 2
    b, a, c = purchases(PLAN, UNITS, CHAIN, fresh, searched)
    assert (b.item, a.item, c.item) == ("b", "a", "c")
    # a feeding warehouse avoids nothing by itself: the chain is one entry
    assert (a.places, a.each, a.warehouse, a.units, a.days) == ((0, 1), (8.0, 12.0), "shop + plant", 20.0, 5.0)
    assert (a.carrying.mean, a.avoided.mean, a.net.mean, a.returns) == (3.0, 10.0, 7.0, pytest.approx(10 / 3))
    assert (b.avoided.mean, b.returns, b.clear, b.helps) == (2.0, 2.0, True, 1.0)
    assert b.told == "avoids 2 (2 to 2) and costs 1 a year to carry"


def test_what_is_let_go_frees_and_loses():
    (*_, c) = purchases(PLAN, UNITS, CHAIN, lived([[0, 0, 0, -1]] * 4), lived([[0, 0, 0, -1]] * 4))
    assert (c.units, c.carrying.mean, c.avoided.mean, c.net.mean) == (-3.0, -2.0, -1.0, 1.0)
    assert np.isnan(c.returns)
    assert np.isnan(c.days)
    assert c.told == "frees 2 a year of carrying and loses 1 more (1 to 1)"


def test_stock_that_is_moved_along_a_chain_is_no_free_lunch():
    units = np.array([10.0, -10.0, 10.0, 0.0])
    worse = lived([[-40, 0, 9, 0]] * 3, carrying=(-1.0, 0.0, 1.0, 0.0))
    b, a = purchases(PLAN, units, CHAIN, worse, worse)
    assert (b.item, a.item, a.units) == ("b", "a", 0.0)
    assert np.isnan(a.returns)
    assert a.told == "frees 1 a year of carrying and loses 40 more (40 to 40)"
    better = lived([[40, 0, 9, 0]] * 3, carrying=(-1.0, 0.0, 1.0, 0.0))
    a, b = purchases(PLAN, units, CHAIN, better, better)
    assert (a.item, a.returns) == ("a", np.inf)
    assert a.told == "frees 1 a year of carrying and avoids 40 (40 to 40)"


def test_what_is_not_clear_says_so_and_other_cost_counts():
    fresh = lived([[0, 0, 0, 0], [0, 0, 4, 0]] * 3, other=(0, 0, 0.5, 0))
    b = next(one for one in purchases(PLAN, UNITS, CHAIN, fresh, fresh) if one.item == "b")
    assert b.avoided.mean == pytest.approx(1.5)
    assert b.net.low < 0 < b.net.high
    assert not b.clear
    assert b.helps == 0.5


def test_a_line_that_does_not_change_is_no_purchase():
    assert purchases(PLAN, np.zeros(4), CHAIN, lived([[1, 1, 1, 1]] * 2), lived([[1, 1, 1, 1]] * 2)) == ()
