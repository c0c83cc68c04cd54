"""Saying something in a thread, and where one cannot any more."""

import re

import pytest
from django.utils import timezone

from forums.actions import posting
from forums.models import Post, Thread
from tests.factories import make_cohort
from tests.forums.factories import begin_thread
from tests.forums.views.threads.pages import address, posts_on, words

pytestmark = pytest.mark.django_db


def test_thread_new_and_again_is_one_thread(cohort, owner, as_owner):
    form = words(title="The empty chair")

    first, again = (as_owner.post(address("thread-new", cohort), form) for _ in range(2))

    thread = Thread.objects.get()
    assert (first.url, again.url) == (address("thread", cohort, thread.pk),) * 2
    assert (thread.title, thread.posts.get().html) == ("The empty chair", "<p>A first sentence</p>")


def test_thread_reply_leads_to_the_post_and_twice_is_once(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=teammate, words="The chair")
    form = words(answers=thread.posts.get().pk, quoted="The chair")

    first, again = (as_owner.post(address("reply", cohort, thread.pk), form) for _ in range(2))

    post = thread.posts.get(author=owner)
    assert (first.url, again.url) == (f"{address('thread', cohort, thread.pk)}?before={post.pk + 1}#post-{post.pk}",) * 2
    assert (post.answers, post.quoted) == (thread.posts.first(), "The chair")
    assert posts_on(as_owner.get(first.url))[-1] == post.pk


def test_thread_reply_goes_back_to_the_page_it_came_from_on_this_site_only(cohort, owner, as_owner):
    thread = begin_thread(cohort=cohort, author=owner)

    here, elsewhere = (
        as_owner.post(address("reply", cohort, thread.pk), words(next=back)) for back in ("/c/x/course/y/z/", "https://evil.example/")
    )

    mine, other = thread.posts.order_by("-pk")[1], thread.posts.last()
    assert here.url == f"/c/x/course/y/z/#post-{mine.pk}"
    assert elsewhere.url == f"{address('thread', cohort, thread.pk)}?before={other.pk + 1}#post-{other.pk}"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"body": "  "}, "There are no words here yet. A first sentence is enough."),
        ({"body": "long " * 10_001}, "limit is 50 kB"),
        ({"quoted": "never said"}, "The quoted words do not stand in the post you answer."),
        ({"answers": "999999"}, "The post you answer is not in this thread."),
        ({"answers": "x"}, "The post you answer is not in this thread."),
    ],
)
def test_thread_reply_refused_keeps_the_words_and_says_why(cohort, owner, teammate, as_owner, given, sentence):
    thread = begin_thread(cohort=cohort, author=teammate)
    form = {**words(body="What I wanted to say", answers=thread.posts.get().pk), **given}

    response = as_owner.post(address("reply", cohort, thread.pk), form)

    page = response.content.decode()
    assert (response.status_code, thread.posts.count()) == (200, 1)
    assert sentence in page
    assert form["body"].strip() in page
    assert f'value="{form["client_id"]}"' in page
    assert posts_on(response) == [thread.posts.get().pk]


def test_too_many_posts_are_refused_with_the_words_kept(cohort, owner, as_owner, monkeypatch):
    thread = begin_thread(cohort=cohort, author=owner)
    monkeypatch.setattr(posting, "POSTS", 1)

    pages = [
        as_owner.post(address(name, cohort, *args), words(title="Kept title"))
        for name, args in [("reply", [thread.pk]), ("thread-new", [])]
    ]

    for page in pages:
        assert "You have posted 1 times within ten minutes." in page.content.decode()
        assert "A first sentence</textarea>" in page.content.decode()
    assert "Kept title" in pages[1].content.decode()


