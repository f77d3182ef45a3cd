"""Figures of a comparison, each one question with the answer in its title. This family alone imports matplotlib."""

from __future__ import annotations

from pathlib import Path

from sim.report import around, cost_stockout, differences
from sim.report.canvas import drawing, save
from sim.studies.compare import Comparison


def figures(comparison: Comparison, folder: Path) -> list[Path]:
    """Write the figures that this comparison allows, each as SVG and PNG, and say where they are.

    Parameters
    ----------
    comparison : what was run.
    folder : where to write; made when it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {cost_stockout.NAME: cost_stockout.draw}
    if len(comparison.postures) > 1:
        wanted[differences.NAME] = differences.draw
    if around.eventful(comparison):
        wanted[around.NAME] = around.draw
    paths = []
    for name, draw in wanted.items():
        with drawing(name):
            figure, title = draw(comparison)
            paths += save(figure, title, folder, name)
    return paths
