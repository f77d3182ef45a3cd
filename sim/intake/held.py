"""What the ERP system plans by at each item and warehouse: the rows of ``current.csv``."""

from __future__ import annotations

from collections.abc import Mapping

from sim.intake import erp
from sim.intake.importing import Imported
from sim.intake.scenario_file import day_zero, pairs_of

#: by (item, warehouse); each a figure by the column of ``current.csv``
Held = Mapping[tuple[str, str], Mapping[str, float]]


def held(made: Imported) -> Held:
    """Figures of items and warehouses that the system plans by any; what cannot be used is told in the report."""
    mean = made.sales.mean(day_zero(made).toordinal())
    found = {}
    for item, site in pairs_of(made):
        master = made.masters[item]
        values = master.sites.get(site, master.sites.get("", {}))
        figures = erp.current(master, values, mean.get((item, site), 0.0))
        if figures.keys() - {"multiple", "minimum"}:
            found[item, site] = figures
    return found
