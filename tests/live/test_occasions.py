import datetime
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from courses.actions.group_dates import call_off_date, set_date
from courses.actions.groups import end_group
from courses.models import Group, GroupDate
from live import occasions
from live.actions.calendars.publishing import publish
from live.models import CalendarEvent
from lms.permissions import Part
from tests.factories import make_block, make_cohort, make_membership, make_module
from tests.live.factories import make_conference, make_seminar

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
NOON = datetime.datetime(2027, 3, 10, 12, tzinfo=datetime.UTC)
FIRST, LAST = datetime.date(2027, 3, 1), datetime.date(2027, 3, 31)


def at(cohort, moment, **fields):
    return make_seminar(cohort=cohort, starts_at=moment, ends_at=moment + HOUR, **fields)


def everything(cohort):
    """One of each, in March."""
    block = make_block(
        cohort=cohort, module=make_module(programme=cohort.programme), opens_on=FIRST, starts_on=NOON.date(), ends_on=NOON.date() + DAY
    )
    return [
        f"block:{block.pk}",
        f"conference:{make_conference(cohort, day=NOON.date()).pk}",
        f"seminar:{at(cohort, NOON).pk}",
        f"seminar:{at(cohort, NOON + HOUR, kind='talk').pk}",
        f"seminar:{at(cohort, NOON + 2 * HOUR, kind='open_seminar').pk}",
    ]


def keys(person, first=FIRST, last=LAST):
    return [one.key for one in occasions.of_person(person, first, last)]


def test_of_person_gives_all_of_every_cohort_in_order(owner):
    one, other, strange = make_cohort(members=[owner]), make_cohort(members=[owner]), make_cohort()
    mine, theirs = everything(one), everything(other)
    everything(strange)
    at(one, NOON, kind="practice").delete()

    found = keys(owner)

    assert sorted(found) == sorted(mine + theirs)
    assert [key.split(":")[0] for key in found] == ["block", "block", "conference", "conference", *["seminar"] * 6]


@pytest.mark.parametrize(
    ("part", "kinds"),
    [
        (Part.TRAINEE, {"block", "conference", "seminar"}),
        (Part.COORDINATOR, {"block", "conference", "seminar"}),
        (Part.INTERPRETER, {"conference", "seminar"}),
        (Part.ALUMNUS, set()),
    ],
)
def test_of_person_gives_what_the_part_sees(part, kinds):
    cohort = make_cohort()
    everything(cohort)
    person = make_membership(cohort=cohort, part=part).person

    assert {key.split(":")[0] for key in keys(person)} == kinds


def test_of_person_gives_nothing_to_who_left_or_only_coordinates_the_site(owner, outsider):
    cohort = make_cohort()
    everything(cohort)
    make_membership(cohort=cohort, person=owner, ended_at=NOON)
    outsider.coordinates = True
    outsider.save()

    assert (keys(owner), keys(outsider)) == ([], [])


def test_of_person_counts_days_where_the_reader_is(owner):
    cohort = make_cohort(members=[owner])
    late = at(cohort, datetime.datetime(2027, 3, 31, 23, 30, tzinfo=datetime.UTC))  # 00:30 on the first of April in London: summer time
    early = at(cohort, datetime.datetime(2027, 2, 28, 22, 30, tzinfo=datetime.UTC))  # 00:30 on the first of March in Tallinn

    with timezone.override(ZoneInfo("Europe/London")):
        in_london = keys(owner)
    with timezone.override(ZoneInfo("Europe/Tallinn")):
        in_tallinn = keys(owner)
    with timezone.override(ZoneInfo("America/Toronto")):
        in_toronto = keys(owner)

    assert in_london == []
    assert in_tallinn == [f"seminar:{early.pk}"]
    assert in_toronto == [f"seminar:{late.pk}"]


def test_of_person_asks_five_questions_however_many_cohorts(owner, django_assert_num_queries):
    for _number in range(3):
        everything(make_cohort(members=[owner]))

    with django_assert_num_queries(5):
        assert len(keys(owner)) == 15


def test_days_reach_over_midnight_but_not_to_a_day_that_ends_there(owner):
    cohort = make_cohort(members=[owner])
    over = make_seminar(cohort=cohort, starts_at=NOON + 11 * HOUR, ends_at=NOON + 13 * HOUR)
    until = make_seminar(cohort=cohort, starts_at=NOON + 10 * HOUR, ends_at=NOON + 12 * HOUR)

    found = {one.key: one.days() for one in occasions.of_person(owner, FIRST, LAST)}

    assert found == {f"seminar:{over.pk}": [NOON.date(), NOON.date() + DAY], f"seminar:{until.pk}": [NOON.date()]}


@pytest.fixture
def group(owner):
    cohort = make_cohort()
    mine = make_membership(cohort=cohort, person=owner)
    made = Group.objects.create(cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peer group")
    made.members.add(mine)
    return made


def told_of(group):
    return [(one.title, one.sequence, one.cancelled_at is not None) for one in CalendarEvent.objects.filter(group=group)]


def test_calendars_hear_of_a_group_date_at_once_and_that_it_is_off(owner, group):
    begins = timezone.now() + 3 * DAY
    date = set_date(actor=owner, group=group, starts_at=begins, ends_at=begins + HOUR, about="", client_id=uuid.uuid4())
    at_once = told_of(group)

    call_off_date(actor=owner, date=date)

    assert (at_once, told_of(group)) == ([("Peer group", 0, False)], [("Peer group", 1, True)])


def test_calendars_hear_at_once_that_a_group_ended(owner, group):
    begins = timezone.now() + 3 * DAY
    set_date(actor=owner, group=group, starts_at=begins, ends_at=begins + HOUR, about="", client_id=uuid.uuid4())
    trainer = make_membership(cohort=group.cohort, part=Part.TRAINER).person

    end_group(actor=trainer, group=group)

    assert told_of(group) == [("Peer group", 1, True)]


def test_dates_of_a_group_are_for_who_is_in_it_until_they_are_called_off(owner, teammate):
    cohort = make_cohort()
    mine, _theirs = (make_membership(cohort=cohort, person=person) for person in (owner, teammate))
    group = Group.objects.create(cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peer group")
    group.members.add(mine)
    date = GroupDate.objects.create(group=group, starts_at=NOON, ends_at=NOON + HOUR, about="One principle")
    publish(cohort=cohort)
    feeds = [CalendarEvent.objects.visible_to(person).belonging_to(person).count() for person in (owner, teammate)]

    found = occasions.of_person(owner, FIRST, LAST)
    GroupDate.objects.update(called_off_at=NOON)

    assert [(one.key, one.title) for one in found] == [(f"group_date:{date.pk}", "Peer group: One principle")]
    assert (feeds, keys(teammate), keys(owner)) == ([1, 0], [], [])
