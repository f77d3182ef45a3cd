"""The STRESS-DES checklist, 20 items in six groups (Monks et al. 2019, Journal of Simulation 13(1)), filled from a run.

What only the author can know is marked to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.measures import HEADLINE
from sim.report.page.rows import cell_text
from sim.report.style import listed

if TYPE_CHECKING:
    from sim.report.page.source import Compared

TODO = "TODO(author)"


@dataclass(frozen=True)
class Answer:
    """One item: number, what is asked, what can be said; `open` where the author has to."""

    number: str
    title: str
    text: str
    open: bool = False


@dataclass(frozen=True)
class Section:
    """A group of items."""

    title: str
    answers: tuple[Answer, ...]


def _diagram(mapped: bool) -> Answer:
    """Item 2.1: the map of the network, or that there is none."""
    title = "Base model overview diagram"
    if mapped:
        told = (
            "The network map under “Figures”: suppliers, factories, ports and warehouses, and what moves between them."
        )
        return Answer("2.1", title, f"{told} In words: 2.3 to 2.5.")
    return Answer("2.1", title, f"{TODO}: a map of the network is not in this report. In words: 2.3 to 2.5.", True)


def warm_up(scenario: dict[str, Any]) -> str:
    """How long the warm-up is; by the rule where the scenario leaves it open."""
    days = scenario.get("warm_up")
    return "twice the longest lead time and a review period" if days is None else f"{days} days"


def checklist(source: Compared, assumptions: int, mapped: bool = False) -> list[Section]:
    """All 20 items.

    Parameters
    ----------
    source : the comparison.
    assumptions : lines of the register in the same report.
    mapped : whether the same report holds a map of the network.
    """
    told, count = source.manifest, len(source.comparison.numbers)
    scenario: dict[str, Any] = told["resolved_scenario"]
    recipe, volatile = told["recipe"], told.get("volatile") or {}

    def many(key: str, what: str) -> str:
        found = scenario.get(key) or []
        return f"{cell_text(len(found))} {what}"

    strikes = [f"{one.get('name')}" for one in scenario.get("disruptions") or []]
    settings = ", ".join(recipe["settings"]) if recipe["settings"] else "none"
    aim = "fixed in advance" if recipe.get("aim") is None else "as many as the wanted precision needed"
    libraries = ", ".join(f"{name} {version}" for name, version in told["libraries"].items())
    demands = sorted({str(one.get("model")) for one in scenario.get("demand") or []})
    speed = volatile.get("seconds")
    ran = (
        f"{cell_text(float(speed))} s for {count} replications, drawing and writing included"
        if speed
        else "not recorded"
    )
    about = " ".join(str(scenario.get("about") or "").split())
    return [
        Section(
            "1 Objectives",
            (
                Answer("1.1", "Purpose of the model", f"{about} {TODO}: the decision, who takes it, by when.".strip(), True),
                Answer(
                    "1.2", "Model outputs",
                    f"Headline: {', '.join(HEADLINE)}. Each of the measures is defined under “Measures”.",
                ),
                Answer(
                    "1.3", "Aims of experimentation",
                    f"Postures {listed(source.comparison.postures)} are compared under weathers "
                    f"{listed(source.comparison.weathers)} by total cost, each on the same futures. Overrides: {settings}.",
                ),
            ),
        ),
        Section(
            "2 Logic",
            (
                _diagram(mapped),
                Answer("2.2", "Base model logic", "See “Order of a day”; the full semantics are docs/model.md."),
                Answer(
                    "2.3", "Scenario logic",
                    f"Weathers choose which disruptions can strike: {', '.join(strikes) or 'none is defined'}. A posture "
                    "decides policy, buffer and source of each line; its reasons are in the buffer ledger.",
                ),
                Answer(
                    "2.4", "Algorithms",
                    "Formula and inputs of every buffer stand in the ledger; allocation to waiting customers: "
                    f"{scenario.get('allocation')}; order crossing: {scenario.get('crossing')}.",
                ),
                Answer(
                    "2.5", "Components",
                    f"{many('items', 'items (entities: orders, parcels)')}; {many('suppliers', 'suppliers')}; "
                    f"{many('lanes', 'lanes')}; {many('ports', 'ports (resources: berths)')}; "
                    f"{many('pools', 'container pools')}; {many('warehouses', 'warehouses')}; "
                    f"{many('demand', 'streams of demand')}.",
                ),
            ),
        ),
        Section(
            "3 Data",
            (
                Answer(
                    "3.1", "Data sources",
                    f"{'; '.join(told['notes'][:1])} Read were {', '.join(told['inputs']) or 'no files'}; the register of "
                    f"assumptions names the source of each figure in it. {TODO}: where the other figures are from.", True,
                ),
                Answer("3.2", "Pre-processing", f"{TODO}: cleaning, joins, what was left out.", True),
                Answer(
                    "3.3", "Input parameters",
                    f"All are in manifest.json (resolved_scenario), with hashes of the files they come from: "
                    f"{', '.join(told['inputs']) or 'none'}. Demand models: {', '.join(demands) or 'none'}.",
                ),
                Answer(
                    "3.4", "Assumptions",
                    f"{assumptions} lines in the assumption register; “Not modelled” lists what is left out."
                    if assumptions else f"{TODO}: the register could not be made; see there why.", not assumptions,
                ),
            ),
        ),
        Section(
            "4 Experimentation",
            (
                Answer(
                    "4.1", "Initialisation",
                    f"Warm-up of {warm_up(scenario)} is in no measure; start: {scenario.get('start')}. "
                    "Whether it is long enough is what bufferstock warmup examines.",
                ),
                Answer("4.2", "Run length", f"{scenario.get('horizon')} days after the warm-up; terminating."),
                Answer(
                    "4.3", "Estimation approach",
                    f"{count} independent replications, {aim}; t-intervals ({told['intervals']}) of means and of "
                    "differences on common random numbers; rankings with Bonferroni over pairs.",
                ),
            ),
        ),
        Section(
            "5 Implementation",
            (
                Answer("5.1", "Software", f"bufferstock {told['version']}, Python {told['python']}, {libraries}."),
                Answer("5.2", "Random sampling", f"{told['bit_generator']}; seed {told['seed']}."),
                Answer(
                    "5.3", "Model execution",
                    "Next event first; at one instant in the fixed order of “Order of a day”. "
                    "Results do not depend on the number of worker processes.",
                ),
                Answer("5.4", "System specification", f"{volatile.get('platform', 'not recorded')}, "
                       f"{volatile.get('processors', '?')} processors; {ran}."),
            ),
        ),
        Section(
            "6 Code access",
            (
                Answer(
                    "6.1", "Computer model sharing statement",
                    f"bufferstock is free software (MIT licence); commit {volatile.get('commit') or 'not recorded'}. "
                    f"{TODO}: whether scenario and data may be shared, and where.", True,
                ),
            ),
        ),
    ]  # fmt: skip
