import datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from forums.actions.forums import open_forums
from forums.actions.moderating.answers import answer_act
from forums.actions.moderating.flags import flag_post
from forums.actions.moderating.hiding import ask_to_rework, hide_post, let_rest, restore_post, rework_post
from forums.actions.moderating.holds import hold_author
from forums.actions.moderating.settling import settle_post
from forums.actions.telling_of_posts import notice_key
from forums.actions.withdrawing import withdraw_post
from forums.models import Forum, ModerationAct
from lms.notifications.models import Notice
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer")).person


@pytest.fixture
def colleague(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Colleague")).person


@pytest.fixture
def post(cohort, owner):
    return begin_thread(cohort=cohort, author=owner).posts.get()


def heard(person):
    """(kind, who, page) of what somebody was told, the oldest first."""
    return [(notice.kind, notice.who, notice.url) for notice in Notice.objects.filter(person=person).order_by("pk")]


def page(name, cohort, *args):
    return reverse(f"forums:moderation-{name}", args=[cohort.slug, *args])


def test_whom_an_act_concerns_is_told_by_whom_without_the_reason(cohort, post, owner, teammate, trainer):
    for _ in range(2):
        hide_post(actor=trainer, post=post, why="canary")

    assert heard(owner) == [("moderation", "Trainer", page("about-me", cohort))]
    assert (heard(teammate), Notice.objects.filter(words__contains="canary").count()) == ([], 0)


def test_who_acts_on_their_own_words_is_told_nothing(cohort, trainer):
    hide_post(actor=trainer, post=begin_thread(cohort=cohort, author=trainer).posts.get(), why="")

    assert heard(trainer) == []


def test_who_asked_to_talk_first_is_told_to_nobody_but_the_trainers(cohort, post, owner, teammate, trainer):
    flag_post(actor=teammate, cohort=cohort, post=post, kind="identifies", rest=True)

    assert heard(owner) == [("moderation", "", page("about-me", cohort))]
    assert heard(trainer) == [("care", "", page("post", cohort, post.pk))]


def test_a_flag_reaches_the_trainers_and_its_settlement_whoever_flagged(cohort, post, owner, teammate, trainer, colleague):
    for _ in range(2):
        flag_post(actor=teammate, cohort=cohort, post=post, kind="hurts")
    settle_post(actor=trainer, post=post)

    assert [heard(person) for person in (trainer, colleague)] == [[("care", "", page("post", cohort, post.pk))]] * 2
    assert heard(teammate) == [("moderation", "", page("flag", cohort, post.pk))]
    assert heard(owner) == [("moderation", "Trainer", page("about-me", cohort))]


def test_what_is_held_and_what_comes_back_in_other_words_reaches_the_trainers(cohort, post, owner, trainer):
    hold_author(actor=trainer, post=post, until=timezone.now() + datetime.timedelta(days=2), why="Why")
    held = say(post.thread, owner)
    ask_to_rework(actor=trainer, post=post, why="Why")
    rework_post(actor=owner, post=post, html="<p>Other words</p>")

    assert heard(trainer) == [("care", "", page("post", cohort, pk)) for pk in (held.pk, post.pk)]


def test_answers_reach_the_other_side(cohort, post, owner, teammate, trainer, colleague):
    hide_post(actor=trainer, post=post, why="Why")
    hidden = ModerationAct.objects.get()
    answer_act(actor=owner, act=hidden, words="canary", client_id=uuid4())
    answer_act(actor=colleague, act=hidden, words="canary", client_id=uuid4())
    let_rest(actor=teammate, post=begin_thread(cohort=cohort, author=owner).posts.get())
    paused = ModerationAct.objects.get(verb="pause")
    Notice.objects.filter(person=owner).order_by("pk").first().delete()
    answer_act(actor=owner, act=paused, words="canary", client_id=uuid4())

    assert heard(trainer) == [("care", "", page("act", cohort, act.pk)) for act in (hidden, paused)]
    assert heard(colleague) == [("care", "", page("act", cohort, paused.pk))]
    assert heard(owner) == [("moderation", "Colleague", page("act", cohort, hidden.pk)), ("moderation", "", page("about-me", cohort))]
    assert heard(teammate) == []


def test_hidden_words_are_taken_out_of_what_was_told_of_them(cohort, post, teammate, trainer):
    Notice.objects.create(person=teammate, kind="followed", key=notice_key(post.pk), url="/", path="/", who="Owner", words="canary")

    hide_post(actor=trainer, post=post, why="Why")

    assert heard(teammate) == []


def test_alumni_are_told_by_way_of_their_own_cohort(cohort, trainer):
    other = make_cohort(programme=cohort.programme)
    alumna = make_membership(cohort=other, part=Part.ALUMNUS).person
    commons = Forum.objects.get(kind="commons")
    said = begin_thread(cohort=cohort, author=alumna, forum=commons).posts.get()

    hide_post(actor=trainer, post=said, why="Why")

    assert heard(alumna) == [("moderation", "Trainer", page("about-me", other))]


@pytest.fixture
def taken(monkeypatch):
    """(people, anchor) of what was asked to leave open pages."""
    told = []
    monkeypatch.setattr("lms.notifications.actions.notices.publish_on_commit", lambda group, message: told.append(message))
    return lambda: [(set(message["people"]), message["anchor"]) for message in told if message["type"] == "gone"]


@pytest.mark.parametrize("act", [hide_post, ask_to_rework, lambda **call: let_rest(actor=call["actor"], post=call["post"])])
def test_take_from_open_pages_spares_who_may_still_read(act, post, owner, teammate, trainer, colleague, outsider, taken):
    act(actor=teammate if act not in (hide_post, ask_to_rework) else trainer, post=post, why="because")

    assert taken() == [({teammate.pk}, f"post-{post.pk}")]


def test_take_from_open_pages_of_everybody_once_it_is_withdrawn(post, owner, teammate, trainer, taken):
    withdraw_post(actor=owner, post=post)
    withdraw_post(actor=owner, post=post)

    assert taken() == [({owner.pk, teammate.pk, trainer.pk}, f"post-{post.pk}")]


def test_restoring_takes_nothing_from_pages(post, trainer, taken):
    hide_post(actor=trainer, post=post, why="because")
    before = len(taken())

    restore_post(actor=trainer, post=post)

    assert len(taken()) == before
