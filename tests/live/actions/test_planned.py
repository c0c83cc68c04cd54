import datetime
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from live import actions
from live.actions.calendars.telling import tell_dates
from live.models import DatesChange, DatesTelling, PresenceSpan, Room, Seminar
from live.permissions import standing
from live.reminders import soon_key
from live.reminding import remind
from lms.floor import Phase
from lms.mail.models import Letter
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_event, make_room, make_seminar

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN, NOON = (datetime.time(hour) for hour in (9, 10, 11, 12))
DAY = datetime.date(2027, 3, 27)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def day(cohort, trainer):
    return actions.plan_conference(actor=trainer, cohort=cohort, title="A day", day=DAY)


def plan(trainer, day, hall="Hall", begins=TEN, ends=ELEVEN) -> Seminar:
    return actions.plan_talk(actor=trainer, conference=day, title="Silence", hall=hall, begins=begins, ends=ends, keeps_text=True)


def change(actor, talk, **more) -> Seminar:
    fields = {
        "version": talk.version,
        "title": "Silence",
        "hall": "Hall",
        "begins": TEN,
        "ends": ELEVEN,
        "keeps_text": True,
        "capacity": 600,
    }
    return actions.change_talk(actor=actor, seminar=talk, **{**fields, **more})


def told() -> list[int]:
    """Who is told, once for each change."""
    return list(DatesTelling.objects.order_by("pk").values_list("person", flat=True))


def moved() -> list[list]:
    """[kind, title, before, after] of everything."""
    return [change for row in DatesChange.objects.order_by("pk") for change in row.changes]


def test_change_talk_tells_everybody_of_a_new_time_and_nobody_of_a_new_title(cohort, owner, trainer, day):
    talk = change(trainer, plan(trainer, day), title="Being quiet")
    before = told()

    changed = change(trainer, talk, begins=ELEVEN, ends=NOON)

    at = datetime.datetime(2027, 3, 27, 11, tzinfo=LONDON)
    hours = [[f"2027-03-27T{hour}:00:00+00:00" for hour in span] for span in ((10, 11), (11, 12))]
    assert (before, told(), moved()) == ([], [owner.pk], [["sitting", "Silence", *hours]])
    assert (changed.starts_at, changed.title, changed.version) == (at, "Silence", 3)


def test_change_talk_against_another_version_changes_nothing(trainer, day):
    talk = plan(trainer, day)
    change(trainer, talk, title="First")

    with pytest.raises(Refused, match="while you were at it") as refused:
        change(trainer, talk, title="Second")

    assert (refused.value.code, Seminar.objects.get(pk=talk.pk).title) == ("changed_meanwhile", "First")


def test_change_talk_keeps_halls_free_for_one_talk_at_a_time(trainer, day):
    first, second = plan(trainer, day), plan(trainer, day, begins=ELEVEN, ends=NOON)
    with pytest.raises(Refused, match="is in this room at that time"):
        change(trainer, second, begins=TEN, ends=NOON)

    longer = change(trainer, first, begins=NINE)  # its own hour is no hindrance
    actions.call_off(actor=trainer, seminar=first, version=longer.version, reason="Ill")

    assert change(trainer, second, begins=TEN, ends=NOON).starts_at == datetime.datetime(2027, 3, 27, 10, tzinfo=LONDON)


@pytest.mark.parametrize("part", [Part.TRAINEE, Part.GUEST_TRAINER, Part.INTERPRETER, Part.ALUMNUS])
def test_changing_what_is_planned_is_for_trainers_and_coordinators(cohort, trainer, day, part):
    person, talk = make_membership(cohort=cohort, part=part).person, plan(trainer, day)

    for act in (
        lambda: change(person, talk),
        lambda: actions.call_off(actor=person, seminar=talk, version=1, reason="Ill"),
        lambda: actions.change_conference(actor=person, conference=day, version=1, title="x", about="", day=DAY),
    ):
        with pytest.raises(Refused, match="Only trainers and coordinators"):
            act()


