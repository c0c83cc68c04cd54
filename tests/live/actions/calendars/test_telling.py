import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.utils import timezone

from courses.models import Membership, Sitting
from courses.signals import DateChange, dates_changed, sittings_removed
from live.actions.calendars import telling
from live.actions.calendars.telling import tell, tell_dates
from live.actions.seminars import plan_seminars
from live.models import CalendarEvent, DatesChange, DatesTelling, Seminar
from lms.mail.models import Letter
from lms.notifications.actions.delivering import deliver
from lms.notifications.models import Notice
from lms.permissions import Part
from tests.factories import make_block, make_cohort, make_membership, make_module, make_sitting, make_user

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
NOON = datetime.datetime(2027, 3, 1, 12, tzinfo=datetime.UTC)
MARCH = datetime.datetime(2027, 3, 4, 10, tzinfo=datetime.UTC)
APRIL = datetime.datetime(2027, 4, 4, 9, tzinfo=datetime.UTC)  # the same hour by the clock in London: summer time


@pytest.fixture
def clock(monkeypatch):
    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(NOON)
    return at


@pytest.fixture
def cohort(clock):
    return make_cohort()


def change(cohort, *changes, actor=None):
    dates_changed.send(type(cohort), cohort=cohort, actor=actor, why="The trainer is away", changes=list(changes), change=None)


def settled_and_told():
    """A while later, when nothing more has moved."""
    DatesTelling.objects.filter(told_at=None).update(due_at=F("due_at") - telling.SETTLES)
    return tell_dates()


def hour(before=MARCH, after=APRIL, title="Listening", sitting=None):
    return DateChange("sitting", title, (before, before + HOUR), (after, after + HOUR), sitting=sitting)


def day(kind="starts", title="Arriving"):
    return DateChange(kind, title, (datetime.date(2027, 3, 4),), (datetime.date(2027, 3, 5),))


def test_change_reaches_everybody_once_with_one_letter_of_all_that_one_save_moved(cohort):
    people = [make_membership(cohort=cohort).person for _number in range(3)]
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person

    change(cohort, hour(), hour(title="Speaking"), actor=coordinator)
    told = [tell_dates(), settled_and_told(), settled_and_told()]
    deliver()

    assert told == [0, 3, 0]
    assert sorted(letter.to for letter in Letter.objects.all()) == sorted(person.email for person in people)
    assert sorted(Notice.objects.values_list("person", "kind")) == sorted((person.pk, "dates") for person in people)
    for letter in Letter.objects.all():
        assert letter.body.count("Listening") == letter.body.count("Speaking") == 1


def test_letter_lists_old_and_new_times_by_the_readers_clock_and_the_uks(cohort):
    make_membership(cohort=cohort, person=make_user(time_zone="Europe/Tallinn"))

    change(cohort, hour())
    settled_and_told()

    letter = Letter.objects.get()
    assert letter.subject == "Dates of your course have changed"
    assert "before: Thu 4 March 2027, 12:00–13:00 (Tallinn) · Thu 4 March 2027, 10:00–11:00 (UK)" in letter.body
    assert "now: Sun 4 April 2027, 12:00–13:00 (Tallinn) · Sun 4 April 2027, 10:00–11:00 (UK)" in letter.body


def test_letter_says_a_time_once_where_clocks_agree_and_the_courses_own_where_not(clock):
    cohort = make_cohort(time_zone="Australia/Sydney")
    make_membership(cohort=cohort, person=make_user(time_zone="Europe/London"))

    change(cohort, hour())
    settled_and_told()

    body = Letter.objects.get().body
    assert "before: Thu 4 March 2027, 10:00–11:00 (UK) · Thu 4 March 2027, 21:00–22:00 (Sydney)\n" in body
    assert "Why: The trainer is away" in body


def test_letter_says_which_day_of_a_block(cohort):
    make_membership(cohort=cohort)

    change(cohort, day(), day("opens"), day("course_ends", ""))
    settled_and_told()

    body = Letter.objects.get().body
    for title in ("Arriving: First day", "Arriving: Texts open", "The course ends"):
        assert f"{title}\n  before: Thu 4 March 2027\n  now: Fri 5 March 2027\n" in body


@pytest.mark.parametrize("kind", ["duty", "keep_until", "detail"])
def test_dates_that_concern_only_who_plans_are_told_to_nobody(cohort, kind):
    make_membership(cohort=cohort)

    change(cohort, day(kind, "Somebody's name"))

    assert (DatesChange.objects.count(), settled_and_told()) == (0, 0)


