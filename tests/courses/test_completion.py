import datetime

import pytest
from django.utils import timezone

from courses.actions.conversations import answer_conversation, say_we_talked
from courses.completion import Completion, completion_of, hours_words
from courses.models import Attendance, GroupRelease, Progress, Release
from courses.standing import Standing
from tests.courses.factories import make_peer_group
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_sitting, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def block():
    return make_block(cohort=make_cohort())


@pytest.fixture
def ana(block):
    return make_membership(cohort=block.cohort)


def was_there(person, block, minutes):
    start = timezone.now() - datetime.timedelta(days=2)
    sitting = make_sitting(block=block, starts_at=start, ends_at=start + datetime.timedelta(hours=1))
    Attendance.objects.create(sitting=sitting, person=person, minutes=minutes, of_minutes=60)


def did(membership, activity):
    Progress.objects.create(person=membership.person, cohort=membership.cohort, activity=activity, done_at=timezone.now())


def test_completion_is_there_once_all_three_are(block, ana):
    meeting, closing = make_activity(module=block.module, form="peer-group"), make_activity(module=block.module, closing=True)
    was_there(ana.person, block, 60)
    did(ana, meeting)
    before = completion_of(ana)
    did(ana, closing)

    after = completion_of(ana)

    assert ([point.met for point in before.points], before.met) == ([True, True, False], False)
    assert ([point.met for point in after.points], after.met) == ([True, True, True], True)


def test_completion_says_it_in_words(block, ana):
    make_activity(module=block.module, form="peer-group")
    make_activity(module=block.module, closing=True)
    was_there(ana.person, block, 60)
    was_there(ana.person, block, 40)

    assert [point.words for point in completion_of(ana).points] == [
        "There for 1½ of 2 hours noted (83 %; asked for are 90 %).",
        "0 of 1 peer meeting has been.",
        "The closing statement is not kept yet.",
    ]


def test_completion_asks_only_for_what_the_course_has(block, ana):
    was_there(ana.person, block, 60)

    assert [point.met for point in completion_of(ana).points] == [True]


def test_completion_without_any_hours_is_not_there():
    assert Completion(Standing(90), []).met is False


def test_completion_waits_for_hours_that_are_to_come(block, ana):
    was_there(ana.person, block, 60)
    start = timezone.now() + datetime.timedelta(days=2)
    make_sitting(block=block, starts_at=start, ends_at=start + datetime.timedelta(hours=1))

    assert completion_of(ana).met is False


@pytest.mark.django_db(databases=["default", "keys"])
def test_completion_says_where_each_peer_meeting_comes_from(block, ana):
    peer = make_membership(cohort=block.cohort, person=make_user(display_name="Bo"))
    by_hand, by_two, begun, _not_yet = (
        make_activity(module=block.module, form="peer-group", title=title, completes=completes)
        for title, completes in (("One", ""), ("Two", "meeting"), ("Three", "meeting"), ("Four", ""))
    )
    did(ana, by_hand)
    for activity in (by_two, begun):
        said = say_we_talked(actor=ana.person, cohort=block.cohort, activity=activity, other=peer, words="We met.")
        if activity == by_two:
            answer_conversation(actor=peer.person, conversation=said, words="So we did.")

    stands, theirs = completion_of(ana), completion_of(peer)

    assert [(one.title, one.words) for one in stands.meetings] == [
        ("One", "ticked by hand"),
        ("Two", "both wrote that they met: with Bo"),
        ("Three", "not yet"),
        ("Four", "not yet"),
    ]
    assert theirs.meetings[1].words == f"both wrote that they met: with {ana.person.display_name}"
    assert "2 of 4 peer meetings have been." in [point.words for point in stands.points]
    assert "We met" not in repr(stands)


def test_completion_does_not_ask_for_what_is_for_other_groups(block, ana):
    meeting = make_activity(module=block.module, form="peer-group")
    release = Release.objects.create(cohort=block.cohort, activity=meeting, way=Release.Way.GROUP)
    group = make_peer_group(block.cohort, make_membership(cohort=block.cohort).person)
    GroupRelease.objects.create(release=release, group=group)
    block.cohort.refresh_from_db()

    assert completion_of(ana).meetings == []


@pytest.mark.parametrize(("minutes", "words"), [(0, "0"), (29, "0"), (30, "½"), (60, "1"), (119, "1½"), (6000, "100")])
def test_hours_words_round_down_to_half_an_hour(minutes, words):
    assert hours_words(minutes) == words


def test_completion_takes_the_same_number_of_queries_however_much_was_done(block, ana, django_assert_num_queries):
    for _ in range(3):
        did(ana, make_activity(module=block.module))
        was_there(ana.person, block, 60)
    completion_of(ana)

    with django_assert_num_queries(5):
        completion_of(ana)
