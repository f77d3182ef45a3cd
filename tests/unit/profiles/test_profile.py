"""The profile of a scenario: nothing of the future, speed, and tables."""

import csv
import dataclasses
import io
import resource
import time

import numpy as np
import pytest

from sim.chance import generator
from sim.errors import UsageError
from sim.history import History
from sim.profiles import of, tables
from sim.profiles.profile import kind_named


def recorded(shop, records, after):
    """A shop with a record of 728 days before day 0 and 100 after; `after` seeds all that happens from day 0 on."""
    source = generator(1, 0, "before")
    past = source.poisson(5.0, (728, 4)) * 1.0
    past[300:400] *= 4
    later = generator(after, 0, "after").poisson(5.0 * after, (100, 4)) * 1.0
    scenario = shop(past)
    scenario = dataclasses.replace(scenario, record=History(-728, {"shop": np.concatenate([past, later])}))
    ordered = np.arange(-700.0, 90, 5)
    taken = generator(2, 0, "taken").integers(10, 40, ordered.size) * 1.0
    changed = ordered + taken >= 0
    taken[changed] = (np.maximum(-ordered, 0) + generator(after, 0, "then").integers(0, 300, ordered.size))[changed]
    return dataclasses.replace(scenario, delivered=records(ordered, taken, promised=np.full(ordered.size, 25.0)))


def same(one, other):
    """Whether two outcomes hold the same numbers and words."""
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray | float):
        return np.array_equal(one, other, equal_nan=not isinstance(one, np.ndarray) or one.dtype.kind == "f")
    return one == other


def test_nothing_on_or_after_day_0_is_used(shop, records):
    first, second = (recorded(shop, records, after) for after in (3, 9))
    assert not np.array_equal(first.record.units["shop"], second.record.units["shop"])
    assert not np.array_equal(first.delivered.delivered, second.delivered.delivered)
    one, other = of(first), of(second)
    assert any(stretch.basis == "found" for stretch in one.stretches)
    assert one.lead["shop", "maker"]["all"].open > 3
    assert same(one, other)


def test_what_lay_before_day_0_is_used(shop, records):
    scenario = recorded(shop, records, 3)
    ours = of(scenario)
    units = {"shop": scenario.record.units["shop"] + (np.arange(828) < 728)[:, None]}
    assert not same(ours, of(dataclasses.replace(scenario, record=History(-728, units))))
    earlier = dataclasses.replace(scenario.delivered, ordered=scenario.delivered.ordered - 1)
    assert not same(ours, of(dataclasses.replace(scenario, delivered=earlier)))


def test_day_0_can_be_moved_through_the_record(tmp_path):
    """`as_of` a week earlier is the profile of a record that ends a week earlier."""
    import sim
    from sim import reading

    lines = ["item,date,units"]
    days = np.arange("2024-01-01", "2024-12-30", dtype="datetime64[D]")
    units = generator(1, 0, "moved").poisson(4.0, days.size)
    lines += [f"a,{day},{unit}" for day, unit in zip(days, units, strict=True)]
    (tmp_path / "long.csv").write_text("\n".join(lines))
    (tmp_path / "short.csv").write_text("\n".join(lines[:-7]))
    content = {
        "horizon": 9,
        "items": [{"item": "a", "standard_cost": 1, "supplier": "m"}],
        "suppliers": [{"name": "m"}],
        "warehouses": [{"name": "w"}],
        "lanes": [{"name": "l", "origin": ["m"], "destination": "w"}],
        "demand": [{"item": "a", "warehouse": "w", "model": "none"}],
    }
    moved = reading.scenario_of({**content, "history": "long.csv", "as_of": "2024-12-23"}, tmp_path)
    ended = reading.scenario_of({**content, "history": "short.csv"}, tmp_path)
    assert isinstance(moved, sim.Scenario)
    assert of(moved).as_of == of(ended).as_of == "2024-12-23"
    assert same(of(moved), of(ended))
    assert not same(of(moved), of(reading.scenario_of({**content, "history": "long.csv"}, tmp_path)))


