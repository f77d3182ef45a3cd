"""What tests of all rooms share."""

import json
import signal

import pytest

#: takes two minutes of one processor, more than any other file
LONGEST = "tests/unit/validation/test_quick.py"


def pytest_collection_modifyitems(items):
    """The longest file first."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def _hears_ctrl_c():
    """Where tests run in the background of a shell, SIGINT is ignored, by child processes too: have it heard."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def same_files():
    """Compares two folders of runs, byte by byte; of manifests and study files all but what may vary."""

    def content(path):
        if path.suffix != ".json":
            return path.read_bytes()
        told = json.loads(path.read_text(encoding="utf-8"))
        told.pop("volatile")
        return told

    def compare(one, other):
        names = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
        assert names == sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
        for name in names:
            assert content(one / name) == content(other / name), name

    return compare
