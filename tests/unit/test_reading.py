"""Reading scenarios: all problems of a file are told at once, with their place; what is sound is read as meant."""

import copy
import datetime
import json
import tomllib
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim import building, reading
from sim.distributions import Fixed, Lognormal
from sim.errors import ScenarioError, UsageError
from sim.library import folder, load
from sim.schemas import schema as schema_of_scenarios
from sim.tables import Rows, rows

SCENARIOS = Path(__file__).parent.parent / "scenarios"
FIRST = tomllib.loads((folder() / "first_strike.toml").read_text(encoding="utf-8"))


def files(kind):
    found = sorted([*(SCENARIOS / kind).glob("*.toml"), *(SCENARIOS / kind).glob("*/scenario.toml")])
    return [pytest.param(path, id=str(path.relative_to(SCENARIOS / kind))) for path in found]


def told(content, **keys):
    """Problems of a scenario given as a dictionary."""
    with pytest.raises(ScenarioError) as caught:
        reading.scenario_of(content, file="mine.toml", **keys)
    return list(caught.value.problems)


@pytest.fixture
def first():
    """The teaching scenario as nested dictionaries, free to be spoilt."""
    return copy.deepcopy(FIRST)


def put(content, value, *path):
    *above, last = path
    for step in above:
        content = content[step]
    content[last] = value


# --- whole files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", files("invalid"))
def test_an_invalid_file_tells_all_its_problems_and_no_others(path):
    """Each file says in its head what is to be told; one problem more or less fails."""
    head = [line for line in path.read_bytes().splitlines() if line.startswith(b"# tells: ")]
    expected = [line.removeprefix(b"# tells: ").decode() for line in head]
    with pytest.raises(ScenarioError) as caught:
        sim.jit().plan(load(path))
    found = caught.value.problems
    assert len(found) == len(expected), str(caught.value)
    for line in expected:
        assert any(line in problem for problem in found), f"{line!r} is not among\n{caught.value}"
    assert str(caught.value).startswith("1 problem:" if len(found) == 1 else f"{len(found)} problems:")


@pytest.mark.parametrize("path", files("valid"))
def test_a_valid_file_is_read_and_can_be_lived_through(path):
    """What is sound is not only accepted: a posture plans on it, and its goods and money add up."""
    scenario = load(path)
    for posture in (sim.jit(), sim.jic(), sim.hybrid()):
        outcome = sim.live(scenario, posture.plan(scenario), sim.draw(scenario, 1, 0))
        assert 0 <= outcome.measures["fill_rate"] <= 1


def test_broken_toml_names_the_line():
    with pytest.raises(ScenarioError, match=r"broken_line.toml: is not valid TOML: .*line 8"):
        load(SCENARIOS / "invalid" / "broken_line.toml")


def test_a_file_that_cannot_be_opened_is_a_matter_of_usage(tmp_path):
    with pytest.raises(UsageError, match=r"gone.toml: cannot be opened: No such file"):
        reading.toml(tmp_path / "gone.toml")


# --- values of the wrong kind ----------------------------------------------------------------------------------------

ODD = [5, True, [1, 2], [], {"a": 1}, "x", 1.5, [[1]], [{}], float("nan"), float("inf"), -1, [float("nan")]]


@pytest.mark.parametrize("key", sorted(building.keys([sim.Scenario])))
def test_no_value_of_any_key_ends_in_anything_but_a_message(first, key):
    """Whatever is written after a key, reading either accepts it or tells of a problem with it."""
    for value in ODD:
        first[key] = value
        problems = ()
        try:
            reading.scenario_of(first, file="mine.toml")
        except ScenarioError as error:
            problems = error.problems
        assert not problems or any(key.rstrip("s") in problem for problem in problems), (value, problems)


@pytest.mark.parametrize("section", ["items", "suppliers", "ports", "pools", "warehouses", "demand"])
def test_a_list_that_is_no_list_says_what_it_may_be(first, section):
    first[section] = 5
    line = f"mine.toml: {section}: 5: must be a list of tables, [[{section}]] or the name of a table file"
    assert line in told(first)


def test_an_unknown_law_is_told_once_and_not_for_every_law_there_is(first):
    put(first, "lognorml", "suppliers", 0, "production_time", "law")
    assert told(first) == [
        "mine.toml: suppliers[0] (Shenzhen).production_time.law: 'lognorml' is not a known law "
        "(did you mean 'lognormal'?)"
    ]


