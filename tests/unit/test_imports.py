"""Imports go one way, and each library has one place."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FILES = sorted([*(ROOT / "sim").rglob("*.py"), *(ROOT / "tools").rglob("*.py")])


@cache
def imported(path):
    """Every module that a file imports, anywhere in it; ``from a import b`` counts as a and as a.b. Each is read once."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def importers(module):
    """Files that import a module or a part of it, as paths from the root."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in FILES
        if any(name == module or name.startswith(f"{module}.") for name in imported(path))
    }


@pytest.mark.parametrize(
    ("library", "places"),
    [
        ("simpy", ("sim/world/", "tools/bench.py")),
        ("pydantic", ("sim/building.py", "sim/schemas.py")),
        ("joblib", ("sim/studies/workers/pool.py", "sim/validation/run.py", "tools/bench.py")),
        ("distributed", ("sim/studies/workers/cluster.py",)),
        ("matplotlib", ("sim/report/",)),
    ],
)
def test_each_library_has_its_place(library, places):
    found = importers(library)
    assert found
    assert {path for path in found if not path.startswith(places)} == set()


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("sim/world/", "sim.postures"),
        ("sim/postures/", "sim.world"),
        ("sim/postures/", "sim.futures"),
        ("sim/policies/", "sim.futures"),
        ("sim/policies/", "sim.world"),
        ("sim/disruptions/", "sim.world"),
        ("sim/disruptions/", "sim.futures"),
        ("sim/world/", "sim.studies"),
        ("sim/studies/", "sim.report"),
        ("sim/studies/", "sim.cli"),
        ("sim/theory/", "sim.scenario"),
        ("sim/world/", "sim.planbook"),
        ("sim/postures/", "sim.planbook"),
        ("sim/postures/", "sim.studies"),
        ("sim/studies/", "sim.planbook"),
        ("sim/planbook/", "sim.cli"),
        ("sim/planbook/", "sim.world"),
        ("sim/profiles/", "sim.postures"),
        ("sim/profiles/", "sim.world"),
        ("sim/profiles/", "sim.futures"),
        ("sim/intake/", "sim.world"),
        ("sim/intake/", "sim.postures"),
        ("sim/intake/", "sim.futures"),
        ("sim/intake/", "sim.studies"),
        ("sim/intake/", "sim.report"),
    ],
)
def test_rooms_stay_apart(folder, forbidden):
    assert any(path.relative_to(ROOT).as_posix().startswith(folder) for path in FILES)
    assert {path for path in importers(forbidden) if path.startswith(folder)} == set()


def test_only_the_command_line_brings_files_in():
    assert {path for path in importers("sim.intake") if not path.startswith("sim/intake/")} == {"sim/cli/intake.py"}


def test_statistics_stand_on_errors_and_chance_alone():
    for path in (ROOT / "sim" / "statistics").rglob("*.py"):
        ours = {name for name in imported(path) if name == "sim" or name.startswith("sim.")}
        assert all(name.startswith(("sim.statistics", "sim.errors", "sim.chance")) for name in ours), path.name


def test_theory_stands_alone():
    for path in (ROOT / "sim" / "theory").rglob("*.py"):
        ours = {name for name in imported(path) if name == "sim" or name.startswith("sim.")}
        assert all(name == "sim.theory" or name.startswith("sim.theory.") for name in ours), path.name


def test_the_library_of_events_stands_on_errors_alone():
    for path in (ROOT / "sim" / "events").rglob("*.py"):
        ours = {name for name in imported(path) if name == "sim" or name.startswith("sim.")}
        assert all(name.startswith(("sim.events", "sim.errors")) for name in ours), path.name
