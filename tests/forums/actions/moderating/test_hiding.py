import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from forums.actions.moderating.hiding import ask_to_rework, end_rests, hide_post, let_rest, restore_post, rework_post
from forums.models import Flag, Hold, ModerationAct, Post, PostRevision, Thread
from forums.permissions import can_read_post
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, say

pytestmark = pytest.mark.django_db


def told(person):
    """What was told to somebody, the oldest first."""
    return [(act.verb, act.actor.display_name, act.why) for act in ModerationAct.objects.filter(person=person).order_by("pk")]


def readable(post, *people):
    return [can_read_post(person, Post.objects.select_related("thread__forum__cohort").get(pk=post.pk)) for person in people]


# --- hiding and showing again -----------------------------------------------------------------------------------------


def test_hide_takes_the_words_from_everybody_but_the_author_and_the_trainers(cohort, post, owner, teammate, trainer):
    hide_post(actor=trainer, post=post, why="It names  somebody", shown="This will be back")

    post.refresh_from_db()
    assert (post.state, post.state_why) == ("hidden", "This will be back")
    assert readable(post, owner, teammate, trainer) == [True, False, True]
    assert told(owner) == [("hide", "Trainer", "It names somebody")]
    assert list(Post.objects.in_words()) == []


def test_hide_takes_the_first_words_out_of_the_list_and_the_thread_no_longer_waits(cohort, post, teammate, trainer):
    hide_post(actor=trainer, post=post, why="It names somebody")

    thread = Thread.objects.visible_to(teammate, cohort).for_list(teammate).get()
    assert (thread.glimpse, thread.waiting_since) == ("", None)


def test_hide_again_is_once_and_restore_brings_everything_back(cohort, post, owner, teammate, trainer):
    for _ in range(2):
        hide_post(actor=trainer, post=post, why="It names somebody", shown="Not now")
    for _ in range(2):
        restore_post(actor=trainer, post=post)

    post.refresh_from_db()
    thread = Thread.objects.visible_to(teammate, cohort).for_list(teammate).get()
    assert (post.state, post.state_why, readable(post, teammate)) == ("shown", "", [True])
    assert (thread.glimpse, thread.waiting_since) == ("I keep hearing the chair", post.posted_at)
    assert [verb for verb, _who, _why in told(owner)] == ["hide", "restore"]


def test_hide_settles_what_was_flagged(post, teammate, trainer):
    flag = Flag.objects.create(post=post, person=teammate, kind="hurts")

    hide_post(actor=trainer, post=post, why="It hurts")

    flag.refresh_from_db()
    assert (flag.settled_by, flag.settled_at is None) == (trainer, False)


@pytest.mark.parametrize(
    "act",
    [
        lambda **given: hide_post(why="Why", **given),
        lambda **given: restore_post(**given),
        lambda **given: ask_to_rework(why="Why", **given),
    ],
    ids=["hide", "restore", "rework"],
)
@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINER])
def test_what_trainers_do_is_for_trainers_of_this_cohort(cohort, post, outsider, act, part):
    here = make_membership(cohort=cohort, part=part).person
    make_membership(cohort=make_cohort(), person=outsider, part=Part.TRAINER)

    for person in (here, outsider):
        with pytest.raises(Refused):
            act(actor=person, post=post)

    assert (Post.objects.get(pk=post.pk).state, ModerationAct.objects.count()) == ("shown", 0)


def test_hide_asks_for_a_reason_unless_the_words_are_ones_own(cohort, post, trainer):
    own = begin_thread(cohort=cohort, author=trainer).posts.get()

    with pytest.raises(Refused) as refused:
        hide_post(actor=trainer, post=post, why=" \u2028 ")
    with pytest.raises(Refused) as long:
        hide_post(actor=trainer, post=post, why="x" * 401)

    assert (refused.value.code, refused.value.sentence) == ("why", "Please say why. Whom it concerns reads it, and nobody else.")
    assert long.value.sentence == "A reason has room for 400 characters."
    assert hide_post(actor=trainer, post=own, why="").state == "hidden"


def test_hide_refuses_what_was_taken_back_or_waits_for_approval(post, trainer):
    for fields in ({"withdrawn_at": timezone.now()}, {"withdrawn_at": None, "state": "held"}):
        Post.objects.filter(pk=post.pk).update(**fields)
        with pytest.raises(Refused):
            hide_post(actor=trainer, post=post, why="Why")

    assert ModerationAct.objects.count() == 0


# --- other words ------------------------------------------------------------------------------------------------------


def test_rework_brings_other_words_back_to_the_queue(post, owner, teammate, trainer):
    ask_to_rework(actor=trainer, post=post, why="Please leave the street out")
    asked = (Post.objects.get(pk=post.pk).state, readable(post, owner, teammate, trainer))

    rework_post(actor=owner, post=post, html="<p>Other words</p>")

    post.refresh_from_db()
    assert asked == ("rework", [True, False, True])
    assert (post.state, post.html, post.plain, post.edited_at is None) == ("held", "<p>Other words</p>", "Other words", False)
    assert told(owner) == [("rework", "Trainer", "Please leave the street out")]


