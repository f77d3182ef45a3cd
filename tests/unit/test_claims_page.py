"""The page of claims says what results say."""

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tool():
    spec = importlib.util.spec_from_file_location("claims_page", ROOT / "tools" / "claims_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_would_be_written():
    assert (ROOT / "docs" / "claims.md").read_text(encoding="utf-8") == tool().made(), "run tools/claims_page.py"


def test_every_claim_has_a_section_with_its_verdict_and_a_page_that_exists():
    page = tool().made()
    found = sorted((ROOT / "results").glob("[0-9][0-9]_*/result.json"))
    assert found
    for path in found:
        one = json.loads(path.read_text(encoding="utf-8"))
        (part,) = [each for each in page.split("\n## ") if each.startswith(f"{one['number']}. ")]
        assert one["headline"] in part
        assert one["verdict"].lower() in part.lower()
        assert f"](../results/{path.parent.name}/README.md)" in part
        assert (path.parent / "README.md").is_file()
