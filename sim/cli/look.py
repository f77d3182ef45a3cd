"""Verbs that look at scenarios without running anything: list, init, check, schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sim.cli.options import read_scenario
from sim.errors import UsageError


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def list_command(as_json: bool) -> None:
    """Bundled scenarios, postures, and policies; files that may stand for a posture."""
    from sim import reading
    from sim.about import FILES, POLICIES, POSTURES
    from sim.library import bundled

    scenarios = {name: reading.toml(path) for name, path in bundled().items()}
    titles = {name: str(content.get("title", "")) for name, content in scenarios.items()}
    postures, files, policies = POSTURES, FILES, POLICIES
    if as_json:
        told_all = {"scenarios": titles, "postures": postures, "files": files, "policies": policies}
        click.echo(json.dumps(told_all, indent=2))
        return
    named = {"Scenarios": titles, "Postures": postures, "Files in a posture's place": files, "Policies": policies}
    for heading, told in named.items():
        click.echo(f"{heading}:")
        for name, line in told.items():
            click.echo(f"  {name:<21} {line}")
    click.echo("\nNext: bufferstock compare first_strike")


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--lesson", type=int, help="Instead: a lesson of 45 minutes, 1 to 4.")
@click.option("--student", help="With --lesson: a name or number; each has numbers of their own. [default: class]")
@click.option("--instructor", is_flag=True, help="With --lesson: the answers of that student too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def init_command(
    folder: Path, force: bool, lesson: int | None, student: str | None, instructor: bool, as_json: bool
) -> None:
    """Write a starter scenario into FOLDER: one file to edit and two tables to fill; or a lesson."""
    from sim.starter import files

    if lesson is None and (student is not None or instructor):
        raise UsageError(
            f"{'--student' if student is not None else '--instructor'}: needs --lesson, a number from 1 to 4"
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; init needs a folder")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise UsageError(f"{folder}: is not empty; choose another folder, or overwrite with --force")
    if lesson is not None:
        from sim.cli.lesson import write

        write(folder, lesson, "class" if student is None else student, instructor, as_json)
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files().items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from error
    if as_json:
        click.echo(json.dumps({"out": str(folder), "files": list(files())}, indent=2))
        return
    click.echo(f"wrote {', '.join(files())} to {folder}")
    click.echo(f"Next: edit them, then  bufferstock check {folder}  and  bufferstock compare {folder}")


@click.command("check")
@click.argument("scenario")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override a key before checking.")
@click.option("--trust", is_flag=True, help="Import disruptions of your own (module:Class).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def check_command(scenario: str, settings: tuple[str, ...], trust: bool, as_json: bool) -> None:
    """Report every problem of SCENARIO (a file, its folder, or a bundled name)."""
    from sim.factory import summary
    from sim.world import Blueprint

    read = read_scenario(scenario, [setting.removeprefix("scenario.") for setting in settings], trust)
    from sim.postures import current_plan, jit

    Blueprint(read, jit().plan(read))
    if read.current is not None:
        current_plan(read)
    first, end = read.span
    sites = {name: len(items) for name, items in read.sites.items()}
    if as_json:
        told = {
            "scenario": read.name,
            "sound": True,
            "warnings": list(read.warnings),
            "items": len(read.items),
            "suppliers": len(read.suppliers) - len(read.factories),
            "factories": len(read.factories),
            "lanes": len(read.lanes),
            "ports": len(read.ports),
            "demand_streams": len(read.demand),
            "stocked": sites,
            "first_day": first,
            "booked_days": end,
            "weathers": list(read.weather_names),
        }
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(
        f"{read.name}: sound. {len(read.items)} items, {len(read.suppliers) - len(read.factories)} suppliers, "
        f"{len(read.lanes)} lanes, "
        f"{len(read.ports)} ports, {len(read.demand)} demand streams; stocked: "
        + ", ".join(f"{name} {count}" for name, count in sites.items())
    )
    for factory in read.factories:
        click.echo(summary(factory, read.bills[factory.name], read.currency))
    click.echo(f"days {first} to -1 warm up, 0 to {end - 1} are booked; weathers: {', '.join(read.weather_names)}")
    click.echo(f"Next: bufferstock compare {scenario}")


@click.command("schema")
@click.option("--json", "as_json", is_flag=True, help="The same document, and no word on stderr.")
def schema_command(as_json: bool) -> None:
    """Print the JSON Schema of scenario files."""
    from sim.schemas import schema

    click.echo(json.dumps(schema(), indent=2))
    if not as_json:
        click.echo("Next: bufferstock schema > bufferstock.schema.json, and name that file to your editor", err=True)
