"""Figures of runs, put into the page itself: with a name, a text alternative, and the numbers under each."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.errors import UsageError
from sim.report.page.rows import Table, around_table, file_table, pair_table, part_table, posture_table
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
    "cost_waterfall": "Which costs make the difference?",
    "stock_around": "What happens to stock and customers around the first incident?",
    "network_map": "What moves where, and what stops?",
    "incidents": "When does what fail?",
    "score_map": "Which items deserve a buffer?",
    "stress_survival": "How long does each node last, and how long does it take to recover?",
    "stress_impact": "What does an outage of each node cost?",
    "loss_exceedance": "How bad can a year be?",
    "loss_risk_or_error": "Is it risk, or error?",
    "tornado": "Which assumption moves the answer most?",
    "tornado_costs": "Which assumption moves each posture?",
    "break_even": "Where does the ranking turn round?",
    "morris": "Which assumptions matter at all?",
    "sobol": "How much of the spread does each assumption explain?",
    "frontier": "What does the next dollar of buffer buy?",
    "what_this_buffer_buys": "What does each buffer buy?",
    "reenactment": "What would have happened?",
    "sweep": "What if a figure were otherwise?",
    "action_list": "What should be bought first?",
}
#: which table of its run a figure was drawn from
TABLES = {
    "stress_survival": "ranking.csv",
    "stress_impact": "stress.csv",
    "loss_exceedance": "curve.csv",
    "loss_risk_or_error": "loss.csv",
    "tornado": "tornado.csv",
    "morris": "morris.csv",
    "sobol": "sobol.csv",
    "break_even": "break_even.csv",
    "frontier": "frontier.csv",
    "what_this_buffer_buys": "ledger.csv",
    "reenactment": "daily.csv",
}


@dataclass(frozen=True)
class Drawing:
    """A figure of the page.

    Attributes
    ----------
    question : which question it answers.
    finding : its title, which is the answer and the text alternative.
    svg : markup that is safe to put into a page.
    tables : the numbers behind it.
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
        "cost_waterfall": (part_table(source),) if len(source.comparison.postures) > 1 else (),
        "stock_around": (around,) if around else (),
    }
    made = [drawing(path, f"c-{name}", tables.get(name, ())) for name, path in sorted(named.items())]
    made += _drawn(source, tables, set(named))
    return _ordered(made)


def _drawn(source: Compared, tables: dict[str, tuple[Table, ...]], there: set[str]) -> list[Drawing]:
    """Figures that its folder does not hold, drawn from its numbers."""
    from sim.report import cost_stockout, cost_waterfall, differences
    from sim.report.canvas import drawing as settings
    from sim.report.canvas import save

    wanted = {cost_stockout.NAME: cost_stockout.draw}
    if len(source.comparison.postures) > 1:
        wanted |= {differences.NAME: differences.draw, cost_waterfall.NAME: cost_waterfall.draw}
    wanted = {name: draw for name, draw in wanted.items() if name not in there}
    made = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, draw in wanted.items():
            with settings(name):
                figure, title = draw(source.comparison)
                path = save(figure, title, Path(scratch), name, False)[0]
            made.append(drawing(path, f"c-{name}", tables.get(name, ())))
    return made


def of_beside(one: Beside, place: int) -> list[Drawing]:
    """Figures of another run, each with the table that it was drawn from."""
    made = []
    for number, path in enumerate(one.files(".svg")):
        name = named(path.stem, TABLES)
        file = next((each for each in one.files(".csv") if each.name == name), None)
        made.append(drawing(path, f"b{place}x{number}", (_table(one, file),) if file is not None else ()))
    if one.verb == "optimise":
        made += _first(one, place)
    return _ordered(made)


def named(stem: str, among: Mapping[str, str]) -> str:
    """What stands at the longest name that a figure's begins with; "" at none."""
    return among.get(max((name for name in among if stem.startswith(name)), key=len, default=""), "")


def _ordered(made: list[Drawing]) -> list[Drawing]:
    """Figures in the order of their questions; those of no known question last."""
    order = list(dict.fromkeys(QUESTIONS.values()))
    return sorted(made, key=lambda one: order.index(one.question) if one.question in order else len(order))


def _first(one: Beside, place: int) -> list[Drawing]:
    """The ranked list of a search as a figure; its folder holds none."""
    from sim.report.action_list import bought, figures

    told = one.manifest.get("optimum")
    rows = told.get("purchases") if isinstance(told, dict) else None
    try:
        if not isinstance(told, dict) or not isinstance(rows, list) or not bought(rows):
            return []
        with tempfile.TemporaryDirectory() as scratch:
            path = figures(rows, int(told["fresh"]), Path(scratch), False)[0]
            table = [_table(one, each) for each in one.files(".csv") if each.name == "purchases.csv"]
            return [drawing(path, f"b{place}first", tuple(table))]
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{one.folder / 'manifest.json'}: is damaged: {type(error).__name__}: {error}") from error


def tables_of(one: Beside) -> list[Table]:
    """Tables of another run, each with its file's name."""
    return [_table(one, path) for path in one.files(".csv")]


def _table(one: Beside, path: Path) -> Table:
    return file_table(path, f"{one.verb} {path.stem}"[:31], f"{path.name} of bufferstock {one.verb}")


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
    question = named(path.stem, QUESTIONS)
    return Drawing(
        question or path.stem.replace("_", " ").capitalize(), finding, opening + text[head + 1 :].strip(), tables
    )


def _plain(text: str) -> str:
    import html

    return " ".join(html.unescape(text).split())
