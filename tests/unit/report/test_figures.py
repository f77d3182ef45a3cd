"""Figures: written whole, the same bytes every time, no trace on the user's settings, and honest titles."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

from sim.disruptions import Insolvency, LibraryEvent, PortStoppage, PriceShock
from sim.distributions import Fixed, fixed
from sim.report import around, cost_stockout, differences
from sim.report.canvas import drawing, save
from sim.report.figures import figures
from sim.report.findings import in_sample_of
from sim.report.style import FIXED, looks
from sim.studies.compare import Comparison
from sim.studies.montecarlo import AFTER, BEFORE

NAMES = ("cost_against_stockouts", "paired_differences", "stock_around")
CLEAR = {"strike": {"jit": (2e6, 1e4), "hybrid": (1e6, 1e4), "jic": (3e6, 1e4)}}
UNCLEAR = {"strike": {"jit": (2.0e6, 2e6), "hybrid": (1.9e6, 2e6), "jic": (9e6, 1e4)}}
Make = Callable[..., Comparison]


def titles(comparison: Comparison, folder: Path) -> dict[str, str]:
    """Titles inside the SVG files."""
    found = {}
    for path in figures(comparison, folder):
        if path.suffix == ".svg":
            told = ElementTree.parse(path).getroot().findtext("{http://www.w3.org/2000/svg}title")
            found[path.stem] = told or ""
    return found


@pytest.fixture(scope="module")
def drawn(real: Comparison, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The figures of a real comparison, drawn once; settings are looked at on the way."""
    before = matplotlib.rcParams.copy()
    paths = figures(real, tmp_path_factory.mktemp("figures") / "new")
    assert matplotlib.rcParams.copy() == before
    return paths


def test_what_is_in_sample_is_told_within_the_figure() -> None:
    why = (
        "resampled demand comes from the records that plans were made on",
        "lead times are those plans were made on",
    ) * 2
    told = in_sample_of(SimpleNamespace(judged_in_sample=why))
    assert told.startswith("\nIn-sample, so the best case: resampled demand")
    assert max(map(len, told.split("\n"))) <= 125
    assert " ".join(told.split()).endswith(f"{'; '.join(why)}.")
    assert in_sample_of(SimpleNamespace(judged_in_sample=())) == ""


def test_all_files_are_written_and_named_and_settings_left_alone(drawn: list[Path]) -> None:
    paths = drawn
    assert [path.name for path in paths] == [f"{name}.{kind}" for name in NAMES for kind in ("svg", "png")]
    assert all(path.stat().st_size > 5000 for path in paths)
    svg = paths[0].read_text(encoding="utf-8")
    assert "<text" in svg
    assert "<dc:date>" not in svg
    assert "Matplotlib" not in svg
    assert b"Matplotlib" not in paths[1].read_bytes()


def test_bytes_are_the_same_twice_and_under_other_settings(real: Comparison, drawn: list[Path], tmp_path: Path) -> None:
    with matplotlib.rc_context({"font.size": 20, "axes.grid": True, "figure.dpi": 33, "svg.fonttype": "path"}):
        second = figures(real, tmp_path / "two")
    for one, two in zip(drawn, second, strict=True):
        assert one.read_bytes() == two.read_bytes(), one.name


