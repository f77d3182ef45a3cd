"""How things look: one colour, marker and line for each posture, and money in readable units. Draws nothing itself."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

#: colours that stay apart for colour-blind readers (Okabe and Ito 2008)
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE, BLACK = "#0072B2", "#D55E00", "#CC79A7", "#000000"
INK, GREY, LIGHT = "#1a1a1a", "#595959", "#c8c8c8"

#: width of figures, inches: 864 px as SVG
WIDTH = 9.0
MINUS = "\u2212"
#: what stands between an amount and its unit, where a line must not end
UNIT = re.compile(r"(?<=\d) (?=(?:k|m|bn)\b)")

Line = str | tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class Look:
    """How one posture is drawn, legible without colour: marker and line differ as well.

    Attributes
    ----------
    colour : hex code.
    marker, line : marker and line style as matplotlib knows them.
    """

    colour: str
    marker: str
    line: Line


FIXED = {
    "jit": Look(VERMILION, "o", (0, (4, 2))),
    "jic": Look(BLUE, "s", "-"),
    "hybrid": Look(PURPLE, "D", (0, (7, 2, 1, 2))),
}
OTHERS = (
    Look(GREEN, "^", (0, (1, 1))),
    Look(BLACK, "v", (0, (9, 2))),
    Look(ORANGE, "P", (0, (3, 1, 1, 1, 1, 1))),
    Look(SKY, "X", (0, (2, 3))),
    Look(YELLOW, "*", (0, (6, 1))),
)


def looks(names: Sequence[str]) -> dict[str, Look]:
    """Looks of postures: jit, jic and hybrid always the same, other names in turn."""
    found, turn = {}, 0
    for name in names:
        if name in FIXED:
            found[name] = FIXED[name]
        else:
            found[name] = OTHERS[turn % len(OTHERS)]
            turn += 1
    return found


#: settings of matplotlib while figures are drawn; nothing outside sees them
SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": 9.5,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "hatch.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
STEPS = ((1e9, "billion", "bn"), (1e6, "million", "m"), (1e3, "thousand", "k"))


@dataclass(frozen=True)
class Money:
    """A unit that keeps a set of amounts short.

    Attributes
    ----------
    currency : code of the currency.
    divisor, word, letter : 1e6, 'million' and 'm', for example.
    decimals : digits after the point.
    """

    currency: str
    divisor: float
    word: str
    letter: str
    decimals: int

    @classmethod
    def of(cls, currency: str, amounts: Iterable[float]) -> Money:
        """The unit in which the largest of these amounts is easy to read."""
        largest = _largest(amounts)
        divisor, word, letter = next((step for step in STEPS if largest >= step[0]), (1.0, "", ""))
        return cls(currency, divisor, word, letter, 0 if divisor == 1 else _decimals(largest / divisor))

    def near(self, amounts: Iterable[float]) -> Money:
        """The same unit with the digits that these amounts need, or a smaller unit where they are far smaller."""
        largest = _largest(amounts)
        if largest < self.divisor / 10 and self.divisor > 1:
            return Money.of(self.currency, [largest])
        return replace(self, decimals=0 if self.divisor == 1 else _decimals(largest / self.divisor))

    def showing(self, amounts: Iterable[float]) -> Money:
        """The same as `near`, with digits enough that none of these amounts but a true zero reads as 0.

        At most two digits more, and no more than two of the currency itself: below that `size` and `bare` say so.
        """
        given = [abs(amount) for amount in amounts]
        near = self.near(given)
        parts = [amount / near.divisor for amount in given]
        if near.divisor == 1:
            return replace(near, decimals=2 if digits(parts, 0, 2) else 0)
        return replace(near, decimals=digits(parts, near.decimals, near.decimals + 2))

    @property
    def sign(self) -> str:
        """What stands before an amount."""
        return SIGNS.get(self.currency, f"{self.currency} ")

    @property
    def unit(self) -> str:
        """The unit in words, for an axis or a heading."""
        return f"{self.sign.strip()} {self.word}".strip()

    @property
    def short(self) -> str:
        """The unit as a letter, for a narrow column."""
        return f"{self.sign.strip()} {self.letter}".strip()

    def number(self, amount: float, plus: bool = False) -> str:
        """An amount without its unit; 'n/a' where there is none."""
        return number(amount / self.divisor, self.decimals, plus)

    def text(self, amount: float, plus: bool = False) -> str:
        """An amount with its unit."""
        told = number(abs(amount) / self.divisor, self.decimals)
        before = self.number(amount, plus)[: -len(told)] if told != "n/a" else ""
        return f"{before}{self.sign}{told}" + (f" {self.letter}" if self.letter else "")

    def size(self, amount: float) -> str:
        """How much, without its sign, with its unit: never 0 where it is not."""
        told = self.text(abs(amount))
        return told if amount == 0 or not zero(told) else f"less than {self.text(self.divisor / 10**self.decimals)}"

    def bare(self, amount: float) -> str:
        """The same without its unit."""
        return bare(amount / self.divisor, self.decimals)


def zero(told: str) -> bool:
    """Whether a number that is written out reads as 0."""
    return not any(digit in told for digit in "123456789")


def digits(values: Iterable[float], least: int, most: int) -> int:
    """Fewest digits after the point at which no value but a true zero reads as 0; `most` where none are enough."""
    kept = [value for value in values if value != 0 and math.isfinite(value)]
    fits = (count for count in range(least, most) if not any(zero(number(value, count)) for value in kept))
    return next(fits, most)


def bare(value: float, decimals: int) -> str:
    """A number without its sign: 'less than 0.01', not 0, where it is not."""
    told = number(abs(value), decimals)
    return told if value == 0 or told == "n/a" or not zero(told) else f"less than {number(10**-decimals, decimals)}"


def _largest(amounts: Iterable[float]) -> float:
    return max((abs(float(amount)) for amount in amounts if math.isfinite(amount)), default=0.0)


def _decimals(largest: float) -> int:
    return 0 if largest >= 100 else 1 if largest >= 10 else 2


def number(value: float, decimals: int, plus: bool = False) -> str:
    """A number with a true minus sign and commas; 'n/a' where it is not finite.

    Parameters
    ----------
    value : the number.
    decimals : digits after the point.
    plus : show a plus sign before positive numbers.
    """
    if not math.isfinite(value):
        return "n/a"
    told = f"{abs(value):,.{decimals}f}"
    if zero(told):
        return told
    return (MINUS if value < 0 else "+" if plus else "") + told


def percent(share: float, decimals: int = 0) -> str:
    """A share in per cent, never rounded up to all or down to none."""
    if not math.isfinite(share):
        return "n/a"
    step = 10.0**-decimals
    shown = share * 100
    if 0 < shown < step / 2 or (shown < 100 and shown > 100 - step / 2):
        return f"< {step:.{decimals}f} %" if shown < 50 else f"> {100 - step:.{decimals}f} %"
    return f"{shown:.{decimals}f} %"


def clipped(name: str, most: int = 16) -> str:
    """A name cut in the middle to so many letters, so that names that differ at the end stay apart."""
    end = (most - 1) // 2
    return name if len(name) <= most else f"{name[: most - 1 - end]}…{name[-end:]}"


def counted(count: int, what: str = "future") -> str:
    """A number of things: '1 future', '60 futures'."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def capital(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
