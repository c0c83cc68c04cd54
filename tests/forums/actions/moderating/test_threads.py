import pytest

from forums.actions.moderating.moving import merge_threads
from forums.actions.moderating.threads import lock_to_answers, pin, rename, slow_down, unlock, unpin
from forums.models import ModerationAct, Thread
from lms.permissions import Part, Refused
from tests.factories import make_membership
from tests.forums.factories import begin_thread, prompt_thread, say

pytestmark = pytest.mark.django_db

ACTS = {
    "lock": lambda **given: lock_to_answers(why="Enough for now", **given),
    "unlock": unlock,
    "pin": pin,
    "unpin": unpin,
    "slow": lambda **given: slow_down(hours=12, why="Let us take time", **given),
    "rename": lambda **given: rename(title="Another title", why="The first one named somebody", **given),
}


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINER])
def test_what_is_set_for_a_thread_is_set_by_trainers(cohort, post, name, part):
    person = make_membership(cohort=cohort, part=part).person

    with pytest.raises(Refused):
        ACTS[name](actor=person, thread=post.thread)

    assert ModerationAct.objects.count() == 0


def test_everything_set_is_told_once_to_who_began_the_thread(post, owner, trainer):
    for name in ACTS:
        for _ in range(2):
            ACTS[name](actor=trainer, thread=post.thread)

    acts = ModerationAct.objects.order_by("pk")
    assert [(act.verb, act.person, act.thread, act.why) for act in acts] == [
        ("lock", owner, post.thread, "Enough for now"),
        ("unlock", owner, post.thread, ""),
        ("pin", owner, post.thread, ""),
        ("unpin", owner, post.thread, ""),
        ("slow", owner, post.thread, "Let us take time"),
        ("rename", owner, post.thread, "The first one named somebody"),
    ]
    thread = Thread.objects.get()
    assert (thread.locked_at, thread.pinned_at, thread.slow_hours, thread.title) == (None, None, 12, "Another title")


def test_lock_keeps_answers_out_and_unlock_lets_them_in(post, teammate, trainer):
    lock_to_answers(actor=trainer, thread=post.thread, why="Enough for now")
    with pytest.raises(Refused) as refused:
        say(post.thread, teammate)
    unlock(actor=trainer, thread=post.thread)

    assert refused.value.code == "locked"
    assert say(post.thread, teammate).author == teammate


def test_slow_down_lets_everybody_speak_once_in_so_many_hours(post, teammate, trainer):
    slow_down(actor=trainer, thread=post.thread, hours=6, why="Let us take time")
    say(post.thread, teammate)
    with pytest.raises(Refused) as refused:
        say(post.thread, teammate)
    slow_down(actor=trainer, thread=post.thread, hours=0)

    assert refused.value.code == "slow"
    assert say(post.thread, teammate).author == teammate


def test_pin_puts_a_thread_first(cohort, post, owner, teammate, trainer):
    begin_thread(cohort=cohort, author=owner)
    say(post.thread, teammate)

    pin(actor=trainer, thread=post.thread)

    assert Thread.objects.visible_to(owner, cohort).for_list(owner).first() == post.thread


@pytest.mark.parametrize(
    "act",
    [
        lambda **given: lock_to_answers(why="", **given),
        lambda **given: slow_down(hours=3, why=" ", **given),
        lambda **given: rename(title="Another", why="", **given),
    ],
)
def test_what_limits_somebody_has_a_reason(cohort, post, trainer, act):
    own = begin_thread(cohort=cohort, author=trainer)

    with pytest.raises(Refused) as refused:
        act(actor=trainer, thread=post.thread)

    assert refused.value.code == "why"
    assert act(actor=trainer, thread=own) == own


def test_what_makes_no_sense_is_refused(cohort, post, owner, trainer):
    question, gone = prompt_thread(cohort=cohort), begin_thread(cohort=cohort, author=owner)
    merge_threads(actor=trainer, thread=gone, into=post.thread, why="The same matter")

    for act in (
        lambda: slow_down(actor=trainer, thread=post.thread, hours=73, why="Why"),
        lambda: slow_down(actor=trainer, thread=post.thread, hours=-1, why="Why"),
        lambda: rename(actor=trainer, thread=question, title="Another", why="Why"),
        lambda: rename(actor=trainer, thread=post.thread, title="\n", why="Why"),
        lambda: lock_to_answers(actor=trainer, thread=gone, why="Why"),
    ):
        with pytest.raises(Refused):
            act()
