"""A kind of the user's own in ten lines: trusted, checked, blamed by name, and there in every worker."""

import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.futures import draw, draw_incidents
from sim.library import locate

DOCS = (Path(__file__).parent.parent.parent.parent / "docs" / "extending.md").read_text(encoding="utf-8")


def blocks(language):
    """Code of the docs page."""
    return re.findall(rf"```{language}\n(.*?)```", DOCS, flags=re.S)


@pytest.fixture
def place(tmp_path, monkeypatch, request):
    """A folder with the example of the docs, under a module name of this test's own."""
    module = "own_ash_" + re.sub(r"\W", "_", request.node.name)
    (code,) = [block for block in blocks("python") if "VolcanicAsh" in block]
    (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
    (keys,) = [block for block in blocks("toml") if "VolcanicAsh" in block]
    scenario = tmp_path / "scenario.toml"
    shutil.copy(locate("first_strike"), scenario)
    text = scenario.read_text(encoding="utf-8") + "\n" + keys.replace("mine:", f"{module}:") + "rate = 6.0\n"
    scenario.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield scenario, module
    sys.modules.pop(module, None)


def test_the_example_of_the_docs_draws_incidents_and_moves_no_other_draw(place):
    scenario, module = place
    read = sim.load(scenario, trust=True)
    assert read.disruptions[-1].kind == f"{module}:VolcanicAsh"
    counts = [sum(one.name == "ash" for one in draw_incidents(read, 1, number)) for number in range(200)]
    first, end = read.span
    expected = 6.0 * (end - first) / 365
    # 200 Futures, seed 1: within 4 standard errors of its rate
    assert abs(np.mean(counts) - expected) < 4 * np.sqrt(expected / 200)
    plain = draw(sim.load("first_strike"), 1, 0)
    assert [one for one in draw(read, 1, 0).incidents if one.name != "ash"] == list(plain.incidents)
    assert read.warnings == ()


def test_it_is_imported_only_when_it_is_trusted(place):
    scenario, module = place
    with pytest.raises(
        sim.UsageError, match=f"'{module}:VolcanicAsh' is code of yours: it is imported only with --trust"
    ):
        sim.load(scenario)


def test_it_travels_to_workers(place):
    """Two processes find the same as one, and the ash costs something."""
    scenario, _ = place
    read = sim.load(scenario, trust=True)
    one = sim.compare(read, ["jit"], 8, jobs=1)
    two = sim.compare(read, ["jit"], 8, jobs=2)
    np.testing.assert_array_equal(one.measures, two.measures)
    calm = sim.compare(sim.load("first_strike"), ["jit"], 8, jobs=1)
    assert one.values("strike", "jit", "stockout_days").mean() > calm.values("strike", "jit", "stockout_days").mean()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("lane = ", "lain = ", r"disruptions\[1\] \(ash\).lain: unknown key \(did you mean 'lane'\?\)"),
        ('"Shenzhen - Ontario"\nrate', '"Shenzen - Ontario"\nrate', r"\(did you mean 'Shenzhen - Ontario'\?\)"),
        ("rate = 6.0", "rate = 'often'", r"rate: 'often': must be a valid number"),
    ],
)
def test_its_keys_are_checked_like_ours(place, old, new, told):
    scenario, _ = place
    scenario.write_text(scenario.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    if old.startswith('"'):
        assert "Shenzen" in scenario.read_text(encoding="utf-8")
    with pytest.raises(sim.ScenarioError, match=told):
        sim.load(scenario, trust=True)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "return [\n            sim",
            "raise ValueError('no')\n        return [\n            sim",
            "raised ValueError: no",
        ),
        ("day, day + generator", "day, day - generator", "an incident goes from day"),
        ('"lane", self.lane, day', '"lane", "elsewhere", day', "hits lane 'elsewhere', which targets.. does not name"),
        ('under_way="held"', "demand_factor=2.0", "gives a lane demand_factor, which it does not know"),
    ],
)
def test_what_it_does_wrong_is_blamed_on_it(place, old, new, told):
    scenario, module = place
    code = scenario.parent / f"{module}.py"
    text = code.read_text(encoding="utf-8")
    assert old in text
    code.write_text(text.replace(old, new), encoding="utf-8")
    read = sim.load(scenario, trust=True)
    with pytest.raises(sim.BufferstockError, match=f"disruption 'ash' .{module}:VolcanicAsh.: .*{told}") as caught:
        [draw_incidents(read, 1, number) for number in range(5)]
    assert caught.value.exit_code == 3


def test_what_is_no_disruption_is_told(place):
    scenario, module = place
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace(":VolcanicAsh", ":VolcanicDust"), encoding="utf-8")
    with pytest.raises(sim.UsageError, match=f"module '{module}' has no 'VolcanicDust' .did you mean 'VolcanicAsh'"):
        sim.load(scenario, trust=True)
    scenario.write_text(text.replace(":VolcanicAsh", ":dataclass"), encoding="utf-8")
    with pytest.raises(sim.UsageError, match="must be a dataclass with the methods targets and incidents"):
        sim.load(scenario, trust=True)


def test_a_worker_needs_no_module_on_its_path(place):
    """Read back where the module cannot be found, as in a worker that was started before."""
    import cloudpickle

    scenario, module = place
    (ash,) = [one for one in sim.load(scenario, trust=True).disruptions if one.name == "ash"]
    packed = cloudpickle.dumps(ash)
    path = sys.path[:]
    sys.modules.pop(module)
    try:
        sys.path[:] = [folder for folder in path if folder != str(scenario.parent)]
        again = cloudpickle.loads(packed)
    finally:
        sys.path[:] = path
    rng = np.random.default_rng
    assert again.incidents(rng(1), 0.0, 900.0) == ash.incidents(rng(1), 0.0, 900.0)
