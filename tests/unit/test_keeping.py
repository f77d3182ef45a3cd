"""What contradicts itself in ages, quality and write-downs is told with its place; what is likely not meant is a warning."""

import pytest

import sim
from sim import reading
from sim.errors import ScenarioError

SOUND = {
    "horizon": 100,
    "costs": {"shrinkage_rate": 0.0, "obsolescence_rate": 0.0},
    "items": [{"item": "a", "standard_cost": 1.0, "price": 2.0, "supplier": "source", "shelf_life": 50.0}],
    "suppliers": [{"name": "source"}],
    "warehouses": [{"name": "site"}],
    "lanes": [{"name": "lane", "origin": ["source"], "destination": "site", "legs": [{"transit": 20.0}]}],
    "demand": [{"item": "a", "warehouse": "site", "model": "poisson", "mean": 5.0}],
}
SPELL = {"kind": "bad_spell", "supplier": "source", "start": 5, "length": 5, "defects": 0.5}


def item(**keys):
    return {"items": [{**SOUND["items"][0], **keys}]}


def maker(**keys):
    return {"suppliers": [{"name": "source", **keys}]}


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (
            {"ageing": True, **item(shelf_life=20.0, life_from="production")},
            "items[0] (a).shelf_life: 20 days from production are not more than the 20 days of the way from 'source'",
        ),
        (
            {"ageing": True, **item(life_at_receipt=0.0)},
            "items[0] (a).life_at_receipt: 0 is the mean share of life left",
        ),
        ({"ageing": True, **item(least_life=50.0)}, "items[0] (a).least_life: 50 days: customers want more life"),
        (
            {"ageing": True, "costs": {}},
            "ageing: ageing and costs.shrinkage_rate (0.01) are both given: a cost is a rate or",
        ),
        (
            {"write_down": {"after": 30}, "costs": {}},
            "write_down: write_down and costs.obsolescence_rate (0.05) are both given",
        ),
        ({"write_down": {"after": 30, "share": 1.5}}, "write_down.share: 1.5: must be less than or equal to 1"),
        ({"write_down": {}}, "write_down: give after (days without demand), cover"),
        (maker(defect_rate=1.5), "suppliers[0] (source).defect_rate: 1.5: must be less than or equal to 1"),
        (
            {"disruptions": [{**SPELL, "defects": 1.2}]},
            "disruptions[0] (bad_spell_1).defects: 1.2: must be less than or",
        ),
        (
            {"disruptions": [{**SPELL, "supplier": "sauce"}]},
            "disruptions[0] (bad_spell_1).supplier: 'sauce' is not a supplier of this scenario (did you mean 'source'?)",
        ),
        (
            {"disruptions": [{**SPELL, "items": ["aa"]}]},
            "disruptions[0] (bad_spell_1).items: 'aa' is not an item of this scenario",
        ),
        (
            {"disruptions": [{"kind": "demand_end", "items": ["a"], "start": 5, "each": True}]},
            "disruptions[0] (demand_end_1): each needs a rate",
        ),
        (
            {
                "ageing": True,
                "review": "continuous",
                "demand": [{"item": "a", "warehouse": "site", "model": "orders", "rate": 2.0}],
            },
            "ageing: ageing needs demand by day: single orders do not support it",
        ),
        (
            {
                "disruptions": [SPELL],
                "warehouses": [{"name": "site"}, {"name": "shop", "fed_by": "site"}],
                "lanes": [*SOUND["lanes"], {"name": "van", "origin": ["site"], "destination": "shop"}],
            },
            "disruptions: a bad spell is not supported where warehouses feed each other (warehouse 'shop' is fed)",
        ),
        (
            {
                **maker(defect_rate=0.1),
                "pools": [{"name": "boxes", "containers": 3}],
                "lanes": [{**SOUND["lanes"][0], "containers": "boxes"}],
            },
            "lanes[0] (lane).containers: goods of 'source' need their day of production",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_told(keys, told):
    with pytest.raises(ScenarioError) as raised:
        reading.scenario_of({**SOUND, **keys}, file="test")
    assert len(raised.value.problems) == 1
    assert raised.value.problems[0].startswith(f"test: {told}")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (maker(inspection=0.5), "supplier 'source' is inspected and makes no defects"),
        (maker(inspection_days=2.0), "supplier 'source': inspection days or costs do nothing while inspection is 0"),
        ({"ageing": True, **item(shelf_life=19.0)}, "item 'a' keeps for 19 days and takes 20 to arrive at 'site'"),
        ({"ageing": True, **item(shelf_life=None)}, "ageing is on and no item has a shelf_life"),
        ({"write_down": {"after": 30, "every": 100}}, "write_down.every (100 days) is not within the horizon"),
    ],
    ids=str,
)
def test_what_is_likely_not_meant_is_a_warning(keys, told):
    keys = {**SOUND, **keys}
    keys["items"] = [{key: value for key, value in one.items() if value is not None} for one in keys["items"]]
    warnings = reading.scenario_of(keys, file="test").warnings
    assert len(warnings) == 1
    assert warnings[0].startswith(told)


def test_every_item_ends_on_its_own_and_another_item_changes_no_end():
    def ends(names):
        scenario = reading.scenario_of(
            {
                **SOUND,
                "horizon": 1000,
                "items": [{**SOUND["items"][0], "item": name} for name in names],
                "demand": [{**SOUND["demand"][0], "item": name} for name in names],
                "disruptions": [{"kind": "demand_end", "name": "ends", "rate": 0.5, "each": True}],
            },
            file="test",
        )
        found = {}
        for n in range(40):
            for one in sim.futures.draw_incidents(scenario, 3, n):
                found.setdefault(one.items[0], []).append((n, one.start))
        return found

    few, many = ends("ab"), ends("abc")
    assert few == {name: many[name] for name in "ab"}
    expected = 40 * 0.5 * (1000 + 42) / 365
    assert abs(sum(map(len, many.values())) - 3 * expected) < 5 * (3 * expected) ** 0.5
