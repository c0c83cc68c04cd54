import datetime
import uuid

import pytest
from django.utils import timezone

from courses.models import PlanChange
from courses.signals import DateChange
from courses.standing.gathering import planned as year_planned
from live import actions
from live.actions.planned import CHANGED_MEANWHILE
from live.days import day_of, hangs_on
from live.depending import dependents_of
from live.models import CalendarEvent, DatesChange, DatesTelling, Participant, Room, Seminar
from live.permissions import standing
from live.reminders import day_key
from live.reminding import remind
from lms.floor import Phase
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.factories import make_block, make_cohort, make_membership, make_sitting
from tests.live.factories import make_conference, make_question, make_room, make_seminar

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


@pytest.fixture
def begins():
    """At ten in London, two days from now."""
    return (timezone.now() + datetime.timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)


def planned(cohort, starts_at, **more) -> Seminar:
    return make_room(seminar=make_seminar(cohort=cohort, starts_at=starts_at, ends_at=starts_at + HOUR, **more)).seminar


def off(actor, cohort, day, seminars, mark=None, reason="The house is flooded.") -> list[Seminar]:
    return actions.call_off_day(
        actor=actor, cohort=cohort, on=day.on, mark=mark or day.mark, seminars=[one.pk for one in seminars], reason=reason
    )


def told() -> list[int]:
    """Who is written to, for each time."""
    return list(DatesTelling.objects.order_by("person").values_list("person", flat=True))


def test_call_off_day_closes_all_of_it_and_tells_everybody_once(cohort, owner, trainer, begins):
    morning, talk = planned(cohort, begins), planned(cohort, begins + HOUR, kind="talk", hall="Hall", keeps_text=False)
    tomorrow = planned(cohort, begins + datetime.timedelta(days=1))
    day = day_of(cohort, begins.date())

    called_off = off(trainer, cohort, day, [morning, talk])

    rows = list(Seminar.objects.filter(cohort=cohort).order_by("starts_at").values_list("pk", "called_off_because"))
    assert rows == [(morning.pk, "The house is flooded."), (talk.pk, "The house is flooded."), (tomorrow.pk, "")]
    assert [one.pk for one in called_off] == [morning.pk, talk.pk]
    assert set(Room.objects.filter(phase=Phase.CLOSED).values_list("seminar", flat=True)) == {morning.pk, talk.pk}
    change = DatesChange.objects.get()
    hours = [[moment.isoformat() for moment in (one.starts_at, one.ends_at)] for one in (morning, talk)]
    assert (told(), change.why) == ([owner.pk], "The house is flooded.")
    assert [[was, now] for _kind, _name, was, now in change.changes] == [[was, []] for was in hours]


def test_call_off_day_again_is_harmless_and_tells_nobody(cohort, trainer, begins):
    morning = planned(cohort, begins)
    day = day_of(cohort, begins.date())
    off(trainer, cohort, day, [morning])

    assert (off(trainer, cohort, day, [morning], reason="Something else"), len(told())) == ([], 1)
    assert Seminar.objects.get(pk=morning.pk).called_off_because == "The house is flooded."


def test_call_off_day_leaves_what_was_not_chosen_and_has_people_reminded_of_it(cohort, trainer, begins):
    morning, evening = planned(cohort, begins), planned(cohort, begins + 2 * HOUR, kind="open_seminar")
    remind()
    day = day_of(cohort, begins.date())

    off(trainer, cohort, day, [morning])
    left = Notice.objects.filter(key=day_key(evening, "week")).count()
    remind()

    again = set(Notice.objects.filter(key=day_key(evening, "week")).values_list("url", flat=True))
    assert (left, again) == (0, {f"/c/{cohort.slug}/live/{evening.pk}/"})


def test_call_off_day_refuses_what_somebody_changed_meanwhile_and_changes_nothing(cohort, trainer, begins):
    morning = planned(cohort, begins)
    day = day_of(cohort, begins.date())
    planned(cohort, begins + HOUR, kind="talk")

    with pytest.raises(Refused) as refused:
        off(trainer, cohort, day, [morning])

    assert (refused.value.code, told()) == (CHANGED_MEANWHILE, [])


def test_call_off_day_is_for_those_who_plan_and_needs_something_of_this_cohort(cohort, owner, trainer, begins):
    morning, elsewhere = planned(cohort, begins), planned(make_cohort(), begins)
    day = day_of(cohort, begins.date())
    refused = []
    for actor, seminars in ((owner, [morning]), (trainer, [elsewhere])):
        with pytest.raises(Refused) as refusal:
            off(actor, cohort, day, seminars)
        refused.append(refusal.value.sentence)

    assert refused == ["Only trainers and coordinators plan live days.", "Please choose what does not take place."]
    assert Seminar.objects.exclude(called_off_at=None).count() == 0


def test_day_of_knows_what_has_begun_and_its_mark_follows_the_plan(cohort, begins):
    now = timezone.now()
    begun = planned(cohort, now - datetime.timedelta(minutes=1))
    today = day_of(cohort, now.date())
    morning = planned(cohort, begins)
    before = day_of(cohort, begins.date())
    Seminar.objects.filter(pk=morning.pk).update(version=2)

    after = day_of(cohort, begins.date())

    assert (today.begun, today.seminars) == ([begun], [])
    assert (before.seminars, before.mark == after.mark, before.mark == day_of(cohort, begins.date()).mark) == ([morning], False, False)


