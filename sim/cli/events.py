"""The verb events: the library of real disruptions, listed, or one of them in full."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from sim.cli.options import out

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from sim.events import Event


@click.group("events", invoke_without_command=True)
@click.option("--kind", default=None, help="Only events of this kind, for example port_strike.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def events_command(context: click.Context, kind: str | None, as_json: bool) -> None:
    """The library of 41 real disruptions, with figures and sources: listed, or one in full (events show NAME).

    A scenario calls one with kind = "event", aims it at nodes of its own and scales its length and severity.
    """
    from sim.events import events, kinds

    if context.invoked_subcommand is not None:
        if kind is not None:
            raise click.UsageError("--kind is for the list; 'events show' tells of one event", context)
        return
    chosen = events(kind)
    if as_json:
        from sim.report.events import document

        click.echo(json.dumps({"events": [document(one) for one in chosen]}, indent=2))
        return
    console = out()
    console.print(_list(chosen))
    about = (
        "Out: days from the first day of loss to the first day open. Tail: days from then until flow was normal, as "
    )
    about += (
        "recorded; in the simulation the tail of a port is its queue. length = 0.25 makes a mild variant of any event."
    )
    console.print(f"\n{about}\nKinds: {', '.join(kinds())}\nNext: bufferstock events show {chosen[0].id}")


@events_command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def show_command(name: str, as_json: bool) -> None:
    """Everything about the event NAME: its figures and what they rest on, what it does, sources, how to call it."""
    from sim.events import event
    from sim.report.events import document

    one = event(name)
    if as_json:
        click.echo(json.dumps(document(one), indent=2))
        return
    console = out()
    for part in _told(one):
        console.print(part, soft_wrap=isinstance(part, str))
    aim = one.targets()[0]
    console.print(f"Next: bufferstock replay meridian --event {one.id} --target {aim}=NAME", soft_wrap=True)


def _table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def _list(chosen: tuple[Event, ...]) -> Table:
    from sim.report.events import outage, shown, targets, when

    made = _table("Event", "When", "Out", "Tail", "Aim at", "What was lost", right=("Out", "Tail"))
    for one in chosen:
        tail = "-" if one.tail is None else shown(one.tail)
        made.add_row(one.id, when(one), outage(one), tail, ", ".join(targets(one)), one.lost)
    return made


def _told(one: Event) -> list[RenderableType]:
    from sim.events import BASES
    from sim.report.events import MILD, call, counts, figure

    sure = ", ".join(f"{number} {basis}" for basis, number in counts(one).items())
    parts: list[RenderableType] = [
        f"{one.id}: {one.name}",
        f"{one.kind}; {one.place} ({one.scope}); confidence {one.confidence}",
        f"lost: {one.lost}\n",
        _beside(one),
        "\nWhat the simulation does",
        _effects(one),
        f"\nWhat is recorded ({sure})",
    ]
    recorded = _table("Figure", "Value", "Basis", "Why")
    for row in one.figures:
        recorded.add_row(*figure(row))
    parts.append(recorded)
    parts.append("\n" + "\n".join(f"  {basis}: {told}" for basis, told in BASES.items()))
    if one.rate is None:
        often = "not recorded"
    else:
        times = "no rate a year" if one.rate.per_year is None else f"{one.rate.per_year:g} a year"
        often = f"{times} ({one.rate.scope}); {one.rate.basis}: {one.rate.note}"
    parts.append(f"\nHow often: {often}")
    parts.append("\nSources\n" + "\n".join(f"  {s.title} ({s.year})\n    {s.url}" for s in one.sources))
    aims = one.targets()
    parts.append("\nIn a scenario (aim it at nodes of your own)\n" + call(one, aims[0]))
    others = ", ".join(aims[1:])
    told = f"# it can be aimed at these as well, each with effects of its own: {others}\n" if others else ""
    if one.variants:
        told += f"# variant = {' | '.join(repr(variant) for variant in one.variants)}; left out: the first\n"
    told += f"# length = {MILD:g} makes the mild variant; severity = 0.5 halves what it does\n"
    told += "# rate, after, notice and estimate_factor as for any kind"
    parts.append(told)
    return parts


def _beside(one: Event) -> Table:
    """The event as it was beside its mild variant."""
    from sim.report.events import DEFAULT_SURGE, MILD, dates, outage, queue, tail

    made = _table("", "As it was", f"Mild (length = {MILD:g})")
    made.add_row("dates", dates(one), "")
    made.add_row("days out", outage(one), outage(one, MILD))
    made.add_row("recorded tail, days", tail(one), "")
    cleared = queue(one)
    if cleared is not None:
        whose = "its own" if one.surge else "the default"
        k = one.surge or DEFAULT_SURGE
        mild = queue(one, MILD) or 0.0
        made.add_row(f"queue gone, days after (k = {k:g}, {whose})", f"{cleared:.1f}", f"{mild:.1f}")
    if one.notice:
        made.add_row("notice, days", f"{one.notice:g}", f"{one.notice:g}")
    if one.first_estimate is not None:
        made.add_row("first announced as, days", f"{one.first_estimate:g}", f"{one.first_estimate * MILD:g}")
    return made


def _effects(one: Event) -> Table:
    from sim.report.events import WORDS, shown, span

    made = _table("Aimed at", "Effect", "Value", "Days", "Basis", "From")
    for effect in one.effects:
        variant = f"\n{effect.variant}" if effect.variant else ""
        made.add_row(
            effect.target + variant, WORDS[effect.effect], shown(effect.value), span(effect), effect.basis, effect.how
        )
    return made