def test_change_talk_that_has_begun_or_was_called_off_or_is_an_hour_of_the_course_is_refused(cohort, trainer, day):
    begun, off = plan(trainer, day), plan(trainer, day, hall="Library")
    Seminar.objects.filter(pk=begun.pk).update(starts_at=timezone.now())
    actions.call_off(actor=trainer, seminar=off, version=1, reason="Ill")
    sitting = make_room(seminar=make_seminar(cohort=cohort)).seminar

    hours = {"version": 1, "title": "x", "day": DAY, "begins": TEN, "ends": ELEVEN, "keeps_text": False}
    for act, sentence in (
        (lambda: change(trainer, begun), "has begun"),
        (lambda: change(trainer, off, version=2), "was called off"),
        (lambda: actions.change_open_seminar(actor=trainer, seminar=sitting, **hours), "changed with its year"),
    ):
        with pytest.raises(Refused, match=sentence):
            act()


def test_change_talk_leaves_what_was_announced_about_the_text_from_the_first_word_on(trainer, owner, day):
    talk = plan(trainer, day)
    quiet = change(trainer, talk, keeps_text=False)
    make_event(room=talk.main_room(), author=owner)

    with pytest.raises(Refused, match="spoken there already"):
        change(trainer, quiet, keeps_text=True)

    assert change(trainer, quiet, keeps_text=False, title="Other").keeps_text is False


def test_change_talk_keeps_nothing_once_somebody_came_in_who_was_told_so(trainer, owner, day):
    now = timezone.now()
    talk = plan(trainer, day)
    room, times = talk.main_room(), {"started_at": now, "seen_until": now}
    quiet = change(trainer, talk, keeps_text=False)
    PresenceSpan.objects.create(room=room, person=trainer, seat="facilitator", process=uuid.uuid4(), **times)
    kept = change(trainer, change(trainer, quiet, keeps_text=True), keeps_text=False)
    PresenceSpan.objects.create(room=room, person=owner, seat="speaker", process=uuid.uuid4(), **times)

    with pytest.raises(Refused, match="told that nothing is kept"):
        change(trainer, kept, keeps_text=True)

    assert change(trainer, kept, keeps_text=False, title="Other").keeps_text is False


def test_change_open_seminar_moves_one_week_alone(cohort, trainer):
    hours = {"title": "Reading", "begins": TEN, "ends": ELEVEN, "keeps_text": False}
    series = actions.plan_series(actor=trainer, cohort=cohort, day=DAY, weeks=3, **hours)

    actions.change_open_seminar(actor=trainer, seminar=series[1], version=1, day=DAY + datetime.timedelta(days=8), **hours)

    starts = list(Seminar.objects.filter(kind="open_seminar").order_by("starts_at").values_list("starts_at", flat=True))
    assert [moment.astimezone(LONDON).strftime("%d %H") for moment in starts] == ["27 10", "04 10", "10 10"]


def test_call_off_says_why_closes_the_room_and_is_reminded_of_no_more(cohort, owner, trainer, day):
    talk = plan(trainer, day)
    soon = timezone.now() + datetime.timedelta(minutes=4)
    Seminar.objects.filter(pk=talk.pk).update(starts_at=soon, ends_at=soon + datetime.timedelta(hours=1))
    remind()
    reminded = Notice.objects.filter(key=soon_key(talk)).count()

    for _again in range(2):
        actions.call_off(actor=trainer, seminar=talk, version=1, reason="The speaker is ill.")

    room = Room.objects.with_seminar().get(seminar=talk)
    assert (reminded, Notice.objects.filter(key=soon_key(talk)).count(), told(), remind()) == (2, 0, [owner.pk], 0)
    assert (moved()[0][3], DatesChange.objects.get().why) == ([], "The speaker is ill.")
    assert (room.phase, room.seminar.called_off_because, standing(owner, room).may_enter()) == (Phase.CLOSED, "The speaker is ill.", False)
    with pytest.raises(Refused, match="was called off"):
        actions.open_room(actor=trainer, room_id=room.pk)


