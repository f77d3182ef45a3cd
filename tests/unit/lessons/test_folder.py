"""Lessons as folders: what init writes, what check says, and what it refuses."""

import json
import tomllib

import pytest

from sim.errors import UsageError
from sim.lessons import LESSONS, lesson
from sim.lessons.folder import check, texts

ODD = '<b>Zoë "O\'Neil"</b> \\ 7'


@pytest.mark.parametrize("number", LESSONS)
def test_a_student_gets_the_same_lesson_again_and_others_another(number):
    assert texts(lesson(number, "Ada Byron"), True) == texts(lesson(number, "Ada Byron"), True)
    assert lesson(number, " ada  byron ").exercises == lesson(number, "Ada Byron").exercises
    assert len({lesson(number, f"s{n}").seed for n in range(12)}) == 12
    assert len({tuple(one.answer for one in lesson(number, f"s{n}").exercises) for n in range(12)}) > 9


@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson_is_whole(number):
    made = lesson(number, ODD)
    found = texts(made, instructor=True)
    assert made.number == number
    assert made.title == LESSONS[number][1]
    assert tomllib.loads(found["answers.toml"])["student"] == ODD
    assert "<b>Zo" not in found["sheet.html"]
    assert "<b>Zo" not in found["sheet.md"]
    for name in ("sheet.html", "notes.html"):
        assert "@media print" in found[name]
        assert "http" not in found[name]
        assert "src=" not in found[name]
    assert made.exercises[0].why not in found["sheet.html"] + found["sheet.md"] + found["lesson.ipynb"]
    assert made.debrief[0] in found["notes.md"]
    assert str(made.prediction.answer) in "ABC"[: len(made.choices)]
    assert set(texts(made)) == set(found) - {"notes.md", "notes.html"}


@pytest.mark.parametrize("number", LESSONS)
def test_the_notebook_runs_cell_by_cell(number, tmp_path, monkeypatch, capsys):
    made = lesson(number, "Ada")
    for name, text in texts(made).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    book = json.loads((tmp_path / "lesson.ipynb").read_text(encoding="utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
    monkeypatch.chdir(tmp_path)
    names = {}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert len(capsys.readouterr().out.splitlines()) >= 2


@pytest.mark.parametrize("number", LESSONS)
def test_right_answers_are_right_and_others_are_not(number, tmp_path):
    made = lesson(number, ODD)
    text = texts(made)["answers.toml"]
    (tmp_path / "answers.toml").write_text(text, encoding="utf-8")
    assert all(one.right is None for one in check(tmp_path)[1])

    def fill(change):
        filled = text.replace('prediction = ""', f'prediction = "{made.prediction.answer.lower()}"')
        for n, one in enumerate(made.exercises, 1):
            value = change(one)
            filled = filled.replace(f'\n{n} = ""', f'\n{n} = "{value}"')
        (tmp_path / "answers.toml").write_text(filled, encoding="utf-8")
        return check(tmp_path)[1]

    assert all(one.right for one in fill(lambda one: one.answer))

    def off(one):
        swapped = {"yes": "no", "no": "yes"}
        return swapped[one.answer] if isinstance(one.answer, str) else one.answer + 1.01 * one.tolerance + 0.01

    assert not any(one.right for one in fill(off)[1:])


def test_init_and_check_at_the_command_line(bufferstock, tmp_path):
    ended = bufferstock("init", "--lesson", 1, "--student", "Ada", "mine")
    assert ended.code == 0
    assert "answers.toml" in ended.out
    assert "notes.md" not in ended.out
    path = tmp_path / "mine" / "answers.toml"
    told = bufferstock("lesson", "check", "mine").out
    assert "1: not answered yet" in told
    assert "0 of 7 right, 7 not answered" in told
    right = lesson(1, "Ada").exercises[0].answer
    path.write_text(path.read_text().replace('\n1 = ""', f"\n1 = {right}").replace('\n2 = ""', "\n2 = -1"))
    told = bufferstock("lesson", "check", "mine").out
    assert "1: right." in told
    assert "2: wrong, you wrote -1." in told
    document = json.loads(bufferstock("lesson", "check", "mine", "--json").out)
    assert [one["right"] for one in document["answers"]] == [None, True, False, None, None, None, None]
    assert document["answers"][3]["answer"] is None
    assert "notes.html" in bufferstock("init", "--lesson", 1, "--instructor", "notes").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--lesson", 9), "--lesson 9: there is no such lesson (there are 1: Time to survive = cover"),
        (("--student", "Ada"), "--student: needs --lesson"),
        (("--instructor",), "--instructor: needs --lesson"),
        (("--lesson", 1, "--student", " "), "--student ' ': 1 to 80 printable characters"),
    ],
)
def test_what_init_refuses(bufferstock, tmp_path, arguments, message):
    ended = bufferstock("init", *arguments, "mine")
    assert ended.code == 2
    assert message in ended.err
    assert not (tmp_path / "mine").exists()


def test_a_folder_that_is_not_empty_is_left_alone(bufferstock, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "answers.toml").write_text("mine")
    ended = bufferstock("init", "--lesson", 1, "mine")
    assert ended.code == 2
    assert "is not empty" in ended.err
    assert (tmp_path / "mine" / "answers.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no such file; make a lesson"),
        ("lesson = ", "cannot be read"),
        ("lesson = 1\n", "are needed"),
        ('lesson = 7\nstudent = "a"\n[answers]\n', "no such lesson"),
        ('lesson = 1\nstudent = "a"\n[answers]\npredicton = "A"\n', "did you mean 'prediction'"),
    ],
)
def test_answers_that_cannot_be_marked(tmp_path, text, message):
    if text is not None:
        (tmp_path / "answers.toml").write_text(text)
    with pytest.raises(UsageError, match=message):
        check(tmp_path)
