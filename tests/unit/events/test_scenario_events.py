"""A scenario calls an event: aimed at its own nodes, scaled, announced, and with the queue that follows at a port."""

import numpy as np
import pytest

from sim.disruptions.effects import misplaced
from sim.errors import ScenarioError
from sim.events import event, events
from sim.futures import draw, draw_incidents
from sim.outcome import live
from sim.plan import Plan, PlanLine
from sim.world.quay import Quay

AIM = {
    "port": {"port": "harbour"},
    "supplier": {"supplier": "maker"},
    "lane": {"lane": "by sea"},
    "pool": {"pools": ["boxes"]},
    "item": {"items": ["pump"]},
}
CASES = [
    (one.id, variant, target)
    for one in events()
    for variant in one.variants or (None,)
    for target in one.targets(variant)
]
#: orders every day, so that the shortest event meets one
DAILY = Plan(
    "daily",
    tuple(
        PlanLine(item=item, warehouse="depot", origin=origin, policy="base_stock", order_up_to=level)
        for item, origin, level in (("pump", "maker", 95.0), ("seal", "other", 45.0))
    ),
)


def called(name, **keys):
    """A row of [[disruptions]]."""
    return {"kind": "event", "name": "it", "event": name, "start": 50, **keys}


@pytest.mark.parametrize(("name", "variant", "target"), CASES)
def test_every_event_can_be_lived_through_and_changes_something(world, name, variant, target):
    aim = {"lane": "by air"} if name == "air_rates_2020" else AIM[target]
    scenario = world(called(name, **aim, **({} if variant is None else {"variant": variant})))
    incidents = draw_incidents(scenario, 1, 0)
    assert incidents
    for incident in incidents:
        assert misplaced(incident) == []
        assert incident.end > incident.start
        assert (incident.name, incident.number) == ("it", 0)
    assert scenario.warnings == ()
    future = draw(scenario, 1, 0)
    struck, calm = (live(scenario, DAILY, one).measures for one in (future, future.with_incidents(())))
    assert any(struck[measure] != calm[measure] for measure in calm if not np.isnan(calm[measure]))


def test_length_scales_every_day_and_severity_what_it_does(world):
    whole, mild, half = (
        draw_incidents(world(called("renesas_fire_2021", supplier="maker", **keys)), 1, 0)[0]
        for keys in ({}, {"length": 0.25}, {"severity": 0.5})
    )
    assert (whole.start, whole.end) == (50, 140)
    assert (mild.start, mild.end) == (50, 72.5)
    assert whole.remaining == ((0.0, 0.0), (29.0, 0.0), (29.0, 0.1), (73.0, 0.88), (90.0, 1.0))
    assert mild.remaining == ((0.0, 0.0), (7.25, 0.0), (7.25, 0.1), (18.25, 0.88), (22.5, 1.0))
    assert half.remaining[0] == (0.0, 0.5)
    assert whole.fraction(50 + 29) == 0.1
    assert whole.work == "lost"
    assert draw_incidents(world(called("ila_2024", port="harbour", length=0.0)), 1, 0)[0].happens is False


def test_an_open_event_never_ends_unless_nothing_is_left_of_it(world):
    (open_ended,) = draw_incidents(world(called("section301_2018", region="East")), 1, 0)
    assert (open_ended.where, open_ended.end, open_ended.price_factor) == ("maker", float("inf"), 1.25)
    (gone,) = draw_incidents(world(called("section301_2018", region="East", length=0)), 1, 0)
    assert gone.happens is False


def test_notice_and_first_estimate_are_the_events_own_unless_given(world):
    (ila, _) = draw_incidents(world(called("ila_2024", port="harbour", surge=1.3)), 1, 0)
    assert ila.notice == 90
    (fire,) = draw_incidents(world(called("philips_2000", supplier="maker", length=0.5)), 1, 0)
    assert fire.estimate == 3.5
    (told,) = draw_incidents(
        world(called("philips_2000", supplier="maker", notice=5, estimate_factor=2.0, length=0.5)), 1, 0
    )
    assert (told.notice, told.estimate) == (5, 42.0)


