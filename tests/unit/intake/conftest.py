"""Importing small files and reading what came of it."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import sim
from sim.cli.main import commands

TRAPS = Path(__file__).parent.parent.parent / "intake"
TODAY = "2025-06-30"


@dataclass
class Brought:
    """An import: what was printed, the folder, and its tables by name."""

    told: str
    folder: Path
    tables: dict = field(default_factory=dict)

    def table(self, name):
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def items(self):
        return {row["item"]: row for row in self.table("items.csv")}

    @property
    def suppliers(self):
        return {row["name"]: row for row in self.table("suppliers.csv")}

    @property
    def sales(self):
        """(item, warehouse, date) -> units, zeros left out."""
        rows = pq.read_table(self.folder / "history.parquet").to_pylist()
        return {(row["item"], row["warehouse"], row["date"]): row["units"] for row in rows if row["units"]}

    @property
    def scenario(self):
        return sim.load(self.folder)

    def said(self, source=None, row=None):
        """Reasons of the report, of a file or a row of it."""
        return [
            line["reason"]
            for line in self.table("import-report.csv")
            if (source is None or line["file"] == source) and (row is None or line["row"] == str(row))
        ]

    def counts(self):
        """(file, role) -> rows in, used, reported, as printed; and the rows listed as not used."""
        found = {}
        for line in self.table("import-report.csv"):
            if line["row"] == "" and " rows in = " in line["reason"]:
                words = line["reason"].split()
                found[line["file"], line["role"]] = int(words[0]), int(words[4]), int(words[7])
        return found

    def not_used(self, source, role):
        """Row numbers that the report says were not used."""
        return {
            int(line["row"])
            for line in self.table("import-report.csv")
            if line["file"] == source and line["role"] == role and line["row used"] == "no"
        }


@pytest.fixture
def bring(tmp_path):
    """Import files (names of traps, or paths) with options; failures are raised."""
    count = iter(range(100))

    def go(*arguments, today=TODAY):
        folder = tmp_path / f"made{next(count)}"
        words = [
            str(TRAPS / word) if isinstance(word, str) and (TRAPS / word).is_file() else str(word) for word in arguments
        ]
        extra = [] if today is None else ["--today", today]
        runner = CliRunner()
        done = runner.invoke(commands, ["import", *words, "--out", str(folder), *extra], catch_exceptions=False)
        if done.exit_code and "Usage" in done.output:
            raise AssertionError(done.output)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Brought(done.output, folder)

    return go
