"""What stands under a result: each matter once, and none of them lost."""

from sim.report import said_once

AIR = "asks for air, but no expedite lane leads from 'V' to 'W' and others"


def test_all_reasons_stand_in_one_sentence():
    assert said_once.best_case(()) == []
    told = said_once.best_case(("lead times are seen", "demand is seen"))
    assert told == ["In-sample: lead times are seen; demand is seen: read the figures as the best case."]


def test_what_postures_lack_alike_is_one_note_where_the_first_stood():
    found = [f"jit: {AIR}: 4 lines go without", "own. And more.", f"jic: {AIR}: 3 lines go without", "Last."]
    assert said_once.notes(found, ()) == [
        "jit and jic ask for air, but no expedite lane leads from 'V' to 'W' and others: 4 and 3 lines go without",
        "own.",
        "Last.",
    ]
    third = [*found, f"hybrid: {AIR}: 2 lines go without"]
    assert said_once.notes(third, ())[0].startswith("jit, jic and hybrid ask for air")
    other = [found[0], "jic: asks for air, but no expedite lane leads to 'X': 3 lines go without"]
    assert said_once.notes(other, ()) == other  # not the same: both stay as they are


def test_notes_on_the_sample_are_left_out_only_where_the_sentence_stands():
    found = ["In-sample: lead times are drawn from the records that plans are made on.", "Note. More.", "Note. More."]
    assert said_once.notes(found, ("lead times",)) == ["Note."]
    assert said_once.notes(found, ()) == [found[0], "Note."]
