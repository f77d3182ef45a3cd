"""The printable sheet of a lesson, for students and with answers for the lecturer: Markdown, and HTML that stands alone."""

from __future__ import annotations

import re
from html import escape

from sim.lessons.lesson import Exercise, Lesson, shown

#: said above the commands
AGAIN = "What a command wrote (-o, --out) is not written over: to run such a command again, put --force behind it."

MINUTES = (("Prediction", 5), ("Run", 10), ("Exercises", 20), ("Debrief", 10))

CSS = """
body { font: 11pt/1.45 "Source Sans 3", "Segoe UI", "DejaVu Sans", Arial, sans-serif; color: #111; max-width: 46rem;
  margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; }
h2 { font-size: 1.1rem; margin: 1.2rem 0 .3rem; border-bottom: 1px solid #888; }
.who { display: flex; flex-wrap: wrap; gap: 0 2rem; color: #333; }
code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: .85em; overflow-wrap: anywhere; }
pre { background: #f2f2f2; border: 1px solid #ccc; padding: .4rem .6rem; margin: .3rem 0; white-space: pre-wrap; }
pre span { display: inline-block; }
li { margin: .35rem 0; break-inside: avoid; }
.box { display: inline-block; min-width: 8rem; border-bottom: 1px solid #111; height: 1.2em; }
.answer { border-left: 3px solid #555; padding-left: .6rem; margin: .2rem 0; }
table { border-collapse: collapse; margin: .4rem 0; }
th, td { border-bottom: 1px solid #bbb; padding: .15rem .8rem .15rem 0; text-align: right; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; }
.choices { list-style: upper-alpha; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } h2 { break-after: avoid; } pre { background: none; } }
@page { size: A4; margin: 16mm; }
"""


def markdown(lesson: Lesson, answers: bool = False) -> str:
    """The sheet in Markdown; with answers it is the lecturer's."""
    lines = [
        f"# Lesson {lesson.number}: {lesson.title}" + (" (answers)" if answers else ""),
        "",
        f"Student: {_plain(lesson.student)}  ·  seed {lesson.seed}  ·  45 minutes: "
        + ", ".join(f"{name.lower()} {minutes}" for name, minutes in MINUTES),
        "",
        "Afterwards you can",
        "",
        *(f"- {goal}" for goal in lesson.goals),
        "",
        "## The business",
        "",
        lesson.story,
        "",
        *table_lines(lesson.table),
        "## 1. Prediction (5 minutes). Run nothing yet",
        "",
        lesson.prediction.question,
        "",
        *(f"- {letter}: {text}" for letter, text in zip("ABCDEF", lesson.choices, strict=False)),
        "",
        f"**{lesson.prediction.answer}**. {lesson.prediction.why}" if answers else "My letter: ______",
        "",
        "## 2. Run (10 minutes)",
        "",
        AGAIN,
        "",
    ]
    for number, step in enumerate(lesson.steps, 1):
        lines += [f"{number}. {step.text}", "", f"       {step.command}", "", f"   Look at: {_end(step.look)}", ""]
    lines += ["## 3. Exercises (20 minutes)", ""]
    if lesson.formulas:
        lines += ["Formulas:", "", *(f"- {plain_math(one)}" for one in lesson.formulas), ""]
    for number, one in enumerate(lesson.exercises, 1):
        lines.append(f"{number}. {one.question}")
        if answers:
            near = _near(one)
            lines += ["", f"   **{one.told}**{near}. {one.why}", ""]
        else:
            lines += ["", f"   ______ {one.unit}", ""]
    if not answers:
        lines += ["Write your answers into `answers.toml`, then `bufferstock lesson check .`", ""]
    lines += ["## 4. Debrief (10 minutes)", ""]
    if answers:
        lines += [*(f"- {one}" for one in lesson.debrief), "", "What the lesson leaves out:", ""]
        lines += [*(f"- {one}" for one in lesson.limits), ""]
    else:
        lines += ["What I expected and did not find, in one sentence: ______", ""]
    return "\n".join(lines)


