"""Writes docs/reference/: keys of scenarios and postures, measures and commands, each from where the program has them.

python tools/reference_pages.py            write the pages
python tools/reference_pages.py --check    exit code 1 where a page is not what would be written
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
MADE = "This page is made by `python tools/reference_pages.py` from the program itself.\n"
#: longest list of allowed words that a table shows
MOST_WORDS = 16


def kind_of(told: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Type and bounds of a key of a JSON Schema, in words."""
    if "$ref" in told:
        name = told["$ref"].rsplit("/", 1)[1]
        return f"[{shown(name)}](#{anchor(name)})" if name in definitions and not is_law(name, definitions) else "law"
    if "anyOf" in told:
        kinds = [kind_of(one, definitions) for one in told["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds)) if len(kinds) < 6 else "one of the kinds below"
    if "enum" in told or "const" in told:
        words = told.get("enum", [told.get("const")])
        return ", ".join(f"`{word}`" for word in words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")
    if told.get("type") == "array":
        inner = told.get("items", {})
        if "prefixItems" in told:
            return "list of " + " and ".join(kind_of(one, definitions) for one in told["prefixItems"])
        return f"list of {kind_of(inner, definitions)}"
    if told.get("type") == "object":
        return f"table of {kind_of(told.get('additionalProperties') or {}, definitions)}"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    limits = [f"{sign} {told[name]:g}" for name, sign in bounds.items() if name in told]
    kind = words.get(str(told.get("type")), "any")
    return f"{kind} {' and '.join(limits)}" if limits else kind


def is_law(name: str, definitions: Mapping[str, Any]) -> bool:
    """Whether a definition is one of the laws of a time."""
    return "law" in definitions[name].get("properties", {})


def anchor(name: str) -> str:
    """Link target of a definition."""
    return re.sub(r"[^a-z0-9]+", "-", shown(name).lower()).strip("-")


def shown(name: str) -> str:
    """Name of a definition as a heading: its class, and its room where two classes share a name."""
    room, _, last = name.rpartition("__")
    return f"{last} ({room.rpartition('__')[2]})" if room else last


def default_of(told: Mapping[str, Any], required: bool) -> str:
    """Default of a key in words."""
    if required:
        return "must be given"
    value = told.get("default")
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "as listed there"
    return f"`{value}`"


def cells(*texts: str) -> str:
    """One row of a table."""
    return "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in texts) + " |"


def table(of: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    """Keys of one definition."""
    required = set(of.get("required", ()))
    yield cells("key", "value", "default", "meaning")
    yield cells("---", "---", "---", "---")
    for name, told in of.get("properties", {}).items():
        about = str(told.get("description", ""))
        yield cells(f"`{name}`", kind_of(told, definitions), default_of(told, name in required), about)


def keys_page(title: str, lead: str, schema: Mapping[str, Any]) -> str:
    """A page with a section for the file itself and one for each part."""
    definitions = schema.get("$defs", {})
    parts = [f"# {title}\n", MADE, lead, *table(schema, definitions), ""]
    laws = [name for name in definitions if is_law(name, definitions)]
    for name in sorted((name for name in definitions if name not in laws), key=shown):
        parts += [f"## {shown(name)}\n", described(definitions[name]), *table(definitions[name], definitions), ""]
    if laws:
        parts += ["## Laws of a time\n", "A number is a fixed time; a table `{ law = …, … }` is one of these.\n"]
        for name in sorted(laws):
            parts += [f"### {name}\n", described(definitions[name]), *table(definitions[name], definitions), ""]
    return "\n".join(parts)


def described(of: Mapping[str, Any]) -> str:
    """What a definition is, as a paragraph each."""
    return plain(str(of.get("description", ""))) + "\n"


def plain(text: str) -> str:
    """A docstring as Markdown: sections of numpydoc become a bold word, double backquotes single."""
    text = re.sub(r"\n([A-Z][a-z]+)\n-{3,}\n", r"\n**\1**\n\n", text)
    return text.replace("``", "`")


def measures_page() -> str:
    """Every measure with its definition."""
    from sim.measures import MEASURES

    rows = [
        cells(f"`{one.name}`", one.label, one.unit.format(currency="money"), one.better, one.definition)
        for one in MEASURES
    ]
    head = [cells("name", "label", "unit", "better", "definition"), cells("---", "---", "---", "---", "---")]
    lead = "Each measure has one definition, the same in tables, figures and JSON. 0/0 is null and left out.\n"
    return "\n".join(["# Measures\n", MADE, lead, *head, *rows, ""])


def commands_page() -> str:
    """Every verb with its arguments and options."""
    from sim.cli.main import SECTIONS, commands

    parts = ["# Commands\n", MADE]
    context = click.Context(commands, info_name="bufferstock")
    for question, verbs in SECTIONS.items():
        parts.append(f"## {question}\n")
        for verb in verbs:
            command = commands.get_command(context, verb)
            assert command is not None
            parts += _command(command, verb, context)
    return "\n".join(parts)


def _command(command: click.Command, name: str, above: click.Context) -> list[str]:
    context = click.Context(command, info_name=name, parent=above, max_content_width=100, terminal_width=100)
    usage = command.get_usage(context).removeprefix("Usage: ")
    parts = [f"### {name}\n", _help(command), f"```text\n{usage}\n```\n"]
    options = [one for one in command.params if isinstance(one, click.Option)]
    if options:
        parts += [cells("option", "meaning"), cells("---", "---")]
        for one in options:
            record = one.get_help_record(context)
            if record is not None:
                parts.append(cells(f"`{record[0]}`", re.sub(r"\s+", " ", record[1])))
        parts.append("")
    if isinstance(command, click.Group):
        for verb in command.list_commands(context):
            inner = command.get_command(context, verb)
            if inner is not None:
                parts += [line.replace("### ", "#### ", 1) for line in _command(inner, f"{name} {verb}", above)]
    return parts


def _help(command: click.Command) -> str:
    text = re.sub(r"\n[ ]+", "\n", (command.help or "").strip())
    return re.sub(r"\x08\n?", "", text) + "\n"


def pages() -> dict[str, str]:
    """Every page by file name."""
    from sim import schemas

    return {
        "scenario-keys.md": keys_page(
            "Keys of a scenario",
            "What a scenario file may hold; [scenario files](../scenario.md) says how to write one.\n",
            schemas.schema(),
        ),
        "posture-keys.md": keys_page(
            "Keys of a posture",
            'What a posture file may hold beside `base = "jit"`; [a posture without Python](../extending.md) shows one.\n',
            schemas.posture_schema(),
        ),
        "measures.md": measures_page(),
        "commands.md": commands_page(),
    }


def main() -> None:
    """Write the pages, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = []
    for name, text in pages().items():
        path = FOLDER / name
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.exit(f"not what the program has now: {', '.join(stale)}; run python tools/reference_pages.py")


if __name__ == "__main__":
    main()
