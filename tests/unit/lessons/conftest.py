"""The command line called within this process, in an empty working folder."""

import sys
from dataclasses import dataclass

import pytest

from sim.cli.main import main


@dataclass
class Ended:
    """How a command ended; output as text."""

    code: int
    out: str
    err: str


@pytest.fixture
def bufferstock(tmp_path, monkeypatch, capsys):
    """Calls `bufferstock` with arguments; an exception that would be a traceback fails the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def call(*arguments):
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["bufferstock", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Ended(ended.value.code, told.out, told.err)

    return call
