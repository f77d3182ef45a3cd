"""Words in cells and what they mean here: criticality, modes of transport."""

from __future__ import annotations

from collections.abc import Mapping

from sim.catalogue import CRITICALITIES
from sim.intake.aliases import plain

HALTS, BREACHES, INCONVENIENCES = CRITICALITIES
CRITICALITY: dict[str, str] = {
    **dict.fromkeys(("haltsproduction", "halts", "critical", "vital", "v", "high", "linedown"), HALTS),
    **dict.fromkeys(("breachesacontract", "breaches", "essential", "e", "medium", "contract"), BREACHES),
    **dict.fromkeys(("inconveniences", "desirable", "d", "low", "noncritical", "standard"), INCONVENIENCES),
}
#: assumed: classes by value say little about what a stockout does; told in the scenario's notes
BY_ABC = {"a": BREACHES, "b": INCONVENIENCES, "c": INCONVENIENCES}
YES = frozenset({"x", "y", "yes", "true", "t", "1", "j", "ja"})
NO = frozenset({"", "n", "no", "false", "f", "0", "nein"})
MODES: dict[str, str] = {
    **dict.fromkeys(("ocean", "sea", "vessel", "boat", "ship", "seafreight", "oceanfreight", "fcl", "lcl"), "sea"),
    **dict.fromkeys(("air", "airfreight", "plane"), "air"),
    **dict.fromkeys(("truck", "road", "ltl", "ftl", "trucking", "lorry", "van"), "truck"),
    **dict.fromkeys(("rail", "train"), "rail"),
}
#: mode of a lane of which no file says how goods come
NO_MODE = "unknown"


def mode_of(text: str) -> str:
    """A mode in the words of a scenario: sea, truck, air, rail, or the word itself in lower case."""
    return MODES.get(plain(text), " ".join(text.replace("_", " ").casefold().split()))


def criticality_of(text: str, further: Mapping[str, str]) -> str | None:
    """A criticality from its word, or None."""
    own = {plain(word): meaning for word, meaning in further.items()}
    return own.get(plain(text), CRITICALITY.get(plain(text)))