def test_an_unknown_kind_of_disruption_is_told_once(first):
    put(first, "port_strik", "disruptions", 0, "kind")
    assert told(first) == [
        "mine.toml: disruptions[0] (strike).kind: 'port_strik' is not a known kind (did you mean 'port_strike'?)"
    ]


def test_a_wrong_choice_names_the_near_miss_and_all_that_is_allowed(first):
    put(first, "halt production", "items", 0, "criticality")
    assert told(first) == [
        "mine.toml: items[0] (pump).criticality: 'halt production' is not allowed (did you mean 'halts production'?); "
        "allowed: halts production, breaches a contract, inconveniences"
    ]


def test_a_broken_row_hides_no_other_problem_and_brings_up_none_of_its_own(first):
    """An item whose cost is wrong is still an item: demand for it is not blamed, and the unknown port is told too."""
    put(first, "abc", "items", 0, "standard_cost")
    put(first, "Los Angelos", "disruptions", 0, "port")
    found = told(first)
    assert len(found) == 2
    assert "items[0] (pump).standard_cost: 'abc'" in found[0]
    assert "'Los Angelos' is not a port of this scenario (did you mean 'Los Angeles'?)" in found[1]


def test_positions_count_the_rows_of_the_file_broken_ones_included(first):
    first["items"] = [{"item": "valve"}, {"item": "hose", "standard_cost": 3, "supplier": "Shenzen"}, *first["items"]]
    found = told(first)
    assert found[0] == "mine.toml: items[0] (valve).standard_cost: is missing"
    assert found[1].startswith("mine.toml: items[1] (hose).supplier: 'Shenzen' is not a supplier")
    assert len(found) == 2


def test_an_item_without_supplier_is_told_along_with_an_unknown_port(first):
    del first["items"][0]["supplier"]
    put(first, "Los Angelos", "disruptions", 0, "port")
    assert len(told(first)) == 2


def test_a_law_may_be_a_bare_number_and_a_disruption_may_go_without_a_name(first):
    put(first, 21, "suppliers", 0, "production_time")
    del first["disruptions"][0]["name"], first["weathers"], first["headline"]
    made = reading.scenario_of(first)
    assert made.suppliers[0].production_time == Fixed(value=21.0)
    assert made.disruptions[0].name == "port_strike_1"


def test_reading_leaves_its_argument_as_it_was(first):
    del first["disruptions"][0]["name"], first["weathers"], first["headline"]
    before = copy.deepcopy(first)
    reading.scenario_of(first)
    assert first == before


def test_a_date_may_be_written_as_toml_writes_it(first, tmp_path):
    (tmp_path / "past.csv").write_text("item,date,units\npump,2024-01-01,3\npump,2024-01-09,4\n")
    made = reading.scenario_of({**first, "history": "past.csv", "as_of": datetime.date(2024, 1, 5)}, tmp_path)
    assert made.as_of == "2024-01-05"
    assert (made.record.first, made.record.last) == (-4, 5)


def test_fewer_than_two_days_of_history_are_too_few_to_plan_on(first, tmp_path):
    with pytest.raises(ScenarioError, match="history_days: 1: must be greater than or equal to 2"):
        reading.scenario_of({**first, "history_days": 1})
    (tmp_path / "past.csv").write_text("item,day,units\npump,-1,3\npump,5,3\n")
    made = reading.scenario_of({**first, "history": "past.csv"}, tmp_path)
    with pytest.raises(ScenarioError, match="history: 1 days before day 0: a plan needs at least 2"):
        sim.jit().plan(made)


def test_more_days_than_can_be_lived_are_refused(first):
    assert told({**first, "horizon": 10**20}) == [
        f"mine.toml: horizon: {10**20}: must be less than or equal to 10000000"
    ]


# --- tables ----------------------------------------------------------------------------------------------------------


