"""Finding scenarios by name, file or folder, and overriding their keys."""

import shutil
from pathlib import Path

import pytest

import sim
from sim.errors import ScenarioError, UsageError
from sim.library import load, locate, override
from sim.scenario import Scenario


def test_public_names_are_these_and_no_others():
    """What users import from `sim` is pinned: a name that goes, or comes, is a decision."""
    assert sim.__all__ == [
        "BufferstockError", "Catalogue", "Comparison", "Future", "Incident", "Justification", "Losses", "MEASURES",
        "Outcome", "Plan", "PlanLine", "Policy", "Posture", "Rule", "Run", "Scenario", "ScenarioError", "Stress",
        "UsageError", "View", "adaptive", "bundled", "compare", "draw", "hybrid", "jic", "jit", "justify", "live", "load",
        "loss", "plan_of", "posture", "read", "scenario_of", "select", "stress", "__version__",
    ]  # fmt: skip
    assert dir(sim) == sim.__all__ or set(dir(sim)) == set(sim.__all__)
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="module 'sim' has no attribute 'simulate'"):
        _ = sim.simulate


def test_bundled_scenarios_are_found_by_name():
    assert list(sim.bundled()) == ["assembly", "first_strike", "meridian", "ordinary_year", "starter"]
    assert locate("meridian").name == "scenario.toml"
    assert load("first_strike").name == "first_strike"


def test_a_scenario_is_named_after_its_folder_its_file_or_itself(tmp_path):
    shutil.copy(locate("first_strike"), tmp_path / "pumps.toml")
    shutil.copytree(locate("starter").parent, tmp_path / "company")
    assert load(tmp_path / "pumps.toml").name == "pumps"
    assert load(tmp_path / "company").name == "company"
    assert load(tmp_path / "pumps.toml", ["name=mine"]).name == "mine"


def test_a_folder_without_a_scenario_says_what_is_missing(tmp_path):
    with pytest.raises(UsageError, match=r"this folder holds no scenario.toml"):
        load(tmp_path)


def test_a_folder_of_results_does_not_hide_a_bundled_scenario(tmp_path, monkeypatch):
    (tmp_path / "meridian").mkdir()
    monkeypatch.chdir(tmp_path)
    assert locate("meridian").parent.name == "meridian"
    assert locate("meridian").is_file()


def test_an_unknown_name_tells_the_near_miss_or_what_there_is():
    with pytest.raises(UsageError, match=r"'meridain' is neither .* \(did you mean 'meridian'\?\)"):
        load("meridain")
    with pytest.raises(UsageError, match=r"\(allowed: assembly, first_strike, meridian, ordinary_year, starter\)"):
        load("xyz")


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("horizon=200", lambda made: made.horizon == 200),
        ("costs.capital_rate=0.2", lambda made: made.costs.capital_rate == 0.2),
        ("title=A plain title", lambda made: made.title == "A plain title"),
        ("items.pump.price=1700", lambda made: made.items[0].price == 1700),
        ("suppliers.Shenzhen.production_time=30", lambda made: made.suppliers[0].production_time.mean == 30),
        ("suppliers.Shenzhen.production_time.mean=30", lambda made: made.suppliers[0].production_time.mean == 30),
        ("lanes.Shenzhen - Ontario.freight=1", lambda made: made.lanes[0].freight == 1),
        ("ports.Los Angeles.dwell={law='gamma', mean=4, cv=0.5}", lambda made: made.ports[0].dwell.sd == 2),
        ("weathers.storm=['strike']", lambda made: made.weathers["storm"] == ("strike",)),
        ("disruptions.strike.length=7", lambda made: made.disruptions[0].length.mean == 7),
    ],
)
def test_a_setting_overrides_a_dotted_key(setting, found):
    assert found(load("first_strike", [setting]))


def test_a_setting_reaches_into_a_table(tmp_path):
    """A row of a CSV table is named by its item, and problems still name the table's rows."""
    assert load("starter", ["items.0002.standard_cost=25"]).items[1].standard_cost == 25
    with pytest.raises(ScenarioError, match=r"items.csv: row 3 \(0002\): standard_cost: -25: must be greater than 0"):
        load("starter", ["items.0002.standard_cost=-25"])
    shutil.copytree(locate("starter").parent, tmp_path / "mine")
    (tmp_path / "mine" / "more.csv").write_text((tmp_path / "mine" / "items.csv").read_text())
    assert len(load(tmp_path / "mine", ["items=more.csv"]).items) == 4


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("horizon", "write key=value"),
        ("=3", "write key=value"),
        ("horizn=3", r"there is no key 'horizn' \(did you mean 'horizon'\?\)"),
        ("costs.capital_rat=3", r"costs has no key 'capital_rat' \(did you mean 'capital_rate'\?\)"),
        ("items.pum.price=3", r"items has no 'pum' \(did you mean 'pump'\?\)"),
        ("items.pump=3", "items is a list: name a key of 'pump' too"),
        ("items.pump.pric=3", r"items.pump has no key 'pric' \(did you mean 'price'\?\)"),
        ("horizon.days=3", "horizon is a single value"),
        ("suppliers.Shenzhen.production_time.meen=3", r"production_time has no key 'meen' \(did you mean 'mean'\?\)"),
        ("record=3", "there is no key 'record'"),
    ],
)
def test_a_setting_that_names_nothing_is_refused(setting, message):
    with pytest.raises(UsageError, match=message) as caught:
        load("first_strike", [setting])
    assert f"--set {setting!r}" in str(caught.value)


def test_an_override_makes_the_groups_that_are_missing():
    content = {}
    override(content, "costs.capital_rate=0.2", Scenario)
    assert content == {"costs": {"capital_rate": 0.2}}


def test_paths_may_be_given_as_paths():
    assert load(Path(locate("first_strike"))).horizon == 365
