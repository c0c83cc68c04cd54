"""Comparing words and showing where they are."""

import pytest

from courses.finding import AROUND_HIT, around, folded, marked


@pytest.mark.parametrize(
    ("text", "result"), [("Été", "ete"), ("STRASSE straße", "strasse strasse"), ("Žofie Ιωάννης", "zofie ιωαννησ"), ("plain", "plain")]
)
def test_folded_forgets_case_and_accents(text, result):
    assert folded(text) == result


def test_marked_escapes_everything_but_its_own_marks():
    assert marked("<b>Été & été</b>", ["ete"]) == "&lt;b&gt;<mark>Été</mark> &amp; <mark>été</mark>&lt;/b&gt;"


def test_marked_joins_words_that_touch_and_takes_whole_characters():
    assert marked("weiß", ["eis"]) == "w<mark>eiß</mark>"
    assert marked("abcd", ["bc", "ab"]) == "<mark>abc</mark>d"


@pytest.mark.parametrize("filler", ["word ", "wörd "])
def test_around_shows_whole_words_on_both_sides(filler):
    text = filler * 100 + "here " + filler * 100

    shown = around(text, folded(text).index("here"))

    assert "here" in shown
    assert len(shown) <= AROUND_HIT + 4
    assert set(shown.split()) == {"…", filler.strip(), "here"}


def test_around_of_a_short_text_is_all_of_it():
    assert around("a b c", 4) == "a b c"
