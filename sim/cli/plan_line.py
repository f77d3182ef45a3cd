"""One line of a plan with its worked calculation, for the verb plan."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import is_plan, look_beside, out, plans_named

if TYPE_CHECKING:
    from sim.plan import Plan
    from sim.postures.trace import Trace
    from sim.scenario import Scenario

Key = tuple[str, str]


def show_line(
    scenario: Scenario,
    given: str,
    posture: str,
    settings: dict[str, list[str]],
    wanted: str,
    as_json: bool,
    trust: bool,
) -> None:
    """Print the worked calculation of an item at one warehouse, or at all that stock it.

    Parameters
    ----------
    scenario, given : the business, and the name it was given by.
    posture, settings : whose plan it is, and overrides by posture.
    wanted : ITEM or ITEM@WAREHOUSE.

    Raises
    ------
    UsageError : no such item or warehouse.
    """
    from sim.report.worked import told

    keys = _keys(scenario, wanted)
    plan, traces, origins = _plan(scenario, posture, settings, trust)
    if as_json:
        click.echo(json.dumps(_document(scenario, plan, keys, traces, origins), indent=2, allow_nan=False))
        return
    console = out()
    for item, site in keys:
        line, trace = plan.by_site[site][item], traces.get((item, site))
        console.print(f"{item} at {site}, from {line.origin}: plan {plan.posture}", style="bold", soft_wrap=True)
        console.print(line.reason, soft_wrap=True)
        console.print(f"{line.formula}", soft_wrap=True)
        if trace is None:
            console.print(f"From  {origins.get((item, site), '')}", soft_wrap=True)
            continue
        found = told(trace)
        wide = max(len(number) for _, number, _ in found.steps)
        for symbol, number, words in found.steps:
            console.print(f"  {symbol:<14} {number:>{wide}}  {words}", soft_wrap=True)
        for name, text in found.facts:
            console.print(f"  {name:<14} {text}", soft_wrap=True)
        if trace.misfits:
            console.print(
                f"  {'Steps':<14} do not add up: {', '.join(trace.misfits)}", style="bold red", soft_wrap=True
            )
        if line.warning:
            console.print(f"  {'Warning':<14} {line.warning}", soft_wrap=True)
    console.print(f"Next: bufferstock plan {given} --posture {posture}  (all lines, as a spreadsheet)", soft_wrap=True)


def _keys(scenario: Scenario, wanted: str) -> list[Key]:
    """Items and warehouses that are meant."""
    from sim.errors import UsageError, near_miss

    stocked = [(item, site) for site, items in scenario.sites.items() for item in items]
    name, at, site = wanted.rpartition("@")
    if any(item == wanted for item, _ in stocked) or not at:
        name, site = wanted, ""
    found = [key for key in stocked if key[0] == name and site in ("", key[1])]
    if found:
        return found
    items = list(dict.fromkeys(item for item, _ in stocked))
    if name not in items:
        raise UsageError(f"--line {wanted}: {scenario.name!r} stocks no item {name!r}{near_miss(name, items)}")
    sites = [place for item, place in stocked if item == name]
    raise UsageError(f"--line {wanted}: {name!r} is not stocked at {site!r}{near_miss(site, sites)}")


def _plan(
    scenario: Scenario, name: str, settings: dict[str, list[str]], trust: bool
) -> tuple[Plan, Mapping[Key, Trace], Mapping[Key, str]]:
    """The plan, with worked calculations, or with where else its lines are from."""
    from sim.plan import Plan
    from sim.postures import posture
    from sim.postures.current import NAME
    from sim.postures.trace import traces
    from sim.report.worked import edited, erp_rows

    if is_plan(name) or name == NAME:
        (plan,) = plans_named([name], scenario, settings, trust)
        if name == NAME:
            return plan, {}, erp_rows(scenario)
        rows = {(row["item"], row["warehouse"]): row for row in plan.table()}
        return plan, {}, {key: edited(row, Path(name).name) for key, row in rows.items()}
    if trust:
        look_beside([name])
    chosen = posture(name, settings.get(name, ()))
    made = traces(chosen, scenario, trust)
    return Plan(chosen.name, tuple(trace.line for trace in made.values())), made, {}


def _document(
    scenario: Scenario, plan: Plan, keys: list[Key], traces: Mapping[Key, Trace], origins: Mapping[Key, str]
) -> dict[str, Any]:
    """The JSON document."""
    from sim.report.worked import facts
    from sim.runs import plain

    rows = {(row["item"], row["warehouse"]): row for row in plan.table()}
    lines = []
    for key in keys:
        told: dict[str, Any] = {"line": plain(rows[key]), "steps": [], "facts": {}, "from": origins.get(key, "")}
        if trace := traces.get(key):
            told["steps"] = [plain(dataclasses.asdict(step)) for step in trace.steps]
            told["facts"] = dict(facts(trace))
            told["adds_up"], told["misfits"] = trace.adds_up, list(trace.misfits)
        lines.append(told)
    return {"scenario": scenario.name, "posture": plan.posture, "lines": lines}