def test_letter_of_a_moved_talk_says_from_when_to_when_by_the_readers_clock_and_the_uks(cohort, trainer, day):
    make_membership(cohort=cohort, person=make_user(time_zone="Australia/Sydney", email="there@example.org"))
    change(trainer, plan(trainer, day), begins=ELEVEN, ends=NOON)
    DatesTelling.objects.update(due_at=timezone.now())  # whatever hour it is there just now

    tell_dates()

    letter = Letter.objects.get(to="there@example.org")
    assert letter.body.count("Silence\n") == 1
    assert "before: Sat 27 March 2027, 21:00–22:00 (Sydney) · Sat 27 March 2027, 10:00–11:00 (UK)\n" in letter.body
    assert "now: Sat 27 March 2027, 22:00–23:00 (Sydney) · Sat 27 March 2027, 11:00–12:00 (UK)\n" in letter.body


def test_letter_of_a_talk_that_was_called_off_says_which_hour_and_why(cohort, owner, trainer, day):
    actions.call_off(actor=trainer, seminar=plan(trainer, day), version=1, reason="The speaker is ill.")
    DatesTelling.objects.update(due_at=timezone.now())

    told = tell_dates()

    letter = Letter.objects.get(to=owner.email)
    assert told == 1
    assert "before: Sat 27 March 2027, 10:00–11:00 (UK)\n  now: it does not take place\n" in letter.body
    assert "Why: The speaker is ill." in letter.body


def test_talk_that_moves_takes_the_reminder_of_its_old_day_with_it(owner, trainer, day, monkeypatch):
    talk, other = plan(trainer, day), plan(trainer, day, begins=ELEVEN, ends=NOON)
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime(2027, 3, 22, 12, tzinfo=datetime.UTC))
    remind()
    before = set(Notice.objects.values_list("url", flat=True))

    actions.change_conference(actor=trainer, conference=day, version=1, title="A day", about="", day=DAY + datetime.timedelta(weeks=3))

    assert [str(talk.pk) in url for url in before] == [True]
    assert (Notice.objects.count(), remind(), str(other.pk) in str(before)) == (0, 0, False)


def test_change_conference_moves_its_talks_to_the_same_hours_over_a_change_of_clocks(trainer, owner, day):
    talk, off = plan(trainer, day), plan(trainer, day, hall="Library")
    actions.call_off(actor=trainer, seminar=off, version=1, reason="Ill")
    DatesChange.objects.all().delete()

    actions.change_conference(actor=trainer, conference=day, version=1, title="A day", about="", day=DAY + datetime.timedelta(days=1))

    talk.refresh_from_db()
    off.refresh_from_db()
    assert talk.starts_at == datetime.datetime(2027, 3, 28, 9, tzinfo=datetime.UTC)  # ten, by clocks that went forward that night
    assert (told(), off.starts_at.astimezone(LONDON).day) == ([owner.pk], 27)
    with pytest.raises(Refused, match="while you were at it"):
        actions.change_conference(actor=trainer, conference=day, version=1, title="Other", about="", day=DAY)


def test_change_conference_with_a_talk_that_has_begun_stays_on_its_day(trainer, day):
    Seminar.objects.filter(pk=plan(trainer, day).pk).update(starts_at=timezone.now())

    with pytest.raises(Refused, match="stays on its day"):
        actions.change_conference(actor=trainer, conference=day, version=1, title="A", about="", day=DAY + datetime.timedelta(days=1))
    renamed = actions.change_conference(actor=trainer, conference=day, version=1, title="Another title", about="", day=DAY)

    assert (renamed.title, renamed.day) == ("Another title", DAY)
