import datetime

import icalendar
import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone

from courses.actions.members import remove_member
from courses.models import Membership
from live.actions.calendars.choosing import choose_calendar
from live.actions.calendars.inviting import invite, invite_everybody
from live.actions.calendars.publishing import publish
from live.actions.calendars.telling import SETTLES
from live.models import CalendarEvent, CalendarInvitation, Seminar
from lms.mail.actions import send_letter
from lms.mail.models import Letter
from lms.permissions import Part
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_seminar

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def cohort(owner):
    choose_calendar(actor=owner, titles="full", by_mail=True)
    return make_cohort(members=[owner])


def plan(cohort, days, **fields):
    starts = timezone.now() + days * DAY
    seminar = make_seminar(cohort=cohort, starts_at=starts, ends_at=starts + HOUR, **fields)
    publish(cohort=cohort)
    return seminar


def leave_the_house():
    """The mail server took every letter."""
    Letter.objects.due().update(sent_at=timezone.now(), attempts=1)


def settle():
    """A while later, when nothing more has moved."""
    CalendarEvent.objects.update(changed_at=F("changed_at") - SETTLES)


def said():
    """(method, uid, sequence) of every letter, in order."""
    found = []
    for letter in Letter.objects.exclude(invitation="").order_by("written_at"):
        read = icalendar.Calendar.from_ical(letter.invitation)
        found += [(str(read["method"]), str(one["uid"]), int(one["sequence"])) for one in read.walk("VEVENT")]
    return found


def test_invite_writes_a_letter_for_each_date_that_is_near_once(owner, cohort):
    near, far = plan(cohort, 3), plan(cohort, 40)
    plan(cohort, 4, kind=Seminar.Kind.TALK)

    counts = [invite(person_id=owner.pk), invite(person_id=owner.pk)]

    uid = str(CalendarEvent.objects.get(key=f"seminar:{near.pk}").uid)
    assert counts == [1, 0]
    assert said() == [("REQUEST", uid, 0)]
    assert str(far.pk) not in str(said())


def test_invite_follows_a_move_and_an_end_with_higher_numbers(owner, cohort):
    seminar = plan(cohort, 3)
    uid = str(CalendarEvent.objects.get().uid)
    invite(person_id=owner.pk)
    leave_the_house()
    Seminar.objects.update(starts_at=seminar.starts_at + 60 * DAY, ends_at=seminar.ends_at + 60 * DAY)
    publish(cohort=cohort)
    settle()
    invite(person_id=owner.pk)
    Seminar.objects.all().delete()
    publish(cohort=cohort)
    settle()
    invite(person_id=owner.pk)
    invite(person_id=owner.pk)

    assert said() == [("REQUEST", uid, 0), ("REQUEST", uid, 1), ("CANCEL", uid, 2)]
    subjects = [letter.subject for letter in Letter.objects.order_by("written_at")]
    assert subjects == ["A date for your calendar", "A date has moved", "A date is cancelled"]


def test_invite_takes_back_what_somebody_who_left_had_and_gives_it_again_with_a_higher_number(owner, cohort):
    plan(cohort, 3)
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    invite(person_id=owner.pk)
    leave_the_house()
    member = Membership.objects.get(person=owner)

    remove_member(actor=coordinator, membership=member)
    invite(person_id=owner.pk)
    Membership.objects.filter(pk=member.pk).update(ended_at=None)
    invite(person_id=owner.pk)

    assert [(method, sequence) for method, _uid, sequence in said()] == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]


def test_invite_who_leaves_before_the_invitation_was_sent_hears_nothing_of_it(owner, cohort):
    plan(cohort, 3)
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    invite(person_id=owner.pk)

    remove_member(actor=coordinator, membership=Membership.objects.get(person=owner))
    counts = [invite(person_id=owner.pk), invite(person_id=owner.pk)]

    assert (counts, said(), CalendarInvitation.objects.count()) == ([0, 0], [], 0)


