"""The library holds what is recorded, each number with what it rests on."""

import json
import os
from pathlib import Path

import pytest

from sim.errors import UsageError
from sim.events import BASES, event, events, kinds
from sim.report.events import WORDS, call, document, queue, shown, when

ROOT = Path(__file__).parent.parent.parent.parent
RECORD = Path(os.environ.get("BUFFERSTOCK_DATA", ROOT.parent / "shared" / "data")).parent / "events.json"
EVERY = [one.id for one in events()]


def test_there_are_forty_one_events_with_sources():
    assert len(EVERY) == len(set(EVERY)) == 41
    assert sum(len(one.sources) for one in events()) == 139
    for one in events():
        assert one.sources, one.id
        for source in one.sources:
            assert source.title
            assert source.year is not None
            assert source.url.startswith("http"), (one.id, source)


@pytest.mark.parametrize("name", EVERY)
def test_every_number_says_what_it_rests_on(name):
    one = event(name)
    assert {figure.basis for figure in one.figures} <= set(BASES)
    assert {effect.basis for effect in one.effects} <= set(BASES)
    assert one.rate is None or one.rate.basis in BASES
    assert all(figure.note for figure in one.figures if figure.basis == "derived")
    assert all(effect.how for effect in one.effects)
    assert one.effects
    assert {effect.effect for effect in one.effects} <= set(WORDS)


@pytest.mark.parametrize("name", EVERY)
def test_what_acts_follows_from_what_is_recorded(name):
    """Where an effect is a figure, or one less it, the numbers agree; and every figure that is named is there."""
    one = event(name)
    names = {figure.name.split(".")[0] for figure in one.figures}
    for effect in one.effects:
        head = effect.how.split(",")[0]
        figure = one.figure(head.removeprefix("1 - "))
        if figure is not None and isinstance(figure.value, int | float) and isinstance(effect.value, float):
            expected = 1 - figure.value if head.startswith("1 - ") else float(figure.value)
            assert effect.value == pytest.approx(expected), (effect, figure)
        if figure is not None and head == figure.name and isinstance(figure.value, tuple) and not effect.variant:
            points = {tuple(point) for point in effect.value}
            assert {tuple(point) for point in figure.value} <= points, effect
        assert effect.start < effect.end
    assert one.figure("duration_days") is not None or one.id in ("section301_2018", "customs_exam_generic")
    assert names


@pytest.mark.skipif(not RECORD.is_file(), reason="the record of events is not part of the project")
def test_figures_are_those_of_the_record():
    record = {row["id"]: row for row in json.loads(RECORD.read_text(encoding="utf-8"))}
    assert list(record) == EVERY
    compared = 0
    for name, row in record.items():
        one = event(name)
        flat = {key: row[key] for key in ("start", "end", "duration_days", "recovery_days") if row[key] is not None}
        for key, value in row["effect"].items():
            if key == "basis":
                continue
            if isinstance(value, dict):
                flat |= {f"{key}.{part}": found for part, found in value.items()}
            else:
                flat[key] = value
        for key, value in flat.items():
            figure = one.figure(key)
            assert figure is not None, (name, key)
            assert json.loads(json.dumps(figure.value)) == value, (name, key)
            compared += 1
        assert [source.url for source in one.sources] == [source["url"] for source in row["sources"]]
        if row["recurrence"] is not None:
            assert one.rate is not None
            assert one.rate.per_year == row["recurrence"]["rate_per_year"]
    assert compared == 452


def test_numbers_at_a_glance():
    ila = event("ila_2024")
    assert (ila.days, ila.tail, ila.surge, ila.notice) == (3, 7, 1.4, 90)
    assert when(ila) == "1-4 Oct 2024"
    assert event("red_sea_2023").ended is None
    assert event("section301_2018").notice == 75
    assert event("philips_2000").first_estimate == 7
    assert event("customs_exam_generic").days == float("inf")
    # C/(k - 1): 8 days at 1.33, and 6 days at 2
    assert queue(event("felixstowe_2022")) == pytest.approx(8 / 0.33)
    assert queue(event("suez_2021")) == pytest.approx(6.0)
    assert queue(event("renesas_fire_2021")) is None


@pytest.mark.parametrize(
    ("name", "near"),
    [("ila_2042", "(did you mean 'ila_2024'?)"), ("baxter", "'baxter_helene_2024'"), ("zzz", "(allowed: ila_2024, ")],
)
def test_an_unknown_event_gets_the_near_miss(name, near):
    with pytest.raises(UsageError) as error:
        event(name)
    assert near in str(error.value)


def test_events_by_kind():
    strikes = events("port_strike")
    assert len(strikes) == 7
    assert {one.kind for one in strikes} == {"port_strike"}
    assert sum(len(events(kind)) for kind in kinds()) == 41
    with pytest.raises(UsageError, match="did you mean 'port_strike'"):
        events("port_strik")


@pytest.mark.parametrize("name", EVERY)
def test_a_document_is_json_and_names_how_to_call(name):
    told = json.loads(json.dumps(document(event(name)), allow_nan=False))
    assert told["id"] == name
    assert set(told["call"]) == set(event(name).targets())
    assert f'event = "{name}"' in call(event(name), event(name).targets()[0])
    assert all(shown(figure.value) for figure in event(name).figures)
