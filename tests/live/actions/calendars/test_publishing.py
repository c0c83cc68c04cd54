import datetime

import pytest
from django.utils import timezone

from courses.models import Block
from courses.signals import cohort_planned
from live.actions import plan_conference, plan_talk
from live.actions.calendars.publishing import publish, publish_all
from live.models import CalendarEvent, Seminar
from lms.permissions import Part
from tests.factories import make_block, make_cohort, make_membership, make_module, make_sitting
from tests.live.factories import make_conference, make_seminar

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def cohort():
    return make_cohort()


def told(cohort):
    return {row.key: (row.sequence, row.cancelled_at is not None) for row in CalendarEvent.objects.filter(cohort=cohort)}


def test_publish_gives_each_date_a_name_for_ever_and_again_changes_nothing(cohort):
    seminar, day = make_seminar(cohort=cohort), make_conference(cohort)
    make_seminar(cohort=cohort, kind=Seminar.Kind.PRACTICE, starts_at=None, ends_at=None)
    make_seminar()  # of another cohort

    first = publish(cohort=cohort)
    names = dict(CalendarEvent.objects.values_list("key", "uid"))
    again = publish(cohort=cohort)

    assert (first, again) == (2, 0)
    assert told(cohort) == {f"seminar:{seminar.pk}": (0, False), f"conference:{day.pk}": (0, False)}
    assert dict(CalendarEvent.objects.values_list("key", "uid")) == names


def test_publish_counts_one_for_each_move_under_the_same_name(cohort):
    seminar = make_seminar(cohort=cohort)
    publish(cohort=cohort)
    before = CalendarEvent.objects.get()
    for number in (1, 2):
        Seminar.objects.update(starts_at=seminar.starts_at + number * DAY, ends_at=seminar.ends_at + number * DAY)
        assert publish(cohort=cohort) == 1

    row = CalendarEvent.objects.get()
    assert (row.uid, row.sequence, row.starts_at) == (before.uid, 2, seminar.starts_at + 2 * DAY)
    assert row.changed_at > before.changed_at


def test_publish_cancels_what_is_gone_once_and_takes_up_what_comes_back(cohort):
    seminar = make_seminar(cohort=cohort)
    publish(cohort=cohort)
    Seminar.objects.all().delete()

    gone = [publish(cohort=cohort), publish(cohort=cohort)]
    cancelled = told(cohort)
    seminar.save(force_insert=True)
    publish(cohort=cohort)

    assert gone == [1, 0]
    assert cancelled == {f"seminar:{seminar.pk}": (1, True)}
    assert told(cohort) == {f"seminar:{seminar.pk}": (2, False)}


def test_publish_follows_planning_in_the_same_transaction(cohort):
    block = make_block(cohort=cohort, module=make_module(programme=cohort.programme))
    make_sitting(block=block)
    cohort_planned.send(type(cohort), cohort=cohort)
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    day = plan_conference(actor=trainer, cohort=cohort, title="Talks", day=cohort.today())
    hours = {"begins": datetime.time(10), "ends": datetime.time(11)}
    plan_talk(actor=trainer, conference=day, title="A talk", hall="Hall", keeps_text=True, **hours)

    kinds = sorted(CalendarEvent.objects.values_list("kind", flat=True))
    assert kinds == ["block", "cohort_sitting", "conference", "talk"]


def test_publish_all_finds_what_changed_without_a_word_and_leaves_what_is_long_over(cohort):
    block = make_block(cohort=cohort, module=make_module(programme=cohort.programme))
    publish_all()
    Block.objects.update(starts_on=block.starts_on + DAY, ends_on=block.ends_on + DAY)
    over = make_cohort(starts_on=datetime.date(2020, 1, 1), ends_on=datetime.date(2020, 12, 1))
    make_seminar(cohort=over)

    assert (publish_all(), told(cohort), told(over)) == (1, {f"block:{block.pk}": (1, False)}, {})


def test_publish_asks_as_many_questions_for_a_year_as_for_a_day(cohort, django_assert_max_num_queries):
    for number in range(60):
        make_seminar(cohort=cohort, starts_at=timezone.now() + number * DAY, ends_at=timezone.now() + number * DAY + HOUR)

    with django_assert_max_num_queries(12):
        assert publish(cohort=cohort) == 60
