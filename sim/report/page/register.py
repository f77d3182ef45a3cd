"""The assumption register of a run, read again from the scenario that it was run on; and what is not modelled."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.errors import BufferstockError, one_line
from sim.report.page.rows import Table

if TYPE_CHECKING:
    from sim.report.page.source import Compared
    from sim.scenario import Scenario

COLUMNS = ("Assumption", "Now", "Low", "High", "Unit", "Assumed?", "Source", "Key")
NOT_MODELLED = (
    "Demand that reacts to service beyond lost goodwill.",
    "Substitution between items.",
    "Rivals buying the same scarce capacity.",
    "Working calendars.",
)


def scenario_again(source: Compared, load: Callable[[], Scenario]) -> tuple[Scenario | None, str]:
    """The scenario of a comparison, read again; or why it is not there, or not the same any more.

    Parameters
    ----------
    source : the comparison.
    load : reads its scenario again; what it gives is believed only where it is what the manifest holds.
    """
    from sim.runs.manifest import plain

    try:
        scenario = load()
    except (BufferstockError, OSError) as error:
        return None, f"The scenario could not be read again ({one_line(error)}); give the report its file."
    now: Any = json.loads(json.dumps(plain(scenario)))
    if now != source.manifest["resolved_scenario"]:
        return None, "The scenario has changed since the run; run the comparison again."
    return scenario, ""


def register_table(source: Compared, scenario: Scenario) -> Table:
    """The register of a comparison.

    Parameters
    ----------
    source : the comparison.
    scenario : what it was run on.
    """
    from sim.studies.sensitivity.register import register

    found = register(scenario.under(source.headline))
    rows = tuple(
        (
            *(one.label, one.base if one.base is not None else "as written", one.low, one.high, one.unit),
            "yes" if one.source.startswith("assumed") else "no",
            *(one.source, "; ".join(one.key)),
        )
        for one in found
    )
    return Table("Assumptions", "Figures that nobody knows for sure, and the range they may lie in", COLUMNS, rows)
