"""What a report shows of the business itself: its network, its incidents and the items that deserve a buffer.

These are not in the files of a comparison. They are made again from the scenario and the plans that it was run on, and only
where those are unchanged.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report.page.figures import Drawing, drawing
from sim.report.page.rows import Table

if TYPE_CHECKING:
    from sim.plan import Plan
    from sim.report.page.source import Compared
    from sim.scenario import Scenario
    from sim.segments.map import Map
    from sim.studies.flows import Flows


@dataclass(frozen=True)
class Scene:
    """What was made again.

    Attributes
    ----------
    flows : the network in one Future of the headline weather, under the posture that is named first.
    scores : items by impact of a stockout and fragility of supply; None where they could not be scored.
    """

    flows: Flows
    scores: Map | None


def scene(source: Compared, scenario: Scenario, plans: Sequence[Plan]) -> Scene:
    """Live one Future again and score the items.

    Parameters
    ----------
    source : the comparison.
    scenario, plans : what it was run on.

    Raises
    ------
    UsageError, ModelError : see `sim.errors`.
    """
    from sim.studies.flows import flows

    best = source.comparison.ranking(source.headline)[0]
    by_name = {plan.posture: plan for plan in plans}
    found = flows(
        scenario.under(source.headline), by_name[best], source.comparison.seed, len(source.comparison.numbers)
    )
    return Scene(found, scores(scenario, by_name.get("hybrid")))


def scores(scenario: Scenario, plan: Plan | None) -> Map | None:
    """Items in nine cells by the bundled rules of scoring, with what a plan decides there; the bundled hybrid's for none."""
    from sim import profiles
    from sim.errors import BufferstockError
    from sim.postures import posture
    from sim.postures.making import plan as made
    from sim.postures.making import scores_of
    from sim.segments.map import map_of

    try:
        rules = posture("hybrid", ())
        decides = made(rules, scenario) if plan is None else plan
        return map_of(scores_of(scenario, profiles.of(scenario), rules), decides, scenario.currency)
    except (BufferstockError, KeyError):
        return None


def drawings(found: Scene) -> list[Drawing]:
    """Figures of a scene, each with its table."""
    from sim.report import incidents_figure, network_map
    from sim.report.score_map import score_map

    moved = found.flows
    made: list[tuple[Callable[[Path], list[Path]], Table]] = [
        (lambda folder: network_map.figures(moved, folder, False), flow_table(moved))
    ]
    if moved.incidents:
        made.append((lambda folder: incidents_figure.figures(moved, folder, False), incident_table(moved)))
    if found.scores is not None:
        told = found.scores
        made.append((lambda folder: score_map(told, folder, "the table", False), score_table(told)))
    with tempfile.TemporaryDirectory() as scratch:
        return [drawing(draw(Path(scratch))[0], f"s{place}", (table,)) for place, (draw, table) in enumerate(made)]


def tables(found: Scene) -> list[Table]:
    """The tables of a scene, for the workbook."""
    return [
        flow_table(found.flows),
        *([incident_table(found.flows)] if found.flows.incidents else []),
        *([score_table(found.scores)] if found.scores is not None else []),
    ]


def flow_table(found: Flows) -> Table:
    """What moves on each part of the network."""
    from sim.report import network_map

    first, last = found.span
    money = f"{found.currency} a day"
    columns = [f"{name} ({money})" if name in ("Usual", "With the stop") else name for name in network_map.COLUMNS]
    caption = (
        f"Goods by part of the network, standard cost, days {first} to {last} of future {found.replication} in "
        f"{found.weather} under {found.posture}"
    )
    return Table("Network", caption, tuple(columns), tuple(network_map.rows(found)))


def incident_table(found: Flows) -> Table:
    """What goes wrong in the Future shown."""
    from sim.report import incidents_figure

    caption = f"What goes wrong in future {found.replication} of {found.weather}"
    return Table("Incidents", caption, incidents_figure.COLUMNS, tuple(incidents_figure.rows(found)))


def score_table(found: Map) -> Table:
    """The nine cells."""
    rows = tuple(
        (cell.impact, cell.fragility, cell.count, cell.margin, cell.decision or "none", ", ".join(cell.items))
        for cell in reversed(found.cells)
    )
    money = f"Margin at stake ({found.currency} a year)"
    columns = ("Impact", "Fragility", "Item-sites", money, f"What {found.posture} decides most often", "Items")
    return Table("Impact and fragility", "Items by impact of a stockout and fragility of supply", columns, rows)
