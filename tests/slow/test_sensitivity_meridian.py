"""The demo's ranking: the assumptions that turn it round are found by the verb's own study."""

import pytest

from sim.studies.sensitivity import break_evens, tornado
from sim.studies.source import Source


@pytest.mark.slow
def test_goodwill_and_lost_sales_turn_the_ranking_of_the_demo():
    """40 Futures, seed 1: both turn hybrid and JIT round, clear of zero over all ends; both kinds of luck are shown."""
    wanted = ("goodwill of a critical", "share of lost", "correlation time", "overtake")
    source = Source("meridian", ("jit", "hybrid"))
    found = tornado(source, 40, seed=1, jobs=2, between=("hybrid", "jit"), only=wanted)
    ends = {one.label: found.ends(one) for one in found.assumptions}
    for label in ("goodwill of a critical item", "share of lost sales"):
        assert found.clearly(ends[label]["low"]), label
        assert not found.turned(ends[label]["high"]), label
    assert set(ends) >= {"correlation time of lead times", "orders overtake each other"}
    evens = {one.curve.assumption.label: one for one in break_evens(found, jobs=2)}
    goodwill = evens["goodwill of a critical item"]
    assert goodwill.kind == "crosses"
    assert goodwill.low < goodwill.value < goodwill.high
    assert evens["share of lost sales"].kind == "crosses"
