"""Variants of one business on the same Futures: what is shared is shared, and nothing comes out otherwise for it."""

import numpy as np
import pytest

from sim.errors import ScenarioError, UsageError
from sim.futures import draw
from sim.measures import MEASURES
from sim.outcome import live
from sim.studies.source import Point, Source, family
from sim.studies.variants import Variants, lived

TOTAL = [one.name for one in MEASURES].index("total_cost")
SETTINGS = {
    "nothing": (),
    "goodwill": ("costs.goodwill_halts=3",),
    "goodwill of an item": ("items.goodwill[*]*=2",),
    "price": ("items.price[*]*=1.2",),
    "carrying": ("costs.capital_rate=0.2", "costs.storage_rate=0", "costs.storage_per_m3=0.1"),
    "lost share": ("lost_share=0.9",),
    "lead time": ("suppliers.production_time[*]*=1.2",),
    "cover": ("jit.cover=10",),
    "length": ("disruptions.strike.length=30",),
    "crossing": ("crossing=independent",),
}


@pytest.fixture(scope="module")
def made():
    points = [Point(name, settings) for name, settings in SETTINGS.items()]
    return family(Source("first_strike", ("jit", "hybrid")), points)


def test_every_variant_is_what_it_would_be_alone(made):
    """All measures of all variants, to the last bit, against one life at a time of the variant's own scenario."""
    found = lived(Variants.of(made.variants, 4), [3, 1, 2])
    assert found.numbers == (1, 2, 3)
    for row, number in enumerate(found.numbers):
        for place, variant in enumerate(made.variants):
            future = draw(variant.scenario, 4, number)
            for posture, plan in enumerate(variant.plans):
                outcome = live(variant.scenario, plan, future)
                alone = [outcome.measures[one.name] for one in MEASURES]
                assert np.array_equal(found.measures[row, place, posture], alone, equal_nan=True), variant.label


def test_what_differs_in_money_alone_shares_one_life(made):
    errand = Variants.of(made.variants, 1)
    life = dict(zip(SETTINGS, errand.life, strict=True))
    for name in ("goodwill", "goodwill of an item", "price", "carrying"):
        assert life[name] == life["nothing"]
    for name in ("lost share", "lead time", "length", "crossing"):
        assert not set(life[name]) & set(life["nothing"])
    assert life["cover"][0] != life["nothing"][0]  # the plan of jit is another
    assert life["cover"][1] == life["nothing"][1]  # hybrid knows nothing of it
    values = lived(errand, [0]).measures[0, :, 0, TOTAL]
    assert len(set(values)) == len(SETTINGS)


def test_only_what_a_change_touches_is_drawn_anew(made):
    errand = Variants.of(made.variants, 1)
    marks = {errand.worlds.index(errand.worlds[errand.lives[row[0]].scenario]): name for name, row in zip(
        SETTINGS, errand.life, strict=True)}  # fmt: skip
    parts = {marks[number]: part for number, part in enumerate(errand.parts)}
    base = next(part for name, part in parts.items() if name in ("nothing", "carrying", "cover", "price"))
    assert parts["lost share"] == base
    for name, changed in (("lead time", "times"), ("length", "incidents"), ("crossing", "times")):
        assert {part for part in base if parts[name][part] != base[part]} == {changed}


def test_results_do_not_hang_on_jobs_or_pieces(made):
    errand = Variants.of(made.variants[:3], 2)
    one, two = lived(errand, range(6)), lived(errand, range(6), jobs=2, chunk=1)
    assert one.measures.tobytes() == two.measures.tobytes()


def test_changed_demand_puts_all_in_step_and_says_so():
    source = Source("first_strike", ("jit",))
    found = family(source, [Point("", ()), Point("more", ("demand_level=1.1",))])
    assert {variant.scenario.draws for variant in found.variants} == {"quantile"}
    assert "quantile functions" in found.notes[0]
    same = family(source, [Point("", ()), Point("dear", ("costs.per_line=99",))])
    assert {variant.scenario.draws for variant in same.variants} == {"sampled"}
    assert same.notes == ()


def test_a_longer_lead_time_does_not_shift_the_warm_up(tmp_path):
    from sim.library import folder

    text = (folder() / "first_strike.toml").read_text(encoding="utf-8").replace("warm_up = 180\n", "")
    (tmp_path / "mine.toml").write_text(text)
    source = Source(str(tmp_path / "mine.toml"), ("jit",))
    found = family(source, [Point("", ()), Point("slow", ("suppliers.production_time[*]*=2",))])
    assert len({variant.scenario.span for variant in found.variants}) == 1
    assert "longest warm-up" in found.notes[0]


def test_what_a_scenario_refuses_is_told_with_the_point():
    source = Source("first_strike", ("jit",))
    with pytest.raises(ScenarioError, match=r"at share = 2: first_strike.toml: lost_share: 2: must be less"):
        family(source, [Point("", ()), Point("share = 2", ("lost_share=2",))])
    with pytest.raises(UsageError, match=r"at x: --set 'jt.cover=1': 'jt' is no posture .*did you mean 'jit'"):
        family(source, [Point("x", ("jt.cover=1",))])


def test_plans_are_made_once_where_nothing_they_rest_on_differs(made):
    by_name = dict(zip(SETTINGS, made.variants, strict=True))
    assert by_name["carrying"].plans is by_name["nothing"].plans
    assert by_name["lost share"].plans is by_name["nothing"].plans
    assert by_name["lead time"].plans is not by_name["nothing"].plans
    fresh = Source("first_strike", ("jit", "hybrid"))
    for name, settings in SETTINGS.items():
        scenario = fresh.scenario(settings)
        alone = Source("first_strike", ("jit", "hybrid")).plans(scenario, settings)
        assert alone == by_name[name].plans, name