def html(lesson: Lesson, answers: bool = False) -> str:
    """The same as one HTML page without anything to fetch; it prints on A4."""
    blank = '<span class="box"></span>'
    parts = [f"<p>Afterwards you can</p><ul>{_items(lesson.goals)}</ul>"]
    parts.append(f"<h2>The business</h2><p>{escape(lesson.story)}</p>")
    if lesson.table:
        head, *rows = lesson.table
        cells = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        parts.append(f"<table><tr>{cells}</tr>{body}</table>")
    parts.append("<h2>1. Prediction (5 minutes). Run nothing yet</h2>")
    parts.append(f'<p>{escape(lesson.prediction.question)}</p><ol class="choices">{_items(lesson.choices)}</ol>')
    told = f"<b>{escape(str(lesson.prediction.answer))}</b>. {escape(lesson.prediction.why)}"
    parts.append(f'<p class="answer">{told}</p>' if answers else f"<p>My letter: {blank}</p>")
    parts.append(f"<h2>2. Run (10 minutes)</h2><p>{escape(AGAIN)}</p><ol>")
    parts += [
        f"<li>{escape(step.text)}<pre><code>{_command(step.command)}</code></pre>Look at: {escape(_end(step.look))}</li>"
        for step in lesson.steps
    ]
    parts.append("</ol><h2>3. Exercises (20 minutes)</h2>")
    if lesson.formulas:
        parts.append(f"<p>Formulas:</p><ul>{_items(lesson.formulas)}</ul>")
    parts.append("<ol>")
    for one in lesson.exercises:
        told = f'<div class="answer"><b>{escape(one.told)}</b>{escape(_near(one))}. {escape(one.why)}</div>'
        parts.append(f"<li>{escape(one.question)}" + (told if answers else f"<br>{blank} {escape(one.unit)}") + "</li>")
    parts.append("</ol>")
    if not answers:
        parts.append(
            "<p>Write your answers into <code>answers.toml</code>, then <code>bufferstock lesson check .</code></p>"
        )
    parts.append("<h2>4. Debrief (10 minutes)</h2>")
    if answers:
        parts.append(
            f"<ul>{_items(lesson.debrief)}</ul><p>What the lesson leaves out:</p><ul>{_items(lesson.limits)}</ul>"
        )
    else:
        parts.append("<p>What I expected and did not find, in one sentence:</p><p><br></p><hr>")
    title = f"Lesson {lesson.number}: {escape(lesson.title)}" + (" (answers)" if answers else "")
    plan = ", ".join(f"{name.lower()} {minutes}" for name, minutes in MINUTES)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{CSS}</style></head><body>\n'
        f'<h1>{title}</h1><div class="who"><span>Student: {escape(lesson.student)}</span><span>Seed: {lesson.seed}</span>'
        f"<span>45 minutes: {plan}</span></div>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _items(texts: tuple[str, ...]) -> str:
    return "".join(f"<li>{escape(text)}</li>" for text in texts)


def _command(text: str) -> str:
    """A command that breaks between its words only: an option cut at its dashes would be typed wrongly."""
    return " ".join(f"<span>{escape(word)}</span>" for word in text.split(" "))


def _end(text: str) -> str:
    """A text with one mark at its end."""
    return text if text[-1] in ".?!" else text + "."


def _near(one: Exercise) -> str:
    """How far off is still right, in brackets; nothing where the answer must be exact."""
    if not one.tolerance:
        return ""
    other = f"; so is {one.other.told}" if one.other else ""
    return f" (right within ± {shown(float(f'{one.tolerance:.2g}'))}{other})"


def plain_math(text: str) -> str:
    """A formula in Markdown: no stars or underscores that would be emphasis."""
    return text.replace("*", "\\*").replace("_", "\\_")


def table_lines(rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """A Markdown table, with an empty line behind it; nothing for no rows."""
    if not rows:
        return []
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return [lines[0], "| --- |" + " ---: |" * (len(rows[0]) - 1), *lines[1:], ""]


def _plain(text: str) -> str:
    """A name in Markdown: no character of it means anything."""
    return "".join(f"\\{one}" if one in "\\`*_{}[]<>#|!&~" else one for one in text)


def made_for(text: str) -> tuple[int, str, int] | None:
    """Lesson, student and seed that a sheet in Markdown names; none where it is no such sheet."""
    found = re.match(r"# Lesson (\d+): [^\n]*\n\nStudent: ([^\n]*)  ·  seed (\d+)  ·  ", text)
    if found is None:
        return None
    return int(found[1]), re.sub(r"\\(.)", r"\1", found[2]), int(found[3])
