"""The buffer ledger shown: words that claim no more than the figures, tables that fit, a figure that stays the same."""

import dataclasses
import io

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.report import buffer_findings as say
from sim.report.buffer_figure import figures
from sim.report.buffers import closing, ledger_table
from sim.studies.buffers import Justification
from sim.studies.justify import justify


@pytest.fixture(scope="module")
def pump() -> Justification:
    """The one buffer of the first scenario on eight futures."""
    return justify(sim.load("first_strike"), replications=8, checks=0)


def with_benefit(found: Justification, without: float, spread: float, futures: int = 200) -> Justification:
    """The same study as if a year without the buffer cost so much more stockouts, in so many futures; carrying is 100."""
    luck = np.random.default_rng(3).standard_normal(futures)
    values = np.zeros((futures, 1, 8))
    values[:, 0, 3] = without + spread * (luck - luck.mean())
    values[:, 0, 6] = 100.0
    raw = values[:, 0].copy()
    raw[:, 6:] = -raw[:, 6:]
    group = found.groups[-1]
    whole = dataclasses.replace(
        group, own=raw, others=np.zeros((futures, 8)), shared=np.zeros(futures), singles=raw[:, 3] + raw[:, 6]
    )
    return dataclasses.replace(
        found,
        numbers=tuple(range(futures)),
        values=values,
        used=np.ones((futures, 1), dtype=bool),
        groups=(whole,),
        advice=(),
        shared=np.zeros((futures, 1)),
        spill=np.zeros((futures, 1)),
        base=np.zeros((futures, 2)),
    )


@pytest.mark.parametrize(
    ("without", "spread", "verdict", "words"),
    [
        (300.0, 50.0, "1 pay, 0 are doubtful, 0 do not pay", "$200 (193 to 207) more."),
        (20.0, 5.0, "0 pay, 0 are doubtful, 1 do not pay", "$80 (79 to 81) less."),
        (105.0, 900.0, "0 pay, 1 are doubtful, 0 do not pay", "which is not clear of nothing."),
    ],
)
def test_the_board_hears_what_the_intervals_allow(pump, without, spread, verdict, words):
    found = with_benefit(pump, without, spread)
    assert verdict in say.counts(found)[0]
    assert words in say.board(found)
    assert say.additivity(found).startswith("Here removals add up")


@pytest.mark.parametrize(("gap", "pointed_out"), [(20.0, True), (4.0, False)])
def test_lines_that_take_from_each_other_are_pointed_out(pump, gap, pointed_out):
    """From 5 % of the carrying cost of 100 on, where the interval is clear of 0."""
    found = with_benefit(pump, 300.0, 50.0)
    (whole,) = found.groups
    luck = np.random.default_rng(1).normal(0, 1, 200)
    found = dataclasses.replace(found, groups=(dataclasses.replace(whole, singles=whole.total + gap + luck),))
    told = say.additivity(found)
    assert told.startswith("Removals do not add up")
    assert ("Read the groups" in told) is pointed_out


def test_one_future_has_no_intervals_and_no_verdict(pump):
    one = justify(pump.scenario, replications=1, checks=0)
    assert "in the one future run" in say.board(one)
    text = shown(one)
    assert "nan" not in text
    assert "doubtful" in text


def shown(found):
    console = Console(width=100, record=True, file=open("/dev/null", "w"), markup=False, highlight=False)  # noqa: SIM115
    with console.file:
        console.print(ledger_table(found))
        for line in closing(found):
            console.print(line)
        return console.export_text()


def test_tables_fit_a_hundred_columns_and_cut_nothing(pump):
    text = shown(pump)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "…" not in text
    assert "all buffers at once" in text


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_verdict_is_there_at_any_width_and_what_is_left_out_is_said(pump, width):
    found = with_benefit(pump, 123_456_789.0, 9_000_000.0)
    console = Console(width=width, record=True, file=io.StringIO(), markup=False, highlight=False)
    console.print(ledger_table(found))
    text = console.export_text()
    table = text[: text.index("Removed together")]
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in table
    row = next(line.split() for line in table.splitlines() if line.startswith("pump"))
    assert row[-1] == "pays"
    assert ("too narrow for: worst 5 %, used" in table) == (width == 60)


def test_a_leak_is_no_secret(pump):
    shared = dataclasses.replace(pump.sharing, resources=(("supplier X",), ("supplier X",)))
    leaky = dataclasses.replace(pump, sharing=shared, leak=12.5)
    assert "Warning: a line that shares nothing" in " ".join(say.assumption(leaky))


def test_the_figure_is_the_same_each_time_and_absent_without_buffers(pump, tmp_path):
    first, again = figures(pump, tmp_path / "a"), figures(pump, tmp_path / "b")
    assert [path.name for path in first] == ["what_this_buffer_buys.svg", "what_this_buffer_buys.png"]
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert "of 1 buffer 0 pay, 1 are doubtful, 0 do not pay" in first[0].read_text()
    lean = dataclasses.replace(pump, units=-pump.units, buffered=~pump.buffered)
    assert figures(lean, tmp_path / "c") == []