def test_groups_become_nodes(world):
    def where(**keys):
        return {(one.target, one.where, one.items) for one in draw_incidents(world(called(**keys)), 1, 0)}

    assert where(name="china_2020", region="West") == {("supplier", "other", ())}
    assert where(name="red_sea_2023", mode="sea") == {("lane", "by sea", ())}
    assert where(name="n95_2020", family="part") == {("warehouse", "depot", ("seal",))}
    assert where(name="n95_2020", warehouses=["depot"]) == {("warehouse", "depot", ("pump", "seal"))}


def test_air_rates_make_only_air_dear(world):
    air, sea = (draw_incidents(world(called("air_rates_2020", lane=lane)), 1, 0)[0] for lane in ("by air", "by sea"))
    assert (air.freight_factor, air.expedite_factor, air.remaining) == (3.7, 3.7, 0.74)
    assert (sea.freight_factor, sea.expedite_factor, sea.remaining) == (1.0, 3.7, 1.0)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            {"event": "ila_2042", "port": "harbour"},
            "'ila_2042' is not an event of the library (did you mean 'ila_2024'?)",
        ),
        (
            {"event": "ila_2024", "supplier": "maker"},
            "supplier: event 'ila_2024' does not hit suppliers; it can be aimed at ports (port or ports)",
        ),
        ({"event": "ila_2024"}, "event 'ila_2024' is aimed at nothing: it can be aimed at ports (port or ports)"),
        ({"event": "ila_2024", "port": "harbor"}, "'harbor' is not a port of this scenario (did you mean 'harbour'?)"),
        (
            {"event": "container_2020_22", "pools": ["boxes"], "mode": "sea"},
            "would count its freight_factor twice: aim it at one of container pools, lanes",
        ),
        (
            {"event": "suez_2021", "lane": "by sea", "variant": "wait"},
            "'wait' is not a variant of event 'suez_2021' (did you mean 'waits'?)",
        ),
        (
            {"event": "ila_2024", "port": "harbour", "variant": "x"},
            "'x' is not a variant of event 'ila_2024': it has no variants",
        ),
        (
            {"event": "cpap_2021", "supplier": "maker", "variant": "a rival brand"},
            "supplier: event 'cpap_2021', variant 'a rival brand', does not hit suppliers; it can be aimed at items",
        ),
        ({"event": "china_2020", "region": "Est"}, "'Est' hits nobody: no such region (did you mean 'East'?)"),
        ({"event": "red_sea_2023", "mode": "rail"}, "'rail' hits nobody: no such mode (allowed: air, sea)"),
        ({"event": "n95_2020", "family": "devise"}, "'devise' hits nobody: no such family (did you mean 'device'?)"),
        ({"event": "n95_2020", "family": "device", "items": ["seal"]}, "the group has no members"),
        ({"event": "ila_2024", "port": "harbour", "length": -1}, "length: -1: must be greater than or equal to 0"),
        ({"event": "ila_2024", "port": "harbour", "start": 800}, "day 800 is after the horizon"),
        ({"event": "yantian_2021", "port": "harbour", "clock": "continuous"}, "has a curve, which needs clock"),
        (
            {"event": "ila_2024", "port": "harbour", "start": None, "up": 10, "down": 1},
            "an event has a length of its own: give start, rate or after, not up and down",
        ),
        ({"event": "ila_2024", "port": "harbour", "lenght": 0.5}, "lenght: unknown key (did you mean 'length'?)"),
    ],
)
def test_a_wrong_call_is_told_in_one_clear_line(world, row, told):
    keys = {name: value for name, value in called("", **row).items() if value is not None}
    with pytest.raises(ScenarioError) as error:
        world(keys)
    assert len(error.value.problems) == 1
    assert told in error.value.problems[0]


