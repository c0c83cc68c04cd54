import pytest

from forums.actions.levels import set_forum_level, set_thread_level
from forums.models import Level, Thread
from forums.people import levels_in
from lms.permissions import Refused
from tests.factories import make_cohort
from tests.forums.factories import begin_thread

pytestmark = pytest.mark.django_db
FOLLOW, ORDINARY, MUTE = Level.Much.FOLLOW, Level.Much.ORDINARY, Level.Much.MUTE


@pytest.fixture
def thread(owner, teammate):
    return begin_thread(cohort=make_cohort(members=[owner, teammate]), author=teammate)


def test_set_thread_level_keeps_the_last_choice(owner, thread):
    for much in (FOLLOW, MUTE, MUTE):
        set_thread_level(actor=owner, thread=thread, much=much)

    assert list(Level.objects.values_list("person", "thread", "forum", "much")) == [(owner.pk, thread.pk, None, "mute")]


def test_set_forum_level_stands_beside_what_holds_for_a_thread(owner, thread):
    set_thread_level(actor=owner, thread=thread, much=MUTE)
    for much in (FOLLOW, ORDINARY):
        set_forum_level(actor=owner, forum=thread.forum, much=much)

    assert set(Level.objects.values_list("thread", "forum", "much")) == {(thread.pk, None, "mute"), (None, thread.forum_id, "ordinary")}


def test_levels_are_for_who_meets_the_place(outsider, thread):
    with pytest.raises(Refused):
        set_thread_level(actor=outsider, thread=thread, much=FOLLOW)
    with pytest.raises(Refused):
        set_forum_level(actor=outsider, forum=thread.forum, much=FOLLOW)

    assert Level.objects.count() == 0


@pytest.mark.parametrize(
    ("of_forum", "of_thread", "hears"),
    [
        (None, None, None),
        (FOLLOW, None, FOLLOW),
        (None, FOLLOW, FOLLOW),
        (ORDINARY, FOLLOW, FOLLOW),
        (MUTE, FOLLOW, FOLLOW),
        (FOLLOW, ORDINARY, ORDINARY),
        (FOLLOW, MUTE, MUTE),
        (MUTE, None, MUTE),
        (MUTE, ORDINARY, ORDINARY),
    ],
)
def test_what_holds_for_a_thread_comes_before_what_holds_for_its_forum(owner, thread, of_forum, of_thread, hears):
    """The same in what a page shows as in who is told."""
    if of_forum:
        set_forum_level(actor=owner, forum=thread.forum, much=of_forum)
    if of_thread:
        set_thread_level(actor=owner, thread=thread, much=of_thread)

    assert levels_in(thread).get(owner.pk) == hears
    assert Thread.objects.with_mine(owner).get(pk=thread.pk).my_level == (hears or ORDINARY)
