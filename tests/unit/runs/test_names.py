"""Names that a spreadsheet would take for formulas come back as they were, with and without an apostrophe of their own."""

import pytest

from sim.report.page.rows import file_table
from sim.runs.tables import GUARD, table


@pytest.mark.parametrize("name", ["pump", "+24V", "'+24V", "''=x", "=1+1", "'s-Hertogenbosch", "@kit", "\tx", "-10A"])
def test_a_name_comes_back_as_it_was(name, tmp_path):
    path = tmp_path / "items.csv"
    table([{"item": name, "units": 1.5}], path)
    text = path.read_text(encoding="utf-8").splitlines()[1]
    assert not text.lstrip('"').startswith(("=", "+", "-", "@", "\t"))
    assert GUARD.sub("", text.rsplit(",", 1)[0].strip('"')) == name
    assert file_table(path, "items", "items").rows == ((name, 1.5),)
