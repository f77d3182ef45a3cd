"""What stands under a result on the terminal, each matter said once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: a note of a posture on lines that lack a way: posture, what it asks for, how many lines
LACKS = re.compile(r"^([^:]+): asks for (.+): (\d+) lines go without$")
IN_SAMPLE = "In-sample: "


def best_case(why: Sequence[str]) -> list[str]:
    """The sentence that marks a result as in-sample, with all reasons; none where there is no reason."""
    return [f"{IN_SAMPLE}{'; '.join(why)}: read the figures as the best case."] if why else []


def notes(found: Iterable[str], in_sample: Sequence[str]) -> list[str]:
    """Notes for the terminal, each by its first sentence.

    What postures lack alike is told in one note, where the first of them stood. Notes that tell again what `best_case`
    says are left out; manifests have them.

    Parameters
    ----------
    found : all notes, in order.
    in_sample : reasons that `best_case` gives under the same result.
    """
    told: list[str] = []
    lacking: dict[str, tuple[int, dict[str, str]]] = {}
    for note in dict.fromkeys(found):
        lacks = LACKS.match(note)
        if lacks is not None:
            if lacks[2] not in lacking:
                lacking[lacks[2]] = len(told), {}
                told.append(note)
            place, lines = lacking[lacks[2]]
            lines[lacks[1]] = lacks[3]
            if len(lines) > 1:
                told[place] = f"{_and(lines)} ask for {lacks[2]}: {_and(lines.values())} lines go without"
        elif not (in_sample and note.startswith(IN_SAMPLE)):
            told.append(first_sentence(note))
    return told


def _and(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def first_sentence(text: str) -> str:
    """The first sentence of a note."""
    head, stop, _ = text.partition(". ")
    return head + "." if stop else text
