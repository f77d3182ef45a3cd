"""The documentation builds without warnings, and a dead link breaks it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def build(source, into):
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(source), str(into)],
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def sources(tmp_path):
    for name in ("docs", "sim", "results", "experiments"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("_build", "__pycache__", "*.parquet")
        )
    return tmp_path / "docs"


def test_it_builds_without_warnings_and_a_dead_link_breaks_it(sources, tmp_path):
    ended = build(sources, tmp_path / "site")
    assert ended.returncode == 0, ended.stderr
    assert "How much buffer" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    page = sources / "start.md"
    page.write_text(
        page.read_text(encoding="utf-8")
        + "\n[gone](nowhere.md), [lost](model.md#no-such-heading) and ![unseen](img/no_such_picture.png)\n\n"
        + "[no result](../results/99_nothing/README.md)\n",
        encoding="utf-8",
    )
    ended = build(sources, tmp_path / "site")
    assert ended.returncode != 0
    assert "nowhere.md" in ended.stderr
    assert "no-such-heading" in ended.stderr
    assert "no_such_picture" in ended.stderr
    assert "99_nothing" in ended.stderr
