"""The page itself: everything a report holds, in the order in which people read it, as one HTML file and one workbook."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.page import again, rows
from sim.report.page import scene as scenes
from sim.report.page.accounts import NOTE, account_table, account_tables, unfit
from sim.report.page.book import workbook
from sim.report.page.checklist import checklist
from sim.report.page.decision import HANGS, Decision, decision
from sim.report.page.figures import Drawing, of_beside, of_comparison, tables_of
from sim.report.page.ledger import MOST, ledger, ledger_table, worked_table
from sim.report.page.legend import READING, source_table, symbol_table
from sim.report.page.register import NOT_MODELLED, register_table, scenario_again
from sim.report.page.rows import Table, texts
from sim.report.page.slider import cost_table, data, grid_table
from sim.report.page.source import Beside, Sources
from sim.report.page.trace import Retraced, retraced
from sim.report.page.validation import validation
from sim.report.style import capital

if TYPE_CHECKING:
    from sim.report.page.scene import Scene
    from sim.runs.recipe import Recipe
    from sim.scenario import Scenario
    from sim.studies.strike_grid import StrikeGrid

HERE = Path(__file__).parent
#: longest piece of a manifest that the page shows, characters
LONGEST = 60_000
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
ASSUMED = ("stress",)
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


@dataclass(frozen=True)
class Report:
    """A report, made.

    Attributes
    ----------
    html, xlsx : the two files.
    decision : what the first page says.
    told : all of it in short, as plain data.
    loud : plans of which lines do not come out as they are stored, in words.
    """

    html: str
    xlsx: bytes
    decision: Decision
    told: Mapping[str, Any]
    loud: tuple[str, ...] = ()


def report(
    found: Sources,
    load: Callable[[], Scenario],
    grid: StrikeGrid | None = None,
    validated: Path | None = None,
    shown: Scene | None = None,
    why_not: str = "",
    recipe: Recipe | None = None,
    trust: bool = False,
) -> Report:
    """Make the page and the workbook; the same runs give the same bytes.

    Parameters
    ----------
    found : the runs.
    load : reads the comparison's scenario again, for the register of assumptions and the worked calculations.
    grid : for the sliders; none where left out.
    validated : a file of `bufferstock validate --json`.
    shown : what was made again of the business: network, incidents, scores; none where left out.
    why_not : why it is not there, in a sentence; "" where nobody asked for it.
    recipe : what the comparison was asked to do, its files where they can be found; as written down where left out.
    trust : import policies of the user's own.

    Raises
    ------
    UsageError : a table or a figure of a run cannot be read, or is not what this program writes.
    """
    main = found.main
    said = decision(found)
    scenario, why = scenario_again(main, load)
    register = None if scenario is None else register_table(main, scenario)
    plans = retraced(main, scenario, why, recipe, trust)
    checks, verdicts = validation(validated)
    drawings = [*of_comparison(main), *(scenes.drawings(shown) if shown is not None else [])]
    parts = [part(one, place) for place, one in enumerate(found.beside)]
    stress = checklist(main, len(register.rows) if register else 0, shown is not None)
    content: dict[str, Any] = {
        "business": main.business,
        "when": str((main.manifest.get("volatile") or {}).get("started", ""))[:10],
        "count": len(main.comparison.numbers),
        "decision": said,
        "headline": main.headline,
        "tables": [rows.posture_table(main, weather) for weather in main.comparison.weathers],
        "accounts": (made := account_tables(main, main.headline)),
        "account_note": NOTE,
        "unfit": unfit(made),
        "drawings": drawings,
        "parts": parts,
        "why_not": why_not,
        "grid": grid,
        "grid_data": data(grid) if grid else None,
        "grid_cells": cost_table(grid) if grid else None,
        "books": ledger(main, plans),
        "legend": (symbol_table(), source_table()),
        "reading": READING,
        "most": MOST,
        "register": register,
        "why": why,
        "not_modelled": not_modelled(found),
        "notes": list(dict.fromkeys(main.business.notes)),
        "order": _order(),
        "measures": rows.measure_table(main),
        "stress": stress,
        "open": sum(answer.open for section in stress for answer in section.answers),
        "checks": checks,
        "verdicts": verdicts,
        "commands": commands(found),
        "code": again.code(main),
        "futures": again.costliest(main),
        "opened": again.opened(main),
        "files": again.files(found),
        "manifest": shown_manifest(main.manifest),
        "told": main.manifest,
        "style": (HERE / "page.css").read_text(encoding="utf-8"),
        "script": "".join(
            (HERE / name).read_text(encoding="utf-8") for name in ("print.js", *(["slider.js"] if grid else []))
        ),
    }
    return Report(
        _html(content),
        _book(found, said, register, plans, verdicts, parts, grid, stress, shown),
        said,
        _told(found, said, plans),
        tuple(one.told for one in plans.values() if one.differs),
    )


def part(one: Beside, place: int) -> Part:
    """What the page takes from a run of another verb."""
    key, names = SENTENCES.get(one.verb, ("", ()))
    home = one.manifest.get(key) if key else one.manifest
    sentences = [text for name in names for text in texts((home or {}).get(name))]
    optimism = (home or {}).get("optimism")
    if isinstance(optimism, dict):
        sentences += texts(optimism.get("told"))
    sentences = [ended(text) for text in sentences]
    above = 0 if one.verb in ASSUMED else len(sentences) if len(sentences) <= ABOVE + 1 else ABOVE
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


def not_modelled(found: Sources) -> list[str]:
    """What these runs leave out: of the model, and of each run."""
    return list(NOT_MODELLED)


def commands(found: Sources) -> list[str]:
    """The commands that made the runs, and the one that repeats the comparison."""
    made = []
    for told in (found.main.manifest, *(one.manifest for one in found.beside)):
        argv = (told.get("volatile") or {}).get("arguments", {}).get("argv") or []
        if argv:
            made.append(shlex.join(["bufferstock", *(str(word) for word in argv)]))
    return [*made, shlex.join(["bufferstock", "rerun", str(found.main.folder)])]


def shown_manifest(told: Mapping[str, Any]) -> str:
    """The manifest as JSON, its longest parts left to the file."""
    kept = dict(told)
    kept["plans"] = "see the buffer ledger, and manifest.json"
    if len(json.dumps(kept.get("resolved_scenario"))) > LONGEST:
        kept["resolved_scenario"] = "see manifest.json"
    outputs = kept["outputs"]
    if len(outputs) > 40:
        kept["outputs"] = {name: outputs[name] for name in sorted(outputs)[:40]} | {"…": f"{len(outputs) - 40} more"}
    return json.dumps(kept, indent=1, ensure_ascii=False)


def _order() -> str:
    from sim.world.clock import ORDER_OF_A_DAY

    return ORDER_OF_A_DAY


def _html(content: Mapping[str, Any]) -> str:
    import jinja2
    from markupsafe import Markup

    home = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FileSystemLoader(HERE),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    content = {**content, "style": Markup(content["style"]), "script": Markup(content["script"])}  # of this package
    home.filters["safe_svg"] = lambda drawing: Markup(drawing.svg)
    home.filters["plain_json"] = _json
    return home.get_template("page.html").render(content)


def _json(value: Any) -> Any:
    """JSON that no text in it can end early."""
    from markupsafe import Markup

    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _book(
    found: Sources,
    said: Decision,
    register: Table | None,
    plans: Mapping[str, Retraced],
    verdicts: Table | None,
    parts: list[Part],
    grid: StrikeGrid | None,
    stress: list[Any],
    shown: Scene | None,
) -> bytes:
    main = found.main
    told = main.manifest
    first = [
        ("Report", f"{main.business.title}"),
        ("Decision", said.paragraph),
        *(("Because", text) for text in said.because),
        *(("How sure", text) for text in said.sure),
        *(("What would change it", text) for text in said.change),
        (
            "Run",
            f"seed {told['seed']}, {told['replications']} futures, bufferstock {told['version']}, study {told['study']}",
        ),
        ("Code", again.code(main)),
        *(("Calculated again", one.told) for one in plans.values()),
        *(("Command", text) for text in commands(found)),
        *(("Not modelled", text) for text in not_modelled(found)),
    ]
    answers = tuple(
        (answer.number, section.title, answer.title, answer.text) for section in stress for answer in section.answers
    )
    tables = [
        rows.all_means(main),
        rows.pair_table(main),
        *([rows.part_table(main)] if len(main.comparison.postures) > 1 else []),
        account_table(main),
        ledger_table(main),
        worked_table(main, plans),
        symbol_table(),
        source_table(),
        *(scenes.tables(shown) if shown is not None else []),
        *([register] if register else []),
        rows.measure_table(main),
        again.costliest(main),
        again.files(found),
        Table("STRESS-DES", "Checklist", ("Item", "Group", "Title", "Answer"), answers),
        *([verdicts] if verdicts else []),
        *([grid_table(grid)] if grid else []),
        *(table for one in parts for table in one.sheets),
    ]
    return workbook(f"Report of {main.business.name}", first, tables)


def _told(found: Sources, said: Decision, plans: Mapping[str, Retraced]) -> dict[str, Any]:
    main = found.main
    return {
        "scenario": main.business.name,
        "weather": main.headline,
        "seed": main.comparison.seed,
        "replications": len(main.comparison.numbers),
        "answer": said.answer,
        "paragraph": said.paragraph,
        "named": said.named,
        "today": said.today,
        "because": list(said.because),
        "sure": list(said.sure),
        "change": list(said.change),
        "facts": [{"label": one.label, "value": one.value, "span": one.span} for one in said.facts],
        "ledger": {name: {"lines": one.count, "same": len(one.same), "told": one.told} for name, one in plans.items()},
        "runs": [str(main.folder), *(str(one.folder) for one in found.beside)],
    }
