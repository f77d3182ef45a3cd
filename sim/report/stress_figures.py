"""Figures of a stress test, each one question with the answer in its title."""

from __future__ import annotations

from pathlib import Path

from sim.report import stress_impact, stress_survival
from sim.report.canvas import drawing, save
from sim.studies.stress.study import Stress


def figures(found: Stress, folder: Path) -> list[Path]:
    """Write the figures, each as SVG and PNG, and say where they are.

    Parameters
    ----------
    found : what was tried.
    folder : where to write; made when it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for module in (stress_survival, stress_impact):
        with drawing(module.NAME):
            figure, title = module.draw(found)
            paths += save(figure, title, folder, module.NAME)
    return paths
