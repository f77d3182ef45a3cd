"""Writes the workbooks beside this file: traps that only Excel can lay. Run it from anywhere: python tests/intake/make.py"""

from __future__ import annotations

import datetime
import struct
from pathlib import Path

import openpyxl

HERE = Path(__file__).parent


def book(name, sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    made.properties.created = made.properties.modified = datetime.datetime(2000, 1, 1)
    for title, fill in sheets.items():
        fill(made.create_sheet(title))
    made.save(HERE / name)


def rows(*lines):
    def fill(sheet):
        for line in lines:
            sheet.append(line)

    return fill


HEAD = ["sku", "description", "cost", "lead time (days)", "supplier"]


def lost_zeros(sheet):
    rows(HEAD, [1, "Lamp", 10, 20, "Acme"], [2, "Shade", 4, 20, "Acme"], [3, "Bulb", 1.5, 10, "Bright"])(sheet)
    for row in (2, 3, 4):
        sheet.cell(row, 1).number_format = "0000"


def merged(sheet):
    rows(
        ["Item", None, "Buying", None, None],
        ["number", "text", "cost", "lead time (weeks)", "supplier"],
        ["0001", "Lamp", 10, 2, "Acme"],
        ["0002", "Shade", 4, 2, None],
        ["0003", "Bulb", 1.5, 1, "Bright"],
    )(sheet)
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("C1:E1")
    sheet.merge_cells("E3:E4")


def password(name):
    """A compound file that holds what a password-protected workbook holds: EncryptionInfo and EncryptedPackage."""
    sector = 512
    body = b"\x04\x00\x04\x00" + bytes(range(256)) * 16 + b"\x00" * 508  # 4608 bytes: 9 sectors, no mini stream needed

    def entry(title, kind, child, left, start, size):
        raw = (title + "\0").encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ", raw, len(raw), kind, 1, left, 0xFFFFFFFF, child, b"", 0, 0, 0, start, size
        )

    chains = [0xFFFFFFFD, 0xFFFFFFFE]  # the table itself, the directory
    for first in (2, 11):
        chains += [*range(first + 1, first + 9), 0xFFFFFFFE]
    table = struct.pack("<128I", *chains, *[0xFFFFFFFF] * (128 - len(chains)))
    directory = (
        entry("Root Entry", 5, 2, 0xFFFFFFFF, 0xFFFFFFFE, 0)
        + entry("EncryptionInfo", 2, 0xFFFFFFFF, 0xFFFFFFFF, 2, len(body))
        + entry("EncryptedPackage", 2, 0xFFFFFFFF, 1, 11, len(body))
        + b"\0" * 128
    )
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        b"",
        62,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        1,
        1,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
    )
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    (HERE / name).write_bytes(head.ljust(sector, b"\0") + table + directory + body + body)


def main():
    book("lost_zeros.xlsx", {"Items": lost_zeros})
    book("merged.xlsx", {"Items": merged})
    book(
        "two_headings.xlsx",
        {
            "Items": rows(
                ["Item master, exported for planning"],
                [],
                HEAD,
                ["text", "text", "EUR", "weeks", None],
                ["0001", "Lamp", 10, 2, "Acme"],
                ["0002", "Shade", 4, 3, "Acme"],
                ["0003", "Bulb", 1.5, 1, "Bright"],
            )
        },
    )
    book(
        "with_empty_sheet.xlsx",
        {
            "README": rows(["Written by hand"], ["on a Monday"]),
            "Items": rows(HEAD, ["0001", "Lamp", 10, 20, "Acme"], ["0003", "Bulb", 1.5, 10, "Bright"]),
            "Empty": rows(),
            "Sales": rows(
                ["sku", datetime.date(2025, 1, 1), datetime.date(2025, 1, 2), datetime.date(2025, 1, 3)],
                ["0001", 3, None, 1],
                ["0003", 0, 2, "#N/A"],
            ),
        },
    )
    book("empty_sheet.xlsx", {"Items": rows()})
    password("password.xlsx")


if __name__ == "__main__":
    main()
