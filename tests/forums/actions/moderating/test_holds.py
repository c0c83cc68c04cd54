import datetime

import pytest
from django.utils import timezone

from forums.actions.changing import edit_post
from forums.actions.moderating.claims import claim_post
from forums.actions.moderating.holds import approve_post, decline_post, end_hold, hold_author, hold_thread
from forums.actions.read import mark_read
from forums.models import Forum, Hold, ModerationAct, Post, Thread, ThreadRead
from lms.permissions import Part, Refused
from tests.factories import make_membership
from tests.forums.factories import begin_thread, say

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.now() + datetime.timedelta(days=days)


@pytest.fixture
def held(post, teammate, trainer):
    """Teammate's answer to Owner's thread, which waits for a trainer."""
    hold_thread(actor=trainer, thread=post.thread, until=in_days(3), why="It is hot")
    return say(post.thread, teammate)


def test_hold_author_has_their_posts_in_that_forum_wait_until_its_end(cohort, post, owner, trainer, later):
    until = in_days(3)
    group = Forum.objects.get(kind="trainers")
    for _ in range(2):
        hold_author(actor=trainer, post=post, until=until, why="Let us read first")
    states = [say(post.thread, owner).state, begin_thread(cohort=cohort, author=owner, title="Canary").posts.get().state]
    later(days=3, seconds=1)

    assert states == ["held", "held"]
    assert say(post.thread, owner).state == "shown"
    act = ModerationAct.objects.get()
    assert (act.verb, act.person, act.why, act.until, act.forum == group) == ("hold", owner, "Let us read first", until, False)


def test_hold_author_is_not_passed_by_changing_what_is_shown(cohort, post, owner, trainer):
    hold_author(actor=trainer, post=post, until=in_days(3), why="Let us read first")
    held = say(post.thread, owner)

    with pytest.raises(Refused) as refused:
        edit_post(actor=owner, post=post, html="<p>Unread by a trainer</p>")
    edit_post(actor=owner, post=held, html="<p>Read first anyway</p>")

    assert (refused.value.code, Post.objects.get(pk=post.pk).plain) == ("held", "I keep hearing the chair")


def test_a_thread_that_waits_is_seen_by_its_author_and_the_trainers_only(cohort, post, owner, teammate, trainer):
    hold_author(actor=trainer, post=post, until=in_days(3), why="Let us read first")
    waits = begin_thread(cohort=cohort, author=owner, title="Canary")

    seen = [waits in Thread.objects.visible_to(person, cohort) for person in (owner, teammate, trainer)]
    approve_post(actor=trainer, post=waits.posts.get())

    assert seen == [True, False, True]
    assert waits in Thread.objects.visible_to(teammate, cohort)


def test_hold_thread_holds_everybody_but_trainers(post, held, owner, trainer):
    assert [held.state, say(post.thread, owner).state, say(post.thread, trainer).state] == ["held", "held", "shown"]


def test_another_end_is_another_telling(post, owner, trainer):
    for days in (3, 5):
        hold_thread(actor=trainer, thread=post.thread, until=in_days(days), why="It is hot")

    assert (Hold.objects.count(), ModerationAct.objects.filter(verb="hold", person=owner).count()) == (1, 2)


def test_end_hold_ends_it_and_is_told_once(post, owner, teammate, trainer):
    hold = hold_thread(actor=trainer, thread=post.thread, until=in_days(3), why="It is hot")

    for _ in range(2):
        end_hold(actor=trainer, hold=hold)

    assert say(post.thread, teammate).state == "shown"
    assert [(act.verb, act.person) for act in ModerationAct.objects.order_by("pk")] == [("hold", owner), ("end_hold", owner)]


@pytest.mark.parametrize(("days", "why"), [(-1, "Why"), (61, "Why"), (3, " ")])
def test_holds_have_an_end_within_sixty_days_and_a_reason(post, trainer, days, why):
    for hold in (
        lambda: hold_thread(actor=trainer, thread=post.thread, until=in_days(days), why=why),
        lambda: hold_author(actor=trainer, post=post, until=in_days(days), why=why),
    ):
        with pytest.raises(Refused):
            hold()

    assert Hold.objects.count() == 0


def test_trainers_are_not_held(cohort, trainer, colleague):
    own = begin_thread(cohort=cohort, author=colleague).posts.get()

    with pytest.raises(Refused):
        hold_author(actor=trainer, post=own, until=in_days(2), why="Why")


def test_approve_lets_a_post_in_and_nobody_misses_it(post, held, owner, teammate, trainer):
    later = say(post.thread, trainer)
    mark_read(actor=owner, thread=post.thread, first=post.pk, last=later.pk)

    for _ in range(2):
        approve_post(actor=trainer, post=held)

    held.refresh_from_db()
    post.refresh_from_db()
    assert (held.state, post.waiting) == ("shown", False)
    assert [voice.person for voice in post.thread.voices.filter(spoke_at__isnull=False)] == [owner, teammate, trainer]
    assert ThreadRead.objects.get(person=owner, thread=post.thread).last_read < held.pk
    assert [(act.verb, act.person) for act in ModerationAct.objects.filter(post=held)] == [("approve", teammate)]


def test_decline_keeps_a_post_between_its_author_and_the_trainers(cohort, held, owner, teammate, trainer):
    for _ in range(2):
        decline_post(actor=trainer, post=held, why="It names somebody")

    assert Post.objects.get(pk=held.pk).state == "declined"
    assert [held in Post.objects.visible_to(person, cohort) for person in (owner, teammate, trainer)] == [False, True, True]
    assert [(act.verb, act.person, act.why) for act in ModerationAct.objects.filter(post=held)] == [
        ("decline", teammate, "It names somebody")
    ]


def test_decline_refuses_what_is_shown_and_what_has_no_reason(post, held, trainer):
    with pytest.raises(Refused):
        decline_post(actor=trainer, post=post, why="Why")
    with pytest.raises(Refused):
        decline_post(actor=trainer, post=held, why="")

    assert Post.objects.get(pk=held.pk).state == "held"


def test_approve_and_decline_respect_a_colleagues_claim(held, trainer, colleague):
    claim_post(actor=colleague, post=held)

    for act in (lambda: approve_post(actor=trainer, post=held), lambda: decline_post(actor=trainer, post=held, why="Why")):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "claimed"


@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINER])
def test_holding_is_for_trainers(cohort, post, held, part):
    person, hold, before = make_membership(cohort=cohort, part=part).person, Hold.objects.get(), ModerationAct.objects.count()

    for act in (
        lambda: hold_author(actor=person, post=post, until=in_days(2), why="Why"),
        lambda: hold_thread(actor=person, thread=post.thread, until=in_days(2), why="Why"),
        lambda: end_hold(actor=person, hold=hold),
        lambda: approve_post(actor=person, post=held),
        lambda: decline_post(actor=person, post=held, why="Why"),
    ):
        with pytest.raises(Refused):
            act()

    assert (ModerationAct.objects.count(), Hold.objects.current().count()) == (before, 1)
