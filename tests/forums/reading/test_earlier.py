import pytest

from forums.actions.changing import edit_post
from forums.reading.earlier import CHANGES, earlier_words
from tests.factories import make_cohort
from tests.forums.factories import begin_thread

pytestmark = pytest.mark.django_db


def text(side):
    return [[(run.kind, run.text) for run in paragraph] for paragraph in side]


def test_earlier_words_compares_each_change_the_last_first(owner):
    post = begin_thread(cohort=make_cohort(members=[owner]), author=owner, words="An empty chair").posts.get()
    for words, why in [("An old chair", "wrong word"), ("An old chair\n", ""), ("An old table", "wrong thing")]:
        post = edit_post(actor=owner, post=post, html=f"<p>{words}</p>", why=why)

    page = earlier_words(post)

    assert [change.why for change in page.changes] == ["wrong thing", "", "wrong word"]
    assert text(page.changes[0].words.before) == [[("same", "An old"), ("gone", "chair")]]
    assert text(page.changes[2].words.after) == [[("same", "An"), ("new", "old"), ("same", "chair")]]
    assert (page.older_key, page.continued) == (None, False)


def test_earlier_words_go_by_pages_without_a_gap(owner):
    post = begin_thread(cohort=make_cohort(members=[owner]), author=owner, words="0").posts.get()
    for number in range(1, CHANGES + 3):
        post = edit_post(actor=owner, post=post, html=f"<p>{number}</p>")

    first = earlier_words(post)
    second = earlier_words(post, first.older_key)

    steps = [(text(change.words.before), text(change.words.after)) for page in (first, second) for change in page.changes]
    assert steps == [([[("gone", f"{number}")]], [[("new", f"{number + 1}")]]) for number in range(CHANGES + 1, -1, -1)]
    assert (second.older_key, second.continued) == (None, True)
