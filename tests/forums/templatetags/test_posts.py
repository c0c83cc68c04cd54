"""What is kept drawn of a page of a thread never outlives what it shows: look, change something, look again."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from forums.actions.changing import edit_post
from forums.actions.moderating.hiding import hide_post, restore_post
from forums.actions.reacting import react
from forums.actions.withdrawing import withdraw_post
from forums.models import Post, Reaction
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, say, words_of

pytestmark = pytest.mark.django_db
WORDS = "The heron stood in the reeds"


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer")).person


@pytest.fixture
def thread(cohort, owner):
    thread = begin_thread(cohort=cohort, author=owner, words=WORDS)
    thread.forum.allows_anonymous = True
    thread.forum.save()
    return thread


@pytest.fixture
def page(cohort, thread):
    clients: dict[int, Client] = {}

    def shown_to(person) -> str:
        """Asked twice, so that whatever is kept has been kept."""
        if person.pk not in clients:
            clients[person.pk] = Client()
            clients[person.pk].force_login(person)
        address = reverse("forums:thread", args=[cohort.slug, thread.pk])
        return [clients[person.pk].get(address).content.decode() for _time in range(2)][1]

    return shown_to


def now(post) -> Post:
    return Post.objects.get(pk=post.pk)


def test_words_go_where_they_are_withdrawn_and_so_does_what_was_done_with_them(thread, teammate, trainer, owner, page):
    post = thread.posts.get()
    react(actor=teammate, post=post, kind=Reaction.Kind.HEARD)
    before = [page(person) for person in (owner, teammate, trainer)]

    withdraw_post(actor=owner, post=now(post))
    after = [page(person) for person in (owner, teammate, trainer)]

    assert [WORDS in text for text in before + after] == [True] * 3 + [False] * 3
    assert ["reactions-" in text for text in before + after] == [True] * 3 + [False] * 3
    assert ["data-keep-words" in text for text in before + after] == [True] * 3 + [False] * 3
    address = reverse("forums:post-edit", args=[thread.forum.cohort.slug, post.pk])
    assert [address in text for text in (before[0], after[0])] == [True, False]


def test_words_that_are_hidden_are_for_author_and_trainers_until_they_are_shown_again(thread, owner, teammate, trainer, page):
    post = thread.posts.get()
    people = (owner, teammate, trainer)
    seen = [[WORDS in page(person) for person in people]]

    hide_post(actor=trainer, post=now(post), why="It names somebody.")
    seen.append([WORDS in page(person) for person in people])
    restore_post(actor=trainer, post=now(post))
    seen.append([WORDS in page(person) for person in people])
    until = timezone.now() + datetime.timedelta(days=1)
    Post.objects.filter(pk=post.pk).update(state=Post.State.PAUSED, state_until=until)
    seen.append([WORDS in page(person) for person in people])

    assert seen == [[True] * 3, [True, False, True], [True] * 3, [True, False, True]]


def test_changed_words_stand_at_once(thread, owner, teammate, page):
    post = thread.posts.get()
    page(teammate)

    edit_post(actor=owner, post=now(post), html=words_of("The heron flew").html)
    after = page(teammate)

    assert ("The heron flew" in after, WORDS in after, "edited" in after) == (True, False, True)


def test_another_name_stands_at_once_wherever_the_old_one_stood(thread, owner, teammate, page):
    react(actor=teammate, post=thread.posts.get(), kind=Reaction.Kind.HEARD)
    say(thread, teammate, answers=thread.posts.get(), quoted="heron")
    page(owner)

    for person in (owner, teammate):
        person.display_name = f"New {person.display_name} & <b>"
        person.save()
    after = page(owner)

    drawn = "".join(re.findall(r'<article class="post.*?</article>', after, re.S))
    assert re.findall(r"(?<!New )(?:Owner|Teammate)", drawn) == []
    assert drawn.count(escape("New Owner & <b>")) >= 3
    assert escape("New Teammate & <b>") in drawn and "& <b>" not in drawn


def test_an_alias_given_or_taken_stands_at_once_and_the_name_is_for_trainers(thread, owner, teammate, trainer, page):
    post = say(thread, teammate, "By the water")
    page(owner)

    Post.objects.filter(pk=post.pk).update(alias_number=1)
    hidden = [page(person) for person in (owner, trainer)]
    Post.objects.filter(pk=post.pk).update(alias_number=None)

    drawn = ["".join(re.findall(r'<article class="post.*?</article>', text, re.S)) for text in (*hidden, page(owner))]
    assert ["Teammate" in text for text in drawn] == [False, True, True]
    assert "Teammate, anonymous to peers" in drawn[1]


def test_each_reader_has_their_own_buttons_whoever_looked_first(thread, owner, teammate, trainer, page):
    post = thread.posts.get()
    react(actor=teammate, post=post, kind=Reaction.Kind.HEARD)
    slug = thread.forum.cohort.slug
    care, flag, change = (reverse(f"forums:{name}", args=[slug, post.pk]) for name in ("moderation-post", "moderation-flag", "post-edit"))

    for order in ((owner, teammate, trainer), (trainer, teammate, owner)):
        texts = {person.pk: page(person) for person in order}
        assert [change in texts[person.pk] for person in (owner, teammate, trainer)] == [True, False, False]
        assert [flag in texts[person.pk] for person in (owner, teammate, trainer)] == [False, True, True]
        assert [care in texts[person.pk] for person in (owner, teammate, trainer)] == [False, False, True]
        assert ['name="take_back"' in texts[person.pk] for person in (owner, teammate, trainer)] == [False, True, False]
        assert ["<bdi>Teammate</bdi>" in texts[person.pk] for person in (owner, teammate, trainer)] == [True, False, True]


def test_times_are_those_of_each_readers_zone(thread, owner, teammate, page):
    Post.objects.filter(thread=thread).update(posted_at=datetime.datetime(2026, 7, 1, 12, 0, tzinfo=datetime.UTC))
    teammate.time_zone = "Europe/Tallinn"
    teammate.save()

    assert ["13:00</time>" in page(owner), "15:00</time>" in page(teammate), "13:00</time>" in page(owner)] == [True] * 3
