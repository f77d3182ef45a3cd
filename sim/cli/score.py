"""The verb score."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import click

from sim.cli.options import look_beside, out, read_scenario, split_settings


@click.command("score")
@click.argument("scenario", required=False)
@click.option("--posture", default="hybrid", show_default=True, help="Posture whose decisions are shown: name or file.")
@click.option("--rules", type=click.Path(path_type=Path), help="Rules of scoring (TOML); the posture's when left out.")
@click.option("--show-rules", is_flag=True, help="Print the bundled rules of scoring and stop.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw the map.")
def score_command(
    scenario: str | None,
    posture: str,
    rules: Path | None,
    show_rules: bool,
    folder: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    trust: bool,
    no_figures: bool,
) -> None:
    """Score the items of SCENARIO by impact of a stockout and fragility of supply, and show who gets a buffer and why.

    Writes score.csv and the map of impact and fragility.
    """
    import dataclasses

    from sim import profiles
    from sim.errors import UsageError
    from sim.postures import posture as posture_of
    from sim.postures.making import scores_of
    from sim.runs import make_folder, write_atomic
    from sim.segments.map import map_of
    from sim.segments.scoring import default_text, scoring_of

    if show_rules:
        click.echo(default_text(), nl=False)
        return
    if scenario is None:
        raise UsageError("name a scenario, for example: bufferstock score meridian  (or --show-rules)")
    mine, theirs = split_settings(settings, [posture])
    if trust:
        look_beside([posture])
    read = read_scenario(scenario, mine, trust)
    chosen = posture_of(posture, theirs[posture])
    if rules is not None:
        chosen = dataclasses.replace(chosen, scoring=scoring_of(rules))
    found = scores_of(read, profiles.of(read), chosen)
    plan = chosen.plan(read, trust)
    folder = make_folder(folder or Path("results") / f"{read.name}-score-{chosen.name}")
    told = map_of(found, plan, read.currency)
    every = [score for site in found.values() for score in site]
    names = list(dict.fromkeys(factor.name for score in every for factor in score.factors))
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    heads = [
        "item",
        "warehouse",
        "impact",
        "impact_level",
        "fragility",
        "fragility_level",
        "margin_a_year",
        "margin_direct",
    ]
    writer.writerow([*heads, *(f"points_{name}" for name in names), "not_known", "decision", "reason"])
    for score in sorted(every, key=lambda score: (-score.impact - score.fragility, score.item, score.warehouse)):
        points = {factor.name: f"{factor.points:.1f}" if factor.most else "" for factor in score.factors}
        reason = plan.by_site[score.warehouse][score.item].reason
        levels = [f"{score.impact:.1f}", score.impact_level, f"{score.fragility:.1f}", score.fragility_level]
        row = [
            score.item,
            score.warehouse,
            *levels,
            f"{score.margin:.2f}",
            f"{score.direct:.2f}",
            *(points.get(name, "") for name in names),
        ]
        writer.writerow([*map(_safe, row), " ".join(score.unknown), _safe(reason.partition(":")[0]), _safe(reason)])
    write_atomic(folder / "score.csv", text.getvalue())
    figures: list[Path] = []
    if not no_figures:
        from sim.report.score_map import score_map

        figures = score_map(told, folder)
    unknown = sorted({name for score in every for name in score.unknown})
    if as_json:
        cells = [dataclasses.asdict(cell) for cell in told.cells]
        document = {"scenario": read.name, "posture": chosen.name, "cells": cells, "not_known": unknown}
        click.echo(json.dumps({**document, "out": str(folder)}, indent=2))
        return
    _show(told, read.title or read.name)
    alike = {item.criticality for item in read.items}
    if len(alike) == 1:
        given = f"All items are taken as {alike.pop()!r} when out of stock: give their criticality if that is not so."
        out().print(given, soft_wrap=True)
    if unknown:
        out().print(f"Left out for some items because nothing is known of it: {', '.join(unknown)}.", soft_wrap=True)
    files = [folder / "score.csv", *(path for path in figures if path.suffix == ".png")]
    out().print(f"{told.finding}.", soft_wrap=True)
    out().print(f"Wrote {', '.join(map(str, files))}", soft_wrap=True)
    out().print(
        f"Next: bufferstock plan {scenario} --posture {posture} --out plan.xlsx{' --trust' if trust else ''}",
        soft_wrap=True,
    )


def _safe(value: object) -> object:
    """Text that a spreadsheet program cannot take for a formula."""
    from sim.runs.tables import guarded

    return guarded(value) if isinstance(value, str) else value


def _show(told: object, title: str) -> None:
    """The nine cells on a terminal."""
    from rich import box
    from rich.table import Table

    from sim.report.style import Money, counted
    from sim.segments.map import Map
    from sim.segments.scoring import LEVELS

    assert isinstance(told, Map)
    money = Money.of(told.currency, [cell.margin for cell in told.cells])
    table = Table(
        title=f"{title}: what {told.posture} decides, by impact and fragility", title_justify="left", box=box.SQUARE
    )
    table.add_column("Impact")
    for level in LEVELS:
        table.add_column(f"{level} fragility")
    for impact in reversed(LEVELS):
        row = []
        for fragility in LEVELS:
            cell = told.cell(impact, fragility)
            items = ", ".join(cell.items[:3]) + (" …" if len(cell.items) > 3 else "")
            margin = counted(cell.count, "item-site")
            margin += f", {money.text(cell.margin)} margin a year" if cell.margin else ""
            row.append(f"{cell.decision}\n{margin}\n{items}" if cell.count else "-")
        table.add_row(impact, *row)
        table.add_section()
    out().print(table)