@pytest.mark.parametrize(
    ("part", "kinds"),
    [(Part.TRAINEE, {"sitting", "block"}), (Part.INTERPRETER, {"sitting"}), (Part.ALUMNUS, set()), (Part.AFTERCARE, {"sitting", "block"})],
)
def test_change_concerns_whose_part_has_a_place_there(cohort, part, kinds):
    make_membership(cohort=cohort, part=part)

    change(cohort, hour(title="Title of sitting"), day(title="Title of block"))
    settled_and_told()

    bodies = "".join(Letter.objects.values_list("body", flat=True))
    assert {kind for kind in ("sitting", "block") if f"Title of {kind}" in bodies} == kinds


def test_change_that_changes_nothing_tells_nobody(cohort):
    make_membership(cohort=cohort)

    change(cohort, hour(after=MARCH))

    assert (DatesChange.objects.count(), settled_and_told()) == (0, 0)


def test_change_waits_for_the_end_of_quiet_hours_unless_a_date_is_near(cohort, clock):
    clock(datetime.datetime(2027, 3, 1, 22, tzinfo=datetime.UTC))
    make_membership(cohort=cohort)

    change(cohort, hour())
    clock(datetime.datetime(2027, 3, 1, 23, tzinfo=datetime.UTC))
    at_night = tell_dates()
    clock(datetime.datetime(2027, 3, 2, 8, tzinfo=datetime.UTC))
    in_the_morning = tell_dates()
    clock(datetime.datetime(2027, 3, 3, 22, tzinfo=datetime.UTC))
    change(cohort, hour(title="Tomorrow"))
    clock(datetime.datetime(2027, 3, 3, 22, 15, tzinfo=datetime.UTC))
    tomorrow = tell_dates()

    assert (at_night, in_the_morning, tomorrow) == (0, 1, 1)


def test_who_left_meanwhile_is_told_nothing(cohort, owner):
    make_membership(cohort=cohort, person=owner)
    change(cohort, hour())
    Membership.objects.update(ended_at=NOON)

    assert (settled_and_told(), Letter.objects.count(), Notice.objects.count()) == (0, 0, 0)


def test_tell_done_by_halves_is_done_again(cohort, owner, monkeypatch):
    make_membership(cohort=cohort, person=owner)
    change(cohort, hour())
    whole = telling.write_letter

    def killed(**letter):
        whole(**letter)
        raise RuntimeError("the worker was killed here")

    monkeypatch.setattr(telling, "write_letter", killed)
    assert settled_and_told() == 0
    left = (Letter.objects.count(), Notice.objects.count(), DatesTelling.objects.filter(told_at=None).count())
    monkeypatch.setattr(telling, "write_letter", whole)

    assert left == (0, 0, 1)
    assert (settled_and_told(), Letter.objects.count(), Notice.objects.count()) == (1, 1, 1)
    assert tell(person_id=owner.pk, cohort_id=cohort.pk) is False


def test_change_moves_rooms_and_calendars_with_it(cohort):
    block = make_block(cohort=cohort, module=make_module(programme=cohort.programme))
    sitting = make_sitting(block=block, starts_at=MARCH, ends_at=MARCH + HOUR)
    plan_seminars(cohort=cohort)
    change(cohort)
    Sitting.objects.update(starts_at=APRIL, ends_at=APRIL + HOUR)

    change(cohort, hour(sitting=sitting.pk))

    assert (Seminar.objects.get(sitting=sitting).starts_at, CalendarEvent.objects.get(kind="cohort_sitting").starts_at) == (APRIL, APRIL)
    assert CalendarEvent.objects.get(kind="cohort_sitting").sequence == 1


def test_page_of_a_change_shows_it_to_whom_it_was_told(client, cohort, owner, outsider):
    make_membership(cohort=cohort, person=owner)
    change(cohort, hour())
    settled_and_told()
    url = Notice.objects.get().url

    client.force_login(owner)
    page = client.get(url).content.decode()
    client.force_login(outsider)

    assert ("Listening" in page, "Thu 4 March 2027, 10:00–11:00 (UK)" in page) == (True, True)
    assert client.get(url).status_code == 404
    assert not Notice.objects.unread().exists()


def test_moment_words_are_those_of_the_zone_that_is_active(cohort):
    with timezone.override(ZoneInfo("Australia/Sydney")):
        moved_by_an_hour = ["sitting", "Listening", [MARCH.isoformat(), (MARCH + HOUR).isoformat()], [APRIL.isoformat()]]
        (moved,) = telling.in_words([moved_by_an_hour], cohort)

    assert moved.before == "Thu 4 March 2027, 21:00–22:00 (Sydney) · Thu 4 March 2027, 10:00–11:00 (UK)"


def test_sittings_that_come_and_go_are_told_in_words(client, cohort, owner):
    """At night too, where one is near: nobody is to stand before a closed door."""
    make_membership(cohort=cohort, person=owner)
    hours = (MARCH, MARCH + HOUR)
    gone, fresh = DateChange("sitting", "Listening", hours, ()), DateChange("sitting", "Speaking", (), hours)

    change(cohort, gone, fresh)
    settled_and_told()
    client.force_login(owner)
    page = " ".join(client.get(f"/calendar/changes/{DatesChange.objects.get().pk}/").content.decode().split())

    body = Letter.objects.get().body
    assert ("now: it does not take place" in body, "before: not planned" in body) == (True, True)
    assert ("<dd> it does not take place </dd>" in page, "<dd> not planned </dd>" in page) == (True, True)


