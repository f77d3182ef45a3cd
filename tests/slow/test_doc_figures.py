"""Drawing an image of the documentation twice gives the same bytes, whatever the number of jobs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def test_an_image_drawn_by_one_and_by_two_jobs_is_the_same(tmp_path):
    text = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import doc_figures
(run,) = doc_figures.chosen(["sweep"], short=True)
for jobs in (1, 2):
    into = Path(sys.argv[2], str(jobs))
    into.mkdir()
    print(doc_figures.drawn(run, into, jobs)["sweep"])
"""
    ended = subprocess.run(
        [sys.executable, "-c", text, str(ROOT / "tools"), str(tmp_path)], capture_output=True, text=True, timeout=500
    )
    assert ended.returncode == 0, ended.stderr
    one, two = (Path(line).read_bytes() for line in ended.stdout.splitlines())
    assert one == two