def test_importing_changes_nothing() -> None:
    code = (
        "import matplotlib, sys; before = matplotlib.rcParams.copy()\n"
        "import sim.report.figures\n"
        "assert matplotlib.rcParams.copy() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_only_figures_import_matplotlib() -> None:
    code = "import sys, sim.report.tables; assert not any(name.startswith('matplotlib') for name in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_titles_name_a_winner_only_where_it_is_clear(invented: Make, tmp_path: Path) -> None:
    told = titles(invented(CLEAR), tmp_path / "clear")
    assert told[NAMES[0]] == "Strike: hybrid costs least in total, jit second"
    assert told[NAMES[1]].startswith("Strike: hybrid costs $1.00 m a year less than jit (")
    assert "not clearly" not in told[NAMES[1]]
    told = titles(invented(UNCLEAR), tmp_path / "unclear")
    assert told[NAMES[0]] == "Strike: no clear ranking between hybrid and jit; both cost less than jic"
    assert "but not clearly (" in told[NAMES[1]]


def test_no_figure_around_nothing(invented: Make, tmp_path: Path) -> None:
    assert set(titles(invented(CLEAR), tmp_path)) == set(NAMES[:2])


def test_one_posture_has_no_differences(real: Comparison, tmp_path: Path) -> None:
    alone = replace(real, plans=real.plans[:1], measures=real.measures[:, :, :1], around=real.around[:, :, :1])
    assert set(titles(alone, tmp_path)) == {NAMES[0], NAMES[2]}


@pytest.mark.filterwarnings("error")
def test_one_future_is_drawn_without_intervals(real: Comparison, tmp_path: Path) -> None:
    one = replace(real, numbers=(0,), measures=real.measures[:1], around=real.around[:1])
    told = titles(one, tmp_path)
    assert "no clear ranking" in told[NAMES[0]]
    assert "no evidence" in told[NAMES[1]]
    assert "±" not in told[NAMES[2]]


def test_dollar_signs_and_underscores_are_letters(invented: Make, tmp_path: Path) -> None:
    made = invented({"$calm$": {"lean$_x$": (2e6, 1e4), "a very long name of a posture": (1e6, 1e4)}})
    assert "lean$_x$ second" in titles(made, tmp_path)[NAMES[0]]
    assert "lean$_x$" in (tmp_path / f"{NAMES[1]}.svg").read_text(encoding="utf-8")


def test_labels_of_postures_do_not_overlap(real: Comparison) -> None:
    with drawing("test"):
        figure, _ = cost_stockout.draw(real)
        for axes in figure.axes:
            shown = [text for text in axes.texts if text.get_text() in real.postures]
            boxes = [text.get_window_extent() for text in shown]
            assert len(boxes) == 3
            for place, box in enumerate(boxes):
                assert not any(box.overlaps(other) for other in boxes[place + 1 :])


def test_many_pairs_are_held_against_the_cheapest(invented: Make) -> None:
    made = invented({"calm": {name: (1e6 * place, 1e4) for place, name in enumerate("cabde", 1)}})
    assert differences.pairs(made) == [("c", "a"), ("c", "b"), ("c", "d"), ("c", "e")]
    assert len(differences.rows_of(made, "calm")) == 12


def test_looks_of_the_three_postures_never_change() -> None:
    assert looks(["mine", "hybrid", "jit", "other"])["jit"] == looks(["jit"])["jit"] == FIXED["jit"]
    found = looks(["jit", "jic", "hybrid", "mine", "other"])
    for part in ("colour", "marker", "line"):
        assert len({getattr(look, part) for look in found.values()}) == 5


def test_moving_average_by_hand() -> None:
    values = np.full((1, BEFORE + AFTER), np.nan)
    values[0, :5] = [7.0, 0.0, 0.0, 0.0, 7.0]
    found = around.smooth(values)[0]
    assert found[:5].tolist() == [7 / 4, 14 / 5, 14 / 5, 14 / 5, 7 / 4]
    assert np.isnan(found[5:]).all()


def test_unserved_has_the_mean_of_each_day_and_its_interval() -> None:
    values = np.repeat(np.arange(4.0)[:, None], BEFORE + AFTER, axis=1)
    values[1:, 100:] = np.nan
    mean, half = around.unserved(values)
    assert mean[50] == 1.5
    assert half[50] == pytest.approx(3.182446 * np.sqrt(5 / 3 / 4), rel=1e-6)
    assert np.isnan(mean[100:]).all()


def test_window_is_the_incident_that_came_first(real: Comparison) -> None:
    assert around.window(real, "strike") == (21.0, "strike, 21 days")
    scenario = real.scenario
    duty = PriceShock(kind="tariff", name="duty", supplier="Shenzhen", duty=0.1, start=Fixed(value=50.0))
    late = PortStoppage(
        kind="port_closure",
        name="late",
        port="Los Angeles",
        after="duty",
        lag=Fixed(value=200.0),
        length=Fixed(value=2.0),
    )
    event = LibraryEvent(kind="event", name="event", event="ila_2024", port="Los Angeles", start=Fixed(value=40.0))
    nothing = replace(
        late, name="nothing", after=None, lag=fixed(0.0), start=Fixed(value=1.0), severity=Fixed(value=0.0)
    )

    def first(*more: object) -> tuple[float, str] | None:
        made = replace(scenario, disruptions=(*scenario.disruptions, *more))
        return around.window(replace(real, scenario=made), "strike")

    broke = Insolvency(kind="supplier_insolvency", name="broke", supplier="Shenzhen", start=Fixed(value=50.0))
    # neither what follows a duty, whose lag is not its start, nor what does nothing comes before what stays
    assert first(broke, late, nothing) == (float("inf"), "broke, for good")
    # a duty moves no stock
    assert first(duty) == (21.0, "strike, 21 days")
    # an event's length is a scale, its days are the event's
    assert first(broke, event) == (10.0, "event, 10 days")
    assert around.window(replace(real, scenario=replace(scenario, disruptions=())), "calm") is None


def test_incidents_in_some_futures_only(real: Comparison, tmp_path: Path) -> None:
    values = real.around.copy()
    values[:5] = np.nan
    values[:, :, :, :, BEFORE + 100 :] = np.nan
    some = replace(real, around=values)
    assert around.daily(some, "strike", "jit", "short").shape == (7, BEFORE + AFTER)
    with drawing(NAMES[2]):
        save(*around.draw(some), tmp_path, NAMES[2])
    svg = (tmp_path / f"{NAMES[2]}.svg").read_text(encoding="utf-8")
    assert "(7 of 12 futures)" in svg
    assert "Where the horizon ends" in svg
