"""Who is who on the first page: what each posture does, and what goes wrong in each weather."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.about import POSTURES
from sim.overrides import label_of, split_settings
from sim.report.style import capital, listed, number, percent

if TYPE_CHECKING:
    from sim.report.page.source import Compared

#: keys of a disruption that say where it strikes
PLACES = tuple(
    f"{kind}{many}" for kind in ("port", "supplier", "pool", "lane", "warehouse", "item") for many in ("", "s")
)
QUIET = "Nothing goes wrong but everyday luck"
#: places, and disruptions of a weather, that are told by name
MOST = 3


def postures(source: Compared) -> list[tuple[str, str]]:
    """Each posture and what it does, the cheapest first."""
    recipe = source.run.recipe
    given = dict(zip(source.comparison.postures, recipe.postures, strict=True))
    _, theirs = split_settings(recipe.settings, recipe.postures)
    found = []
    for name in source.comparison.ranking(source.headline):
        asked = str(given[name])
        told = (POSTURES.get(name, "") if asked == name else f"as in {asked}") or "a posture of one's own"
        changed = [f"{label_of(asked)}.{setting}" for setting in theirs[asked]]
        found.append((name, f"{told}, with {listed(changed)}" if changed else told))
    return found


def weathers(source: Compared) -> list[tuple[str, str]]:
    """Each weather and what goes wrong in it."""
    scenario: Mapping[str, Any] = source.manifest["resolved_scenario"]
    every = {str(one.get("name")): one for one in scenario.get("disruptions") or [] if isinstance(one, Mapping)}
    chosen = scenario.get("weathers") or {}
    named = {name for names in chosen.values() for name in names}
    found = []
    for weather in source.comparison.weathers:
        names = [name for name in every if name not in named or name in chosen.get(weather, ())]
        told = [happening(every[name]) for name in names[:MOST]]
        if len(names) > MOST:
            told.append(f"{len(names) - MOST} more kinds of incident")
        found.append((weather, capital("; ".join(told)) if told else QUIET))
    return found


def quiet(source: Compared) -> str:
    """The first weather, beside the headline, in which nothing goes wrong; "" where none was run."""
    return next((name for name, told in weathers(source) if told == QUIET and name != source.headline), "")


def happening(one: Mapping[str, Any]) -> str:
    """One disruption in words: what, where, how long, how often."""
    kind = str(one.get("kind") or "disruption").replace("_", " ")
    where = next((one[key] for key in PLACES if one.get(key)), "")
    places = [where] if isinstance(where, str) else [str(place) for place in where]
    at = f" at {listed(places)}" if places and places[0] and len(places) <= MOST else f" at {len(places)} places"
    lasts = days(one.get("down") or one.get("length"))
    parts = [f"{kind}{at if places and places[0] else ''}", *([f"for {lasts}"] if lasts else []), often(one)]
    return " ".join(part for part in parts if part)


def often(one: Mapping[str, Any]) -> str:
    """How often a disruption comes."""
    chance = float(one.get("probability", 1.0))
    if one.get("start") is not None:
        return "in every future"
    if one.get("rate") is not None:
        return f"{number(float(one['rate']), 2)} times a year on average"
    if one.get("after"):
        return f"after {one['after']}" + ("" if chance >= 1 else f" in {percent(chance)} of cases")
    return "at random times" if one.get("up") else ""


def days(law: Any) -> str:
    """A length in words; "" where there is none."""
    if not isinstance(law, Mapping):
        return ""
    if law.get("law") == "fixed":
        return f"{number(float(law['value']), 0)} days"
    if law.get("law") == "uniform":
        return f"{number(float(law['low']), 0)} to {number(float(law['high']), 0)} days"
    mean = law.get("mean")
    return f"{number(float(mean), 0)} days on average" if isinstance(mean, int | float) else ""
