import pytest
from django.utils import timezone

from forums.actions import changing
from forums.actions.changing import asks_why, edit_post
from forums.models import Post, PostRevision
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, prompt_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


def test_edit_post_replaces_the_words_says_when_and_keeps_what_stood_there(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner, html="<p>Before</p>")
    post = thread.posts.get()
    answer = say(thread, teammate, answers=post, quoted="Before")

    edit_post(actor=owner, post=post, html="<p>Before</p>")
    untouched = Post.objects.get(pk=post.pk).edited_at
    edit_post(actor=owner, post=post, html="<p>After</p>", why="  Too \r\n harsh\u2028")

    post.refresh_from_db()
    answer.refresh_from_db()
    assert (untouched, post.html, post.plain, post.edited_at is None, answer.quoted) == (None, "<p>After</p>", "After", False, "Before")
    assert list(post.revisions.values_list("html", "why")) == [("<p>Before</p>", "Too harsh")]


def test_edit_post_refuses_everybody_else_and_empty_words(cohort, owner, teammate, outsider):
    post = begin_thread(cohort=cohort, author=owner, html="<p>Mine</p>").posts.get()

    for person, html in [(teammate, "<p>Yours</p>"), (outsider, "<p>Yours</p>"), (owner, "<p></p>")]:
        with pytest.raises(Refused):
            edit_post(actor=person, post=post, html=html)

    assert (Post.objects.get().html, PostRevision.objects.count()) == ("<p>Mine</p>", 0)


def test_edit_post_asks_why_once_others_have_answered(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner, html="<p>Before</p>")
    post = thread.posts.get()
    say(thread, teammate)

    with pytest.raises(Refused) as refused:
        edit_post(actor=owner, post=post, html="<p>After</p>", why=" \u2028 ")

    assert (refused.value.code, Post.objects.get(pk=post.pk).html) == ("why", "<p>Before</p>")


def test_asks_why_of_what_others_answered_and_of_nothing_else(cohort, owner, teammate):
    thread, question = begin_thread(cohort=cohort, author=owner), prompt_thread(cohort=cohort)
    opening, own = thread.posts.get(), say(thread, owner)
    before = [asks_why(post) for post in (opening, own)]
    say(thread, teammate, answers=own)
    first, second = say(question, owner), say(question, teammate)
    answered = say(question, teammate)
    say(question, owner, answers=answered)

    assert before == [False, False]
    assert [asks_why(post) for post in (opening, own, first, second, answered)] == [True, True, False, False, True]


def test_edit_post_does_not_bring_back_what_was_withdrawn_meanwhile(cohort, owner):
    post = begin_thread(cohort=cohort, author=owner).posts.get()
    Post.objects.update(html="", withdrawn_at=timezone.now())

    with pytest.raises(Refused):
        edit_post(actor=owner, post=post, html="<p>Words</p>")

    assert Post.objects.get().html == ""


@pytest.mark.parametrize("state", [Post.State.HIDDEN, Post.State.PAUSED, Post.State.HELD])
def test_edit_post_keeps_nothing_of_what_may_not_be_read(cohort, owner, teammate, state):
    thread = begin_thread(cohort=cohort, author=owner, html="<p>Jane of Ward 7</p>")
    post = thread.posts.get()
    edit_post(actor=owner, post=post, html="<p>Jane</p>")
    say(thread, teammate)
    Post.objects.filter(pk=post.pk).update(state=state)

    edit_post(actor=owner, post=post, html="<p>Somebody</p>")

    assert (Post.objects.get(pk=post.pk).html, PostRevision.objects.count()) == ("<p>Somebody</p>", 0)


def test_edit_post_names_whom_the_new_words_name(cohort, owner, teammate):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    post = begin_thread(cohort=cohort, author=owner, words="Dear @Teammate").posts.get()

    edit_post(actor=owner, post=post, html=f"<p>Dear @{trainer.display_name}</p>")

    assert list(post.mentions.values_list("person", flat=True)) == [trainer.pk]


def test_edit_post_has_a_limit(cohort, owner, monkeypatch):
    monkeypatch.setattr(changing, "EDITS", 1)
    post = begin_thread(cohort=cohort, author=owner).posts.get()
    edit_post(actor=owner, post=post, html="<p>Once</p>")

    with pytest.raises(Refused) as refused:
        edit_post(actor=owner, post=post, html="<p>Twice</p>")

    assert (refused.value.code, Post.objects.get().html) == ("too-fast", "<p>Once</p>")
