"""Reference pages say what the program has."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def made():
    spec = importlib.util.spec_from_file_location("reference_pages", ROOT / "tools" / "reference_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def test_pages_are_what_the_program_has():
    for name, text in made().items():
        assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == text, (
            f"{name}: run tools/reference_pages.py"
        )


def test_every_key_and_verb_has_words():
    pages = made()
    for name in ("scenario-keys.md", "posture-keys.md"):
        rows = [line for line in pages[name].splitlines() if line.startswith("| `")]
        assert len(rows) > 20
        assert all(row.split(" | ")[-1].rstrip(" |") for row in rows), name
    for verb in ("compare", "stress", "doctor"):
        assert f"### {verb}\n" in pages["commands.md"]
