import datetime

import pytest
from django.utils import timezone

from courses.reading.people import invitations_of, own_parts, people_of, record_of
from lms.permissions import Part
from lms.users.models import Invitation
from tests.courses.factories import make_face, make_promised
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def at(monkeypatch, moment: str) -> None:
    now = datetime.datetime.fromisoformat(moment)
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        ("2027-01-15T12:00+00:00", "Europe/London", ("UK", "Fri 12:00")),
        ("2027-01-15T12:00+00:00", "Africa/Abidjan", ("Abidjan", "Fri 12:00")),
        ("2027-01-15T12:00+00:00", "Europe/Paris", ("Paris", "Fri 13:00, 1 hour ahead of you")),
        ("2027-01-15T23:30+00:00", "Europe/Tallinn", ("Tallinn", "Sat 01:30, 2 hours ahead of you")),
        ("2027-01-15T12:00+00:00", "Asia/Kolkata", ("Kolkata", "Fri 17:30, 5.5 hours ahead of you")),
        ("2027-01-15T12:00+00:00", "America/New_York", ("New York", "Fri 07:00, 5 hours behind you")),
        # Between 14 and 28 March 2027 New York has summer time and London has not.
        ("2027-03-20T12:00+00:00", "America/New_York", ("New York", "Sat 08:00, 4 hours behind you")),
    ],
)
def test_people_of_says_what_time_it_is_there(monkeypatch, moment, zone, said):
    cohort = make_cohort()
    make_membership(cohort=cohort, person=make_user(time_zone=zone))
    at(monkeypatch, moment)

    ((_label, (one,)),) = [part for part in people_of(cohort, make_user(coordinates=True)) if part[1]]

    assert (one.zone, one.clock) == said


def test_people_of_shows_introductions_of_this_cohort_only(owner):
    here, there = make_cohort(), make_cohort()
    mine = make_membership(cohort=here, person=owner)
    make_face(mine, words="Here")
    make_face(make_membership(cohort=there, person=owner), words="There")
    make_face(make_membership(cohort=here, ended_at=None), words="Other")

    shown = [one.introduction.words for _label, people in people_of(here, owner) for one in people]

    assert sorted(shown) == ["Here", "Other"]


def test_people_of_asks_two_questions_of_any_number(owner, django_assert_num_queries):
    cohort = make_cohort(members=[owner])
    for _number in range(5):
        make_face(make_membership(cohort=cohort))

    with django_assert_num_queries(2):
        people = people_of(cohort, owner)
        assert sum(len(members) for _label, members in people) == 6


def test_invitations_of_has_what_is_too_old_and_nothing_that_is_over(owner):
    cohort, reader = make_cohort(), make_user(coordinates=True)
    make_promised(cohort, email="old@example.org")
    Invitation.objects.update(expires_at="2026-01-01T00:00Z")
    make_promised(cohort, email="twice@example.org")
    make_promised(cohort, email="twice@example.org")
    make_promised(make_cohort(), email="elsewhere@example.org")

    assert [place.invitation.email for place in invitations_of(cohort, reader)] == ["twice@example.org", "old@example.org"]
    assert list(invitations_of(cohort, owner)) == []


def test_record_of_is_empty_for_whom_it_is_not(owner, teammate):
    membership = make_membership(cohort=make_cohort(), person=owner)
    make_membership(cohort=membership.cohort, person=teammate, part=Part.TRAINER)
    membership.changes.create(after="trainee")

    assert [list(record_of(membership, reader).values_list("after", flat=True)) for reader in (owner, teammate)] == [["trainee"], []]
    assert [place.pk for place in own_parts(owner)] == [membership.pk]
