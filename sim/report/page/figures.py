"""Figures of runs, put into the page itself: with a name, a text alternative, and the numbers under each."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sim.errors import UsageError
from sim.report.page.rows import Table, around_table, file_table, pair_table, posture_table
from sim.report.page.source import Beside, Compared

#: what a page must never run or fetch; a figure that holds it was not drawn here
ACTIVE = re.compile(
    r"<\s*(?:\w+:)?(?:script|foreignObject|iframe|animate|set|a)\b|\son\w+\s*=|javascript:|@import|"
    r"href\s*=\s*[\"'](?!#|data:image/png;base64,)|url\((?!#)",
    re.IGNORECASE,
)
#: which question a figure answers, by the start of its name
QUESTIONS = {
    "cost_against_stockouts": "What does each posture pay to carry, and what does it lose?",
    "paired_differences": "How much does one posture save on another, future by future?",
    "stock_around": "What happens to stock and customers around the first incident?",
    "stress_survival": "How long does each node last, and how long does it take to recover?",
    "stress_impact": "What does an outage of each node cost?",
    "loss_exceedance": "How bad can a year be?",
    "loss": "How bad can a year be?",
    "tornado": "Which assumption moves the answer most?",
    "break_even": "Where does the ranking turn round?",
    "frontier": "What does the next dollar of buffer buy?",
    "buffer": "What does each buffer buy?",
}


@dataclass(frozen=True)
class Drawing:
    """A figure of the page.

    Attributes
    ----------
    question : which question it answers.
    finding : its title, which is the answer and the text alternative.
    svg : markup that is safe to put into a page.
    table : the numbers behind it; None where they stand in the tables of its run.
    """

    question: str
    finding: str
    svg: str
    tables: tuple[Table, ...]


def of_comparison(source: Compared) -> list[Drawing]:
    """Figures of a comparison: those of its folder, or drawn from its numbers where it has none."""
    named = {Path(name).stem: source.folder / name for name in source.manifest["outputs"] if name.endswith(".svg")}
    around = around_table(source)
    tables: dict[str, tuple[Table, ...]] = {
        "cost_against_stockouts": tuple(posture_table(source, weather) for weather in source.comparison.weathers),
        "paired_differences": (pair_table(source),),
        "stock_around": (around,) if around else (),
    }
    if named:
        return [
            drawing(path, f"c{place}", tables.get(name, ())) for place, (name, path) in enumerate(sorted(named.items()))
        ]
    return _drawn(source, tables)


def _drawn(source: Compared, tables: dict[str, tuple[Table, ...]]) -> list[Drawing]:
    from sim.report import cost_stockout, differences
    from sim.report.canvas import drawing as settings
    from sim.report.canvas import save

    wanted = {cost_stockout.NAME: cost_stockout.draw}
    if len(source.comparison.postures) > 1:
        wanted[differences.NAME] = differences.draw
    made = []
    with tempfile.TemporaryDirectory() as scratch:
        for place, (name, draw) in enumerate(wanted.items()):
            with settings(name):
                figure, title = draw(source.comparison)
                path = save(figure, title, Path(scratch), name)[0]
            made.append(drawing(path, f"c{place}", tables.get(name, ())))
    return made


def of_beside(one: Beside, place: int) -> list[Drawing]:
    """Figures of another run."""
    return [drawing(path, f"b{place}x{number}", ()) for number, path in enumerate(one.files(".svg"))]


def tables_of(one: Beside) -> list[Table]:
    """Tables of another run, each with its file's name."""
    made = []
    for path in one.files(".csv"):
        made.append(file_table(path, f"{one.verb} {path.stem}"[:31], f"{path.name} of bufferstock {one.verb}"))
    return made


def drawing(path: Path, mark: str, tables: tuple[Table, ...]) -> Drawing:
    """A figure from its file; `mark` keeps its names apart from those of other figures.

    Raises
    ------
    UsageError : it cannot be read, or holds what a figure of this program never holds.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    start = text.find("<svg")
    if start < 0:
        raise UsageError(f"{path}: is no SVG")
    text = re.sub(r"<metadata>.*?</metadata>", "", text[start:], flags=re.DOTALL)
    found = re.search(r"<title>(.*?)</title>", text, flags=re.DOTALL)
    finding = _plain(found[1]) if found else path.stem.replace("_", " ")
    text = re.sub(r"<title>.*?</title>", "", text, count=1, flags=re.DOTALL)
    if ACTIVE.search(text):
        raise UsageError(f"{path}: holds scripts or links, so it was not drawn by bufferstock; it is not taken in")
    text = re.sub(r'\bid="([^"]+)"', rf'id="{mark}-\1"', text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#{mark}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{mark}-\1)", text)
    # a rule for all elements of the page otherwise
    text = re.sub(r"<style[^>]*>\*\{([^}]*)\}</style>", "", text)
    head = text.index(">")
    box = re.search(r'viewBox="([^"]+)"', text[:head])
    label = finding.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" aria-label="{label}"'
        f'{f" viewBox={chr(34)}{box[1]}{chr(34)}" if box else ""} class="drawn">'
    )
    question = next((words for name, words in QUESTIONS.items() if path.stem.startswith(name)), "")
    return Drawing(
        question or path.stem.replace("_", " ").capitalize(), finding, opening + text[head + 1 :].strip(), tables
    )


def _plain(text: str) -> str:
    import html

    return " ".join(html.unescape(text).split())
