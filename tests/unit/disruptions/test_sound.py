"""What is wrong with disruptions is told by name and place; what can touch nothing is a warning."""

import pytest
from disrupted import kind, scene

import sim


def wrong(*disruptions, **keys):
    """The problems that reading tells."""
    with pytest.raises(sim.ScenarioError) as caught:
        scene(*disruptions, **keys)
    return list(caught.value.problems)


def without(disruption, *keys):
    return {key: value for key, value in disruption.items() if key not in keys}


@pytest.mark.parametrize(
    ("disruption", "told"),
    [
        (
            {**kind("port_strike"), "kind": "port_stirke"},
            "disruptions[0] (port_strike).kind: 'port_stirke' is not a known kind (did you mean 'port_strike'?)",
        ),
        (
            kind("port_strike", lenght=3),
            "disruptions[0] (port_strike).lenght: unknown key (did you mean 'length'?)",
        ),
        (
            kind("port_strike", port="qay"),
            "disruptions[0] (port_strike).port: 'qay' is not a port of this scenario (did you mean 'quay'?)",
        ),
        (
            kind("carrier_failure", lanes=["lane", "lan"]),
            "disruptions[0] (carrier_failure).lanes: 'lan' is not a lane of this scenario (did you mean 'lane'?)",
        ),
        (
            kind("quality_hold", items=["b"]),
            "disruptions[0] (quality_hold).items: 'b' is not an item of this scenario (allowed: a)",
        ),
        (
            kind("warehouse_loss", warehouse="sites"),
            "disruptions[0] (warehouse_loss).warehouse: 'sites' is not a warehouse of this scenario "
            "(did you mean 'site'?)",
        ),
        (kind("port_strike", length=-3), "disruptions[0] (port_strike).length: -3: must be greater than or equal to 0"),
        (
            kind("port_strike", start=120),
            "disruptions[0] (port_strike).start: day 120 is after the horizon: the scenario ends on day 120",
        ),
        (
            kind("port_strike", start={"law": "uniform", "low": 150, "high": 200}),
            "disruptions[0] (port_strike).start: day 150 is after the horizon: the scenario ends on day 120",
        ),
        (
            kind("supplier_outage", curve=[[0, 0.0], [9, 0.5], [4, 1.0]]),
            "disruptions[0] (supplier_outage): the curve [[0.0, 0.0], [9.0, 0.5], [4.0, 1.0]] goes back in time",
        ),
        (
            kind("demand_shock", profile=[[3, 2.0], [1, 1.0]]),
            "disruptions[0] (demand_shock): the curve [[3.0, 2.0], [1.0, 1.0]] goes back in time",
        ),
        (
            without(kind("port_strike"), "start"),
            "disruptions[0] (port_strike).start: is missing: give start (a day), rate (times a year), up and down, or "
            "after (what it follows)",
        ),
        (without(kind("port_strike"), "length"), "disruptions[0] (port_strike).length: is missing"),
        (
            kind("port_strike", rate=0.5),
            "disruptions[0] (port_strike): start and rate are given: only one of start, up, rate, after says when it "
            "comes",
        ),
        (
            kind("port_strike", season={"peak_day": 3, "strength": 0.5}),
            "disruptions[0] (port_strike): a season needs a rate",
        ),
        (kind("port_strike", lag=4), "disruptions[0] (port_strike).lag: counts from another disruption: give after"),
        (
            {**without(kind("port_strike"), "start"), "after": "port_strike"},
            "disruptions[0] (port_strike).after: 'port_strike' follows 'port_strike': a chain cannot trigger itself",
        ),
        (
            {**without(kind("port_strike"), "start"), "after": "quake"},
            "disruptions[0] (port_strike).after: 'quake' is not a disruption of this scenario (none is defined)",
        ),
        (kind("hazard", members=[]), "disruptions[0] (hazard).members: is empty: at least 1 is needed"),
        (
            kind("hazard", members=[{"kind": "port_closure", "port": "quey"}]),
            "disruptions[0] (hazard).members[0].port: 'quey' is not a port of this scenario (did you mean 'quay'?)",
        ),
        (
            kind("hazard", members=[{"kind": "port_closure", "port": "quay", "start": 4}]),
            "disruptions[0] (hazard): members[0] has start: a member starts with its hazard",
        ),
        (
            without(kind("hazard"), "length"),
            "disruptions[0] (hazard): members[0] has no length, and neither has the hazard",
        ),
        (
            kind("regime", members=[{"kind": "demand_surge", "factor": 2, "probability": 0.5}]),
            "disruptions[0] (regime): members[0] has a probability: a regime hits all its members",
        ),
        (
            {**without(kind("demand_surge"), "items"), "family": "pump"},
            "disruptions[0] (demand_surge).family: 'pump' hits nobody: no such family (did you mean 'pumps'?)",
        ),
        (
            {**kind("demand_surge"), "criticality": "halts production"},
            "disruptions[0] (demand_surge): the group has no members: no item fits all its keys",
        ),
        (
            {**without(kind("regional_shutdown"), "suppliers", "ports"), "region": "Asia"},
            "disruptions[0] (regional_shutdown).region: 'Asia' hits nobody: no such region (the scenario names none)",
        ),
        (
            kind("freight_shock", mode="see"),
            "disruptions[0] (freight_shock).mode: 'see' hits nobody: no such mode (did you mean 'sea'?)",
        ),
        (
            kind("component_shortage", allocation=1.2),
            "disruptions[0] (component_shortage).allocation: 1.2: must be less",
        ),
        (
            {**kind("cyber_outage"), "port": "quay"},
            "disruptions[0] (cyber_outage): a cyber outage hits exactly one supplier, port, warehouse, carrier (lanes) "
            "or the firm",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_with_its_place_and_the_near_miss(disruption, told):
    items = [{"item": "a", "standard_cost": 1.0, "price": 2.0, "supplier": "source", "family": "pumps"}]
    found = wrong(disruption, items=items)
    assert len(found) == 1
    assert found[0].startswith(f"test: {told}")


def test_a_circle_is_told_once_and_a_near_miss_of_what_it_follows():
    a, b, c = ({**without(kind("port_strike"), "start"), "name": name} for name in "abc")
    found = wrong({**a, "after": "c"}, {**b, "after": "a"}, {**c, "after": "b"})
    assert found == [
        "test: disruptions[0] (a).after: 'a' follows 'c' follows 'b' follows 'a': a chain cannot trigger itself"
    ]
    found = wrong(kind("port_strike"), {**b, "after": "port_stike"})
    assert found == [
        "test: disruptions[1] (b).after: 'port_stike' is not a disruption of this scenario (did you mean 'port_strike'?)"
    ]


SPARE = {
    "ports": [{"name": "quay"}, {"name": "idle"}],
    "suppliers": [{"name": "source"}, {"name": "spare"}],
    "pools": [{"name": "boxes", "containers": 5}],
    "warehouses": [{"name": "site"}, {"name": "empty"}],
    "items": [
        {"item": "a", "standard_cost": 1.0, "price": 2.0, "supplier": "source"},
        {"item": "b", "standard_cost": 1.0, "price": 2.0, "supplier": "source", "family": "spares"},
    ],
}


@pytest.mark.parametrize(
    ("disruption", "why"),
    [
        (kind("port_closure", port="idle"), "port 'idle' lies on no lane that carries goods"),
        (kind("supplier_outage", supplier="spare"), "supplier 'spare' supplies no item in demand"),
        (without(kind("container_shortage"), "pools") | {"pools": ["boxes"]}, ""),
        (kind("warehouse_loss", warehouse="empty"), "warehouse 'empty' stocks nothing"),
        (kind("quality_hold", items=["b"]), "item 'b' is in no demand stream"),
        (without(kind("quality_hold"), "items") | {"family": "spares"}, "item 'b' is in no demand stream"),
        (kind("port_closure", severity=0), "its severity is 0"),
        (kind("port_closure", length=0), "its length is 0"),
        (kind("port_closure", start=20.2, length=0.5), "no morning lies between day 20.2 and day 20.7 (see clock)"),
        (without(kind("port_closure"), "start") | {"rate": 0}, "its rate is 0"),
        (kind("port_slowdown", remaining=1.0), "all its factors are 1, and it takes no capacity"),
        (
            without(kind("freight_shock"), "freight_factor") | {"expedite_factor": 2.0},
            "it makes expediting dearer, and none of its lanes is an expedite lane",
        ),
        (kind("port_closure"), ""),
    ],
    ids=str,
)
def test_what_can_touch_nothing_is_a_warning_that_names_it(disruption, why):
    made = scene(disruption, **SPARE)
    told = f"disruption {disruption['name']!r} can touch nothing: {why}"
    assert made.warnings == ((told,) if why else ())


def test_an_unused_pool_is_a_warning():
    spare = {"pools": [{"name": "boxes", "containers": 5}, {"name": "more", "containers": 5}]}
    made = scene(kind("container_shortage"), {**kind("container_shortage", pools=["more"]), "name": "other"}, **spare)
    assert made.warnings == ("disruption 'other' can touch nothing: pool 'more' serves no lane that carries goods",)


def test_every_kind_of_these_tests_is_sound_and_unwarned():
    from disrupted import KINDS

    for name in KINDS:
        assert scene(kind(name)).warnings == ()


def test_a_weather_that_leaves_out_a_cause_is_a_warning():
    follower = without(kind("port_closure"), "start") | {"name": "storm", "after": "port_strike"}
    weathers = {"both": ["port_strike", "storm"], "alone": ["storm"]}
    made = scene(kind("port_strike"), follower, weathers=weathers)
    assert made.warnings == (
        "weather 'alone': 'storm' never comes, since 'port_strike', which it follows, is not in it",
    )


def test_a_row_that_does_not_go_together_is_still_held_against_the_rest():
    """One row, all its problems at once: its own check, its port, its day; in a member of a hazard as well."""
    where = "test: disruptions[0] (port_strike)"
    assert wrong(kind("port_strike", port="qay", start=150, season={"peak_day": 3, "strength": 0.5})) == [
        f"{where}: a season needs a rate",
        f"{where}.port: 'qay' is not a port of this scenario (did you mean 'quay'?)",
        f"{where}.start: day 150 is after the horizon: the scenario ends on day 120",
    ]
    members = [
        {"kind": "port_closure", "port": "quey", "curve": [[5, 0.0], [2, 1.0]]},
        {"kind": "port_closure", "port": "qay"},
    ]
    assert wrong(kind("hazard", members=members)) == [
        "test: disruptions[0] (hazard).members[0]: the curve [[5.0, 0.0], [2.0, 1.0]] goes back in time",
        "test: disruptions[0] (hazard).members[0].port: 'quey' is not a port of this scenario (did you mean 'quay'?)",
        "test: disruptions[0] (hazard).members[1].port: 'qay' is not a port of this scenario (did you mean 'quay'?)",
    ]
    assert wrong({**kind("port_strike"), "rate": 1, "after": "quake"}) == [
        f"{where}: start and rate and after are given: only one of start, up, rate, after says when it comes",
        f"{where}.after: 'quake' is not a disruption of this scenario (none is defined)",
    ]