def test_a_sitting_taken_out_is_cancelled_in_calendars(cohort):
    sitting = make_sitting(block=make_block(cohort=cohort), starts_at=MARCH, ends_at=MARCH + HOUR)
    plan_seminars(cohort=cohort)
    change(cohort)
    event = CalendarEvent.objects.get(key=f"seminar:{sitting.seminar.pk}")

    sittings_removed.send(type(cohort), cohort=cohort, actor=None, why="", sittings=[sitting.pk])
    change(cohort, DateChange("sitting", sitting.title, (MARCH, MARCH + HOUR), (), sitting=sitting.pk))

    told = CalendarEvent.objects.get(pk=event.pk)
    assert (told.cancelled_at is not None, told.sequence) == (True, event.sequence + 1)


def told_body():
    settled_and_told()
    return Letter.objects.get().body


def test_several_moves_of_one_thing_come_in_one_letter_from_first_to_last(client, cohort, owner):
    make_membership(cohort=cohort, person=owner)
    change(cohort, hour(sitting=1), hour(title="Speaking", sitting=2))
    change(cohort, hour(before=APRIL, after=APRIL + DAY, title="Listening well", sitting=1))

    body = told_body()

    [before, after] = ["Thu 4 March 2027, 10:00–11:00 (UK)", "Mon 5 April 2027, 10:00–11:00 (UK)"]
    assert f"Listening well\n  before: {before}\n  now: {after}\n" in body
    assert (body.count("before:"), body.count("Why: The trainer is away")) == (2, 1)
    client.force_login(owner)
    page = " ".join(client.get(Notice.objects.get().url).content.decode().split())
    assert (page.count("<dt>Before</dt>"), f"<dd> {before} </dd>" in page, f"<dd> {after} </dd>" in page) == (2, True, True)


def test_what_moved_and_moved_back_is_told_to_nobody(cohort):
    make_membership(cohort=cohort)
    change(cohort, hour(sitting=1))
    change(cohort, hour(before=APRIL, after=MARCH, sitting=1))

    assert (settled_and_told(), Letter.objects.count(), DatesTelling.objects.filter(told_at=None).count()) == (0, 0, 0)


def test_called_off_and_moved_then_is_a_move(cohort):
    make_membership(cohort=cohort)
    change(cohort, DateChange("sitting", "Listening", (MARCH, MARCH + HOUR), (), sitting=1))
    change(cohort, hour(sitting=1))

    body = told_body()

    assert ("it does not take place" in body, "now: Sun 4 April 2027, 10:00–11:00 (UK)" in body) == (False, True)


def test_what_the_release_before_wrote_stands_for_itself(cohort):
    make_membership(cohort=cohort)
    change(cohort, hour(sitting=1))
    DatesChange.objects.update(things=None)
    change(cohort, hour(before=APRIL, after=APRIL + DAY, sitting=1))

    assert told_body().count("before:") == 2


def test_who_came_between_two_moves_is_told_of_the_second_alone(cohort):
    change(cohort, hour(sitting=1))
    make_membership(cohort=cohort)
    change(cohort, hour(before=APRIL, after=APRIL + DAY, sitting=1))

    assert "before: Sun 4 April 2027" in told_body()


def test_letter_waits_for_the_last_move_but_not_for_ever(cohort, clock):
    make_membership(cohort=cohort)
    told = []
    for minutes in range(0, 150, 10):
        clock(NOON + datetime.timedelta(minutes=minutes))
        change(cohort, hour(after=APRIL + datetime.timedelta(minutes=minutes + 1), sitting=1))
        told.append(tell_dates())

    assert [number * 10 for number, count in enumerate(told) if count] == [120]


@pytest.mark.parametrize(("hours", "told"), [(2, 1), (20, 0)])
def test_change_of_a_date_at_the_door_goes_out_at_once_with_what_waits(cohort, hours, told):
    make_membership(cohort=cohort)
    change(cohort, hour(sitting=1))
    change(cohort, hour(before=NOON + hours * HOUR, title="Soon", sitting=2))

    assert (tell_dates(), Letter.objects.filter(body__contains="Listening").filter(body__contains="Soon").count()) == (told, told)


def test_changes_of_two_cohorts_are_two_letters(cohort, owner):
    other = make_cohort()
    for one in (cohort, other):
        make_membership(cohort=one, person=owner)
        change(one, hour(sitting=1))

    assert (settled_and_told(), Letter.objects.count()) == (2, 2)
