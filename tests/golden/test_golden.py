"""first_strike gives the numbers it gave, within 1e-6; they change only on purpose (python -m tests.golden.make)."""

import importlib.util
import json
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("golden_make", Path(__file__).parent / "make.py")
golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden)


def test_first_strike_gives_the_numbers_it_gave():
    expected, found = json.loads(golden.FILE.read_text(encoding="utf-8")), golden.made()
    assert found.keys() == expected.keys()
    for weather, postures in expected.items():
        assert found[weather].keys() == postures.keys()
        for posture, measures in postures.items():
            assert found[weather][posture].keys() == measures.keys(), "measures were added or removed"
            for name, values in measures.items():
                for number, (now, then) in enumerate(zip(found[weather][posture][name], values, strict=True)):
                    where = f"{weather}, {posture}, replication {number}: {name}"
                    assert (now is None) == (then is None), where
                    if then is not None:
                        assert now == pytest.approx(then, rel=1e-6, abs=1e-9), where
