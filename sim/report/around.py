"""The third figure: stock and unserved demand around the first incident, one column for each weather with incidents."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray

from sim.disruptions.effects import only_money
from sim.futures import draw_incidents
from sim.report.canvas import grid, headed, settle
from sim.report.findings import in_sample
from sim.report.style import GREY, INK, LIGHT, Look, Money, capital, clipped, counted, listed, looks
from sim.studies.compare import Comparison
from sim.studies.montecarlo import AFTER, BEFORE, SERIES, first_incident
from sim.studies.statistics import Interval, interval, t_quantile

Floats = NDArray[np.float64]
NAME = "stock_around"
DAYS = np.arange(-BEFORE, AFTER)
#: most columns; weathers beyond are left out
COLUMNS = 3
#: with more postures than this, the widest bands are left out, and the title tells the extremes only
CROWD = 3
#: days of the moving average
SMOOTH = 7


def eventful(comparison: Comparison) -> list[str]:
    """Weathers under which something happened that was recorded day by day."""
    there = np.isfinite(comparison.around)
    return [weather for place, weather in enumerate(comparison.weathers) if there[:, place].any()]


def daily(comparison: Comparison, weather: str, name: str, series: str) -> Floats:
    """(futures in which it happened, days) of one series of one posture, NaN outside the horizon."""
    place = comparison.weathers.index(weather), comparison.postures.index(name), SERIES.index(series)
    found: Floats = comparison.around[:, *place].astype(float)
    return found[np.isfinite(found).any(axis=1)]


def window(comparison: Comparison, weather: str) -> tuple[float, str] | None:
    """Mean length in days of the incident that came first, over the futures drawn, and words for it.

    Where different disruptions came first in different futures, the one that did so most often. None where nothing came.
    Where nothing came that can move stock, and only prices changed, the words say so.
    """
    scenario = comparison.scenario.under(weather)
    lengths: dict[str, list[float]] = {}
    priced: set[str] = set()
    for number in comparison.numbers:
        one = first_incident(draw_incidents(scenario, comparison.seed, number), scenario.horizon)
        if one is not None:
            lengths.setdefault(one.name, []).append(one.end - one.start)
            if only_money(one):
                priced.add(one.name)
    if not lengths:
        return None
    name = max(lengths, key=lambda one: len(lengths[one]))
    found = lengths[name]
    length = float(np.mean(found))
    lasts = f"{length:.3g} day{'' if length == 1 else 's'}" if np.isfinite(length) else "for good"
    words = f"{name}, {lasts}" + (" on average" if len(set(found)) > 1 and np.isfinite(length) else "")
    words += "; only prices change" if name in priced else ""
    return length, words if len(lengths) == 1 else f"most often first: {words}"


def enough(values: Floats) -> NDArray[np.bool_]:
    """(days,) whether at least half of the futures have that day within the horizon."""
    return np.asarray(np.isfinite(values).sum(axis=0) >= max(values.shape[0] / 2, 1))


def smooth(values: Floats) -> Floats:
    """Centred moving average over days of each future, from the days that are there; NaN where the day is not."""
    there = np.isfinite(values)
    kernel = np.ones(SMOOTH)
    sums = np.array([np.convolve(row, kernel, "same") for row in np.where(there, values, 0.0)])
    counts = np.array([np.convolve(row, kernel, "same") for row in there.astype(float)])
    return np.where(there, sums / np.maximum(counts, 1.0), np.nan)


def unserved(values: Floats) -> tuple[Floats, Floats]:
    """Mean over futures of the moving average, (days,), and the half-width of its 95 % interval."""
    kept = enough(values)
    mean, half = np.full(DAYS.size, np.nan), np.full(DAYS.size, np.nan)
    smoothed = smooth(values)[:, kept]
    count = np.isfinite(smoothed).sum(axis=0)
    mean[kept] = np.nansum(smoothed, axis=0) / count
    freedom = np.maximum(count - 1, 1)
    quantiles = np.array([t_quantile(0.975, int(one)) for one in freedom])
    spread = quantiles * np.sqrt(np.nansum((smoothed - mean[kept]) ** 2, axis=0) / freedom / count)
    half[kept] = np.where(count > 1, spread, np.nan)
    return mean, half


def draw(comparison: Comparison) -> tuple[Figure, str]:
    """The figure and its title."""
    weathers, postures, currency = eventful(comparison)[:COLUMNS], comparison.postures, comparison.scenario.currency
    crowded = len(postures) > CROWD
    figure, panels = grid(2, len(weathers), 5.2, sharex="all", sharey="row", gridspec_kw={"height_ratios": (3, 2)})
    cells = [(weather, name) for weather in weathers for name in postures]
    fans = {cell: _bands(daily(comparison, *cell, "on_hand")) for cell in cells}
    curves = {cell: unserved(daily(comparison, *cell, "short")) for cell in cells}
    stock = Money.of(currency, [float(np.nanmax(bands)) for bands in fans.values()])
    short = Money.of(currency, [float(np.nanmax(mean)) for mean, _ in curves.values()])
    title = "\n".join(_finding(comparison, weather) for weather in weathers)
    bands = "band: middle 50 % of futures" if crowded else "dark band: middle 50 % of futures, light band: middle 90 %"
    note = (
        f"{counted(len(comparison.numbers))}. Day 0: the first incident that can move stock starts.\n"
        f"Above, at standard cost: median line, {bands}.\n"
        f"Below, at sales price: mean over futures, {SMOOTH}-day moving average; band: 95 % interval of the mean."
    )
    if any(np.isnan(daily(comparison, *cell, "short")[:, BEFORE:]).any() for cell in cells):
        note += f"\nWhere the horizon ends within {AFTER} days of the start, what is known up to then."
    headed(figure, title, note + in_sample(comparison))
    tops = [1.14 * float(np.nanmax(bands)) / stock.divisor for bands in fans.values()]
    for column, weather in enumerate(weathers):
        upper, lower = panels[column], panels[column + len(weathers)]
        for turn, (name, look) in enumerate(looks(postures).items()):
            _fan(upper, fans[weather, name] / stock.divisor, look, turn, crowded)
            mean, half = curves[weather, name]
            _curve(lower, mean / short.divisor, half / short.divisor, look, turn)
        for axes in (upper, lower):
            axes.set_xlim(DAYS[0], DAYS[-1] + 1)
            axes.grid(axis="y", color=LIGHT, linewidth=0.5)
            axes.set_axisbelow(True)
        upper.set_ylim(0, max(tops) or 1.0)
        upper.set_title(capital(weather) + _happened(comparison, weather))
        _window(upper, lower, window(comparison, weather))
    for axes in panels[len(weathers) :]:
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Days from the start" + (" of the first incident" if len(weathers) < COLUMNS else ""))
    panels[0].set_ylabel(f"Stock on hand, {stock.unit}")
    panels[len(weathers)].set_ylabel(f"Not served from stock,\n{short.unit} a day")
    figure.align_ylabels()
    ends = [
        _names(panels[len(weathers) - 1], {name: fans[weathers[-1], name][2] / stock.divisor for name in postures}),
        _names(panels[-1], {name: curves[weathers[-1], name][0] / short.divisor for name in postures}),
    ]
    settle(figure)
    for texts in ends:
        _spread(texts)
    return figure, title


def _finding(comparison: Comparison, weather: str) -> str:
    """Sales that each posture did not serve from stock after the start, with intervals; no ranking is claimed."""
    found: dict[str, Interval] = {}
    for name in comparison.postures:
        values = daily(comparison, weather, name, "short")[:, BEFORE:]
        found[name] = interval(np.nansum(values, axis=1))
    money = Money.of(comparison.scenario.currency, [one.mean for one in found.values()])
    told = {}
    for name, one in found.items():
        told[name] = "none" if one.mean == 0 else money.text(one.mean)
        if one.mean != 0 and one.n > 1:
            told[name] += f" ± {money.number(one.half_width)}"
    what = f"{capital(weather)}: sales not served from stock over {AFTER} days"
    if len(found) > CROWD:
        least, *_, most = sorted(found, key=lambda name: found[name].mean)
        return f"{what} range from {told[least]} ({least}) to {told[most]} ({most})"
    none = [name for name in found if told[name] == "none"]
    parts = [f"{name} {told[name]}" for name in found if name not in none] + ([f"{listed(none)} none"] if none else [])
    return f"{what}: {'; '.join(parts)}"


def _happened(comparison: Comparison, weather: str) -> str:
    """In how many futures anything happened, where it did not in all."""
    count, every = len(daily(comparison, weather, comparison.postures[0], "on_hand")), len(comparison.numbers)
    return "" if count == every else f" ({count:,} of {counted(every)})"


def _bands(values: Floats) -> Floats:
    """(5, days) 5th, 25th, 50th, 75th and 95th percentile of the futures, NaN where too few have the day."""
    kept = enough(values)
    found = np.full((5, DAYS.size), np.nan)
    found[:, kept] = np.nanpercentile(values[:, kept], (5, 25, 50, 75, 95), axis=0)
    return found


def _fan(axes: Axes, bands: Floats, look: Look, turn: int, crowded: bool) -> None:
    """Median with the bands that hold half and, where there is room, nine tenths of the futures."""
    for low, high, strength in ((0, 4, 0.16), (1, 3, 0.32))[crowded:]:
        axes.fill_between(DAYS, bands[low], bands[high], color=look.colour, alpha=strength, linewidth=0)
    _trace(axes, bands[2], look, turn)


def _curve(axes: Axes, mean: Floats, half: Floats, look: Look, turn: int) -> None:
    """Mean with its interval."""
    axes.fill_between(DAYS, np.maximum(mean - half, 0.0), mean + half, color=look.colour, alpha=0.25, linewidth=0)
    _trace(axes, mean, look, turn)


def _trace(axes: Axes, values: Floats, look: Look, turn: int) -> None:
    axes.plot(
        DAYS,
        values,
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markevery=(5 + 8 * turn, 30),
        markersize=5,
        markeredgecolor=INK,
        markeredgewidth=0.5,
        clip_on=False,
        zorder=3,
    )


def _window(upper: Axes, lower: Axes, found: tuple[float, str] | None) -> None:
    """Shade the incident and say what it is."""
    for axes in (upper, lower):
        axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
        if found is not None:
            style: dict[str, Any] = {"facecolor": "#efefef", "edgecolor": LIGHT, "hatch": "///", "linewidth": 0}
            axes.axvspan(0, min(found[0], AFTER), zorder=0, **style)
    if found is not None:
        upper.text(
            1.5,
            0.985,
            found[1],
            transform=upper.get_xaxis_transform(),
            fontsize=9,
            color=INK,
            ha="left",
            va="top",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5},
        )


def _names(axes: Axes, lines: dict[str, Floats]) -> list[Text]:
    """Names at the right end of lines; they take part in the layout."""
    found = []
    for name, values in lines.items():
        there = values[np.isfinite(values)]
        if there.size:
            found.append(
                axes.text(
                    1.015,
                    float(there[-1]),
                    clipped(name),
                    transform=axes.get_yaxis_transform(),
                    fontsize=9.5,
                    fontweight="bold",
                    ha="left",
                    va="center",
                )
            )
    return found


def _spread(texts: list[Text]) -> None:
    """Move labels apart, up from the lowest, so that none covers another."""
    floor = -np.inf
    for text in sorted(texts, key=lambda one: float(one.get_position()[1])):
        box = text.get_window_extent()
        assert text.axes is not None
        shift = max(floor - box.y0, 0.0)
        to_data = text.axes.transData.inverted()
        text.set_y(float(to_data.transform((0.0, (box.y0 + box.y1) / 2 + shift))[1]))
        floor = box.y1 + shift
