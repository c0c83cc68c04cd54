"""Two texts beside each other: every word of both is there, in order, and marked only where they differ."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.comparing import Comparison, Run, compare, paragraphs

TEXTS = st.lists(st.text(alphabet="ab c", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool), max_size=6)


def same(text):
    return [Run("same", text)]


def words_of(side):
    return [" ".join(run.text for run in paragraph) for paragraph in side]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        ("<p>One two</p><p>Three</p>", ["One two", "Three"]),
        ("<h2>Head</h2><ul><li>a</li><li><p>b</p></li></ul><p>c<br>d</p>", ["Head", "a", "b", "c", "d"]),
        ("<p>one <em>two</em>three</p>", ["one twothree"]),
        ("<p>1 &lt; 2 &amp;amp; 3</p><p></p>", ["1 < 2 &amp; 3"]),
    ],
)
def test_paragraphs_are_the_plain_words_of_each(html, expected):
    assert paragraphs(html) == expected


def test_compare_marks_only_the_words_that_differ():
    assert compare(["The room with two windows."], ["The room with three windows."]) == Comparison(
        before=[[Run("same", "The room with"), Run("gone", "two"), Run("same", "windows.")]],
        after=[[Run("same", "The room with"), Run("new", "three"), Run("same", "windows.")]],
        gone=1,
        new=1,
    )


def test_compare_keeps_a_paragraph_that_only_moved_past_a_new_one():
    assert compare(["one", "two"], ["zero zero", "one", "two"]) == Comparison(
        before=[same("one"), same("two")], after=[[Run("new", "zero zero")], same("one"), same("two")], gone=0, new=2
    )


def test_compare_divides_a_paragraph_without_marking_its_words():
    found = compare(["one two"], ["one", "two"])

    assert (found.before, found.after) == ([same("one two")], [same("one"), same("two")])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [], Comparison()),
        ([""], [""], Comparison()),
        (["a"], [], Comparison(before=[[Run("gone", "a")]], gone=1)),
        ([""], ["a b"], Comparison(after=[[Run("new", "a b")]], new=2)),
    ],
)
def test_compare_of_nothing(before, after, expected):
    assert compare(before, after) == expected


@given(TEXTS, TEXTS)
def test_compare_loses_and_invents_no_word(before, after):
    found = compare(before, after)

    assert (words_of(found.before), words_of(found.after)) == (before, after)
    for side, strange in ((found.before, "new"), (found.after, "gone")):
        assert all(run.kind != strange for paragraph in side for run in paragraph)
    unmarked = [
        [word for paragraph in side for run in paragraph if run.kind == "same" for word in run.text.split()]
        for side in (found.before, found.after)
    ]
    assert unmarked[0] == unmarked[1]


@pytest.mark.parametrize("alphabet", [1, 7, 3_000])
@pytest.mark.parametrize("length", [1, 16_000])
def test_compare_of_the_longest_entries_takes_a_moment(alphabet, length):
    """16,000 words is more than an entry holds; few different ones are the worst there is for difflib."""
    chance = random.Random(1)
    texts = [[str(chance.randrange(alphabet)) for _ in range(16_000)] for _ in range(2)]
    before, after = ([" ".join(words[at : at + length]) for at in range(0, 16_000, length)] for words in texts)

    began = time.process_time()
    found = compare(before, after)

    assert time.process_time() - began < 3
    assert words_of(found.before) == before
