"""Code blocks of the documentation run as written, page by page, each page in an empty folder.

``bash`` blocks hold one `bufferstock` command a line and must end with exit code 0; after `# exit code N` on its line,
with that. ``python NAME`` in them runs a file that the page had one save. ``python`` blocks are executed in order with
common names. Where the paragraph before a ``toml``, ``python`` or ``text`` block says "save this as `NAME`" or "add this
to the end of `NAME`", that is done instead. ``toml`` blocks must be TOML. Other blocks are not run. So that it takes
little, every count of futures is cut, figures are left out, and what is asked of Meridian is asked of `first_strike`.
"""

import re
import runpy
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from sim.cli.main import commands

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted((ROOT / "docs").glob("*.md"))
#: pages whose blocks are run by another test, or need what is not in the project
ELSEWHERE = {
    "results.md": "run by tests/unit/test_docs_results.py, with its numbers",
    "real-input.md": "reads ../shared/data, which is no part of the project",
    "tutorial-real-records.md": "reads ../shared/data, which is no part of the project",
}
#: what takes the place of Meridian, except where a real event is aimed at its ports
SMALL = "first_strike"
FUTURES = 3
#: verbs that refuse so few
FEWEST = {"loss": 12, "optimise": 10, "frontier": 10}
BLOCK = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.S | re.M)
NAMED = re.compile(r"\b(as|end of) `([\w./-]+\.[a-z]+)`")
ENDS = re.compile(r"\s+# exit code (\d+).*$|\s+#.*$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the file it is for, if any, and whether that is written or added to."""

    language: str
    text: str
    name: str | None
    mode: str


def blocks(page):
    """All fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        before = text[: match.start()].rstrip().rsplit("\n\n", 1)[-1]
        named = NAMED.findall(before) if not before.endswith("```") and match[1] in ("toml", "python", "text") else []
        how, name = named[-1] if named else ("as", None)
        found.append(Block(match[1], match[2], name, "w" if how == "as" else "a"))
    return found


def known(verb):
    """The command of that name, or None."""
    return commands.get_command(click.Context(commands), verb)


def cut(words):
    """A command that asks the same of fewer futures, without figures and progress bars."""
    verb, *rest = words
    command = known(verb)
    if command is None:
        return words
    options = {option for one in command.params for option in one.opts}
    if "--event" not in rest:
        rest = [SMALL if word == "meridian" else word for word in rest]
    for short, long, few in (
        ("-n", "--replications", FEWEST.get(verb, FUTURES)),
        ("--futures", "--futures", 1),
        ("--fresh", "--fresh", FEWEST.get(verb, FUTURES)),
    ):
        asked = next((place for place, word in enumerate(rest) if word in (short, long)), None)
        if asked is not None:
            rest[asked + 1] = str(few)
        elif long in options and not ("--precision" in rest or "--event" in rest):
            rest += [long, str(few)]
    rest += [flag for flag in ("--no-figures", "--no-progress", "--no-slider") if flag in options]
    return [verb, *rest, *(["--jobs", "1"] if "--jobs" in options and "-j" not in rest else [])]


def live(page, bufferstock, only=None):
    """Run the blocks of a page; how many commands and pieces of Python that were."""
    names, ran = {}, 0
    for block in blocks(page)[:only]:
        if block.name is not None:
            with open(block.name, block.mode, encoding="utf-8") as file:
                file.write(block.text)
        elif block.language == "python":
            text = re.sub(
                r"replications=\d+", f"replications={FUTURES}", block.text.replace('"meridian"', f'"{SMALL}"')
            )
            exec(compile(text, str(page), "exec"), names)
            ran += 1
        elif block.language == "bash":
            for line in filter(None, block.text.replace("\\\n", " ").splitlines()):
                asked = ENDS.search(line)
                words = shlex.split(ENDS.sub("", line))
                if words[0] == "python":
                    runpy.run_path(words[1], run_name="__main__")
                    ran += 1
                    continue
                assert words[0] == "bufferstock", f"{page.name}: {line}: mark what is no command of ours as text"
                ended = bufferstock(*cut(words[1:]))
                wanted = int(asked[1]) if asked and asked[1] else 0
                assert ended.code == wanted, f"{page.name}: {line}: exit code {ended.code}\n{ended.err}{ended.out}"
                ran += 1
    return ran


def test_the_first_command_of_the_ten_minutes_runs(bufferstock):
    assert live(ROOT / "docs" / "start.md", bufferstock, only=2) == 1


def test_python_in_the_readme_runs(bufferstock):
    assert [block.language for block in blocks(ROOT / "README.md")].count("python") == 1
    assert live(ROOT / "README.md", bufferstock) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_toml_is_toml_and_commands_exist(page):
    for block in blocks(page):
        if block.language == "toml":
            tomllib.loads(block.text)
        if block.language == "bash":
            for line in block.text.splitlines():
                words = line.split()
                if words[:1] == ["bufferstock"]:
                    assert known(words[1]) or words[1].startswith("--"), line


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if any(block.language in ("bash", "python") for block in blocks(page))],
    ids=lambda page: page.name,
)
@pytest.mark.filterwarnings("ignore::sim.errors.BufferstockWarning")
def test_blocks_of_a_page_run(page, bufferstock):
    if page.name in ELSEWHERE:
        pytest.skip(ELSEWHERE[page.name])
    assert live(page, bufferstock) > 0