def table(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return rows(name, tmp_path)


def test_a_csv_keeps_leading_zeros_and_drops_byte_order_mark_empty_rows_and_empty_cells(tmp_path):
    found = table(tmp_path, "items.csv", "\ufeffitem , price,\n007, 3 ,\n\n  ,,\n1e5,,\n")
    assert isinstance(found, Rows)
    assert list(found) == [{"item": "007", "price": "3"}, {"item": "1e5"}]
    assert found.columns == ("item", "price")
    assert found.numbers == [2, 5]


def test_dotted_columns_make_nested_keys(tmp_path):
    text = "name,production_time,production_time.law,production_time.mean,production_time.cv\n"
    found = table(tmp_path, "suppliers.csv", text + "A,,lognormal,21,0.25\nB,14,,,\n")
    assert found[0] == {"name": "A", "production_time": {"law": "lognormal", "mean": "21", "cv": "0.25"}}
    assert found[1] == {"name": "B", "production_time": "14"}


def test_a_value_and_its_parts_exclude_each_other(tmp_path):
    line = "row 2: columns 'time' and 'time.mean' are both filled: give the value or its parts"
    with pytest.raises(ScenarioError, match=line):
        table(tmp_path, "t.csv", "time.mean,time\n3,4\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: the first row must name the columns"),
        ("item,price,item\n", "column 'item' is there twice"),
        ("item,,price\n", "column 2 has no name"),
        ("item,price\npump,3,4\n", "row 2 has 3 cells for 2 columns"),
        ("item,price\npump\n", "row 2 has 1 cells for 2 columns"),
        ("item;price\npump;3\n", "are divided by semicolons: a CSV table uses commas"),
        ("item\tprice\npump\t3\n", "are divided by tabs: a CSV table uses commas"),
    ],
)
def test_a_csv_that_is_no_table_says_why(tmp_path, text, message):
    with pytest.raises(ScenarioError, match=message):
        table(tmp_path, "t.csv", text)


def test_a_csv_in_another_encoding_names_the_line(tmp_path):
    (tmp_path / "t.csv").write_bytes("item\npump\nM\u00fcnchen\n".encode("cp1252"))
    with pytest.raises(ScenarioError, match=r"t.csv: is not UTF-8 text: byte 0xfc in line 3; save it as UTF-8"):
        rows("t.csv", tmp_path)


def test_a_table_with_only_a_header_is_an_empty_list(first, tmp_path):
    (tmp_path / "items.csv").write_text("item,standard_cost\n")
    found = told({**first, "items": "items.csv"}, folder=tmp_path)
    assert found == ["items.csv: is empty: at least 1 is needed"]


def test_an_unknown_column_is_told_once_even_where_it_is_empty(first, tmp_path):
    (tmp_path / "items.csv").write_text(
        "item,standard_cost,supplier,pric,volum\npump,900,Shenzhen,3,\nvalve,5,Shenzhen,4,\n"
    )
    assert told({**first, "items": "items.csv"}, folder=tmp_path) == [
        "items.csv: column 'pric': unknown key (did you mean 'price'?)",
        "items.csv: column 'volum': unknown key (did you mean 'volume'?)",
    ]


def test_rows_with_the_same_problem_are_told_together(first, tmp_path):
    lines = "".join(f"x{n},-1,Shenzhen\n" for n in range(20))
    (tmp_path / "items.csv").write_text(f"item,standard_cost,supplier\npump,9,Shenzhen\n{lines}")
    found = told({**first, "items": "items.csv"}, folder=tmp_path)
    rest = "3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 and 8 more"
    assert found == [f"items.csv: rows {rest}: standard_cost: '-1': must be greater than 0"]


def test_a_parquet_table_is_read_with_its_types(first, tmp_path):
    pq.write_table(
        pa.table({"item": ["pump", "008"], "standard_cost": [900.0, None], "supplier": ["Shenzhen", None]}),
        tmp_path / "items.parquet",
    )
    assert told({**first, "items": "items.parquet"}, folder=tmp_path) == [
        "items.parquet: row 3 (008): standard_cost: is missing"
    ]
    pq.write_table(
        pa.table({"item": [1234567.0], "standard_cost": [900], "supplier": ["Shenzhen"]}), tmp_path / "items.parquet"
    )
    first["demand"][0]["item"] = "1234567"
    assert reading.scenario_of({**first, "items": "items.parquet"}, tmp_path).items[0].item == "1234567"


def test_a_file_that_is_called_parquet_and_is_none_is_told(tmp_path):
    (tmp_path / "t.parquet").write_text("item\n")
    with pytest.raises(ScenarioError, match=r"t.parquet: is not a Parquet file"):
        rows("t.parquet", tmp_path)


@pytest.fixture
def book(tmp_path):
    """A workbook with a sheet of items (a number for a name among them), and an empty sheet."""
    made = openpyxl.Workbook()
    made.active.title = "Notes"
    sheet = made.create_sheet("Items")
    for line in (
        ["item", "standard_cost", "supplier", "production", None],
        ["pump", 900, "Shenzhen", None],
        [],
        [7, 5.5, "Shenzhen", None],
    ):
        sheet.append(line)
    made.save(tmp_path / "book.xlsx")
    return tmp_path


