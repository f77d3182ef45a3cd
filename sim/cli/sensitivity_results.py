"""What the verb sensitivity writes and shows."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import out

if TYPE_CHECKING:
    from sim.assumptions import Assumption
    from sim.studies.sensitivity import BreakEven, Tornado
    from sim.studies.sensitivity.design import Lived
    from sim.studies.sensitivity.morris import Morris
    from sim.studies.sensitivity.sobol import Sobol

Row = dict[str, Any]


@dataclass(frozen=True)
class Results:
    """A study with its tables and findings.

    Attributes
    ----------
    found, evens, method : the study; break-even values of a tornado.
    tables : rows by file name.
    findings : sentences, the most telling first.
    """

    found: Tornado | Morris | Sobol
    evens: tuple[BreakEven, ...]
    method: str
    tables: Mapping[str, list[Row]]
    findings: tuple[str, ...]

    @classmethod
    def of(cls, found: Tornado | Morris | Sobol, evens: Sequence[BreakEven], method: str) -> Results:
        """Make tables and findings."""
        from sim.report import screening, sensitivity_words
        from sim.studies.sensitivity import Tornado, rows
        from sim.studies.sensitivity.morris import Morris

        if isinstance(found, Tornado):
            tables = {
                "assumptions.csv": rows.register_rows(found.assumptions),
                "tornado.csv": rows.tornado_rows(found),
                "break_even.csv": rows.break_even_rows(evens),
            }
            return cls(found, tuple(evens), method, tables, tuple(sensitivity_words.findings(found, evens)))
        tables = {"assumptions.csv": rows.register_rows(found.lived.assumptions)}
        tables[f"{method}.csv"] = rows.morris_rows(found) if isinstance(found, Morris) else rows.sobol_rows(found)
        return cls(found, (), method, tables, tuple(screening.findings(found)))

    @property
    def study(self) -> Tornado | Lived:
        """What was run."""
        from sim.studies.sensitivity import Tornado

        return self.found if isinstance(self.found, Tornado) else self.found.lived

    @property
    def worth_sweeping(self) -> str | None:
        """The range of the first break-even value that one setting reaches, as a sweep asks for it."""
        for one in self.evens:
            of = one.curve.assumption
            if one.kind == "crosses" and len(of.key) == 1 and not of.chance:
                low, high = float(of.low), float(of.high)
                key = of.key[0] if of.key[0].endswith("=") else f"{of.key[0]}="
                return f"{key}{low:g}:{high:g}:{(high - low) / 10:.3g}"
        return None

    def written(self, folder: Path, started: datetime, figures: bool) -> list[Path]:
        """Write tables, figures and manifest; returns the figures."""
        from sim import runs

        study = self.study
        for name, rows in self.tables.items():
            runs.table(rows, folder / name)
        drawn = self._drawn(folder / "figures") if figures else []
        outputs = [*(folder / name for name in self.tables), *drawn]
        manifest = runs.manifest(study, {"argv": sys.argv[1:]}, started, outputs, folder)
        manifest["sensitivity"] = {
            "method": self.method,
            "between": list(study.between),
            "measure": study.measure,
            "lives": study.lives,
            "notes": list(study.notes),
            "findings": list(self.findings),
        }
        runs.write_atomic(folder / "manifest.json", json.dumps(manifest, indent=2, allow_nan=False) + "\n")
        return drawn

    def _drawn(self, folder: Path) -> list[Path]:
        from sim.report import break_even_figure, screening, tornado_figure
        from sim.studies.sensitivity import Tornado

        if isinstance(self.found, Tornado):
            evens = break_even_figure.figures(self.found, self.evens, folder)
            return [*tornado_figure.figures(self.found, folder), *evens]
        return screening.figures(self.found, folder)

    def document(self, folder: Path) -> dict[str, Any]:
        """The JSON document: findings and all rows."""
        from sim.runs import plain

        study = self.study
        return {
            "scenario": study.scenario.name,
            "weather": study.weather,
            "seed": study.seed,
            "replications": len(study.numbers),
            "method": self.method,
            "measure": study.measure,
            "postures": list(study.postures),
            "between": list(study.between),
            "findings": list(self.findings),
            **{name.removesuffix(".csv"): plain(rows) for name, rows in self.tables.items()},
            "notes": [*study.notes, *study.scenario.notes],
            "in_sample": list(study.scenario.judged_in_sample),
            "out": str(folder),
        }

    def show(self, folder: Path, drawn: Sequence[Path], following: str) -> None:
        """The terminal's part of the results, and what may follow."""
        from sim.report import screening, sensitivity_table
        from sim.report.said_once import best_case
        from sim.studies.sensitivity import Tornado

        console, study = out(), self.study
        title = study.scenario.title or study.scenario.name
        console.print(f"{title}: weather {study.weather}, {len(study.numbers)} futures, seed {study.seed}")
        if isinstance(self.found, Tornado):
            console.print(sensitivity_table.heading(self.found), style="bold")
            console.print(sensitivity_table.table(self.found))
            console.print(sensitivity_table.LEGEND, style="dim")
        else:
            console.print(screening.heading(self.found), style="bold")
            console.print(screening.table(self.found))
        console.print()
        for why in best_case(study.scenario.judged_in_sample):
            console.print(why, style="bold")
        for note in study.notes:
            console.print(f"Note: {note}.", style="dim")
        console.print("Ranges are assumed unless assumptions.csv names a source.", style="dim")
        if isinstance(self.found, Tornado):
            self._show_break_even(self.found)
        else:
            for line in self.findings:
                console.print(line, style="bold")
        console.print()
        for path in drawn:
            if path.suffix == ".png":
                console.print(f"Figure: {path}", soft_wrap=True)
        console.print(f"All numbers: {', '.join(f'{folder}/{name}' for name in self.tables)}", soft_wrap=True)
        console.print(f"Next: {following}", soft_wrap=True)

    def _show_break_even(self, found: Tornado) -> None:
        """What turns the two round, and where they break even."""
        from sim.report import sensitivity_table, sensitivity_words

        console = out()
        crossing = [one for one in self.evens if one.kind == "crosses"]
        if crossing:
            console.print(sensitivity_table.break_even_table(found, self.evens))
        if missing := sensitivity_words.no_crossing(self.evens):
            console.print(missing, style="dim")
        console.print()
        third = sensitivity_words.leaders(found)
        evens = (sensitivity_words.break_even_sentence(found, one) for one in crossing[:3])
        for line in (*self.findings[:2], *evens, *filter(None, [third])):
            console.print(line, style="bold")


def show_register(found: Sequence[Assumption], as_json: bool) -> None:
    """The assumptions with their ranges and sources."""
    from rich.table import Table

    from sim.report.tables import FRAME
    from sim.studies.sensitivity.rows import register_rows

    rows = register_rows(found)
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    shown = Table(**FRAME)
    for name in ("assumption", "low", "now", "high", "unit", "source"):
        shown.add_column(name, overflow="fold")
    for row in rows:
        shown.add_row(*(str(row[name]) for name in ("assumption", "low", "now", "high", "unit", "source")))
    console = out()
    console.print(shown)
    console.print(
        "Nothing was run. Keys: --list --json. Change a range: [[assumptions]] in the scenario file.", style="dim"
    )
    console.print("Next: the same command without --list  (which of them turn the ranking round?)")
