"""The verb replay: a real event at a scenario's nodes, its files, its words, and what it refuses."""

import csv
import json
import shlex

import pytest

from sim import draw, jit, live, load

QUICK = ("--postures", "jit,hybrid", "--no-figures")
EVENT = ("--event", "la_lb_2021", "--length", "0.12")


def rows(path):
    return list(csv.DictReader(path.read_text().splitlines()))


@pytest.fixture
def shown(bufferstock):
    """A congestion at Los Angeles befalls the small example."""
    ended = bufferstock("replay", "first_strike", *EVENT, *QUICK, "-o", "told", "--json")
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def test_the_document_says_what_was_aimed_at_and_by_which_rule(shown):
    assert shown["event"] == "la_lb_2021"
    assert shown["aimed_at"] == ["port Los Angeles: of the same name or place as 'Los Angeles and Long Beach'"]
    assert (shown["start"], shown["weather"], shown["other_incidents"]) == (60, None, [])
    assert {one["where"] for one in shown["incidents"]} == {"Los Angeles"}
    for told in shown["postures"].values():
        assert told["event_cost"] == pytest.approx(told["total_cost"]["with"] - told["total_cost"]["without"])
        assert told["event_cost"] == pytest.approx(sum(told["event_cost_parts"].values()))


def test_files_are_of_the_days_shown_and_of_all_days(shown, tmp_path):
    first, last = shown["window"]
    events = rows(tmp_path / "told" / "events.csv")
    assert list(events[0]) == ["day", "posture", "event", "item", "warehouse", "node", "shipment", "units", "text"]
    days = [float(row["day"]) for row in events]
    assert days == sorted(days)
    assert first <= days[0] <= days[-1] < last
    assert {row["posture"] for row in events} == {"", "jit", "hybrid"}
    outs = [row for row in events if row["event"] == "stockout begins" and row["posture"] == "jit"]
    assert outs
    assert all(row["text"].startswith(f"pump out at Ontario on day {float(row['day']):.0f}: ") for row in outs)
    daily = rows(tmp_path / "told" / "daily.csv")
    assert len(daily) == 365 * 2 * 2
    assert list(daily[0]) == [
        *("day", "from_start", "posture", "event", "stock_value", "waiting_value", "unserved_value"),
        "queue_days_Los Angeles",
    ]


def test_the_manifest_holds_the_document(shown, tmp_path):
    manifest = json.loads((tmp_path / "told" / "manifest.json").read_text())
    assert manifest["replay"] == {key: value for key, value in shown.items() if key not in ("notes", "out")}
    assert set(manifest["outputs"]) == {"events.csv", "daily.csv"}


def test_the_same_call_gives_the_same_bytes(bufferstock, tmp_path):
    for name in ("one", "two"):
        ended = bufferstock("replay", "first_strike", *EVENT, "--postures", "jit,hybrid", "--futures", "4", "-o", name)
        assert ended.code == 0
    made = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    names = {path.name for path in made}
    assert {"events.csv", "daily.csv", "futures.csv", "bands.csv", "reenactment.png", "reenactment.svg"} <= names
    for path in made:
        if path.name != "manifest.json":
            assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), path


def test_the_terminal_tells_days_units_costs_and_why(bufferstock):
    ended = bufferstock("replay", "first_strike", "--weather", "strike", "--replication", "1", *QUICK, "-o", "told")
    assert (ended.code, ended.err) == (0, "")
    for part in (
        "Weather strike, future 1 of seed 1; without: the same luck, and nothing goes wrong",
        "port Los Angeles: shut (days 64 to 85)",
        "jit: 3 stockouts because of it; the first: pump out at Ontario on day 71: shipment 29 waited 20.5 days at "
        "Los Angeles, port strike days 64-85; due day 69, comes day 92",
        "Written: told/events.csv, daily.csv, manifest.json",
    ):
        assert part in ended.out
    (line,) = [line for line in ended.out.splitlines() if line.startswith("jit ")]
    scenario = load("first_strike")
    pair = [live(under, jit().plan(scenario), draw(under, 1, 1)) for under in map(scenario.under, ("strike", "calm"))]
    assert line.split()[1:3] == [f"{one.measures['stockout_days']:.0f}" for one in pair] == ["35", "6"]


def test_what_it_suggests_next_can_be_called(bufferstock):
    wanted = ("replay", "first_strike", "--event", "yantian_2021", "--target", "port=Los Angeles", *QUICK)
    for more in ((), ("--futures", "2")):
        ended = bufferstock(*wanted, *more, "-o", "told", "--force")
        (following,) = [line for line in ended.out.splitlines() if line.startswith("Next: bufferstock ")]
        call = shlex.split(following.removeprefix("Next: bufferstock ").split("  (")[0])
        call = ["2" if part == "50" else part for part in call]
        assert bufferstock(*call).code == 0


