import datetime
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from live import actions, events
from live.models import Conference, Room, RoomEvent, Seminar
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_event, make_room

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN, NOON = (datetime.time(hour) for hour in (9, 10, 11, 12))
DAY = datetime.date(2027, 3, 27)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


def talk(trainer, day, hall, begins, ends, **more) -> Seminar:
    return actions.plan_talk(actor=trainer, conference=day, title="A talk", hall=hall, begins=begins, ends=ends, keeps_text=True, **more)


def test_plan_talk_holds_six_hundred_and_several_at_a_time_in_different_halls(cohort, trainer):
    day = actions.plan_conference(actor=trainer, cohort=cohort, title="A day", day=DAY + datetime.timedelta(days=1))

    talks = [talk(trainer, day, hall, begins, ends) for hall, begins, ends in [("A", TEN, ELEVEN), ("B", TEN, NOON), ("A", ELEVEN, NOON)]]

    assert [(seminar.capacity, seminar.kind, seminar.rooms.count()) for seminar in talks] == [(600, "talk", 1)] * 3
    assert talks[0].starts_at == datetime.datetime(2027, 3, 28, 9, tzinfo=datetime.UTC)  # clocks went forward that night
    with pytest.raises(Refused, match="is in this room at that time"):
        talk(trainer, day, "a", datetime.time(10, 30), datetime.time(11, 30))


@pytest.mark.parametrize("part", [Part.TRAINEE, Part.GUEST_TRAINER, Part.INTERPRETER])
def test_planning_is_for_trainers_and_coordinators(cohort, trainer, part):
    person = make_membership(cohort=cohort, part=part).person
    day = actions.plan_conference(actor=trainer, cohort=cohort, title="A day", day=DAY)
    hours = {"day": DAY, "begins": TEN, "ends": ELEVEN, "weeks": 1, "keeps_text": False}

    for plan in (
        lambda: actions.plan_conference(actor=person, cohort=cohort, title="A day", day=DAY),
        lambda: talk(person, day, "A", TEN, ELEVEN),
        lambda: actions.plan_series(actor=person, cohort=cohort, title="Weekly", **hours),
    ):
        with pytest.raises(Refused):
            plan()


def test_planning_sent_twice_is_planned_once(cohort, trainer):
    hours = {"title": "Weekly", "day": DAY, "begins": TEN, "ends": ELEVEN, "weeks": 2, "keeps_text": False}
    for _ in range(2):
        actions.plan_conference(actor=trainer, cohort=cohort, title="A day", day=DAY)
        series = actions.plan_series(actor=trainer, cohort=cohort, **hours)

    assert (Conference.objects.count(), Seminar.objects.count(), Room.objects.count(), len(series)) == (1, 2, 2, 2)
    actions.call_off(actor=trainer, seminar=series[0], version=1, reason="Ill")
    actions.plan_series(actor=trainer, cohort=cohort, **hours)  # what was called off may be planned anew
    assert Seminar.objects.taking_place().count() == 2


def test_plan_series_keeps_the_hour_week_after_week(cohort, trainer):
    hours = {"day": DAY, "begins": TEN, "ends": ELEVEN, "weeks": 3, "keeps_text": False}

    weeks = actions.plan_series(actor=trainer, cohort=cohort, title="Weekly", **hours)

    local = [[moment.astimezone(LONDON).strftime("%d %H:%M") for moment in (week.starts_at, week.ends_at)] for week in weeks]
    assert local == [["27 10:00", "27 11:00"], ["03 10:00", "03 11:00"], ["10 10:00", "10 11:00"]]
    assert Room.objects.filter(seminar__in=weeks).count() == 3


@pytest.mark.parametrize(("begins", "ends"), [((0, 30), (1, 30)), ((1, 30), (2, 15)), ((1, 15), (1, 45))])
@pytest.mark.parametrize("sunday", [datetime.date(2027, 3, 28), datetime.date(2027, 10, 31)])
def test_plan_series_ends_after_it_begins_where_an_hour_is_missing_or_doubled(cohort, trainer, sunday, begins, ends):
    hours = {"begins": datetime.time(*begins), "ends": datetime.time(*ends), "weeks": 2, "keeps_text": False}

    weeks = actions.plan_series(actor=trainer, cohort=cohort, title="At night", day=sunday - datetime.timedelta(days=7), **hours)

    assert all(week.starts_at < week.ends_at for week in weeks)


