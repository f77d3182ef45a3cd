"""What moves and what stops: flows against hand arithmetic, the map, incidents, and the same bytes."""

import re
from dataclasses import replace

import pytest

from sim.disruptions import Incident
from sim.library import load
from sim.postures import plan_named
from sim.report import incidents_figure, network_map
from sim.report.page import scene as scenes
from sim.studies import flows as module
from sim.studies.flows import flows

#: demand of 10 units a day at a standard cost of 900, without chance
EXACT = (
    "suppliers.Shenzhen.production_time=21",
    "demand.pump.cv=0",
    "demand.pump.model=constant",
    'disruptions.strike.start={law="fixed", value=100}',
)


def lived(name, weather, *settings, count=1, posture="jit"):
    read = load(name, settings).under(weather)
    return flows(read, plan_named(posture, read), 1, count)


@pytest.fixture(scope="module")
def strike():
    return lived("first_strike", "strike")


def by_places(found):
    return {(one.start, one.end): one for one in found.segments}


def test_a_shut_port_lets_nothing_pass_and_what_was_on_its_way_arrives(strike):
    port, store = ("port", "Los Angeles"), ("warehouse", "Ontario")
    one = by_places(strike)[port, store]
    first, last = strike.span
    assert last - first == 21
    assert (one.then, strike.places) == (0.0, {port: 0.0})
    assert one.usual > 0
    assert strike.through(port) == (one.usual, 0.0)
    # the supplier goes on shipping
    before = by_places(strike)[("supplier", "Shenzhen"), port]
    assert before.then > 0


def test_flows_are_the_demand_where_nothing_is_left_to_chance():
    calm = lived("first_strike", "calm", count=3)
    assert (calm.stopped, calm.span, calm.replication) == ((), (0, 365), 0)
    for one in calm.segments:
        assert one.usual == one.then
        # 10 pumps of 900 a day, give or take a shipment at either end
        assert one.usual == pytest.approx(9000, rel=0.05)


def test_goods_flow_through_a_factory_and_across_a_network():
    found = lived("assembly", "fire")
    made = by_places(found)
    assert {place for place in found.places if place[0] == "factory"} == {("factory", "Assembly")}
    store, line, pumps = ("warehouse", "line store"), ("factory", "Assembly"), ("warehouse", "finished pumps")
    assert made[store, line].usual == made[line, pumps].usual > 0
    layout = network_map.laid_out(found)
    columns = [layout.at[place][0] for place in (("supplier", "Motors"), store, line, pumps)]
    assert columns == [0, 1, 2, 3]
    # no two places of a column on one line
    assert len(set(layout.at.values())) == len(layout.at)


def test_the_first_future_in_which_something_stops_is_shown(monkeypatch):
    read = load("ordinary_year").under("ordinary")
    hit = [number for number in range(12) if any(map(module.stops, incidents(read, number)))]
    assert module.eventful(read, 1, 12) == hit[0]
    assert module.eventful(read, 1, 0) == 0


def incidents(scenario, number):
    from sim.futures import draw_incidents

    return module.booked(draw_incidents(scenario, 1, number), scenario.horizon)


def test_what_counts_as_a_stop():
    shut = Incident("a", "port_strike", "port", "Los Angeles", 3.0, 10.0)
    assert module.stops(shut)
    assert not module.stops(replace(shut, remaining=1.0, freight_factor=7.0))
    assert not module.stops(replace(shut, target="firm", where="firm"))
    assert module.left(replace(shut, remaining=((0.0, 0.2), (5.0, 1.0)))) == 0.2
    assert module.booked([shut, replace(shut, start=-9.0, end=-1.0), replace(shut, start=400.0, end=410.0)], 365) == (
        shut,
    )


def test_the_title_says_what_stops_and_what_still_moves(strike):
    told = network_map.finding(strike)
    assert re.match(r"Port Los Angeles shut, days \d+ to \d+: no goods a day pass it instead of \$", told)
    none = replace(strike, stopped=(), places={})
    assert network_map.finding(none).startswith("Nothing stops in this future: goods worth $")


def test_stops_of_other_days_are_told_with_their_own(strike):
    port = strike.stopped[0]
    slow = replace(port, target="supplier", where="Shenzhen", remaining=0.5, start=10.0, end=40.5)
    told = network_map.finding(replace(strike, stopped=(slow, port)))
    days = f"days {port.begins:.0f} to {port.ends:.0f}"
    assert told.startswith(f"Supplier Shenzhen: 50% left, days 10 to 41; port Los Angeles shut, {days}: ")


def test_without_hybrid_the_map_of_items_says_what_the_bundled_one_decides():
    read = load("first_strike")
    assert scenes.scores(read, None) == scenes.scores(read, plan_named("hybrid", read))


def test_many_suppliers_are_put_together(strike):
    one = strike.segments[0]
    many = [replace(one, start=("supplier", f"S{k:02d}"), usual=100.0 + k, then=100.0 + k) for k in range(40)]
    found = replace(strike, segments=(*many, *strike.segments[1:]))
    layout = network_map.laid_out(found)
    makers = [place for place in layout.at if place[0] == "supplier"]
    assert len(makers) == network_map.MOST
    (rest,) = [place for place in makers if place[1].endswith(network_map.REST)]
    assert rest[1].startswith("23 ")
    # nothing is lost by it
    total = sum(network_map.through(found, layout, place)[0] for place in makers)
    assert total == pytest.approx(sum(each.usual for each in many))


def test_figures_have_their_tables_and_come_out_the_same(strike, tmp_path):
    read = load("first_strike")
    shown = scenes.Scene(strike, scenes.scores(read, plan_named("hybrid", read)))
    one, two = scenes.drawings(shown), scenes.drawings(shown)
    assert [each.svg for each in one] == [each.svg for each in two]
    questions = [each.question for each in one]
    assert questions == ["What moves where, and what stops?", "When does what fail?", "Which items deserve a buffer?"]
    assert all(each.finding and each.tables[0].rows for each in one)
    for drawing, table in zip(one, scenes.tables(shown), strict=True):
        assert drawing.tables == (table,)
        assert len({len(table.columns), *(len(row) for row in table.rows)}) == 1
    (path, _) = network_map.figures(strike, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "✕ Los Angeles" in text  # told without colour too
    assert len(incidents_figure.rows(strike)) == 1
