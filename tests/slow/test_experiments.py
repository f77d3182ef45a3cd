"""Every experiment: its quick run is quick, and says what the committed full result says."""

import os
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from experiments.support import check, runner  # noqa: E402
from experiments.support.setting import Setting  # noqa: E402

FILES = runner.files()
#: seconds of one processor that a quick run may take; the variable is for machines that are slower or busy with other work
QUICK = float(os.environ.get("EXPERIMENTS_QUICK_SECONDS", "20"))
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_quick_run_agrees_with_the_committed_result(path, tmp_path):
    experiment = runner.opened(path)
    begun = time.process_time()
    runner.run(experiment, Setting(quick=True), tmp_path / path.stem)
    spent = time.process_time() - begun
    committed = runner.RESULTS / path.stem
    assert check.read(committed) is not None, f"{path.stem} has no committed result: make experiments"
    found = check.agreement(committed, tmp_path / path.stem)
    assert found.good, found.words
    assert spent < QUICK, f"{path.stem}: {spent:.1f} s"


#: one that reads measures of `sim.MEASURES`, and one that sends workers a reader of its own
BOTH_WAYS = [path for path in FILES if path.stem[:2] in ("01", "04")]


@pytest.mark.parametrize("path", BOTH_WAYS, ids=[path.stem for path in BOTH_WAYS])
def test_the_number_of_jobs_changes_no_byte(path, tmp_path):
    experiment = runner.opened(path)
    for jobs in (1, 2):
        runner.run(experiment, Setting(quick=True, jobs=jobs), tmp_path / str(jobs))
    for name in runner.STEADY:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name
