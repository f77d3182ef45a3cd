"""Overrides as text: keys set and scaled, columns of tables changed in the rows chosen, and clear refusals."""

import pytest

from sim.errors import UsageError
from sim.library import load
from sim.overrides import split_settings
from sim.postures import posture
from sim.setting import Setting


@pytest.mark.parametrize(
    ("text", "path", "where", "operator", "value"),
    [
        ("horizon=3", ("horizon",), None, "=", "3"),
        ("costs.capital_rate*=1.5", ("costs", "capital_rate"), None, "*=", "1.5"),
        ("items.price[criticality=halts] /= 2", ("items", "price"), "criticality=halts", "/=", "2"),
        ("items.price[volume>=2]+=1", ("items", "price"), "volume>=2", "+=", "1"),
        ("items.A[B.price=3", ("items", "A[B", "price"), None, "=", "3"),
        ("disruptions.x.severity={law='fixed', value=1}", ("disruptions", "x", "severity"), None, "=",
         "{law='fixed', value=1}"),
    ],
)  # fmt: skip
def test_a_setting_is_taken_apart(text, path, where, operator, value):
    one = Setting.of(text)
    assert (one.path, one.where, one.operator, one.value) == (path, where, operator, value)
    assert one.text.startswith(one.key)


def test_scaling_takes_what_is_there_or_what_rules_in_its_place():
    plain = load("first_strike")
    assert load("first_strike", ["costs.capital_rate*=2"]).costs.capital_rate == pytest.approx(0.2)  # a default
    assert load("first_strike", ["horizon+=10"]).horizon == plain.horizon + 10
    law = load("first_strike", ["suppliers.Shenzhen.production_time*=2"]).suppliers[0].production_time
    assert (law.mean, law.cv) == (42, 0.25)  # a law scales as a whole, its spread stays
    assert load("first_strike", ["disruptions.strike.start*=0.5"]).disruptions[0].start.high == 90
    pump = load("first_strike", ["items.pump.goodwill*=2"]).items[0]
    assert pump.goodwill == 2 * plain.costs.goodwill_halts * plain.items[0].standard_cost


def test_a_column_is_changed_in_the_rows_chosen_and_in_no_others():
    plain, scaled = load("meridian"), load("meridian", ["items.goodwill[criticality=halts,family=device]*=2"])
    for before, after in zip(plain.items, scaled.items, strict=True):
        if before.criticality == "halts production" and before.family == "device":
            assert after.goodwill == pytest.approx(2 * before.standard_cost)
        else:
            assert after == before


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("items.lost_share[*]=0.25", lambda made: {item.lost_share for item in made.items} == {0.25}),
        ("suppliers.production_time[*]*=2", lambda made: made.suppliers[0].production_time.mean == 70),
        ("suppliers.production_time.cv[name=S04]=0.1", lambda made: made.suppliers[3].production_time.cv == 0.1),
        ("lanes.legs.transit.cv[mode=sea]*=2", lambda made: made.lanes[0].legs[1].transit.cv == pytest.approx(0.499834)),
        ("lanes.legs.transit[*]*=2", lambda made: made.lanes[0].legs[3].transit.mean == 4),
        ("suppliers.correlation_time[*]*=0.5", lambda made: {one.correlation_time for one in made.suppliers} == {40.0}),
        ("demand.size[model=intermittent,size>=100]/=2", lambda made: max(s.size or 0 for s in made.demand) < 1000),
        ("items.shelf_life[shelf_life>0]-=10", lambda made: any(item.shelf_life for item in made.items)),
    ],
)  # fmt: skip
def test_columns_of_tables_lists_and_laws(setting, found):
    assert found(load("meridian", [setting]))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("items.goodwil[*]*=2", r"items has no column 'goodwil' \(did you mean 'goodwill'\?\)"),
        ("items.goodwill[critcality=halts]=2", r"items has no column 'critcality' \(did you mean 'criticality'\?\)"),
        ("items.goodwill[family=devise]=2", r"no row of items meets \[family=devise\] \(did you mean 'device'\?\)"),
        ("items.goodwill*=2", r"name a key of 'goodwill' too, or all rows: items.goodwill\[\*\]"),
        ("items.shelf_life[*]*=2", r"DEV-001, .* have no shelf_life to change: choose rows that have"),
        ("items.price[*]*=dear", r"\*= needs a number, not 'dear'"),
        ("items.price[standard_cost>x]=1", r"'x' is not a number"),
        ("items.price[device]=1", r"write \[column=value\], or \[\*\] for all rows"),
        ("weathers.calm[*]=1", "weathers is no list or table with rows"),
        ("itms.price[*]=1", r"there is no key 'itms' \(did you mean 'items'\?\)"),
        ("items[*]=1", "name a column too"),
        ("lanes.legs.transt[*]*=2", r"lanes.legs has no key 'transt' \(did you mean 'transit'\?\)"),
        ("costs.capital_rate/=0", "nothing can be divided by 0"),
        ("title*=2", r"\*= changes a number, and 'Meridian"),
        ("horizon*=inf", r"\*= needs a number, not 'inf'"),
    ],
)
def test_what_cannot_be_set_is_refused_in_words(setting, message):
    with pytest.raises(UsageError, match=message) as caught:
        load("meridian", [setting])
    assert f"--set {setting!r}" in str(caught.value)


def test_settings_of_postures_reach_their_own_numbers_and_rules():
    assert posture("jic", ["cover*=2"]).cover == 90  # its own cover, not the default of postures
    rules = posture("hybrid", ["rules.cover[impact=high]=10"]).rules
    assert [rule.cover for rule in rules] == [10, None, 10, 10, 30, 12, None, 10, 10]
    with pytest.raises(UsageError, match=r"no row of rules meets \[impact=hi\] \(did you mean 'high'\?\)"):
        posture("hybrid", ["rules.cover[impact=hi]=10"])


def test_settings_with_brackets_go_to_whom_they_belong():
    mine, theirs = split_settings(["items.price[*]*=2", "scenario.horizon=9", "hybrid.rules.cover[*]=1"], ["hybrid"])
    assert mine == ["items.price[*]*=2", "horizon=9"]
    assert theirs == {"hybrid": ["rules.cover[*]=1"]}
