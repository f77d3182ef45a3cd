"""The template filled in imports as it is; a mapping repeats an import; every format says the same."""

import datetime
import tomllib

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from sim.catalogue import CRITICALITIES
from sim.cli.main import commands
from sim.errors import ScenarioError, UsageError
from sim.intake.template import SHEETS, write

ITEMS = {
    "Item": ["0001", "0002"],
    "Description": ["Lamp", "=1+1"],
    "Standard cost": [10, 4.5],
    "Price": [20, 9],
    "Volume (m3)": [0.002, 0.001],
    "Shelf life (days)": [None, 365],
    "Criticality": ["halts production", "inconveniences"],
    "Supplier": ["Acme", "Bright"],
    "Mode": ["sea", "truck"],
    "Supplier country": ["CN", "DE"],
    "Supplier grade": ["BB", "A"],
    "Lead time (days)": [30, 10],
    "Goods receipt time (days)": [2, None],
    "Safety stock": [5, 6],
    "Reorder point": [40, 12],
    "Order-up-to level": [90, None],
    "Minimum order": [10, None],
    "Multiple": [5, None],
}


@pytest.fixture
def filled(tmp_path):
    path = tmp_path / "template.xlsx"
    assert CliRunner().invoke(commands, ["template", "--out", str(path)]).exit_code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["Items"]
    place = {cell.value: cell.column for cell in sheet[1]}
    for heading, values in ITEMS.items():
        for row, value in enumerate(values, start=2):
            cell = sheet.cell(row, place[heading], value)
            if value == "=1+1":
                cell.data_type = "s"
    for row, line in enumerate(
        [
            ("0001", None, datetime.date(2025, 1, 1), 4),
            ("0002", None, datetime.date(2025, 3, 1), 3),
            ("0001", None, datetime.date(2025, 3, 2), -1),
        ],
        start=2,
    ):
        for column, value in enumerate(line, start=1):
            book["Demand"].cell(row, column, value)
    for row in range(2, 8):
        for column, value in enumerate(
            ("0001", "Acme", None, "sea", datetime.date(2024, 9, row), None, datetime.date(2024, 10, 2 * row), 5),
            start=1,
        ):
            book["Deliveries"].cell(row, column, value)
    for column, value in enumerate(("0001", None, 12), start=1):
        book["Stock"].cell(2, column, value)
    book.save(path)
    return path


def test_the_filled_template_imports_as_it_is(filled, bring):
    made = bring(filled)
    lamp, shade = made.items["0001"], made.items["0002"]
    assert lamp == {
        "item": "0001", "description": "Lamp", "standard_cost": "10", "price": "20", "volume": "0.002",
        "shelf_life": "", "criticality": "halts production", "supplier": "Acme sea", "minimum_order": "10",
        "multiple": "5",
    }  # fmt: skip
    assert (shade["description"], shade["shelf_life"], shade["supplier"]) == ("'=1+1", "365", "Bright truck")
    assert made.suppliers["Bright truck"]["place"] == "DE"
    assert made.suppliers["Bright truck"]["production_time.mean"] == "10"
    assert made.suppliers["Acme sea"]["production_time.law"] == "lognormal"  # six records
    assert made.suppliers["Acme sea"]["grade"] == "BB"
    assert made.table("current.csv")[0]["order_up_to"] == "90"
    assert made.table("stock.csv")[0]["on_hand"] == "12"
    counts = made.counts()
    assert {role: used for (_, role), (_, used, _) in counts.items() if role != "not read"} == {
        "items": 2, "demand": 2, "deliveries": 6, "stock": 1
    }  # fmt: skip
    assert made.not_used("template.xlsx#Demand", "demand") == {4}  # a return with no sale in the 30 days before
    assert {lane.mode for lane in made.scenario.lanes} == {"sea", "truck"}


