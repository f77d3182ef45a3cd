"""Postures: by name, from a file, with a policy of one's own; what their rules decide."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import PolicyError, ScenarioError, UsageError
from sim.plan import Plan
from sim.postures import POSTURES, Posture, Rule, hybrid, jic, jit, posture
from sim.postures.rule import Case
from sim.segments.score import Score
from sim.studies.compare import compare, plans_of


@pytest.fixture(scope="module")
def first():
    return sim.load("first_strike")


@pytest.fixture
def mine(tmp_path):
    """Writes a posture file and returns its path."""

    def write(text, name="mine.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def line(plan: Plan):
    (found,) = plan.lines
    return found


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POSTURES)
def test_a_posture_by_name_is_the_built_in_one(name):
    assert posture(name) == POSTURES[name]()


def test_a_file_changes_its_base_only_where_it_says_so(mine):
    read = posture(mine('base = "hybrid"\ncover = 9\n'))
    assert read == dataclasses.replace(hybrid(), name="mine", cover=9.0)


def test_a_file_without_a_base_starts_from_plain_defaults(mine):
    assert posture(mine("z = 2\n")) == Posture(name="mine", z=2.0)


def test_a_file_may_give_its_posture_a_name_and_rules_of_its_own(mine):
    read = posture(mine('name = "lean"\nbase = "hybrid"\n\n[[rules]]\ncriticality = "halts production"\nz = 3\n'))
    assert read.name == "lean"
    assert read.rules == (Rule(criticality="halts production", z=3.0),)


def test_settings_override_a_posture_by_name_or_file(mine):
    assert posture("jit", ["cover=5"]) == jit(cover=5.0)
    assert posture(mine('base = "jic"\nz = 1\n'), ["z=2"]).z == 2.0
    with pytest.raises(UsageError, match=r"there is no key 'cove' \(did you mean 'cover'\?\)"):
        posture("jit", ["cove=5"])


def test_an_unknown_posture_tells_the_near_miss():
    with pytest.raises(
        UsageError, match=r"'hybird' is neither a posture nor a posture file \(did you mean 'hybrid'\?\)"
    ):
        posture("hybird")
    with pytest.raises(UsageError, match=r"gone.toml: there is no such posture file"):
        posture("gone.toml")


def test_all_problems_of_a_posture_file_are_told_at_once(mine):
    rule = '[[rules]]\ncriticality = "halt production"\nchaeper_than = 3\n'
    path = mine(f'base = "hybird"\ncove = 3\nlot = -7\nz = "high"\n\n{rule}')
    with pytest.raises(ScenarioError) as caught:
        posture(path)
    assert caught.value.problems == (
        "mine.toml: base: 'hybird' is not a posture (did you mean 'hybrid'?)",
        "mine.toml: cove: unknown key (did you mean 'cover'?)",
        "mine.toml: z: 'high': must be a valid number, unable to parse string as a number",
        "mine.toml: lot: -7: must be greater than 0",
        "mine.toml: rules[0].chaeper_than: unknown key (did you mean 'cheaper_than'?)",
        "mine.toml: rules[0].criticality: 'halt production' is not allowed (did you mean 'halts production'?); "
        "allowed: halts production, breaches a contract, inconveniences",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("base = [1]\n", r"mine.toml: base: \[1\] is not a posture \(allowed: jit, jic, hybrid, adaptive\)"),
        ("z = = 1\n", r"mine.toml: is not valid TOML: .*line 1"),
        ("z = nan\n", "mine.toml: z: nan: must be a finite number"),
    ],
)
def test_a_posture_file_that_makes_no_sense_says_why(mine, text, message):
    with pytest.raises(ScenarioError, match=message):
        posture(mine(text))


def test_an_unknown_policy_tells_the_near_miss(mine, first):
    with pytest.raises(ScenarioError, match=r"posture 'mine': policy: 'base_stok' is not a policy .*'base_stock'"):
        posture(mine('policy = "base_stok"\n')).plan(first)


def test_two_postures_of_one_name_are_refused(mine, first):
    with pytest.raises(UsageError, match="two postures are called 'jit': give one a name of its own"):
        plans_of(first, ["jit", mine('base = "jic"\n', "jit.toml")])


# --- what a posture decides ------------------------------------------------------------------------------------------


def test_the_first_rule_that_meets_the_item_decides_number_by_number(first):
    pump = first.items[0]

    def decided(item, mode):
        score = Score(item.item, "W", "S", 100.0, 50.0, "high", "medium", (), 0.0)
        found = made.numbers(Case(item, mode, score, "smooth"))
        return found.target, found.cover, found.lot

    made = Posture(
        z=1.0, cover=2.0, lot=7.0,
        rules=(
            Rule(criticality="halts production", cover=45.0),
            Rule(mode="sea", cover=30.0, z=2.0),
            Rule(cheaper_than=15.0, lot=28.0),
        ),
    )  # fmt: skip
    cheap = dataclasses.replace(pump, criticality="inconveniences", standard_cost=9.0)
    assert decided(pump, "sea") == (("z", 2.0), 45.0, 7.0)
    assert decided(pump, "air") == (("z", 1.0), 45.0, 7.0)
    assert decided(cheap, "air") == (("z", 1.0), 2.0, 28.0)


def test_more_cover_is_that_many_days_of_demand_more(first):
    lean, safe = (line(jit(cover=cover).plan(first)) for cover in (0.0, 20.0))
    assert safe.order_up_to - lean.order_up_to == pytest.approx(20 * lean.forecast, abs=1)
    assert safe.safety_stock - lean.safety_stock == pytest.approx(20 * lean.forecast, abs=1)


def test_a_lot_longer_than_the_review_period_is_ordered_in_batches(first):
    assert line(jit().plan(first)).policy == "base_stock"
    batch = line(jic().plan(first))
    assert batch.policy == "r_nQ"
    assert batch.order_quantity == pytest.approx(28 * batch.forecast, abs=1)


def test_a_plan_says_why(first):
    made = line(hybrid().plan(first))
    for part in (
        "JIC: ",
        "halts production",
        "single source Shenzhen",
        "48-day lead time by sea",
        "45 of them deliberate",
    ):
        assert part in made.reason
    assert made.segment == "high impact, medium fragility"
    assert "2.33 sigma" in made.formula
    assert "730 days of drawn history" in made.inputs
    assert made.target == "safety factor 2.33, plus 45 days of cover"


# --- a policy of one's own -------------------------------------------------------------------------------------------

OWN = """
from dataclasses import dataclass