def test_what_was_known_is_told(bufferstock):
    """ILA announced its strike; Philips spoke of a week."""
    told = ("--length", "3", *QUICK)
    ended = bufferstock("replay", "first_strike", "--event", "ila_2024", "--target", "port=Los Angeles", *told)
    assert "; known 90 days before" in ended.out
    ended = bufferstock("replay", "first_strike", "--event", "philips_2000", "--target", "supplier=Shenzhen", *QUICK)
    assert "; first believed to last 7 days, all normal after 222" in ended.out


def test_an_event_beside_a_weather_leaves_the_weather_in_place(bufferstock):
    ended = bufferstock("replay", "first_strike", *EVENT, "--weather", "strike", *QUICK, "-o", "told", "--json")
    told = json.loads(ended.out)
    assert told["weather"] == "strike"
    assert [one["kind"] for one in told["other_incidents"]] == ["port_strike"]


def test_a_plan_can_live_through_an_event(bufferstock):
    assert bufferstock("plan", "first_strike", "-o", "mine.csv").code == 0
    ended = bufferstock("replay", "first_strike", *EVENT, "--postures", "mine.csv,jit", "--no-figures", "--json")
    assert list(json.loads(ended.out)["postures"]) == ["mine", "jit"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            ("--event", "yantian_2022"),
            2,
            "'yantian_2022' is not an event of the library (did you mean 'yantian_2021'?)",
        ),
        (("--event", "yantian_2021"), 2, "aim it with --target kind=name, for example --target 'port=Los Angeles'"),
        ((*EVENT, "--target", "port=Rotterdam"), 2, "'Rotterdam' is no port of 'first_strike'"),
        ((*EVENT, "--target", "Los Angeles"), 2, "write kind=name, for example port=Los Angeles"),
        ((*EVENT, "--target", "supplier=Shenzhen"), 2, "does not hit suppliers; it can be aimed at ports"),
        ((*EVENT, "--variant", "mild"), 2, "'mild': is not a variant of event 'la_lb_2021': it has no variants"),
        ((*EVENT, "--start", "365"), 2, "--start 365: a day from 0 to 364, the last day of 'first_strike', is needed"),
        ((*EVENT, "--start", "-1"), 2, "--start -1: a day from 0"),
        ((*EVENT, "--start", "nan"), 2, "--start nan: a day from 0"),
        (("--event", "la_lb_2021", "--length", "0"), 2, "--length 0: more than 0 is needed"),
        ((*EVENT, "--severity", "-1"), 2, "--severity -1: more than 0 is needed"),
        ((*EVENT, "--severity", "nan"), 2, "--severity nan: more than 0 is needed"),
        (("--length", "2"), 2, "--length: belongs to an event: give --event too"),
        (("--target", "port=Los Angeles"), 2, "--target: belongs to an event"),
        (("--weather", "storm"), 2, "'first_strike' has no weather 'storm'"),
        (("--weather", "calm"), 2, "nothing goes wrong in future 0 of seed 1, nor in the first 50"),
        ((*EVENT, "--futures", "0"), 2, "--futures 0: at least 1 is needed"),
        ((*EVENT, "--replication", "-1"), 2, "--replication -1 and --seed 1: 0 or more is needed"),
        ((*EVENT, "--jobs", "0"), 2, "--jobs 0: 1 or more"),
        ((*EVENT, "--postures", "lean"), 2, "lean"),
        ((*EVENT, "--set", "costs.capital=1"), 2, "capital"),
    ],
)
def test_broken_input_is_one_message(bufferstock, tmp_path, arguments, code, told):
    ended = bufferstock("replay", "first_strike", *arguments)
    assert ended.code == code
    assert told in ended.err
    assert ended.out == ""
    assert not (tmp_path / "results").exists()


def test_a_folder_that_holds_something_is_kept(bufferstock, tmp_path):
    assert bufferstock("replay", "first_strike", *EVENT, *QUICK, "-o", "told").code == 0
    before = (tmp_path / "told" / "events.csv").read_bytes()
    ended = bufferstock("replay", "first_strike", *EVENT, *QUICK, "-o", "told", "--seed", "2")
    assert (ended.code, "is not empty" in ended.err) == (2, True)
    assert (tmp_path / "told" / "events.csv").read_bytes() == before
    assert bufferstock("replay", "first_strike", *EVENT, *QUICK, "-o", "told", "--seed", "2", "--force").code == 0
