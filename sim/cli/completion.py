"""The verb completion: a script that lets a shell complete verbs, options, scenarios and postures."""

from __future__ import annotations

import json
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class

SHELLS = ("bash", "zsh", "fish")
WHERE = {
    "bash": "bufferstock completion bash >> ~/.bashrc",
    "zsh": "bufferstock completion zsh >> ~/.zshrc",
    "fish": "bufferstock completion fish > ~/.config/fish/completions/bufferstock.fish",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def completion_command(shell: str, as_json: bool) -> None:
    """Print a script that lets SHELL complete verbs, options, scenarios and postures.

    \b
    bash: bufferstock completion bash >> ~/.bashrc
    zsh:  bufferstock completion zsh >> ~/.zshrc
    fish: bufferstock completion fish > ~/.config/fish/completions/bufferstock.fish
    """
    from sim.cli.main import commands

    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(commands, {}, "bufferstock", "_BUFFERSTOCK_COMPLETE").source()
    if as_json:
        click.echo(json.dumps({"shell": shell, "script": script, "next": WHERE[shell]}, indent=2))
        return
    click.echo(script)
    click.echo(f"Next: {WHERE[shell]}, then open a new shell", err=True)


def scenarios(_: click.Context, __: click.Parameter, begun: str) -> list[Any]:
    """Bundled scenarios that begin so, and files."""
    from sim.library import bundled

    return [*(CompletionItem(name) for name in bundled() if name.startswith(begun)), CompletionItem(begun, type="file")]


def postures(_: click.Context, __: click.Parameter, begun: str) -> list[Any]:
    """Built-in postures that begin so, the last of a list divided by commas; and files."""
    from sim.postures.builtin import POSTURES

    before, comma, last = begun.rpartition(",")
    names = [f"{before}{comma}{name}" for name in (*POSTURES, "current") if name.startswith(last)]
    return [*map(CompletionItem, names), CompletionItem(begun, type="file")]