def test_a_sheet_of_a_workbook_is_a_table(first, book):
    found = rows("book.xlsx#Items", book)
    assert found.numbers == [2, 4]
    assert found[1] == {"item": 7, "standard_cost": 5.5, "supplier": "Shenzhen"}
    (problem,) = told({**first, "items": "book.xlsx#Items"}, folder=book)
    assert problem.startswith(
        "book.xlsx#Items: column 'production': unknown key (allowed: backorder_penalty, candidate, criticality, "
    )


def test_names_that_a_spreadsheet_takes_for_numbers_are_text(first, book):
    made = openpyxl.load_workbook(book / "book.xlsx")
    made["Items"].delete_cols(4)
    made["Items"]["A2"] = 1234567
    made.save(book / "book.xlsx")
    first["demand"][0]["item"] = "1234567"
    read = reading.scenario_of({**first, "items": "book.xlsx#Items"}, book)
    assert [item.item for item in read.items] == ["1234567", "7"]


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("book.xlsx#Item", r"book.xlsx: has no sheet 'Item' \(did you mean 'Items'\?\)"),
        ("book.xlsx", r"book.xlsx: is empty: the first row must name the columns"),
        ("nobook.xlsx", r"nobook.xlsx: is not an Excel workbook that can be opened"),
        ("books.xlsx", r"there is no such table in the scenario's folder \(did you mean 'book.xlsx'\?\)"),
    ],
)
def test_a_workbook_that_cannot_be_used_says_why(book, reference, message):
    (book / "nobook.xlsx").write_text("no workbook")
    with pytest.raises(ScenarioError, match=message):
        rows(reference, book)


def test_laws_from_a_table_are_laws(tmp_path):
    made = load(SCENARIOS / "valid" / "tables")
    assert made.suppliers[0].production_time == Lognormal(law="lognormal", mean=21.0, cv=0.25)
    assert made.suppliers[1].production_time == Fixed(value=14.0)
    assert [item.item for item in made.items] == ["007", "1e5"]
    assert made.items[0].suppliers == ("Shenzhen", "Taipei")


# --- history ---------------------------------------------------------------------------------------------------------

DAYS = "".join(f"pump,{day},5\n" for day in range(-30, 0))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("item,day,units\n" + DAYS + "pump,-2,-3\n", "row 32: units of 'pump': -3 is not a number of 0 or more"),
        ("item,day,units\n" + DAYS + "pump,-2,nan\n", "row 32: units of 'pump': is missing"),
        ("item,day,units\n" + DAYS + "\npump,-2,\n", "row 33: units of 'pump': is missing"),
        ("item,day,units\n" + DAYS + "pump,-2,few\n", "row 32: units: 'few' is not a number"),
        ("item,day,units\n" + DAYS + "pump,,5\n", "row 32: day: is missing"),
        ("item,day,units\n" + DAYS + "pump,1.5,5\n", "row 32: day: 1.5 is not a whole number of days from day 0"),
        ("item,day,units\n" + DAYS + "pump,1e9,5\n", "row 32: day: 1e+09 is not a whole number of days from day 0"),
        ("item,day,units\n" + DAYS + ",-2,5\n", "item: is missing in 1 rows"),
        ("item,day,unit\n" + DAYS, "column 'unit': unknown key (did you mean 'units'?)"),
        ("item,units\npump,5\n", "needs the columns item, units and date or day; it has item, units"),
        ("item,day,units\n", "holds no rows"),
        ("item,date,units\npump,2024-13-01,5\n", "write dates as 2025-12-31"),
        ("item,date,units\npump,2024-01-01,5\npump,2204-01-01,5\n", "are too far apart for one record"),
    ],
)
def test_a_history_with_a_fault_names_the_row(first, tmp_path, text, message):
    (tmp_path / "past.csv").write_text(text)
    found = told({**first, "history": "past.csv"}, folder=tmp_path)
    assert any(message in problem for problem in found), found
    assert all(problem.startswith("mine.toml: history: past.csv: ") for problem in found)


@pytest.mark.parametrize("as_of", ["2025-06-01", "soon"])
def test_day_zero_must_be_a_date_within_the_record(first, tmp_path, as_of):
    (tmp_path / "past.csv").write_text("item,date,units\npump,2024-01-01,5\npump,2024-02-01,5\n")
    (found,) = told({**first, "history": "past.csv", "as_of": as_of}, folder=tmp_path)
    assert "as_of: " in found
    assert as_of in found


