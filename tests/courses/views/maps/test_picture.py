"""The picture of a map, and the same in words."""

import pytest

from courses.models import RelationalMap
from courses.views.maps import in_words, line_path, picture, sentences_for_map
from tests.courses.actions.test_maps import circle, drawing
from tests.courses.views.maps.sending import changed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_line_path_is_straight_unless_the_tie_is_not_easy():
    start, end = circle(x=0, y=0), circle(x=100, y=0)

    assert line_path(start, end, "near") == "M0 0L100 0"
    assert line_path(start, end, "strained") == "M0 0q12.5 -25.0 25.0 0.0q12.5 25.0 25.0 0.0q12.5 -25.0 25.0 0.0q12.5 25.0 25.0 0.0"
    assert line_path(start, start, "strained") == "M0 0L0 0"


@pytest.mark.parametrize(("x", "words"), [(760, "close by"), (761, "further away"), (1000, "further away")])
def test_in_words_says_what_it_is_how_far_and_its_ties(x, words):
    aunt = circle("c1", name="Aunt", kind="person", x=x)
    drawn = drawing(circle(), aunt, lines=[{"from": "me", "to": "c1", "manner": "near", "note": ""}])

    assert in_words(aunt, drawn) == f"a person, {words}, near to Me"
    assert in_words(drawn["circles"][0], drawn) == "you, near to Aunt"


def test_in_words_far_away_and_without_oneself():
    aunt = circle("c1", kind="person", x=0, y=0)

    assert in_words(aunt, drawing(circle(), aunt)) == "a person, far away"
    assert in_words(aunt, drawing(aunt)) == "a person"


def test_picture_writes_a_long_name_in_three_short_lines():
    (item,) = picture(changed(name="The ward sister of my very first year at the hospital by sea"))["circles"]

    assert [line["words"] for line in item["names"]] == ["The ward sister", "of my very first", "year at the…"]


def test_sentences_for_map_know_every_kind_and_manner():
    says = sentences_for_map()

    assert {value for value in RelationalMap.Kind.values if value not in says} == set()
    assert {value for value in RelationalMap.Manner.values if f"tie_{value}" not in says} == set()
