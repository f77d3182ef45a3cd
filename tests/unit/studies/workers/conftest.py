"""Errands in a module that no worker can import, and worker processes that end with their test."""

import importlib.util
import sys
from pathlib import Path

import pytest

from sim.studies.workers import end


@pytest.fixture(scope="session")
def errands():
    """The module of errands; its folder is on nobody's import path."""
    spec = importlib.util.spec_from_file_location("errands_of_the_user", Path(__file__).parent / "errands.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def no_workers_left():
    yield
    end()
