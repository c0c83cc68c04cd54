import pytest
from django.test import Client
from django.urls import reverse

from forums.actions.forums import open_forums
from forums.actions.read import mark_read
from forums.models import Level
from tests.factories import make_cohort
from tests.forums.factories import begin_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def client(owner):
    client = Client()
    client.force_login(owner)
    return client


def plain(response) -> str:
    return " ".join(response.content.decode().split())


def test_thread_level_is_chosen_on_its_page_and_said_there(cohort, client, owner, teammate):
    thread = begin_thread(cohort=cohort, author=teammate)
    where = reverse("forums:thread", args=[cohort.slug, thread.pk])
    before = plain(client.get(where))

    response = client.post(reverse("forums:thread-level", args=[cohort.slug, thread.pk]), {"much": "follow", "next": f"{where}?from=1"})

    after, listed = plain(client.get(response.url)), plain(client.get(reverse("forums:forum", args=[cohort.slug])))
    assert (response.status_code, response.url) == (302, f"{where}?from=1")
    assert "What you hear of this thread: Tell me when somebody answers or mentions me" in before
    assert "What you hear of this thread: Tell me of every post" in after
    assert "Kept for this thread: Tell me of every post." in after
    assert "You follow this" in listed


def test_forum_level_is_chosen_on_its_page_and_said_there(cohort, client, owner):
    forum = cohort.forums.get(kind="cohort")

    response = client.post(reverse("forums:forum-level", args=[cohort.slug, forum.pk]), {"much": "mute"})

    assert response.url == reverse("forums:forum", args=[cohort.slug])
    assert "What you hear of this forum: Tell me nothing" in plain(client.get(response.url))


@pytest.mark.parametrize(("of_forum", "of_thread", "new"), [(None, None, 1), ("mute", None, 0), (None, "mute", 0), ("mute", "ordinary", 1)])
def test_what_is_muted_is_not_new_for_you(cohort, client, owner, teammate, of_forum, of_thread, new):
    thread = begin_thread(cohort=cohort, author=teammate)
    if of_forum:
        Level.objects.create(person=owner, forum=thread.forum, much=of_forum)
    if of_thread:
        Level.objects.create(person=owner, thread=thread, much=of_thread)

    page = plain(client.get(reverse("forums:forum", args=[cohort.slug])))

    assert (page.count("New for you"), page.count("Muted")) == (new, 1 - new)


@pytest.mark.parametrize("much", ["", "everything", "follow\x00"])
def test_a_level_that_is_none_is_asked_for_again(cohort, client, teammate, much):
    thread = begin_thread(cohort=cohort, author=teammate)

    response = client.post(reverse("forums:thread-level", args=[cohort.slug, thread.pk]), {"much": much})

    assert (response.status_code, Level.objects.count()) == (422, 0)
    assert "Please choose how much you want to hear." in plain(response)


def test_a_level_leads_to_no_other_site(cohort, client, teammate):
    thread = begin_thread(cohort=cohort, author=teammate)

    response = client.post(reverse("forums:thread-level", args=[cohort.slug, thread.pk]), {"much": "mute", "next": "https://evil.example/"})

    assert response.url == reverse("forums:thread", args=[cohort.slug, thread.pk])


def test_first_new_post_leads_to_it_from_wherever_one_is(cohort, client, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner)
    opening = thread.posts.get()
    where = reverse("forums:thread", args=[cohort.slug, thread.pk])
    mark_read(actor=owner, thread=thread, first=opening.pk, last=opening.pk)
    nothing = plain(client.get(where))
    for _ in range(25):
        say(thread, teammate)

    far = plain(client.get(f"{where}?from={thread.posts.last().pk}"))
    near = plain(client.get(where))

    assert "First new post" not in nothing
    assert f'href="{where}#new" data-first-new' in far
    assert 'href="#new" data-first-new' in near
    assert near.count('id="new"') == 1