def test_the_template_helps_to_fill_it_in(tmp_path):
    path = tmp_path / "template.xlsx"
    write(path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Agenda", *SHEETS]
    for name, (_, fields) in SHEETS.items():
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        assert [cell.value for cell in sheet[1]] == [field.heading for field in fields]
        assert all(cell.comment is not None for cell in sheet[1])
    lists = [check.formula1 for check in book["Items"].data_validations.dataValidation if check.type == "list"]
    assert f'"{",".join(CRITICALITIES)}"' in lists
    links = [
        cell.hyperlink.location or cell.hyperlink.target for row in book["Agenda"] for cell in row if cell.hyperlink
    ]
    assert len(links) == len(SHEETS)


def test_a_template_is_not_overwritten_unasked(tmp_path):
    path = tmp_path / "template.xlsx"
    write(path)
    with pytest.raises(UsageError, match="--force"):
        CliRunner().invoke(commands, ["template", "--out", str(path)], catch_exceptions=False, standalone_mode=False)
    with pytest.raises(UsageError, match="xlsx"):
        CliRunner().invoke(
            commands, ["template", "--out", str(tmp_path / "a.csv")], catch_exceptions=False, standalone_mode=False
        )


def test_an_empty_template_says_what_is_missing(tmp_path, bring):
    path = tmp_path / "template.xlsx"
    write(path)
    with pytest.raises(ScenarioError, match="no item with a cost"):
        bring(path)


SAP = ("sap_items.csv", "sap_demand.csv")
OTHER = ("items.csv", "demand.csv", "deliveries.csv", "stock.csv")


@pytest.mark.parametrize(
    "arguments",
    [
        SAP,
        OTHER,
        ("merged.xlsx", "demand.csv"),
        (
            "items.csv",
            "demand_slashes.csv",
            "--dates",
            "mdy",
            "--pad",
            "item=5",
            "--warehouse",
            "East",
            "--currency",
            "EUR",
        ),
        ("two_plants.csv", "two_plants_demand.csv", "--one-warehouse", "All", "--lead-time-cv", "0.2"),
        ("items.csv", "demand_wide.csv", "--where", "sku=0001", "--horizon", "100", "--return-days", "5"),
    ],
)
def test_the_mapping_repeats_the_import(bring, arguments, tmp_path):
    first = bring(*arguments)
    files = [
        word for word in arguments if not word.startswith("-") and "." in word and "=" not in word and word[0].isalpha()
    ]
    mapping = first.folder / "mapping.toml"
    again = bring(*files, "--map", mapping)
    for path in sorted(first.folder.iterdir()):
        ours, theirs = path.read_bytes(), (again.folder / path.name).read_bytes()
        assert theirs == ours, path.name
    assert tomllib.loads(mapping.read_text(encoding="utf-8"))["files"][0]["columns"]


def test_an_import_is_the_same_bytes_each_time(bring):
    one, two = (bring(*OTHER, "--name", "same") for _ in range(2))
    for path in one.folder.iterdir():
        assert path.read_bytes() == (two.folder / path.name).read_bytes(), path.name


def test_a_mapping_can_be_written_by_hand_for_headings_nobody_knows(bring, tmp_path):
    items, demand, mapping = (tmp_path / name for name in ("Artikel 03.csv", "Absatz.csv", "my.toml"))
    items.write_text("Nr;EK;WBZ\n01;1,5;20\n02;2,5;20\n", encoding="utf-8")
    demand.write_text("Nr;Tag;Stck\n01;1.2.2025;3\n02;10.3.2025;4\n", encoding="utf-8")
    mapping.write_text(
        '[options]\ncurrency = "EUR"\nwarehouse = "Werk"\n'
        '[[files]]\nfile = "Artikel*.csv"\nrole = "items"\n'
        'columns = { Nr = "item", EK = "standard_cost", WBZ = "lead_time" }\n'
        '[[files]]\nfile = "Absatz.csv"\nrole = "demand"\ncolumns = { Nr = "item", Tag = "date", Stck = "units" }\n',
        encoding="utf-8",
    )
    made = bring(items, demand, "--map", mapping)
    assert made.sales == {("01", "Werk", "2025-02-01"): 3, ("02", "Werk", "2025-03-10"): 4}
    assert made.scenario.currency == "EUR"
    by_option = bring(
        "--items", items, "--demand", demand, "--column", "Nr=item", "--column", "EK=standard_cost",
        "--column", "WBZ=lead_time", "--column", "demand:Tag=date", "--column", "demand:Stck=units",
    )  # fmt: skip
    assert by_option.sales.keys() == {("01", "Main", "2025-02-01"), ("02", "Main", "2025-03-10")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[optons]\n", "did you mean 'options'"),
        ("[options]\ndates = 'ymd'\n", "options.dates: 'ymd' is not allowed"),
        ("[options]\nreturn_days = 'x'\n", "options.return_days"),
        ("[[files]]\nfile = 'a.csv'\nrole = 'item'\n", "did you mean 'items'"),
        ("[[files]]\nrole = 'items'\n", "needs the key 'file'"),
        ("[[files]]\nfile = 'a.csv'\nrole = 'items'\ncolumns = { a = 'itm' }\n", "did you mean 'item'"),
        (
            "[[files]]\nfile = 'items.csv'\nrole = 'items'\ncolumns = { skuu = 'item', sku = 'item' }\n",
            "did you mean 'sku'",
        ),
    ],
)
def test_a_wrong_mapping_is_told(bring, tmp_path, text, told):
    mapping = tmp_path / "my.toml"
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=told):
        bring("items.csv", "demand.csv", "--map", mapping)


def test_parquet_says_what_csv_says(bring, tmp_path):
    path = tmp_path / "demand.parquet"
    rows = [("0001", 1, 4.0), ("0001", 2, 2.0), ("0002", 3, 1.0), ("0003", 89, 7.0), ("0001", 89, 5.0), (None, 3, 1.0)]
    first = datetime.datetime(2024, 12, 31)
    pq.write_table(
        pa.table(
            {
                "sku": [row[0] for row in rows],
                "date": pa.array([first + datetime.timedelta(days=row[1]) for row in rows], pa.date32()).cast(
                    pa.timestamp("us")
                ),
                "units": [row[2] for row in rows],
            }
        ),
        path,
    )
    made = bring("items.csv", path)
    assert made.sales == bring("items.csv", "demand.csv").sales
    assert made.not_used("demand.parquet", "demand") == {7}


def test_several_tables_of_one_master_are_joined(bring, tmp_path):
    texts = {
        "makt.csv": "MATNR,MAKTX\n0001,Lamp\n0002,Shade\n0003,Bulb\n",
        "mbew.csv": "MATNR,BWKEY,STPRS,PEINH\n0001,1000,100,10\n0002,1000,8,1\n0003,1000,9,1\n",
        "marc.csv": "MATNR,WERKS,PLIFZ,LIFNR\n0001,1000,20,V1\n0002,1000,20,V1\n0003,1000,25,V2\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = bring(*(tmp_path / name for name in texts), "demand.csv")
    assert made.items["0001"] == {
        "item": "0001", "description": "Lamp", "standard_cost": "10", "criticality": "inconveniences", "supplier": "V1"
    }  # fmt: skip
    assert made.scenario.sites.keys() == {"1000"}
