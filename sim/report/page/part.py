"""What a report takes from a run of another verb: what it found, its figures and its tables."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report.page.decision import HANGS
from sim.report.page.figures import Drawing, of_beside, tables_of
from sim.report.page.rows import Table, texts
from sim.report.page.source import Beside
from sim.report.style import capital

#: where a manifest of another verb keeps what it found, and which of its entries are sentences
SENTENCES = {
    "justify": ("justify", ("findings",)),
    "loss": ("loss", ("board", "remarks")),
    "sensitivity": ("sensitivity", ("findings", "notes")),
    "frontier": ("frontier", ("headline", "beaten")),
    "optimise": ("optimum", ("verdict", "limit_told")),
    "stress": ("", ("assumed", "left_out")),
}
#: sentences of a run that stand above its figures; the others, and all of what a run only assumes, can be opened below
ABOVE = 4
ASSUMED, CHANCE = ("stress",), "Without chance"
HEADINGS = {
    "justify": "Does each buffer pay?",
    "stress": "What if each node fails in turn?",
    "loss": "What do disruptions cost in a year?",
    "sensitivity": HANGS,
    "frontier": "How much buffer pays?",
    "optimise": "Which buffers, item by item?",
    "replay": "What would an event have done?",
    "sweep": "What if a figure were otherwise?",
}


@dataclass(frozen=True)
class Part:
    """What the page takes from a run of another verb.

    Attributes
    ----------
    heading, verb, folder, other : what it answers, where it is from, and how its scenario differs.
    sentences, figures : what it found.
    more : what else it says, further down.
    tables : those that stand under no figure.
    sheets : all tables, for the workbook.
    """

    heading: str
    verb: str
    folder: str
    other: str
    sentences: tuple[str, ...]
    more: tuple[str, ...]
    figures: tuple[Drawing, ...]
    tables: tuple[Table, ...]
    sheets: tuple[Table, ...]


def part(one: Beside, place: int) -> Part:
    """What the page takes from a run of another verb."""
    key, names = SENTENCES.get(one.verb, ("", ()))
    home = one.manifest.get(key) if key else one.manifest
    sentences = [text for name in names for text in texts((home or {}).get(name))]
    optimism = (home or {}).get("optimism")
    if isinstance(optimism, dict):
        sentences += texts(optimism.get("told"))
    sentences = [ended(text) for text in sentences]
    above = len(sentences) if len(sentences) <= ABOVE + 1 else ABOVE
    if one.verb in ASSUMED:
        # what keeps its numbers from those of a comparison comes first
        sentences.sort(key=lambda text: not text.startswith(CHANCE))
        above = sum(text.startswith(CHANCE) for text in sentences)
    figures = of_beside(one, place)
    under = {table.caption for figure in figures for table in figure.tables}
    return Part(
        HEADINGS.get(one.verb, f"bufferstock {one.verb}"),
        one.verb,
        one.folder.name,
        one.other,
        tuple(sentences[:above]),
        tuple(sentences[above:]),
        tuple(figures),
        tuple(table for table in tables_of(one) if table.caption not in under),
        tuple(tables_of(one)),
    )


def ended(text: str) -> str:
    """A sentence with a capital letter and a full stop."""
    text = capital(text.strip())
    return text if text.endswith((".", ":", "!", "?")) else f"{text}."
