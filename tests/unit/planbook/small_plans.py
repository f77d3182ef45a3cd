"""A small business, a plan of it, and a workbook changed as a spreadsheet program would change it."""

import dataclasses

import openpyxl

from sim import scenario_of
from sim.plan import PlanLine
from sim.planbook import plan_of


def business(names=("A", "B", "0003"), **changes):
    """Items at one warehouse, one supplier, demand that needs no drawing."""
    content = {
        "name": "small",
        "horizon": 60,
        "items": [{"item": name, "standard_cost": 10.0, "supplier": "S"} for name in names],
        "suppliers": [{"name": "S", "production_time": 10}],
        "warehouses": [{"name": "Main"}],
        "lanes": [{"name": "truck", "origin": ["S"], "destination": "Main", "mode": "truck", "legs": [{"transit": 4}]}],
        "demand": [
            {"item": name, "warehouse": "Main", "model": "negative_binomial", "mean": 5, "cv": 1} for name in names
        ],
        **changes,
    }
    return scenario_of(content)


def line(item, policy="base_stock", **changes):
    numbers = {"safety_stock": 20.0, "reorder_point": 99.0, "order_up_to": 100.0, "order_quantity": 35.0}
    given = {
        "origin": "S", "review_every": 7.0, "forecast": 5.004109589041096, "lead_time": 14.1, "reason": "because",
        "formula": "z √(L σ²)", "inputs": "σ = 3", **numbers, **changes,
    }  # fmt: skip
    return PlanLine(item=item, warehouse="Main", policy=policy, **given)


class Edited:
    """A workbook with a sheet Plan to be edited cell by cell, by row and name of the column."""

    def __init__(self, path, scenario):
        self.path, self.scenario = path, scenario
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.book["Plan"]

    def column(self, name, sheet=None):
        (found,) = [cell.column for cell in (sheet or self.sheet)[1] if str(cell.value).startswith(name)][:1]
        return found

    def cell(self, row, name, sheet=None):
        return (sheet or self.sheet).cell(row, self.column(name, sheet))

    def put(self, row, name, value, sheet=None):
        self.cell(row, name, sheet).value = value
        return self

    def values(self):
        return [list(one) for one in self.sheet.iter_rows(min_row=2, values_only=True)]

    def fill(self, rows):
        """Replace all rows."""
        self.sheet.delete_rows(2, self.sheet.max_row)
        for number, row in enumerate(rows, start=2):
            for place, value in enumerate(row, start=1):
                cell = self.sheet.cell(number, place, value)
                if isinstance(value, str):
                    cell.data_type = "s"

    def read(self, **how):
        self.book.save(self.path)
        return plan_of(self.path, self.scenario, **how)


def with_line(plan, number, **changes):
    """The plan with one line changed."""
    lines = list(plan.lines)
    lines[number] = dataclasses.replace(lines[number], **changes)
    return dataclasses.replace(plan, lines=tuple(lines))
