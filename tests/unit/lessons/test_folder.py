"""Lessons as folders: what init writes, what check says, and what it refuses."""

import json
import re
import tomllib

import pytest

from sim.errors import ScenarioError, UsageError
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
            exec(re.sub(r"replications=\d+", "replications=2", "".join(cell["source"])), names)
    assert "pip install jupyter" in (tmp_path / "lesson.ipynb").read_text(encoding="utf-8")
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
        return swapped[one.answer] if isinstance(one.answer, str) else 2 * one.answer + 1

    assert not any(one.right for one in fill(off)[1:])


def test_init_and_check_at_the_command_line(bufferstock, tmp_path):
    ended = bufferstock("init", "--lesson", 1, "--student", "Ada", "mine")
    assert ended.code == 0
    assert "answers.toml" in ended.out
    assert "notes.md" not in ended.out
    path = tmp_path / "mine" / "answers.toml"
    told = bufferstock("lesson", "check", "mine").out
    assert "1: not answered yet" in told
    assert "0 of 6 exercises right, 6 not answered" in told
    right = lesson(1, "Ada").exercises[0].answer
    path.write_text(path.read_text().replace('\n1 = ""', f"\n1 = {right}").replace('\n2 = ""', "\n2 = -1"))
    told = bufferstock("lesson", "check", "mine").out
    assert "1: right." in told
    assert "2: wrong, you wrote -1." in told
    document = json.loads(bufferstock("lesson", "check", "mine", "--json").out)
    assert [one["right"] for one in document["answers"]] == [None, True, False, None, None, None, None]
    assert document["answers"][3]["answer"] is None
    assert document["score"] == {"right": 1, "exercises": 6, "not_answered": 4}
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


def test_a_wrong_prediction_costs_nothing_and_remarks_tell_no_answer(bufferstock, tmp_path):
    bufferstock("init", "--lesson", 1, "--student", "Ada", "mine")
    path = tmp_path / "mine" / "answers.toml"
    blank = path.read_text(encoding="utf-8")
    exercises = lesson(1, "Ada").exercises
    filled = blank.replace('prediction = ""', 'prediction = "a"')
    for n, one in enumerate(exercises, 1):
        filled = filled.replace(f'\n{n} = ""', f'\n{n} = "{one.answer:.6g} {one.unit}"')
    path.write_text(filled, encoding="utf-8")
    told = bufferstock("lesson", "check", "mine").out
    assert "prediction: you expected A, and it is B: 10 − 4 = 6 days" in told
    assert "wrong" not in told
    assert "6 of 6 exercises right\nNext: talk about it" in told
    path.write_text(
        blank.replace('prediction = ""', 'prediction = "D"').replace('\n1 = ""', '\n1 = "six"'), encoding="utf-8"
    )
    told = bufferstock("lesson", "check", "mine").out
    assert "prediction: not answered: 'D': only A, B or C\n" in told
    assert "1: not answered: 'six' is not a number\n" in told
    assert exercises[0].why not in told
    assert "0 of 6 exercises right, 6 not answered\nNext: fill in" in told


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('2 = "48', 'line 9: 2 = "48: a quote is missing, for example  2 = "48"'),
        ("2 = 48 units", 'line 9: 2 = 48 units: the answer must stand between quotes, for example  2 = "48 units"'),
        ("2 = 48 units   # units", 'for example  2 = "48 units"'),
        ("2 = “48”", 'line 9: 2 = “48”: the quotes are curly and must be straight, for example  2 = "48"'),
        ('2 = “48"', "the quotes are curly"),
        ("2 =", 'line 9: 2 =: there is nothing behind "="; without an answer it is  2 = ""'),
        ("2 48", 'line 9: 2 48: a name, "=" and an answer between quotes are needed, for example  1 = "12"'),
        ('2 = "48" units', 'line 9: 2 = "48" units: one answer between two quotes is needed, for example  2 = '),
        ('1 = "48"', 'line 9: 1 = "48": 1 stands in line 8 too; leave one of them'),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_a_right_one(bufferstock, tmp_path, line, message):
    text = texts(lesson(1, "Ada"))["answers.toml"]
    (tmp_path / "answers.toml").write_text(text.replace('2 = ""   # units', line), encoding="utf-8")
    ended = bufferstock("lesson", "check", tmp_path)
    assert ended.code == ScenarioError.exit_code
    assert ended.err.startswith("bufferstock: 1 problem:\n  ")
    assert "answers.toml: line 9: " in ended.err
    assert message in ended.err
    for example in re.findall(r'  (\d = ".*")$', ended.err, re.MULTILINE):
        tomllib.loads(example)


def test_every_broken_line_is_told_at_once(tmp_path):
    text = texts(lesson(1, "Ada"))["answers.toml"].replace('1 = ""', "1 = six").replace('3 = ""', '3 = "6')
    (tmp_path / "answers.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        check(tmp_path)
    assert ["line 8" in one or "line 10" in one for one in caught.value.problems] == [True, True]


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("utf-16", "answers.toml: is saved as UTF-16; save it as UTF-8 (Notepad"),
        ("utf-16-le", "is saved as UTF-16"),
        ("cp1252", "is not UTF-8 text: byte 0xeb in line 4; save it as UTF-8 (Notepad"),
    ],
)
def test_another_encoding_is_told(tmp_path, encoding, message):
    (tmp_path / "answers.toml").write_bytes(texts(lesson(1, "Zoë"))["answers.toml"].encode(encoding))
    with pytest.raises(ScenarioError) as caught:
        check(tmp_path)
    assert message in str(caught.value)


def test_a_file_as_windows_saves_it_is_read(tmp_path):
    text = texts(lesson(1, "Zoë"))["answers.toml"].replace('prediction = ""', 'prediction = "b"').replace("\n", "\r\n")
    (tmp_path / "answers.toml").write_bytes(text.encode("utf-8-sig"))
    made, marked = check(tmp_path)
    assert made.student == "Zoë"
    assert marked[0].right


def test_a_folder_of_another_student_is_refused_and_answers_alone_are_not(tmp_path):
    for name, text in texts(lesson(1, ODD)).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert check(tmp_path)[0].student == ODD
    path = tmp_path / "answers.toml"
    for number, student in ((1, "Bob"), (2, ODD)):
        path.write_text(texts(lesson(number, student))["answers.toml"], encoding="utf-8")
        with pytest.raises(UsageError) as caught:
            check(tmp_path)
        assert (
            f"says lesson {number} and student {student!r}, but the folder is lesson 1 of {ODD!r} (see sheet.md)"
            in str(caught.value)
        )
    path.write_text(texts(lesson(1, ODD.upper()))["answers.toml"], encoding="utf-8")
    assert check(tmp_path)[0].number == 1
    (tmp_path / "sheet.md").unlink()
    path.write_text(texts(lesson(1, "Bob"))["answers.toml"], encoding="utf-8")
    assert check(tmp_path)[0].student == "Bob"
