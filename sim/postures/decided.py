"""Which rule of a posture gave each number of a line, in words with its condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.postures.rule import Case, Rule
from sim.postures.sourcing import LEVERS, PLAIN

if TYPE_CHECKING:
    from sim.postures.decision import Posture
    from sim.postures.made import Made

#: numbers that every line has; the others are told where a rule names them, or where the posture's own differ from these
ALWAYS = ("target", "cover", "lot", "method")
NOTHING = {**{name: getattr(PLAIN, name) for name in LEVERS}, "buy_ahead": 0.0}
WORDS = {
    "z": "safety factor {}",
    "cycle_service": "cycle service {}",
    "fill_rate": "fill rate {}",
    "cover": "cover {} days",
    "lot": "lot {} days",
    "method": "method {}",
    "called": "called {}",
    "buy_ahead": "bought ahead {} days",
    "expedite_below": "expedited below {} days of cover",
    "expedite_most": "expedited at most {} days at a time",
    "transship_below": "taken from another warehouse below {} days of cover",
    "transship_keep": "{} days not given to others",
    "source": "main supplier number {}",
    "second_source": "second supplier's share {}",
    "backup": "backup supplier: {}",
    "backup_after": "backup noticed after {} days",
    "backup_ramp": "backup grows over {} days",
    "backup_qualifies": "backup qualified after {} days",
    "reserved": "reserved slot: {}",
    "flex_below": "surge below {} days of stock",
}


@dataclass(frozen=True)
class Decided:
    """One number that a posture decides for an item.

    Attributes
    ----------
    name : key of the number, for example ``cover``.
    what : the number in words, as it was used.
    by : the rule and its condition, or that it is the posture's own.
    """

    name: str
    what: str
    by: str


def decided(posture: Posture, made: Made) -> tuple[Decided, ...]:
    """What a posture decides for a line, and by which of its rules.

    Parameters
    ----------
    posture : whose rules they are.
    made : the line as it was made.
    """
    won = posture.winners(made.case)
    ruled, used = posture.numbers(made.case), made.numbers
    kind, target = used.target
    found = [Decided("target", WORDS[kind].format(_value(target)), _by(posture, won.get("target")))]
    for name, words in WORDS.items():
        idle = name == "called" or getattr(posture, name) == NOTHING.get(name)
        if name in ("z", "cycle_service", "fill_rate") or (name not in ALWAYS and name not in won and idle):
            continue
        value = getattr(used, name) if hasattr(used, name) else getattr(used.levers, name)
        by = _by(posture, won.get(name))
        if name == "cover" and used.cover != ruled.cover:
            by = f"the mean length of {', '.join(posture.against)}, to be survived, above the {ruled.cover:g} of {by}"
        if name == "lot" and used.lot != ruled.lot:
            by = f"the lot of least cost under the supplier's quoted discounts, in place of the {ruled.lot:g} days of {by}"
        found.append(Decided(name, words.format(_value(value)), by))
    return tuple(found)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _by(posture: Posture, won: tuple[Any, int] | None) -> str:
    """The rule that decided, or the posture itself."""
    if won is None:
        return f"{posture.name} itself" + (", no rule that the item meets names it" if posture.rules else "")
    place = won[1]
    return f"rule {place} of {len(posture.rules)} ({conditions(posture.rules[place - 1])})"


def conditions(rule: Rule) -> str:
    """What an item must be for a rule, in words."""
    told = [
        f"a stockout {rule.criticality}" if rule.criticality else "",
        f"by {rule.mode}" if rule.mode else "",
        ""
        if rule.single_source is None
        else "one supplier in use"
        if rule.single_source
        else "several suppliers in use",
        f"standard cost below {rule.cheaper_than:g}" if rule.cheaper_than is not None else "",
        f"keeps for fewer than {rule.shelf_life_below:g} days" if rule.shelf_life_below is not None else "",
        f"{' or '.join(rule.impact)} impact" if rule.impact else "",
        f"{' or '.join(rule.fragility)} fragility" if rule.fragility else "",
        f"{' or '.join(rule.demand)} demand" if rule.demand else "",
    ]
    return ", ".join(part for part in told if part) or "every item"


def meets_facts(case: Case) -> str:
    """What the conditions looked at: the item's own facts."""
    item = case.item
    count = len(item.suppliers)
    keeps = f"; keeps for {item.shelf_life:g} days" if item.shelf_life is not None else ""
    return (
        f"a stockout {item.criticality}; by {case.mode}; {count} supplier{'' if count == 1 else 's'}; standard cost "
        f"{item.standard_cost:g}; {case.klass} demand{keeps}"
    )
