"""ERP exports and spreadsheets in: files of any make to a scenario folder, with a word about every row."""

from __future__ import annotations