def test_thread_reply_to_a_closed_thread_keeps_the_words_and_leads_to_a_new_one(cohort, owner, teammate, as_owner):
    thread = begin_thread(cohort=cohort, author=teammate)
    Thread.objects.update(locked_at=timezone.now())
    form = words(body="What I wanted\n\nto say")

    response = as_owner.post(address("reply", cohort, thread.pk), form)
    page = response.content.decode()
    taken = as_owner.post(address("thread-new", cohort) + f"?in={thread.forum_id}", {"body": form["body"]}).content.decode()

    assert (response.status_code, thread.posts.count()) == (200, 1)
    assert "This thread has been closed to answers. Your words are still here; you can begin a new thread." in page
    assert re.search(r'<textarea id="kept" rows="8" readonly autocomplete="off">\s*What I wanted\n\nto say</textarea>', page)
    assert f'action="{address("thread-new", cohort)}?in={thread.forum_id}"' in page
    assert 'id="composer"' not in page
    assert re.search(r'name="body"[^>]*>\s*What I wanted\n\nto say</textarea>', taken)


def test_thread_reply_to_a_joined_thread_shows_where_it_goes_on_with_the_words_in_its_composer(cohort, owner, teammate, as_owner):
    old, now = (begin_thread(cohort=cohort, author=teammate, title=title) for title in ("Old", "Now"))
    answered = old.posts.get()
    Post.objects.filter(pk=answered.pk).update(thread=now)
    Thread.objects.filter(pk=old.pk).update(merged_into=now)
    form = words(answers=answered.pk, body="What I wanted to say")

    response = as_owner.post(address("reply", cohort, old.pk), form)
    page = response.content.decode()
    again = as_owner.post(address("reply", cohort, now.pk), form)

    assert (response.status_code, Post.objects.filter(author=owner).count(), again.status_code) == (200, 1, 302)
    assert "This thread now goes on in “Now”. Your words are still here; post them there." in page
    assert f'action="{address("reply", cohort, now.pk)}?from=' in page
    assert re.search(r">\s*What I wanted to say</textarea>", page)
    assert f'value="{answered.pk}"' in page


def test_thread_reply_to_a_slow_thread_keeps_the_words(cohort, owner, as_owner):
    thread = begin_thread(cohort=cohort, author=owner)
    Thread.objects.update(slow_hours=4)

    response = as_owner.post(address("reply", cohort, thread.pk), words(body="More of it"))

    page = response.content.decode()
    assert (response.status_code, thread.posts.count()) == (200, 1)
    assert "In this thread everybody posts once in 4 hours. Your words are still here; post them later." in page
    assert re.search(r">\s*More of it</textarea>", page)


@pytest.mark.parametrize("gone", ["moved", "joined", "removed", "never there", "not theirs"])
def test_thread_reply_to_what_is_gone_shows_only_ones_own_words(cohort, owner, teammate, as_owner, gone):
    elsewhere = begin_thread(cohort=make_cohort(members=[teammate]), author=teammate, title="Kept secret", words="Secret")
    thread = begin_thread(cohort=cohort, author=teammate, title="Kept secret", words="Secret")
    where = address("reply", cohort, {"never there": 10**6, "not theirs": elsewhere.pk}.get(gone, thread.pk))
    if gone == "moved":
        Thread.objects.filter(pk=thread.pk).update(forum=elsewhere.forum)
    elif gone == "joined":
        Thread.objects.filter(pk=thread.pk).update(merged_into=elsewhere)
    elif gone == "removed":
        cohort.memberships.filter(person=owner).update(ended_at=timezone.now())

    html = as_owner.post(where, words(body="<p>Mine &amp; <b>yours</b></p><p>too</p>", body_form="html"))
    text = as_owner.post(where, words(body="Mine <b>\n\ntoo"))
    nothing = as_owner.post(where)

    kept = [
        re.search(r'readonly autocomplete="off">\s*(.*?)</textarea>', page.content.decode(), re.DOTALL) for page in (html, text, nothing)
    ]
    assert [found and found[1] for found in kept] == ["Mine &amp; yours\n\ntoo", "Mine &lt;b&gt;\n\ntoo", None]
    assert {(page.status_code, "ecret" in page.content.decode()) for page in (html, text, nothing)} == {(404, False)}
    assert Post.objects.count() == 2