@pytest.mark.parametrize(
    ("first", "left"),
    [({}, False), ({"given_up_at": timezone.now(), "attempts": 8}, False), ({"attempts": 1}, True), ({"sent_at": timezone.now()}, True)],
)
def test_invite_takes_back_only_what_may_have_arrived(owner, cohort, first, left):
    plan(cohort, 3)
    invite(person_id=owner.pk)
    Letter.objects.update(**first)
    Seminar.objects.all().delete()
    publish(cohort=cohort)
    settle()

    invite(person_id=owner.pk)

    assert [method for method, _uid, _sequence in said()] == (["REQUEST", "CANCEL"] if left else [])


def test_invite_takes_back_the_first_letter_also_where_the_second_never_left(owner, cohort):
    seminar = plan(cohort, 3)
    invite(person_id=owner.pk)
    leave_the_house()
    Seminar.objects.update(starts_at=seminar.starts_at + DAY, ends_at=seminar.ends_at + DAY)
    publish(cohort=cohort)
    settle()
    invite(person_id=owner.pk)
    Letter.objects.due().delete()
    Membership.objects.filter(person=owner).update(ended_at=timezone.now())

    invite(person_id=owner.pk)

    assert [(method, sequence) for method, _uid, sequence in said()] == [("REQUEST", 0), ("CANCEL", 2)]


def test_invite_says_nothing_to_who_did_not_ask_or_ended_it(owner, teammate, cohort):
    plan(cohort, 3)
    make_membership(cohort=cohort, person=teammate)
    choose_calendar(actor=owner, titles="full", by_mail=False)

    assert (invite_everybody(), Letter.objects.count()) == (0, 0)


def test_invite_says_nothing_of_what_is_over(owner, cohort):
    plan(cohort, -1)
    Seminar.objects.all().delete()
    publish(cohort=cohort)

    assert invite(person_id=owner.pk) == 0


def test_invite_for_a_calendar_at_work_carries_no_title_anywhere(owner, cohort):
    choose_calendar(actor=owner, titles="busy", by_mail=True)
    plan(cohort, 3, title="canary-exercise")

    invite(person_id=owner.pk)

    letter = Letter.objects.get()
    assert "SUMMARY:Busy" in letter.invitation
    assert "canary" not in letter.invitation + letter.subject + letter.body
    assert cohort.slug not in letter.invitation + letter.body


def test_invite_is_a_part_of_the_letter_that_mail_programs_know(owner, cohort, settings):
    settings.KEEP_SENT_LETTERS = False
    plan(cohort, 3)
    invite(person_id=owner.pk)
    letter = Letter.objects.get()

    send_letter(letter_id=str(letter.pk))

    parts = {part.get_content_type(): part for part in mail.outbox[0].message().walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert icalendar.Calendar.from_ical(parts["text/calendar"].get_payload(decode=True))["method"] == "REQUEST"
    letter.refresh_from_db()
    assert (letter.invitation, letter.body) == ("", "")


def test_invite_everybody_goes_on_past_trouble_with_one(owner, teammate, cohort, monkeypatch):
    make_membership(cohort=cohort, person=teammate)
    choose_calendar(actor=teammate, titles="full", by_mail=True)
    plan(cohort, 3)
    whole = invite

    def broken(*, person_id):
        if person_id == owner.pk:
            raise RuntimeError("canary")
        return whole(person_id=person_id)

    monkeypatch.setattr("live.actions.calendars.inviting.invite", broken)

    assert invite_everybody() == 1
    assert list(CalendarInvitation.objects.values_list("person", flat=True)) == [teammate.pk]


def test_invite_of_a_date_that_moves_twice_is_one_more_letter(owner, cohort):
    seminar = plan(cohort, 3)
    invite(person_id=owner.pk)
    leave_the_house()
    counts = []
    for days in (1, 2):
        Seminar.objects.update(starts_at=seminar.starts_at + days * DAY, ends_at=seminar.ends_at + days * DAY)
        publish(cohort=cohort)
        counts.append(invite(person_id=owner.pk))
    settle()

    assert (counts, invite(person_id=owner.pk), [sequence for _method, _uid, sequence in said()]) == ([0, 0], 1, [0, 2])


def test_invite_of_a_date_that_is_near_does_not_wait(owner, cohort):
    seminar = plan(cohort, 0.5)
    invite(person_id=owner.pk)
    Seminar.objects.update(ends_at=seminar.ends_at + HOUR)
    publish(cohort=cohort)

    assert invite(person_id=owner.pk) == 1