# --- a slow room


@pytest.fixture
def room(owner, trainer, cohort) -> Room:
    make_membership(cohort=cohort, person=owner)
    now = timezone.now()
    times = {"starts_at": now, "ends_at": now + datetime.timedelta(hours=1)}
    return make_room(seminar=Seminar.objects.create(cohort=cohort, kind="talk", title="A talk", **times))


def say(actor, room) -> RoomEvent:
    return actions.say(actor=actor, room_id=room.pk, text="Words", client_id=uuid.uuid4())[0]


def test_say_in_a_slow_room_says_when_the_next_may_go_by_ones_own_clock(room, owner, trainer):
    owner.time_zone = "Europe/Tallinn"
    owner.save()
    actions.slow_down(actor=trainer, room_id=room.pk, seconds=120)
    first = say(owner, room)

    with pytest.raises(Refused) as refusal:
        say(owner, room)

    until = (first.at + datetime.timedelta(seconds=120)).astimezone(ZoneInfo("Europe/Tallinn"))
    assert (refusal.value.code, f"{until:%H:%M:%S}" in refusal.value.sentence) == ("slow_mode", True)
    RoomEvent.objects.update(at=first.at - datetime.timedelta(seconds=121))
    assert say(owner, room).seq == 3


def test_say_in_a_slow_room_exempts_who_facilitates_and_hosts(room, owner, trainer):
    actions.slow_down(actor=trainer, room_id=room.pk, seconds=300)
    actions.name_host(actor=trainer, room_id=room.pk, person=owner, hosts=True)

    for actor in (trainer, trainer, owner, owner):
        say(actor, room)

    assert list(room.events.said().values_list("author", flat=True)) == [trainer.pk, trainer.pk, owner.pk, owner.pk]


def test_say_in_a_slow_room_does_not_count_what_was_brought_in(room, owner, trainer):
    actions.slow_down(actor=trainer, room_id=room.pk, seconds=300)
    room.refresh_from_db()
    make_event(room=room, author=owner, data={"brought_by": "Trainer A"})

    assert say(owner, room).seq == 3


def test_slow_down_is_for_facilitators_and_ends(room, owner, trainer):
    with pytest.raises(Refused):
        actions.slow_down(actor=owner, room_id=room.pk, seconds=60)
    with pytest.raises(ValueError, match="7 seconds"):
        actions.slow_down(actor=trainer, room_id=room.pk, seconds=7)
    for seconds in (60, 0):
        actions.slow_down(actor=trainer, room_id=room.pk, seconds=seconds)

    assert [say(owner, room).seq for _ in range(2)] == [3, 4]


@pytest.mark.parametrize(
    ("seconds", "line"), [(30, "everybody leaves 30 seconds"), (60, "everybody leaves a minute"), (300, "everybody leaves 5 minutes")]
)
def test_slow_down_tells_everybody_once(room, trainer, seconds, line):
    for pause in (0, seconds, seconds, 0):
        actions.slow_down(actor=trainer, room_id=room.pk, seconds=pause)

    told = list(room.events.all())
    assert [(one.kind, one.data["seconds"]) for one in told] == [("room.slowed", seconds), ("room.slowed", 0)]
    assert [line in events.drawn(one).json for one in told] == [True, False]
    assert "Messages may follow each other again as they come." in events.drawn(told[1]).json


def test_slow_down_leaves_a_closed_room_as_it_is(room, trainer):
    actions.close_room(actor=trainer, room_id=room.pk)
    before = room.events.count()
    actions.slow_down(actor=trainer, room_id=room.pk, seconds=60)

    room.refresh_from_db()
    assert (room.slow_seconds, room.events.count()) == (0, before)
