"""The wheel: what is built installs into an empty environment and works far from its sources."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of the sources as they stand."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, timeout=600)
    (made,) = folder.glob("bufferstock-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A fresh environment with the wheel and its dependencies; calls its `bufferstock` from an unrelated folder."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder / "environment", with_pip=True)
    programs = folder / "environment" / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, str(wheel)], check=True, timeout=900)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def call(*arguments, program="bufferstock"):
        return subprocess.run(
            [str(programs / program), *arguments], cwd=elsewhere, env=clean, capture_output=True, text=True, timeout=300
        )

    return call


def test_the_wheel_holds_package_types_scenarios_and_licence_and_nothing_else(wheel):
    """Tests, experiments and results stay out; the marker for type checkers and every bundled table go in."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    (about,) = [top for top in tops if top.endswith(".dist-info")]
    assert tops == {"sim", about}
    assert "sim/py.typed" in names
    assert any(name.startswith(f"{about}/") and name.endswith("LICENSE") for name in names)
    sources = ROOT / "scenarios"
    bundled = {f"sim/_scenarios/{path.relative_to(sources)}" for path in sources.rglob("*") if path.is_file()}
    assert bundled <= set(names)


def test_the_installed_package_is_not_the_clone(installed):
    ended = installed("-c", "import sim; print(sim.__file__)", program="python")
    assert ended.returncode == 0, ended.stderr
    assert not Path(ended.stdout.strip()).is_relative_to(ROOT)


def test_list_finds_the_bundled_scenarios(installed):
    ended = installed("list")
    assert (ended.returncode, ended.stderr) == (0, "")
    for name in ("first_strike", "meridian", "starter"):
        assert f"  {name} " in ended.stdout


def test_check_reads_the_demo_company_with_its_tables_and_history(installed):
    ended = installed("check", "meridian")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("meridian: sound. 200 items, 13 suppliers")


def test_compare_gives_its_document_and_its_files(installed):
    ended = installed("compare", "first_strike", "-n", "4", "-j", "1", "--no-figures", "--json", "--out", "out")
    assert (ended.returncode, ended.stderr) == (0, "")
    document = json.loads(ended.stdout)
    assert set(document["postures"]) == {"jit", "jic", "hybrid"}
    assert document["replications"] == 4


def test_figures_run_and_init_work_without_a_clone(installed):
    """Drawing, telling and starting anew need nothing but the wheel."""
    for arguments in (
        ("compare", "first_strike", "-n", "3", "-j", "2", "--out", "drawn"),
        ("run", "first_strike", "--out", "told"),
        ("init", "mine"),
        ("check", "mine"),
        ("schema",),
    ):
        ended = installed(*arguments)
        assert ended.returncode == 0, ended.stderr