def test_hangs_on_says_what_else_changes(cohort, owner, trainer, begins, django_assert_num_queries):
    sitting = make_sitting(block=make_block(cohort=cohort), starts_at=begins, ends_at=begins + HOUR)
    morning = planned(cohort, begins, sitting=sitting)
    talk = planned(cohort, begins + HOUR, kind="talk", conference=make_conference(cohort, day=begins.date()))
    Participant.objects.create(room=morning.main_room(), person=owner, way=Participant.Way.WATCHES)
    Room.objects.filter(seminar=talk).update(opened_at=timezone.now())
    make_question(room=talk.main_room(), author=owner)
    remind()
    day = day_of(cohort, begins.date())

    with django_assert_num_queries(4):
        sentences = hangs_on(day, trainer)

    assert sentences == [
        "1 person is written to, once, with the hours and the reason.",
        "2 people were reminded already. Those reminders go.",
        "1 room is open already. It closes.",
        "1 answer to a before-you-join card stays with its page.",
        "1 question waits beside a talk. It is not asked.",
        "Sittings stay in the plan of the year. Their hours count against nobody; moved to another day, they take place then.",
        "Calendars that follow ours take these dates out.",
    ]


def test_call_off_day_takes_it_out_of_calendars_and_lets_nobody_in(cohort, owner, trainer, begins):
    morning = planned(cohort, begins)
    actions.open_room(actor=trainer, room_id=morning.main_room().pk)
    came_in = standing(owner, Room.objects.with_seminar().get(seminar=morning)).may_enter()
    day = day_of(cohort, begins.date())

    off(trainer, cohort, day, [morning])

    room = Room.objects.with_seminar().get(seminar=morning)
    with pytest.raises(Refused):
        actions.open_room(actor=trainer, room_id=room.pk)
    assert (came_in, standing(owner, room).may_enter()) == (True, False)
    assert not CalendarEvent.objects.filter(cohort=cohort, key=f"seminar:{morning.pk}", cancelled_at=None).exists()


def test_a_sitting_that_was_called_off_takes_place_where_it_is_moved(cohort, owner, trainer, begins):
    sitting = make_sitting(block=make_block(cohort=cohort), starts_at=begins, ends_at=begins + HOUR)
    seminar = planned(cohort, begins, sitting=sitting)
    off(trainer, cohort, day_of(cohort, begins.date()), [seminar])
    later = begins + datetime.timedelta(days=7)
    type(sitting).objects.filter(pk=sitting.pk).update(starts_at=later, ends_at=later + HOUR)

    actions.move_seminars(sittings=[sitting.pk])

    moved, room = Seminar.objects.get(pk=seminar.pk), seminar.main_room()
    assert (moved.starts_at, moved.called_off_at, moved.called_off_because) == (later, None, "")
    assert (room.closed_at, room.phase) == (None, Phase.ARRIVING)
    actions.open_room(actor=trainer, room_id=room.pk)
    said, _fresh = actions.say(actor=owner, room_id=room.pk, client_id=uuid.uuid4(), text="Here after all")
    assert said.text == "Here after all"


def test_whoever_moves_a_sitting_that_was_called_off_is_told_that_it_takes_place(cohort, trainer, begins):
    sitting = make_sitting(block=make_block(cohort=cohort), starts_at=begins, ends_at=begins + HOUR)
    seminar = planned(cohort, begins, sitting=sitting, title="Listening")
    off(trainer, cohort, day_of(cohort, begins.date()), [seminar])
    later = (begins + datetime.timedelta(days=7), begins + datetime.timedelta(days=7, hours=1))
    change = DateChange("sitting", "Listening", was=(begins, begins + HOUR), now=later, sitting=sitting.pk)

    sentences = [str(one.sentence) for one in dependents_of(cohort, [change])]

    assert "“Listening” was called off. It takes place at its new time." in sentences


def test_what_was_called_off_is_missed_by_nobody(cohort, owner, trainer, begins):
    block = make_block(cohort=cohort)
    morning, noon = (make_sitting(block=block, starts_at=at, ends_at=at + HOUR) for at in (begins, begins + 2 * HOUR))
    seminars = [planned(cohort, sitting.starts_at, sitting=sitting) for sitting in (morning, noon)]
    before = [one.sitting for one in year_planned(cohort)]

    off(trainer, cohort, day_of(cohort, begins.date()), seminars[:1])

    assert (before, [one.sitting for one in year_planned(cohort)]) == ([morning.pk, noon.pk], [noon.pk])


def test_call_off_day_stands_in_the_record_of_the_plan_with_its_reason(cohort, trainer, begins):
    sitting = make_sitting(block=make_block(cohort=cohort), starts_at=begins, ends_at=begins + HOUR)
    morning, talk = planned(cohort, begins, sitting=sitting), planned(cohort, begins + HOUR, kind="talk", hall="Hall")

    off(trainer, cohort, day_of(cohort, begins.date()), [morning, talk])

    change = PlanChange.objects.get(cohort=cohort)
    assert (change.actor, change.why, [row.sitting_id for row in change.dates.all()]) == (trainer, "The house is flooded.", [sitting.pk])
