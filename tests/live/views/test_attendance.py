import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions.attendance import record_minutes
from live.models import Room
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_block, make_cohort, make_membership, make_sitting, make_user
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def room() -> Room:
    """Of a sitting that ended an hour ago, in which Ada was for 20 minutes, Ben for 50, and Cem not at all."""
    now = timezone.now()
    times = {"starts_at": now - 2 * HOUR, "ends_at": now - HOUR}
    people = [make_user(display_name=name) for name in ("Cem", "Ben", "Ada")]
    cohort = make_cohort(members=people)
    sitting = make_sitting(block=make_block(cohort=cohort), **times)
    record_minutes(sitting=sitting, minutes_by_person={people[1].pk: 50, people[2].pk: 20})
    room = make_room(seminar=make_seminar(cohort=cohort, sitting=sitting, **times))
    room.participants.create(person=people[0], way="stays_out")
    return room


def page(person: User, room: Room, name: str = "live:attendance"):
    client = Client()
    client.force_login(person)
    return client.get(reverse(name, args=[room.seminar.cohort.slug, room.seminar_id]))


def test_attendance_lists_by_name_who_was_there_and_who_was_not(room):
    trainer = make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person

    answer = page(trainer, room)

    lines = [(line.person.display_name, line.minutes, str(line.way)) for line in answer.context["lines"]]
    assert lines == [("Ada", 20, ""), ("Ben", 50, ""), ("Cem", 0, "Sitting this one out")]
    assert "The sitting went on for 60 minutes." in answer.content.decode()


def test_attendance_of_what_has_not_been_counted_says_so(room):
    fresh = make_room(seminar=make_seminar(cohort=room.seminar.cohort))
    trainer = make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person

    assert "Nothing has been counted here yet." in page(trainer, fresh).content.decode()


def test_lobby_tells_everybody_their_own_time_and_nobody_elses(room):
    said = {
        user.display_name: page(user, room, "live:lobby").content.decode() for user in User.objects.filter(display_name__in=["Ada", "Cem"])
    }

    assert "You were there for 20 minutes of 60 minutes." in said["Ada"]
    assert ("50 minutes" in said["Ada"], "Who was there" in said["Ada"]) == (False, False)
    assert "You sat this one out. Nobody asks why." in said["Cem"]


def test_lobby_says_whom_to_tell_where_no_time_was_noted(room):
    member = make_membership(cohort=room.seminar.cohort).person

    assert "No time was noted for you here." in page(member, room, "live:lobby").content.decode()


@pytest.mark.parametrize(("part", "leads"), [(Part.TRAINER, True), (Part.COORDINATOR, True), (Part.GUEST_TRAINER, False)])
def test_lobby_leads_who_looks_after_it_to_the_list(room, part, leads):
    person = make_membership(cohort=room.seminar.cohort, part=part).person

    address = reverse("live:attendance", args=[room.seminar.cohort.slug, room.seminar_id])
    assert (address in page(person, room, "live:lobby").content.decode()) is leads


def test_pages_ask_the_same_few_questions_however_many_were_there(room, django_assert_max_num_queries):
    trainer = make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person
    client = Client()
    client.force_login(trainer)
    for name in ("live:attendance", "live:lobby"):  # the first visit notes where it came from, and the process learns the year
        client.get(reverse(name, args=[room.seminar.cohort.slug, room.seminar_id]))
    counts = []
    for _ in range(2):
        for name in ("live:attendance", "live:lobby"):
            with django_assert_max_num_queries(12) as questions:
                client.get(reverse(name, args=[room.seminar.cohort.slug, room.seminar_id]))
            counts.append(len(questions))
        people = [make_membership(cohort=room.seminar.cohort).person.pk for _ in range(20)]
        record_minutes(sitting=room.seminar.sitting, minutes_by_person=dict.fromkeys(people, 10))

    assert counts[:2] == counts[2:]