def test_a_thousand_items_are_profiled_in_a_tenth_of_the_time_that_ten_thousand_have(shop):
    """15 s and 1 GB are asked for 10,000 items and two years: `tools/bench.py` measures them; here, a tenth."""
    source = generator(1, 0, "many")
    past = source.poisson(source.gamma(0.5, 2, 1000) * np.ones((730, 1))) * 1.0
    for item, start in enumerate(source.integers(200, 600, 200)):
        past[start : start + 90, item] = 0
    scenario = shop(past)
    start = time.process_time()
    profile = of(scenario)
    assert time.process_time() - start < 3.0
    assert len(profile.stretches) > 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1.5e6


def test_tables_hold_every_item_once_and_both_kinds_where_they_differ(shop):
    past = generator(1, 0, "table").poisson(10.0, (728, 5)) * 1.0
    past[300:400, 2] = 0
    past[:, 4] = 0
    profile = of(shop(past))
    rows = tables.table(profile)
    named = [(row["item"], row["stretch"]) for row in rows]
    assert named == [
        *(("i0", "all"), ("i1", "all"), ("i2", "all"), ("i2", "stable"), ("i2", "disrupted")),
        *(("i3", "all"), ("i4", "all")),
    ]
    columns = tables.columns_of("items")
    read = list(csv.DictReader(io.StringIO(tables.text(rows, columns))))
    assert [row["class"] for row in read] == ["smooth", "smooth", "smooth", "smooth", "none", "smooth", "none"]
    assert float(read[0]["mean"]) == pytest.approx(past[:, 0].mean(), rel=1e-5)
    assert read[6]["mean_high"] == ""
    assert (read[6]["thin"], read[6]["why_thin"]) == ("yes", "no demand on record")
    leads = tables.lead_rows(profile)
    assert [(row["supplier"], row["stretch"], row["basis"]) for row in leads] == [("maker", "all", "published")]
    assert tables.clean(leads[0])["p50"] is None
    (stretch,) = tables.stretch_rows(profile)
    assert set(stretch) == set(tables.columns_of("stretches"))
    assert (stretch["item"], stretch["kind"], stretch["basis"]) == ("i2", "disrupted", "found")


def test_days_are_dates_where_there_is_a_calendar():
    assert tables.dated(-1.0, "2024-03-01") == "2024-02-29"
    assert tables.dated(-1.0, "") == "-1"
    assert tables.dated(1e9, "2024-03-01") == "1e+09"


def test_kinds_and_buckets_are_checked(shop):
    assert kind_named("stable") == "stable"
    with pytest.raises(UsageError, match=r"'stabel' is not a kind of stretch \(did you mean 'stable'\?\)"):
        kind_named("stabel")
    with pytest.raises(UsageError, match="bucket 0: at least 1 day is needed"):
        of(shop(np.ones((30, 1))), bucket=0)
    assert of(shop(np.ones((30, 1))), bucket=30).demand["shop"]["all"].adi[0] == 1.0


def test_a_second_source_has_a_profile_of_its_own(shop, records):
    scenario = shop(
        np.ones((60, 1)),
        items=[{"item": "i0", "standard_cost": 1, "supplier": "maker; other; nobody's lane"}],
        suppliers=[{"name": "maker"}, {"name": "other"}, {"name": "nobody's lane"}],
        lanes=[{"name": "lane", "origin": ["maker", "other"], "destination": "shop"}],
    )
    scenario = dataclasses.replace(scenario, delivered=records([-50, -40, -30], [9, 10, 11], supplier="other"))
    lead = of(scenario).lead
    assert set(lead) == {("shop", "maker"), ("shop", "other")}
    assert (lead["shop", "maker"]["all"].basis, lead["shop", "other"]["all"].mean) == ("published", 10)
