"""A claim of the debate: what is said, what is asked, and how it is put to the test. Written before anything is run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """One claim.

    Attributes
    ----------
    number, name : which; the file is ``<two digits>_<name>.py``.
    claim : what is said, in one sentence.
    question : what is asked, so that numbers can answer it.
    design : what is run, in a few sentences (Markdown).
    fair : why the design is fair to both sides.
    expected : what the field expects, written down before the run.
    parameters : (name, value with unit, source) of all that matters to the verdict.
    minutes : how long the full run takes on two processors.
    """

    number: int
    name: str
    claim: str
    question: str
    design: str
    fair: str
    expected: str
    parameters: tuple[tuple[str, str, str], ...]
    minutes: float

    @property
    def slug(self) -> str:
        """Name of the file without its ending, and of the folder of results."""
        return f"{self.number:02d}_{self.name}"
