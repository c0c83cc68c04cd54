import pytest
from django.utils import timezone

from forums.actions.forums import forum_of
from forums.permissions import can_edit_post, can_react, can_reply, can_start_thread, can_withdraw_post
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, prompt_thread

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "starts", "replies", "replies_before_it_opens"),
    [
        ("trainee", True, True, False),
        ("trainer", True, True, True),
        ("coordinator", True, True, True),
        ("aftercare", True, True, False),
        ("guest_trainer", False, False, False),
        ("interpreter", False, False, False),
        ("alumnus", False, False, False),
        ("outsider", False, False, False),
    ],
)
def test_can_start_thread_and_reply_by_part(owner, who, starts, replies, replies_before_it_opens):
    cohort, person = make_cohort(members=[owner]), make_user()
    if who != "outsider":
        make_membership(cohort=cohort, person=person, part=Part(who))
    begun, later = begin_thread(cohort=cohort, author=owner), prompt_thread(cohort=cohort, opens_in=4)

    answers = (can_start_thread(person, forum_of(cohort)), can_reply(person, begun), can_reply(person, later))

    assert answers == (starts, replies, replies_before_it_opens)


def test_can_edit_post_is_for_its_author_alone(owner, teammate, outsider):
    cohort = make_cohort(members=[owner, teammate])
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    post = begin_thread(cohort=cohort, author=owner).posts.get()

    assert [can_edit_post(person, post) for person in (owner, teammate, trainer, outsider)] == [True, False, False, False]


def test_can_edit_post_ends_with_the_part(owner):
    cohort = make_cohort(members=[owner])
    post = begin_thread(cohort=cohort, author=owner).posts.get()
    cohort.memberships.update(part=Part.ALUMNUS)

    assert can_edit_post(owner, post) is False


def test_can_withdraw_post_outlasts_the_part_that_talks(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    post = begin_thread(cohort=cohort, author=owner).posts.get()

    before = [can_withdraw_post(person, post) for person in (owner, teammate, trainer)]
    cohort.memberships.filter(person=owner).update(ended_at=timezone.now())

    assert (before, can_withdraw_post(owner, post)) == ([True, False, False], False)


@pytest.mark.parametrize(("who", "may"), [("trainee", True), ("aftercare", True), ("interpreter", False), ("alumnus", False)])
def test_can_react_by_part(owner, who, may):
    cohort = make_cohort(members=[owner])
    person = make_membership(cohort=cohort, part=Part(who)).person
    post = begin_thread(cohort=cohort, author=owner).posts.get()

    assert (can_react(person, post), can_react(owner, post)) == (may, False)
