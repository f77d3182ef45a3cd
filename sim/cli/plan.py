"""The verb plan."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import is_plan, look_beside, out, plans_named, read_scenario, split_settings

if TYPE_CHECKING:
    from sim.plan import Plan, PlanLine
    from sim.scenario import Scenario

#: days from the decision to the next review where a posture does not say: a quarter
REVIEW = 91


@click.command("plan")
@click.argument("scenario")
@click.option(
    "--posture", default="hybrid", show_default=True, help="Name (current too) or file (.toml; a plan: .xlsx, .csv)."
)
@click.option(
    "-o", "--out", "file", type=click.Path(path_type=Path), help="File to write, .xlsx or .csv; below results/"
)
@click.option(
    "--date", default=None, metavar="YYYY-MM-DD", help="Day of the decision; day 0 of the history if left out."
)
@click.option("--line", metavar="ITEM[@WAREHOUSE]", help="Print the worked calculation of one item, and write nothing.")
@click.option("--owner", default="", help="Who answers for lines that name nobody.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@click.option("--trust", is_flag=True, help="Import policies of your own (module:name).")
def plan_command(
    scenario: str,
    posture: str,
    file: Path | None,
    date: str | None,
    line: str | None,
    owner: str,
    settings: tuple[str, ...],
    as_json: bool,
    force: bool,
    trust: bool,
) -> None:
    """Write the plan that a posture makes of SCENARIO as a spreadsheet that can be edited and loaded back.

    A plan file as the posture is written anew, with what was edited in it on record. With --line: how the numbers of one
    item came about, step by step.
    """
    from sim.errors import UsageError
    from sim.planbook import notes_on, read, write
    from sim.runs import make_folder

    day = _day(date)
    mine, theirs = split_settings(settings, [posture])
    business = read_scenario(scenario, mine, trust)
    if line is not None:
        from sim.cli.plan_line import show_line

        if file is not None:
            raise UsageError(f"--line {line}: prints and writes nothing; leave out --out {file}, or --line")
        show_line(business, scenario, posture, theirs, line, as_json, trust)
        return
    if is_plan(posture):
        if trust:
            look_beside([posture])
        book = read(posture, business, trust)
        plan, notes = book.plan, (*book.plan.notes, *notes_on(book, business))
    else:
        (plan,) = plans_named([posture], business, theirs, trust)
        notes = plan.notes
    if day is None and business.record is not None:
        day = business.record.day_zero
    plan = dated(plan, day or "", owner, decide=date is not None and not is_plan(posture))
    if plan.reviser is not None:
        notes = (*notes, "the plan of day 0: a file keeps its numbers, and is not made anew inside a simulation")
        plan = dataclasses.replace(plan, notes=notes)
    if not any(line.next_review for line in plan.lines):
        again = (
            f"looked at again {plan.review_after or REVIEW} days after it is decided: --date gives its lines both days"
        )
        notes = (*notes, f"the scenario has no calendar, so the plan has no dates; it is to be {again}")
    if file is None:
        file = Path("results") / f"{business.name}-{plan.posture}.xlsx"
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise UsageError(f"--out {file}: a plan is written as .xlsx or .csv")
    if file.exists() and not force:
        raise UsageError(
            f"{file}: is there already and may hold edits; choose another --out, or overwrite with --force"
        )
    make_folder(file.parent)
    write(plan, business, file, day or "")
    if as_json:
        click.echo(json.dumps(document(plan, business, file, notes), indent=2, allow_nan=False))
        return
    _show(plan, business, file, notes, day, f"bufferstock compare {scenario} --postures {_with(posture)},{file}")


def _with(posture: str) -> str:
    """What a plan is best compared with."""
    return "jit,jic" if is_plan(posture) else posture


def _day(date: str | None) -> str | None:
    from sim.errors import UsageError
    from sim.planbook.cells import CellError, date_of

    try:
        return None if date is None else date_of(date)
    except CellError as error:
        raise UsageError(f"--date: {error}") from error


def dated(plan: Plan, day: str, owner: str = "", decide: bool = False) -> Plan:
    """A plan whose lines say when they were decided, when they are looked at again, and who answers for them.

    Parameters
    ----------
    plan : lines that say so already keep it.
    day : ISO date, "" for none.
    owner : a person.
    decide : the day is that of the decision whatever the lines say; the next review moves with it.
    """
    if decide and day:
        plan = dataclasses.replace(plan, lines=tuple(_decided(line, day) for line in plan.lines))
    after = datetime.timedelta(days=plan.review_after or REVIEW)
    later = (datetime.date.fromisoformat(day) + after).isoformat() if day else ""
    lines = tuple(
        dataclasses.replace(
            line,
            decided=line.decided or day,
            next_review=line.next_review or later,
            owner=line.owner or owner,
        )
        for line in plan.lines
    )
    return dataclasses.replace(plan, lines=lines)


def _decided(line: PlanLine, day: str) -> PlanLine:
    """A line decided on another day, to be looked at again as long after it as before."""
    review = line.next_review
    if line.decided and review:
        apart = datetime.date.fromisoformat(review) - datetime.date.fromisoformat(line.decided)
        review = (datetime.date.fromisoformat(day) + apart).isoformat()
    return dataclasses.replace(line, decided=day, next_review=review)


def document(plan: Plan, scenario: Scenario, file: Path, notes: tuple[str, ...]) -> dict[str, object]:
    """The JSON document."""
    from sim.planbook.contents import plan_hash, scenario_hash
    from sim.planbook.summary import parts, total
    from sim.runs import plain

    return {
        "scenario": scenario.name,
        "scenario_hash": scenario_hash(scenario),
        "posture": plan.posture,
        "plan_hash": plan_hash(plan, scenario),
        "currency": scenario.currency,
        "total": plain(total(plan, scenario)),
        "parts": [plain(part) for part in parts(plan, scenario)],
        "lines": plain(plan.table()),
        "unexplained": [
            {"item": line.item, "warehouse": line.warehouse, "fields": list(line.unexplained)}
            for line in plan.lines
            if line.unexplained
        ],
        "in_sample": list(scenario.judged_in_sample),
        "notes": [*scenario.notes, *notes],
        "out": str(file),
    }


def _show(plan: Plan, scenario: Scenario, file: Path, notes: tuple[str, ...], day: str | None, following: str) -> None:
    """The terminal's part: the plan in few numbers, what to explain, and the command that may follow."""
    from rich.table import Table

    from sim.planbook.summary import parts, total
    from sim.report.said_once import first_sentence

    console = out()
    console.print(f"{scenario.title or scenario.name}: plan {plan.posture}" + (f", {day}" if day else ""))
    table = Table()
    for name in (
        "warehouse",
        "policy",
        "segment",
        "lines",
        f"buffers at standard cost, {scenario.currency}",
        "changed",
    ):
        table.add_column(name, justify="left" if name in ("warehouse", "policy", "segment") else "right")
    for part in (*parts(plan, scenario), total(plan, scenario)):
        told = (
            part.warehouse,
            part.policy,
            part.segment,
            str(part.lines),
            f"{part.buffer_value:,.0f}",
            str(part.changed),
        )
        table.add_row(*told)
    console.print(table)
    for note in notes:
        console.print(f"Note: {first_sentence(note)}", style="dim")
    if scenario.judged_in_sample:
        why = "; ".join(scenario.judged_in_sample)
        console.print(f"Note: a comparison of this plan here is in-sample: {why}.", style="dim")
    if not day:
        console.print("Note: the lines carry no date: give --date YYYY-MM-DD.", style="dim")
    console.print(f"Plan: {file}", soft_wrap=True)
    console.print(f"Next: edit the yellow columns, then  {following}", soft_wrap=True)
