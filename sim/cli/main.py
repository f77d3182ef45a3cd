"""The command ``bufferstock``: verbs grouped by the question they answer."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any

import click

from sim import __version__
from sim.cli.interrupt import Patient
from sim.errors import BufferstockError, BufferstockWarning, ScenarioError, UsageError

#: question -> verbs that answer it, each with its module and one line of help
SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "What is there, and is it sound?": {
        "list": ("look", "Bundled scenarios, postures and policies."),
        "init": ("look", "Write a starter scenario that you can edit."),
        "check": ("look", "Every problem of a scenario file, at once."),
        "schema": ("look", "The JSON Schema of scenario files, for your editor."),
    },
    "How do I get my data in?": {
        "import": ("intake", "Item master, demand, deliveries and stock (CSV, Excel, Parquet) to a scenario."),
        "template": ("intake", "Write an Excel template to fill in and import."),
    },
    "Which items deserve a buffer, and why?": {
        "profile": ("profile", "Demand by item, lead times by supply line, disrupted stretches apart."),
        "score": ("score", "Impact of a stockout and fragility of supply: who gets a buffer, and why."),
        "plan": ("plan", "The plan a posture makes, as a spreadsheet that you can edit and test."),
        "justify": ("justify", "Does each buffer pay? The same futures with that buffer removed."),
    },
    "Which posture, at what price?": {
        "compare": ("compare", "Let postures live through the same futures: carrying cost against stockouts."),
        "select": ("select", "The best of several postures, with as few futures as that takes."),
        "resume": ("resume", "Finish a comparison that was interrupted, or extend it to more futures."),
    },
    "How much buffer does each item deserve?": {
        "frontier": ("frontier", "Carrying cost against stockouts: scaled postures, and buffers chosen item by item."),
        "optimise": (
            "optimise",
            "The best buffer of each item, under a limit if you like, confirmed on fresh futures.",
        ),
    },
    "What does the answer hang on?": {
        "sweep": ("sweep", "A grid of any parameters, every point on the same futures."),
        "sensitivity": ("sensitivity", "Which assumptions turn the ranking round, and where it breaks even."),
    },
    "What can go wrong, and how long do I survive?": {
        "events": ("events", "Real disruptions with figures and sources, to aim at nodes of your own."),
        "loss": ("loss", "What disruptions cost in a year: average, one year in 20, worst years."),
        "stress": ("stress", "Everything fails in turn: time to survive, time to recover, what it costs."),
    },
    "What happened, and why?": {
        "run": ("run", "One replication, with an event log that explains each stockout."),
        "replay": ("replay", "A real event befalls your network: what each posture would have lived through."),
    },
    "How do I tell others?": {
        "report": ("report", "One HTML page and one workbook from finished runs: decision, figures, reasons, sources."),
    },
    "Can I believe it?": {
        "validate": ("validate", "Hold the engine against exact results of inventory and queueing theory."),
        "warmup": ("warmup", "How long a replication takes to settle, against the warm-up that it has."),
        "rerun": ("resume", "Repeat a comparison from its manifest: the same bytes, or which version differs."),
        "diff": ("diff", "Whether two runs differ, in inputs, versions or numbers, and what made them."),
    },
    "How do I teach it?": {
        "lesson": ("lesson", "Mark the answers of a lesson that init --lesson wrote."),
    },
    "Is the tool itself in order?": {
        "doctor": ("doctor", "Versions, processors, memory, disk, fonts: what is there, and what is missing."),
        "completion": ("completion", "Let bash, zsh or fish complete verbs, scenarios and postures."),
    },
}
VERBS = {verb: found for verbs in SECTIONS.values() for verb, found in verbs.items()}


class Verbs(click.Group):
    """A group that loads a verb's module only when the verb is called, and lists verbs by question."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Verbs in the order of the sections."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, its module imported now."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"sim.cli.{VERBS[cmd_name][0]}")
        found: click.Command = getattr(module, f"{cmd_name}_command")
        if ctx.resilient_parsing:  # a shell asks what may follow
            _completing(found)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a hint for a typo."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from sim.errors import near_miss

            if args and not args[0].startswith("-"):
                raise click.UsageError(f"No such command {args[0]!r}{near_miss(args[0], VERBS)}", ctx) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Verbs under the question they answer."""
        for question, verbs in SECTIONS.items():
            with formatter.section(question):
                formatter.write_dl([(verb, told[1]) for verb, told in verbs.items()])


def _completing(command: click.Command) -> None:
    """Let the arguments and options of a verb that name scenarios and postures be completed."""
    from sim.cli.completion import postures, scenarios

    for parameter in command.params:
        complete = {"scenario": scenarios, "posture": postures, "postures": postures}.get(parameter.name or "")
        if complete is not None:
            parameter._custom_shell_complete = complete  # as the argument shell_complete of click's decorators sets it


EPILOG = """\b
Examples:
  bufferstock compare meridian
  bufferstock compare first_strike --postures jit,hybrid -n 200
  bufferstock init mine && bufferstock check mine && bufferstock compare mine
"""


@click.group(cls=Verbs, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bufferstock")
def commands() -> None:
    """How much buffer does each item deserve? Stress-test just-in-time, just-in-case and hybrid postures."""


def main() -> None:
    """Entry point: every failure that a user can cause becomes one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    with warnings.catch_warnings():
        warnings.filterwarnings("always", category=BufferstockWarning)
        warnings.showwarning = _teller(warnings.showwarning)
        code = _code()
    sys.exit(code if isinstance(code, int) else 0)


def _teller(others: Callable[..., None]) -> Callable[..., None]:
    """Shows what a user should know as one line, and other warnings as `others` does."""

    def tell(message: Warning | str, category: type[Warning], *more: Any, **named: Any) -> None:
        if not issubclass(category, BufferstockWarning):
            return others(message, category, *more, **named)
        from sim.cli.options import side

        side().print(f"warning: {message}")

    return tell


def _code() -> Any:
    """What the command returns; every failure is told on stderr."""
    try:
        with Patient():
            try:
                return commands.main(prog_name="bufferstock", standalone_mode=False)
            finally:
                pool = sys.modules.get("sim.studies.workers.pool")
                if pool is not None:
                    pool.end()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return 130
    except BufferstockError as error:
        click.echo(f"bufferstock: {error}", err=True)
        if error.again:
            click.echo(f"Again: {error.again}", err=True)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        click.echo(f"bufferstock: {error.filename or 'the system'}: {error.strerror or error}", err=True)
        return UsageError.exit_code
    except MemoryError as error:
        click.echo(f"bufferstock: not enough memory for so many days, items or --jobs: {error}", err=True)
        return ScenarioError.exit_code
