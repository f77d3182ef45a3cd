"""The page itself: everything a report holds, in the order in which people read it, as one HTML file and one workbook."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.page import again, cast, rows
from sim.report.page import scene as scenes
from sim.report.page.accounts import NOTE, account_tables, unfit
from sim.report.page.checklist import checklist
from sim.report.page.decision import Decision, decision
from sim.report.page.figures import of_comparison
from sim.report.page.ledger import MOST, ledger
from sim.report.page.legend import READING, source_table, symbol_table
from sim.report.page.part import part
from sim.report.page.register import NOT_MODELLED, register_table, scenario_again
from sim.report.page.sheets import sheets
from sim.report.page.slider import cost_table, data
from sim.report.page.source import Sources
from sim.report.page.trace import Retraced, retraced
from sim.report.page.validation import validation

if TYPE_CHECKING:
    from sim.report.page.scene import Scene
    from sim.runs.recipe import Recipe
    from sim.scenario import Scenario
    from sim.studies.strike_grid import StrikeGrid

HERE = Path(__file__).parent
#: longest piece of a manifest that the page shows, characters
LONGEST = 60_000


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
        "horizon": (main.manifest["resolved_scenario"] or {}).get("horizon"),
        "decision": said,
        "cast": (cast.postures(main), cast.weathers(main)),
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
        "not_modelled": list(NOT_MODELLED),
        "notes": list(dict.fromkeys(main.business.notes)),
        "order": _order(),
        "measures": rows.measure_table(main),
        "stress": stress,
        "open": sum(answer.open for section in stress for answer in section.answers),
        "checks": checks,
        "verdicts": verdicts,
        "commands": again.commands(found),
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
        sheets(found, said, register, plans, verdicts, parts, grid, stress, shown),
        said,
        _told(found, said, plans),
        tuple(one.told for one in plans.values() if one.differs),
    )


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
