"""The sheets of a report's workbook, in the order of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.report.page import again, cast, rows
from sim.report.page import scene as scenes
from sim.report.page.accounts import account_table
from sim.report.page.book import workbook
from sim.report.page.ledger import ledger_table, worked_table
from sim.report.page.legend import source_table, symbol_table
from sim.report.page.register import NOT_MODELLED
from sim.report.page.rows import Table
from sim.report.page.slider import grid_table

if TYPE_CHECKING:
    from sim.report.page.decision import Decision
    from sim.report.page.part import Part
    from sim.report.page.scene import Scene
    from sim.report.page.source import Sources
    from sim.report.page.trace import Retraced
    from sim.studies.strike_grid import StrikeGrid


def sheets(
    found: Sources,
    said: Decision,
    register: Table | None,
    plans: Mapping[str, Retraced],
    verdicts: Table | None,
    parts: Sequence[Part],
    grid: StrikeGrid | None,
    stress: Sequence[Any],
    shown: Scene | None,
) -> bytes:
    """The workbook: what the first page says, and all tables of the page with all their rows."""
    main = found.main
    told = main.manifest
    first = [
        ("Report", f"{main.business.title}"),
        ("Decision", said.paragraph),
        *(("Because", text) for text in said.because),
        *(("How sure", text) for text in said.sure),
        *(("What would change it", text) for text in said.change),
        *((f"Posture {name}", text) for name, text in cast.postures(main)),
        *((f"Weather {name}", text) for name, text in cast.weathers(main)),
        (
            "Run",
            f"seed {told['seed']}, {told['replications']} futures, bufferstock {told['version']}, study {told['study']}",
        ),
        ("Code", again.code(main)),
        *(("Calculated again", one.told) for one in plans.values()),
        *(("Command", text) for text in again.commands(found)),
        *(("Not modelled", text) for text in NOT_MODELLED),
    ]
    answers = tuple(
        (answer.number, section.title, answer.title, answer.text) for section in stress for answer in section.answers
    )
    tables = [
        rows.all_means(main),
        rows.pair_table(main),
        *([rows.part_table(main)] if len(main.comparison.postures) > 1 else []),
        account_table(main),
        ledger_table(main),
        worked_table(main, plans),
        symbol_table(),
        source_table(),
        *(scenes.tables(shown) if shown is not None else []),
        *([register] if register else []),
        rows.measure_table(main),
        again.costliest(main),
        again.files(found),
        Table("STRESS-DES", "Checklist", ("Item", "Group", "Title", "Answer"), answers),
        *([verdicts] if verdicts else []),
        *([grid_table(grid)] if grid else []),
        *(table for one in parts for table in one.sheets),
    ]
    return workbook(f"Report of {main.business.name}", first, tables)
