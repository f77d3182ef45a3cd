"""Who is who on the first page: what each posture does, and what goes wrong in each weather."""

from __future__ import annotations

import math
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
        told = [happening(every[name], float(scenario.get("horizon") or math.inf)) for name in names[:MOST]]
        if len(names) > MOST:
            told.append(f"{len(names) - MOST} more kinds of incident")
        found.append((weather, capital("; ".join(told)) if told else QUIET))
    return found


def quiet(source: Compared) -> str:
    """The first weather, beside the headline, in which nothing goes wrong; "" where none was run."""
    return next((name for name, told in weathers(source) if told == QUIET and name != source.headline), "")


def happening(one: Mapping[str, Any], horizon: float) -> str:
    """One disruption in words: what, where, how long, how often in the booked days."""
    kind = str(one.get("kind") or "disruption")
    if kind == "background":
        return f"everyday incidents of all causes, at the rates of docs/events.md{_times(one.get('scale'))}"
    if isinstance(one.get("members"), list | tuple):
        return _joint(one, horizon)
    what = kind.replace("_", " ")
    lasts = days(one.get("down") or one.get("length"))
    if kind == "event":
        # a length of an event is a scale of its own
        from sim.events.library import event

        scale = one.get("length") or {}
        what = f"{event(str(one['event'])).name}, as it was"
        lasts = "" if scale.get("law") == "fixed" and scale.get("value") == 1 else "its length scaled"
    where = next((one[key] for key in PLACES if one.get(key)), "")
    places = [where] if isinstance(where, str) else [str(place) for place in where]
    at = f"at {listed(places)}" if len(places) <= MOST else f"at {len(places)} places"
    remaining = one.get("remaining")
    left = f"({percent(remaining)} left)" if isinstance(remaining, int | float) and 0 < remaining < 1 else ""
    parts = [what, at if places and places[0] else "", left, f"for {lasts}" if lasts and kind != "event" else lasts]
    return " ".join(part for part in (*parts, often(one, horizon)) if part)


def _joint(one: Mapping[str, Any], horizon: float) -> str:
    """Several disruptions that come of one: a hazard or a regime."""
    members = []
    for member in one["members"]:
        told = happening({**member, "start": None, "rate": None, "after": None, "up": None}, horizon)
        chance = float(member.get("probability", 1.0))
        members.append(told + ("" if chance >= 1 else f" in {percent(chance)} of cases"))
    more = f" and {len(members) - MOST} more" if len(members) > MOST else ""
    what = str(one.get("kind")).replace("_", " ")
    return " ".join(part for part in (f"{what} of {', '.join(members[:MOST])}{more}", often(one, horizon)) if part)


def often(one: Mapping[str, Any], horizon: float) -> str:
    """How often a disruption comes, and whether it lies in the booked days."""
    chance = float(one.get("probability", 1.0))
    start = one.get("start")
    if isinstance(start, Mapping):
        low, high = _support(start)
        if low >= 0 and high < horizon:
            return "in every future"
        return f"once, from day {number(low, 0)} to {number(high, 0) if math.isfinite(high) else 'any later one'}"
    if one.get("rate") is not None:
        return f"{float(one['rate']):.2g} times a year on average"
    if one.get("after"):
        lag = days(one.get("lag"))
        later = f", {lag} later" if lag and lag != "0 days" else ""
        return f"after {one['after']}{later}" + ("" if chance >= 1 else f", in {percent(chance)} of cases")
    return "at random times" if one.get("up") else ""


def _support(law: Mapping[str, Any]) -> tuple[float, float]:
    """The least and the greatest value of a law; infinite where it has no end."""
    if law.get("law") == "fixed":
        return float(law["value"]), float(law["value"])
    if law.get("law") in ("uniform", "triangular"):
        return float(law["low"]), float(law["high"])
    return 0.0, math.inf


def _times(scale: Any) -> str:
    return f", times {float(scale):.3g}" if isinstance(scale, int | float) and scale != 1 else ""


def days(law: Any) -> str:
    """A length in words; "" where there is none."""
    if not isinstance(law, Mapping):
        return ""
    if law.get("law") == "fixed":
        return _days(float(law["value"]))
    if law.get("law") == "uniform":
        return f"{float(law['low']):.3g} to {_days(float(law['high']))}"
    mean = law.get("mean")
    return f"{_days(float(mean))} on average" if isinstance(mean, int | float) else ""


def _days(value: float) -> str:
    return f"{value:.3g} day" + ("" if value == 1 else "s")
