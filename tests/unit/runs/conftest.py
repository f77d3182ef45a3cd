"""A small comparison on disk, made once."""

import shutil

import pytest
from click.testing import CliRunner

from sim.cli.main import commands


def compared(folder, *more, count=6):
    """A comparison in a folder of its own."""
    words = ["compare", "first_strike", "--postures", "jit,jic", "-n", str(count), "-j", "1", "--no-figures"]
    ended = CliRunner().invoke(commands, [*words, "--no-progress", "--out", str(folder), *more], catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return folder


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Six replications of two postures, with items and days; nobody changes it."""
    return compared(tmp_path_factory.mktemp("made") / "run", "--keep", "items", "--trace")


@pytest.fixture
def copied(made, tmp_path):
    """A copy to be damaged."""
    return shutil.copytree(made, tmp_path / "run")
