"""Writes docs/claims.md: what the experiments found, a short section a claim, from results/*/result.json.

python tools/claims_page.py            write the page
python tools/claims_page.py --check    exit code 1 where the page is not what would be written
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from experiments.support.runner import RESULTS  # noqa: E402
from experiments.support.table import key, results, summary  # noqa: E402
from sim.report.style import capital  # noqa: E402

PAGE = ROOT / "docs" / "claims.md"
HEAD = """# Claims, tested

Sayings about just-in-time, just-in-case and what lies between, each put to the test as an experiment with a rule for its
verdict. A claim *holds*, *holds when* something is so, *does not hold*, or is *undecided*. The page of each has its design,
its assumptions, what flips it, and what is most likely to be attacked; `python -m experiments N --check` runs claim N again
and compares. This page is made by `python tools/claims_page.py` from `results/*/result.json`.

"""


def section(name: str, one: dict[str, Any]) -> str:
    """One claim: verdict, what was found, key number, figure, link to its page.

    Parameters
    ----------
    name : folder of the result below results/.
    one : its result.json.
    """
    verdict = one["verdict"] if one["verdict"] != "holds when" else f"holds when {one['condition']}"
    look = " A quick look, not a full run." if one["quick"] else ""
    figure = f"![{one['headline'].split('. ')[0]}](../results/{name}/figure.svg)\n\n"
    return (
        f"## {one['number']}. {one['claim']}\n\n"
        f"**{capital(verdict)}.** {one['headline']}\n\n"
        f"Key number: {key(one)}; {one['replications']} futures, seed {one['seed']}.{look}\n\n"
        f"{figure if (RESULTS / name / 'figure.svg').is_file() else ''}"
        f"[Design, numbers, what flips it](../results/{name}/README.md)\n"
    )


def made() -> str:
    """The page."""
    sections = "\n".join(section(name, one) for name, one in results())
    return f"{HEAD}{summary(prefix='../results/')}\n{sections}"


def main() -> int:
    """Write the page, or check it; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="exit code 1 where the page is not what would be written")
    asked = parser.parse_args()
    text = made()
    if asked.check:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
            print(f"{PAGE.relative_to(ROOT)} is not what would be written: run tools/claims_page.py", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
