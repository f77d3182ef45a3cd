"""A small comparison on disk, made once."""

import shutil

import pytest
from click.testing import CliRunner

from sim.cli.main import commands


@pytest.fixture(scope="session")
def compared():
    """Makes a comparison in a folder of its own."""

    def make(folder, *more, count=6):
        words = ["compare", "first_strike", "--postures", "jit,jic", "-n", str(count), "-j", "1", "--no-figures"]
        words += ["--no-progress", "--out", str(folder), *more]
        ended = CliRunner().invoke(commands, words, catch_exceptions=False)
        assert ended.exit_code == 0, ended.output
        return folder

    return make


@pytest.fixture(scope="session")
def made(tmp_path_factory, compared):
    """Six replications of two postures, with items and days; nobody changes it."""
    return compared(tmp_path_factory.mktemp("made") / "run", "--keep", "items", "--trace")


@pytest.fixture
def copied(made, tmp_path):
    """A copy to be damaged."""
    return shutil.copytree(made, tmp_path / "run")