import numpy as np

def my_policy(view):
    return np.maximum(view.order_up_to - view.position, 0.0)

def wrong_shape(view):
    return np.zeros(3)

def not_a_number(view):
    return view.position * np.nan

def below_zero(view):
    return view.position * 0.0 - 1.0

def raises(view):
    raise ValueError("out of ideas")

def nothing(view):
    return None

number = 3

@dataclass
class Tuned:
    factor: float

    def __call__(self, view):
        return self.factor * my_policy(view)

tuned = Tuned(1.0)
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A module of one's own on the import path, gone after the test."""
    (tmp_path / "own_policies_of_a_test.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    yield "own_policies_of_a_test"
    monkeypatch.delitem(__import__("sys").modules, "own_policies_of_a_test", raising=False)


def test_a_policy_in_a_few_lines_does_what_the_built_in_one_does(first, own):
    """Base stock written by a user is base stock: the same Futures give the same measures."""
    same = Posture(name="own", policy=f"{own}:my_policy")
    found = compare(first, ["jit", same], replications=2, trust=True)
    assert np.array_equal(found.measures[:, :, 0], found.measures[:, :, 1], equal_nan=True)


def test_code_of_ones_own_is_imported_only_when_it_is_trusted(first, own):
    with pytest.raises(UsageError, match="is code of yours: it is imported only with --trust"):
        Posture(name="own", policy=f"{own}:my_policy").plan(first)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("wrong_shape", r"returned shape \(3,\) for 1 items"),
        ("nothing", r"returned shape \(\) for 1 items"),
        ("not_a_number", "of item 'pump' .*0 or more is allowed"),
        ("below_zero", "of item 'pump' .*0 or more is allowed"),
        ("raises", "raised ValueError: out of ideas"),
    ],
)
def test_a_policy_that_fails_is_blamed_with_replication_warehouse_and_day(first, own, policy, message):
    with pytest.raises(PolicyError, match=message) as caught:
        compare(first, [Posture(name="own", policy=f"{own}:{policy}")], replications=1, trust=True)
    assert f"policy '{policy}'" in str(caught.value)
    assert "(replication 0, warehouse 'Ontario', day -175)" in str(caught.value)


@pytest.mark.parametrize("policy", ["raises", "wrong_shape", "not_a_number"])
def test_a_policy_that_fails_at_a_single_order_is_blamed_just_so(own, policy):
    orders = sim.load(Path(__file__).parent.parent / "scenarios" / "valid" / "single_orders.toml")
    with pytest.raises(PolicyError, match=r"\(replication 0, warehouse 'Ontario', day -"):
        compare(orders, [Posture(name="own", policy=f"{own}:{policy}")], replications=1, trust=True)


def test_a_policy_may_be_an_object_that_cannot_be_hashed(first, own):
    same = Posture(name="own", policy=f"{own}:tuned")
    found = compare(first, ["jit", same], replications=1, trust=True)
    assert np.array_equal(found.measures[:, :, 0], found.measures[:, :, 1], equal_nan=True)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("my_polic", r"has no 'my_polic' \(did you mean 'my_policy'\?\)"),
        ("number", "is not callable"),
    ],
)
def test_a_policy_that_is_not_there_is_refused(first, own, policy, message):
    with pytest.raises(UsageError, match=message):
        Posture(name="own", policy=f"{own}:{policy}").plan(first, trust=True)


def test_a_module_that_is_not_there_is_told(first):
    with pytest.raises(UsageError, match="there is no module 'no_such_module_anywhere' on the import path"):
        Posture(name="own", policy="no_such_module_anywhere:f").plan(first, trust=True)


def test_a_module_that_lacks_another_names_the_other(first, tmp_path, monkeypatch):
    (tmp_path / "own_lacking_module_of_a_test.py").write_text("import no_such_module_anywhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises((PolicyError, UsageError), match="no_such_module_anywhere"):
        Posture(name="own", policy="own_lacking_module_of_a_test:f").plan(first, trust=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [("x = (\n", "SyntaxError"), ("raise RuntimeError('no luck')\n", "RuntimeError: no luck")],
)
def test_a_module_that_cannot_be_imported_says_what_it_raised(first, tmp_path, monkeypatch, text, message):
    (tmp_path / "own_broken_module_of_a_test.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PolicyError, match=f"importing it raised {message}"):
        Posture(name="own", policy="own_broken_module_of_a_test:f").plan(first, trust=True)