@pytest.mark.parametrize(
    "columns",
    [
        {"item": ["pump", None], "day": [-1, -2], "units": [1.0, 2.0]},
        {"item": ["pump", "pump"], "day": [-1, None], "units": [1.0, 2.0]},
        {"item": ["pump", "pump"], "day": [-1, -2], "units": ["1", None]},
        {"item": pa.array(["pump", None]).dictionary_encode(), "day": [-1, -2], "units": [1, 2]},
        {"item": ["pump", "pump"], "date": [datetime.date(2024, 1, 1), None], "units": [1, 2]},
        {"item": [], "day": [], "units": []},
    ],
)
def test_a_history_in_parquet_with_something_missing_is_told(first, tmp_path, columns):
    pq.write_table(pa.table(columns), tmp_path / "past.parquet")
    (found,) = told({**first, "history": "past.parquet"}, folder=tmp_path)
    assert "is missing" in found or "holds no rows" in found


def test_replay_needs_a_history_and_one_that_covers_the_span(first, tmp_path):
    first["demand"] = [{"item": "pump", "warehouse": "Ontario", "model": "replay"}]
    assert told(first) == ["mine.toml: history: demand models 'replay' and 'bootstrap' need a history table"]
    (tmp_path / "past.csv").write_text("item,day,units\n" + DAYS)
    (found,) = told({**first, "history": "past.csv"}, folder=tmp_path)
    assert "history covers day -30 to -1; replay needs day -180 to 364" in found


# --- schema ----------------------------------------------------------------------------------------------------------


def resolved(schema, node):
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def fits(schema, node, value):
    """Whether a value meets the part of JSON Schema that the schema of scenarios uses."""
    node = resolved(schema, node)
    for union in ("anyOf", "oneOf"):
        if union in node and not any(fits(schema, member, value) for member in node[union]):
            return False
    kinds = {
        "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
        "null": type(None),
    }  # fmt: skip
    if "type" in node and (
        not isinstance(value, kinds[node["type"]]) or (isinstance(value, bool) and node["type"] != "boolean")
    ):
        return False
    if ("const" in node and value != node["const"]) or ("enum" in node and value not in node["enum"]):
        return False
    if isinstance(value, dict):
        known = node.get("properties", {})
        if not set(node.get("required", ())) <= set(value):
            return False
        extra = node.get("additionalProperties", True)
        for name, inside in value.items():
            member = known.get(name, extra)
            if member is False or (member is not True and not fits(schema, member, inside)):
                return False
    if isinstance(value, list) and "items" in node:
        return all(fits(schema, node["items"], inside) for inside in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value >= node.get("minimum", value) and value > node.get("exclusiveMinimum", value - 1)
    return True


def test_the_schema_describes_every_key_and_is_closed():
    """Each key has a description, no object takes unknown keys, and every reference leads somewhere."""
    schema = json.loads(json.dumps(schema_of_scenarios()))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["properties"]) == set(building.keys([sim.Scenario]))
    assert set(schema["required"]) == {"horizon", "items", "suppliers", "warehouses", "lanes", "demand"}
    for part in (schema, *schema["$defs"].values()):
        assert part["type"] == "object"
        assert part["additionalProperties"] is False
        assert all("description" in inside for inside in part["properties"].values()), part["title"]
    text = json.dumps(schema)
    references = {piece.split('"')[0] for piece in text.split("#/$defs/")[1:]}
    assert references <= set(schema["$defs"])


@pytest.mark.parametrize("name", ["first_strike", "starter", "meridian"])
def test_bundled_scenarios_fit_the_schema(name):
    path = sim.bundled()[name]
    assert fits(schema_of_scenarios(), schema_of_scenarios(), tomllib.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (3, ("horizn",)),
        (3, ("costs", "capital_rat")),
        ("long", ("horizon",)),
        (-1, ("horizon",)),
        (3, ("lanes", 0, "departures", "evry")),
        ("lognorml", ("suppliers", 0, "production_time", "law")),
        ("halt production", ("items", 0, "criticality")),
        ("items.doc", ("lanes",)),
    ],
)
def test_what_reading_refuses_does_not_fit_the_schema(first, value, path):
    schema = schema_of_scenarios()
    assert fits(schema, schema, first)
    put(first, value, *path)
    assert not fits(schema, schema, first)
    assert told(first)