def test_an_event_can_be_random_chained_and_a_member_of_a_hazard(world):
    scenario = world(
        called("ila_2024", port="harbour", start=None, rate=2.0) | {"name": "strike"},
        called("harvey_2017", port="harbour", start=None, after="strike", probability=1.0, lag=5) | {"name": "storm"},
        {
            "kind": "hazard",
            "name": "quake",
            "start": 40,
            "length": 5,
            "members": [{"kind": "event", "event": "tohoku_renesas_2011", "supplier": "maker", "length": 0.5}],
        },
    )
    found = [draw_incidents(scenario, 1, number) for number in range(200)]
    strikes = [one for some in found for one in some if one.name == "strike" and one.remaining == 0.0]
    storms = [one for some in found for one in some if one.name == "storm" and one.remaining != 1.0]
    years = 200 * 790 / 365
    # seed 1; the count is Poisson: 3.5 standard errors
    assert abs(len(strikes) - 2.0 * years) < 3.5 * np.sqrt(2.0 * years)
    assert len(storms) == len(strikes)
    assert {one.cause for one in storms} == {"strike"}
    quakes = [one for one in found[0] if one.name == "quake"]
    assert [(one.start, one.end, one.kind) for one in quakes] == [(40, 142, "natural_disaster")]


# -- the queue at a port -------------------------------------------------------------------------------------------


def tail(world, port, after, **keys):
    """Days from `after` until a box waits no longer than one ship takes, other ships at regular distances."""
    ports = [{"name": "harbour", "service_time": 0.1, "background_arrivals": "regular", **port}]
    scenario = world(called(ports=["harbour"], **keys), ports=ports)
    quay = Quay(scenario.ports[0], draw(scenario, 1, 0))
    times = 50 + after + 0.05 * np.arange(4000)
    waits = quay.starts(times) - times
    return float(times[np.flatnonzero(waits <= 0.1 + 1e-9)[0]] - 50 - after)


@pytest.mark.parametrize(
    ("port", "keys", "surge"),
    [
        ({}, {}, 1.33),
        ({"surge": 1.3}, {}, 1.3),
        ({"surge": 1.6}, {}, 1.6),
        ({"background": 10 / 1.5}, {}, 1.5),
        ({"surge": 1.6}, {"surge": 1.2}, 1.2),
        ({}, {"surge": 1.7}, 1.7),
    ],
)
def test_a_ports_own_surge_rules_or_else_the_events(world, port, keys, surge):
    """C/(k - 1), less the moment from a wait of one ship to none: 0.1/(1 - 1/k); to one ship either way."""
    expected = 8 / (surge - 1) - 0.1 / (1 - 1 / surge)
    assert tail(world, port, 8, name="felixstowe_2022", **keys) == pytest.approx(expected, abs=0.2 / (1 - 1 / surge))


def test_an_event_without_a_factor_of_its_own_leaves_the_default(world):
    assert event("notpetya_2017").surge is None
    # the terminals are shut for two of the ten days
    assert tail(world, {}, 2, name="notpetya_2017") == pytest.approx(2 / 0.3, abs=0.9)


@pytest.mark.parametrize("surge", [None, 1.2])
def test_congestion_is_a_queue_with_the_recorded_waits(world, surge):
    """Los Angeles and Long Beach: waits follow from arrivals; within half a day of the profile they were worked from."""
    port = {"service_time": 0.1, "background_arrivals": "regular", "name": "harbour"} | (
        {} if surge is None else {"surge": surge}
    )
    scenario = world(called("la_lb_2021", port="harbour"), ports=[port], horizon=900)
    quay = Quay(scenario.ports[0], draw(scenario, 1, 0))
    profile = np.asarray(event("la_lb_2021").figure("wait_days_profile").value)
    days = np.arange(0.0, 768.0, 8.0)
    waits = quay.starts(50 + days) - 50 - days
    assert np.abs(waits - np.interp(days, profile[:, 0], profile[:, 1])).max() < 0.5