def test_rework_shows_other_words_at_once_if_the_trainer_said_so(post, owner, teammate, trainer):
    ask_to_rework(actor=trainer, post=post, why="Please leave the street out", shown_after=True)

    rework_post(actor=owner, post=post, html="<p>Other words</p>")

    post.refresh_from_db()
    post.thread.refresh_from_db()
    assert (post.state, readable(post, teammate), post.thread.waiting_since) == ("shown", [True], post.posted_at)


def test_rework_forgets_the_earlier_words_in_the_history_and_in_quotations(post, owner, teammate, trainer):
    PostRevision.objects.create(post=post, html="<p>Canary Street 7</p>")
    gone = say(post.thread, teammate, answers=post, quoted="keep hearing")
    stays = say(post.thread, teammate, answers=post, quoted="the chair")
    ask_to_rework(actor=trainer, post=post, why="Please", shown_after=True)

    rework_post(actor=owner, post=post, html="<p>I see the chair</p>")

    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.quoted, stays.quoted, PostRevision.objects.count()) == ("", "the chair", 0)


def test_rework_is_for_the_author_while_it_is_asked_for(post, owner, teammate, trainer):
    with pytest.raises(Refused) as early:
        rework_post(actor=owner, post=post, html="<p>Other words</p>")
    ask_to_rework(actor=trainer, post=post, why="Please")
    for person in (teammate, trainer):
        with pytest.raises(Refused):
            rework_post(actor=person, post=post, html="<p>Other words</p>")
    with pytest.raises(Refused):
        rework_post(actor=owner, post=post, html="<p> </p>")

    assert (early.value.code, Post.objects.get(pk=post.pk).state) == ("late", "rework")


def test_rework_of_what_was_held_stays_unseen(post, owner, teammate, trainer, cohort):
    Hold.objects.create(forum=post.thread.forum, person=teammate, by=trainer, until=timezone.now() + datetime.timedelta(days=1))
    held = say(post.thread, teammate)

    ask_to_rework(actor=trainer, post=held, why="Please")
    unseen = held in Post.objects.visible_to(owner, cohort)
    rework_post(actor=teammate, post=held, html="<p>Other words</p>")

    assert (unseen, held in Post.objects.visible_to(owner, cohort), Post.objects.get(pk=held.pk).state) == (False, False, "held")


# --- take down, talk first --------------------------------------------------------------------------------------------


def test_let_rest_pauses_for_a_day_and_ends_by_itself(cohort, post, owner, teammate, trainer, later):
    let_rest(actor=teammate, post=post)
    post.refresh_from_db()
    resting = (post.state, readable(post, owner, teammate, trainer), list(Post.objects.in_words()), post.thread.waiting_since)
    later(hours=23, minutes=59)
    still = (Post.objects.get(pk=post.pk).has_words, end_rests())
    later(hours=24, seconds=1)
    over = (Post.objects.get(pk=post.pk).has_words, list(Post.objects.in_words()), readable(post, teammate))
    swept = (end_rests(), end_rests())

    post.refresh_from_db()
    post.thread.refresh_from_db()
    assert resting[:3] == ("paused", [True, False, True], [])
    assert still == (False, 0)
    assert over == (True, [post], [True])
    assert (swept, post.state, post.state_until, post.thread.waiting_since) == ((1, 0), "shown", None, post.posted_at)


def test_let_rest_tells_the_author_until_when_and_is_once_for_a_person_and_post(post, owner, teammate, trainer, cohort):
    other = make_membership(cohort=cohort).person
    first, again = let_rest(actor=teammate, post=post), let_rest(actor=teammate, post=post)
    restore_post(actor=trainer, post=post)
    let_rest(actor=teammate, post=post)
    shown = Post.objects.get(pk=post.pk).state
    let_rest(actor=other, post=post)

    assert (first.pk, shown, Post.objects.get(pk=post.pk).state) == (again.pk, "shown", "paused")
    acts = ModerationAct.objects.filter(verb="pause").order_by("pk")
    assert [(act.actor, act.person, act.until is None) for act in acts] == [(teammate, owner, False), (other, owner, False)]


def test_let_rest_leaves_what_a_trainer_decided(post, teammate, trainer, later):
    let_rest(actor=teammate, post=post)
    hide_post(actor=trainer, post=post, why="It names somebody")
    later(hours=30)

    assert (end_rests(), Post.objects.get(pk=post.pk).state) == (0, "hidden")


def test_let_rest_is_for_others_who_may_read_it(cohort, post, owner, outsider):
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person

    for person in (owner, outsider, interpreter):
        with pytest.raises(Refused):
            let_rest(actor=person, post=post)

    assert Post.objects.get(pk=post.pk).state == "shown"


def test_nobody_quotes_what_rests(post, owner, teammate, cohort):
    let_rest(actor=teammate, post=post)
    post.refresh_from_db()

    with pytest.raises(Refused):
        say(post.thread, teammate, answers=post, quoted="the chair", client_id=uuid4())
