"""Every image of the documentation is made by a command that its page names, and every relative link leads somewhere."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from experiments.support.table import results

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "experiments" / "README.md"]
    + [page for page in (ROOT / "docs").rglob("*.md") if not {"_build", "found"} & set(page.parts)]
    + list((ROOT / "results").glob("**/README.md"))
)
spec = importlib.util.spec_from_file_location("doc_figures", ROOT / "tools" / "doc_figures.py")
doc_figures = sys.modules.setdefault(spec.name, importlib.util.module_from_spec(spec))
spec.loader.exec_module(doc_figures)
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.S | re.M)


def prose(page):
    """A page without its fenced blocks and its code."""
    return re.sub(r"`[^`\n]*`", "``", FENCED.sub("", page.read_text(encoding="utf-8")))


def shown():
    """Page and file of every image that a page shows."""
    return [
        (page, (page.parent / (one[0] or one[1])).resolve()) for page in PAGES for one in IMAGE.findall(prose(page))
    ]


def test_every_image_is_made_by_a_command():
    made = {doc_figures.IMAGES / f"{name}.png" for run in doc_figures.RUNS for name in run.images}
    claims = {ROOT / "results" / name / "figure.svg" for name, _ in results()}
    assert shown()
    assert [(page.name, file.name) for page, file in shown() if file not in made | claims] == []
    assert sorted(file.name for file in doc_figures.IMAGES.iterdir()) == sorted(file.name for file in made)


def test_every_image_is_shown_by_the_page_that_names_its_command():
    for run in doc_figures.RUNS:
        page = ROOT / "docs" / run.page
        text = " ".join(page.read_text(encoding="utf-8").split())
        assert run.command in text, f"{run.page} does not say that {run.command} makes {', '.join(run.images)}"
        for name in run.images:
            assert {one for one, file in shown() if file.name == f"{name}.png"} == {page}


def test_the_page_of_figures_has_every_run():
    text = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    for run in doc_figures.RUNS:
        pictures = ", ".join(f"`{name}`" for name in run.images)
        row = f"| {pictures} | [{run.page.removesuffix('.md')}]({run.page}) | `{run.command}` | {run.seconds} |"
        assert row in text, row


def test_a_changed_image_is_told_and_left_alone_by_a_check(tmp_path):
    new, place = tmp_path / "new.png", tmp_path / "img" / "old.png"
    new.write_bytes(b"new")
    assert doc_figures.placed(new, place, check=True)
    assert not place.exists()
    assert doc_figures.placed(new, place, check=False)
    assert not doc_figures.placed(new, place, check=True)
    place.write_bytes(b"old")
    assert doc_figures.placed(new, place, check=True)
    assert place.read_bytes() == b"old"


def test_a_check_ends_with_1_where_an_image_differs(tmp_path, monkeypatch, capsys):
    def drawn(run, into, jobs):
        made = into / "tornado.png"
        made.write_bytes(b"new")
        return {"tornado": made}

    monkeypatch.setattr(doc_figures, "drawn", drawn)
    monkeypatch.setattr(doc_figures, "ROOT", tmp_path)
    monkeypatch.setattr(doc_figures, "IMAGES", tmp_path / "img")
    assert doc_figures.main(["tornado", "--check"]) == 1
    assert "img/tornado.png: differs" in capsys.readouterr().out
    assert doc_figures.main(["tornado"]) == 0
    assert doc_figures.main(["tornado", "--check"]) == 0
    assert "the same" in capsys.readouterr().out


def test_an_unknown_image_is_refused_with_those_there_are(capsys):
    with pytest.raises(SystemExit):
        doc_figures.main(["tornados"])
    assert "tornados; there are cost_against_stockouts, tornado" in capsys.readouterr().err


def test_short_leaves_long_runs_out():
    assert {run.long for run in doc_figures.RUNS} == {True, False}
    assert not any(run.long for run in doc_figures.chosen([], short=True))
    assert doc_figures.chosen([], short=False) == list(doc_figures.RUNS)


def anchors(page):
    """What a link may name on a page: its headings, as GitHub and MyST spell them."""
    found, text = set(), FENCED.sub("", page.read_text(encoding="utf-8"))
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.M):
        told = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", told).replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_lead_to_files_and_headings(page):
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        to = (page.parent / name).resolve() if name else page
        assert to.exists(), f"{target}: no such file"
        if anchor and to.suffix == ".md" and to.parent.name != "reference":
            assert anchor in anchors(to), f"{target}: no such heading"
