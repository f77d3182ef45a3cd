"""A profile for the terminal: classes of items, lead times, what was disrupted and why, what is thin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.profiles.demand import ADI_CUT, CV2_CUT, KLASSES
from sim.profiles.lead_time import LeadTimeProfile
from sim.profiles.profile import Profile
from sim.profiles.stretches import Stretch
from sim.profiles.tables import dated
from sim.report.style import capital, counted, number, percent
from sim.report.tables import FRAME

#: most rows of a table, most lines of a list; the files hold all
ROWS, LINES = 24, 8


def shown(profile: Profile) -> RenderableType:
    """Everything worth reading at once; 100 columns are enough."""
    parts: list[RenderableType] = [_classes(profile), Text(_how(profile)), Text(""), _lead_times(profile)]
    parts += [Text(line) for line in _lead_notes(profile)]
    parts += [Text(""), *(Text(line) for line in _stretches(profile))]
    parts += [Text(""), *(Text(line) for line in _thin(profile))]
    return Group(*parts)


def _classes(profile: Profile) -> Table:
    found = Table(title=Text("Items by demand class", style="bold"), title_justify="left", **FRAME)
    found.add_column("Warehouse")
    for heading in ("Items", *(capital(name) for name in KLASSES[:-1]), "No demand", "Trend", "Season", "New", "Thin"):
        found.add_column(heading, justify="right")
    for site, kinds in profile.demand.items():
        whole = kinds["all"]
        counts = [int((whole.klass == name).sum()) for name in KLASSES]
        trend = int(((whole.trend_low > 0) | (whole.trend_high < 0)).sum())
        season = str(int((whole.season > 0).sum())) if np.isfinite(whole.season).any() else "n/a"
        rest = [str(trend), season, str(int(whole.late.sum())), str(int(whole.thin.sum()))]
        found.add_row(Text(site), str(whole.klass.size), *(str(count) for count in counts), *rest)
    return found


def _how(profile: Profile) -> str:
    period = {1: "days", 7: "weeks", 30: "months of 30 days"}.get(profile.bucket, f"periods of {profile.bucket} days")
    return (
        f"Classes on {period}: intermittent and lumpy above ADI {ADI_CUT}, erratic and lumpy above CV² {CV2_CUT} "
        f"(Syntetos, Boylan and Croston 2005). Season needs two years."
    )


def _lead_times(profile: Profile) -> Table:
    found = Table(title=Text("Lead times, days", style="bold"), title_justify="left", **FRAME)
    found.add_column("From", overflow="fold")
    found.add_column("To", overflow="fold")
    found.add_column("Mode")
    lines = list(_lines(profile))
    recorded = any(line.basis == "delivery records" for _, _, line in lines)
    found.add_column("Stretch" if recorded else "Basis", no_wrap=True)
    for heading in ("Mean", "Sd"):
        found.add_column(heading, justify="right")
    for heading in ("p50", "p90", "Came", "Open", "On time", "Late p50", "p90", "Crossed") if recorded else ():
        found.add_column(heading, justify="right")
    for (site, origin), kind, line in lines[:ROWS]:
        half = line.mean_high - line.mean
        mean = number(line.mean, 0) + (f" ± {half:.0f}" if np.isfinite(half) else "")
        figures = [mean, number(line.sd, 1)]
        if recorded:
            figures += [_days(line.p50), _days(line.p90)]
            figures += [str(line.n), str(line.open)] if line.n or line.open else ["", ""]
            figures += [_share(line.on_time), _days(line.late_p50), _days(line.late_p90), _share(line.crossed)]
        what = kind if line.basis == "delivery records" else "published"
        found.add_row(Text(origin), Text(site), Text(line.mode), what, *figures)
    return found


def _share(value: float) -> str:
    return percent(value) if np.isfinite(value) else ""


def _days(value: float) -> str:
    return number(value, 0) if np.isfinite(value) else ""


def _lines(profile: Profile) -> Iterator[tuple[tuple[str, str], str, LeadTimeProfile]]:
    """Supply lines to show: stable and disrupted under each other where there are both, or else all orders."""
    for way, kinds in profile.lead.items():
        both = "stable" in kinds and "disrupted" in kinds
        for kind, line in kinds.items():
            if (kind == "disrupted") or (kind == "stable" and both) or (kind == "all" and not both):
                yield way, kind, line


def _lead_notes(profile: Profile) -> list[str]:
    lines = [kinds["all"] for kinds in profile.lead.values()]
    recorded = sum(line.basis == "delivery records" for line in lines)
    made = []
    hidden = len(list(_lines(profile))) - ROWS
    if hidden > 0:
        made.append(f"{counted(hidden, 'more row')} in lead_times.csv.")
    if not recorded:
        made.append("No delivery is on record: lead times are the published ones (key: deliveries).")
    elif recorded < len(lines):
        made.append(f"{counted(len(lines) - recorded, 'supply line')} without deliveries: published lead times.")
    if recorded:
        made.append(
            "Open orders count as longer than they have waited. Late p50 and p90: days late of the late ones. "
            "Crossed: overtaken by a later order of the same item."
        )
    return made


def _stretches(profile: Profile) -> list[str]:
    if not profile.stretches:
        return ["Disrupted stretches: none declared, none found. All figures rest on all days."]
    shared = [one for one in profile.stretches if not one.item]
    single = sorted((one for one in profile.stretches if one.item), key=lambda one: one.start - one.end)
    made = [f"Stretches told apart ({len(profile.stretches)}), stable and disrupted figures side by side in the files:"]
    made += [_told(one, profile.as_of) for one in [*shared, *single][:LINES]]
    if len(profile.stretches) > LINES:
        made.append(f"  and {len(profile.stretches) - LINES} more in stretches.csv")
    return made


def _told(one: Stretch, as_of: str) -> str:
    when = f"{dated(one.start, as_of)} to {dated(one.end, as_of)}"
    what = "" if one.basis == "found" else f", {one.kind}" + ("" if one.of == "all" else f", {one.of}")
    return f"- {capital(one.name)} ({when}, {one.basis}{what}): {one.why}"


def _thin(profile: Profile) -> list[str]:
    told = [
        f"- {item} at {site}: {why}"
        for site, kinds in profile.demand.items()
        for item, why in zip(profile.items[site], kinds["all"].thin_why, strict=True)
        if why
    ]
    lines = [
        f"- lead time of {origin} to {site} ({kind}): {line.thin_why}"
        for (site, origin), kind, line in _lines(profile)
        if line.thin
    ]
    if not told and not lines:
        return ["Thin: nothing."]
    made = [f"Thin: {counted(len(told), 'item')} and {counted(len(lines), 'lead time')} rest on little:"]
    made += [*lines[: LINES // 2], *told[: LINES - len(lines[: LINES // 2])]]
    if len(told) + len(lines) > len(made) - 1:
        made.append(f"  and {len(told) + len(lines) - len(made) + 1} more, marked in profile.csv and lead_times.csv")
    return made
