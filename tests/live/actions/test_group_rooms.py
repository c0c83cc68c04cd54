"""The room of a group: its members' alone, opened by any of them, and nothing of it kept."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.groups import exchange_member, form_group
from courses.models import Group
from live import actions
from live.models import PresenceSpan, Room, Seminar
from live.permissions import standing
from lms.floor import Phase
from lms.permissions import Part, Refused, Verb
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def coordinator():
    return make_user(coordinates=True)


@pytest.fixture
def members(cohort):
    return [make_membership(cohort=cohort) for _ in range(3)]


@pytest.fixture
def group(cohort, coordinator, members):
    return form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peers", members=members)


@pytest.fixture
def room(group):
    return Room.objects.get(seminar__group=group)


def say(person, room, text="Hello"):
    return actions.say(actor=person, room_id=room.pk, text=text, client_id=uuid.uuid4())


def test_a_groups_room_exists_for_its_members_only(cohort, coordinator, members, room):
    people = {part: make_membership(cohort=cohort, part=part).person for part in Part}
    people |= {"member": members[0].person, "site": coordinator}

    for verb in (Verb.ENTER_ROOM, Verb.SPEAK, Verb.FACILITATE):
        assert {name for name, person in people.items() if Room.objects.visible_to(person, verb).filter(pk=room.pk).exists()} == {"member"}
    assert {name for name, person in people.items() if Seminar.objects.visible_to(person).filter(rooms=room).exists()} == {"member"}
    assert {name for name, person in people.items() if standing(person, room).sees} == {"member"}


def test_a_groups_room_is_closed_until_a_member_opens_it(cohort, members, room):
    assert not standing(members[0].person, room).may_enter()
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    with pytest.raises(Refused):
        actions.open_room(actor=trainer, room_id=room.pk)

    actions.open_room(actor=members[0].person, room_id=room.pk)

    room.refresh_from_db()
    assert standing(members[1].person, room).may_speak()
    assert not standing(trainer, room).may_enter()


def test_a_groups_room_keeps_nothing_when_a_member_closes_it(members, room):
    actions.open_room(actor=members[0].person, room_id=room.pk)
    event, _fresh = say(members[1].person, room, "Only for us")

    actions.close_room(actor=members[2].person, room_id=room.pk)

    event.refresh_from_db()
    assert event.text == ""
    with pytest.raises(Refused):
        say(members[1].person, room)


def test_a_groups_room_closes_half_an_hour_after_the_last_has_left(members, room):
    now = timezone.now()
    actions.open_room(actor=members[0].person, room_id=room.pk)
    assert actions.close_what_is_over() == 0
    Room.objects.filter(pk=room.pk).update(opened_at=now - datetime.timedelta(hours=2))
    fields = {
        "room": room,
        "person": members[0].person,
        "seat": "speaker",
        "process": uuid.uuid4(),
        "started_at": now - datetime.timedelta(hours=2),
    }
    span = PresenceSpan.objects.create(**fields, seen_until=now - datetime.timedelta(minutes=10))
    assert actions.close_what_is_over() == 0

    PresenceSpan.objects.filter(pk=span.pk).update(seen_until=now - datetime.timedelta(minutes=31))

    assert actions.close_what_is_over() == 1
    room.refresh_from_db()
    assert (room.phase, room.purged_at is not None) == (Phase.CLOSED, True)


def test_whoever_goes_to_another_group_says_nothing_more_in_the_old_room(cohort, coordinator, members, group, room):
    other = form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Others", members=[])
    actions.open_room(actor=members[0].person, room_id=room.pk)

    exchange_member(actor=coordinator, came_from=group, went_to=other, member=members[0], client_id=uuid.uuid4())

    with pytest.raises(Refused):
        say(members[0].person, room)
    assert say(members[1].person, room)


def test_a_phase_of_a_groups_room_waits_for_no_facilitator(members, room):
    actions.open_room(actor=members[0].person, room_id=room.pk)
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    Room.objects.filter(pk=room.pk).update(phase=Phase.REFLECTING, phase_at=long_ago, facilitated_at=long_ago)

    assert actions.tend_rooms(rooms=[room.pk], people=True) == 0


def test_the_lobby_of_a_groups_room_is_the_page_of_the_group(client, cohort, members, group, room):
    client.force_login(members[0].person)

    answer = client.get(reverse("live:lobby", args=[cohort.slug, room.seminar_id]))

    assert (answer.status_code, answer["Location"]) == (302, reverse("group", args=[cohort.slug, group.pk]))


def test_a_triad_has_no_room_of_its_own(cohort, coordinator, members):
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.TRIAD, title="T", members=members)

    assert Room.objects.count() == 0


def test_small_rooms_by_triad_are_those_of_the_exercise_of_the_sitting(cohort, coordinator, members):
    from live.actions.small_rooms import _groups_for

    module = make_module(programme=cohort.programme)
    block = make_block(cohort=cohort, module=module)
    here, elsewhere = (make_activity(module=module, type="exercise", form="triad") for _ in range(2))
    seminars = [
        Seminar.objects.create(cohort=cohort, kind="cohort_sitting", title="S", sitting=make_sitting(block=block, activities=[one]))
        for one in (here, make_activity(module=module))
    ]
    rooms = [Room.objects.create(seminar=seminar) for seminar in seminars]
    for title, activity in (("Here", here), ("Elsewhere", elsewhere), ("Always", None)):
        form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.TRIAD, title=title, members=members, activity=activity)

    assert [[group.title for group in _groups_for(room, "triad")] for room in rooms] == [["Here"], ["Always"]]
