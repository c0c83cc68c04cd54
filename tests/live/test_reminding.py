import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.members import add_member
from courses.actions.progress import mark_done, open_activity
from courses.models import Sitting
from courses.permissions import Place
from courses.reading.activities import activity_url
from live.actions import plan_seminars
from live.actions.seminars import move_seminars
from live.models import Seminar
from live.reminding import remind
from lms.mail.models import Letter
from lms.notifications.actions.delivering import deliver
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice, Preference, PushSubscription
from lms.permissions import Part
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting, make_user
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)
NOON = datetime.datetime(2027, 6, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def clock(monkeypatch):
    """Sets the time by hand."""

    def at(moment: datetime.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(NOON)
    return at


@pytest.fixture
def cohort(owner, clock):
    return make_cohort(members=[owner])


def plan(cohort, starts_at: datetime.datetime) -> Seminar:
    return make_seminar(cohort=cohort, starts_at=starts_at, ends_at=starts_at + HOUR)


def test_remind_tells_a_week_before_and_a_day_before_once_each(owner, cohort, clock):
    seminar = plan(cohort, NOON + 10 * DAY)
    told = []
    for hours in range(10 * 24 + 2):
        clock(NOON + hours * HOUR)
        told.append(remind())

    assert [hours for hours, count in enumerate(told) if count] == [3 * 24, 9 * 24]
    assert sum(told) == 2
    for notice in Notice.objects.all():
        assert (notice.person, notice.kind, notice.starts_at) == (owner, Notice.Kind.REMINDER, seminar.starts_at)
        assert notice.url == reverse("live:lobby", args=[cohort.slug, seminar.pk])


def test_remind_speaks_of_a_day_once_and_leads_to_its_first_hour(owner, cohort):
    later, first, another_day = (plan(cohort, NOON + 3 * DAY + hours * HOUR) for hours in (3, 1, 25))

    assert (remind(), remind()) == (2, 0)
    urls = {notice.url for notice in Notice.objects.all()}
    assert urls == {reverse("live:lobby", args=[cohort.slug, seminar.pk]) for seminar in (first, another_day)}
    assert str(later.pk) not in str(urls)


def test_remind_tells_whoever_has_a_place_there_and_nobody_else(cohort):
    plan(cohort, NOON + 2 * DAY)
    parts = {part: make_membership(cohort=cohort, part=part).person for part in Part}
    gone = make_membership(cohort=cohort, ended_at=NOON).person
    elsewhere = make_membership(cohort=make_cohort()).person
    closed = make_membership(cohort=cohort, person=make_user(is_active=False)).person

    remind()

    told = set(Notice.objects.values_list("person", flat=True))
    assert {person.pk for part, person in parts.items() if part is not Part.ALUMNUS} <= told
    assert told.isdisjoint({parts[Part.ALUMNUS].pk, gone.pk, elsewhere.pk, closed.pk})


def test_remind_says_nothing_of_what_is_over_far_away_or_always_open(cohort):
    plan(cohort, NOON - HOUR)
    plan(cohort, NOON + 8 * DAY)
    make_seminar(cohort=cohort, kind=Seminar.Kind.PRACTICE, starts_at=None, ends_at=None)

    assert remind() == 0


@pytest.mark.parametrize("change", [datetime.date(2027, 3, 28), datetime.date(2027, 10, 31)])
def test_remind_once_each_where_clocks_change(cohort, clock, change):
    """R15: two sittings on the day after, at ten by the clock; the week and the day before it hold the doubled or missing hour."""
    monday = datetime.datetime.combine(change + DAY, datetime.time(9), tzinfo=datetime.UTC)
    plan(cohort, monday)
    plan(cohort, monday + 3 * HOUR)
    start = monday - 8 * DAY
    told = 0
    for quarter in range(8 * 24 * 4):
        clock(start + quarter * datetime.timedelta(minutes=15))
        told += remind()

    assert told == 2


def test_remind_asks_one_question_more_than_none_once_all_were_told(cohort, django_assert_num_queries):
    for days in (2, 3, 4):
        plan(cohort, NOON + days * DAY)
    remind()

    with django_assert_num_queries(2):
        assert remind() == 0


def test_remind_tells_ten_minutes_before_each_room_once(owner, cohort, clock):
    first, second = plan(cohort, NOON + HOUR), plan(cohort, NOON + 2 * HOUR)
    PushSubscription.objects.create(person=owner, endpoint="https://example.org/ring", endpoint_hash="x", p256dh="p", auth="a")
    told = {}
    for minute in range(130):
        clock(NOON + minute * MINUTE)
        remind()
        told |= {key: minute for key in Notice.objects.filter(kind=Notice.Kind.SOON).values_list("key", flat=True) if key not in told}

    assert told == {f"live.soon:{first.pk}": 50, f"live.soon:{second.pk}": 110}
    soon = Notice.objects.filter(kind=Notice.Kind.SOON).order_by("at")
    assert [(notice.url, notice.mail_at, notice.push_at) for notice in soon] == [
        (reverse("live:lobby", args=[cohort.slug, seminar.pk]), None, seminar.starts_at - 10 * MINUTE) for seminar in (first, second)
    ]


def test_remind_of_a_day_set_for_tomorrow_is_one_reminder_though_its_last_hour_is_further_than_a_day(owner, cohort):
    for hours in (22, 34):
        plan(cohort, NOON + hours * HOUR)

    remind()

    assert [notice.key.rsplit(":", 1)[-1] for notice in Notice.objects.all()] == ["day"]


def test_reminder_that_waited_until_its_hour_had_begun_goes_out_neither_by_letter_nor_by_bell(owner, cohort, clock):
    plan(cohort, NOON + HOUR)
    plan(cohort, NOON + 26 * HOUR)
    PushSubscription.objects.create(person=owner, endpoint="https://example.org/ring", endpoint_hash="x", p256dh="p", auth="a")
    remind()
    clock(NOON + 2 * HOUR)

    deliver()

    assert Notice.objects.filter(mailed_at=None, pushed_at=None).count() == 1
    assert [notice.starts_at for notice in Notice.objects.exclude(mailed_at=None)] == [NOON + 26 * HOUR]
    assert Letter.objects.count() == 1


def test_reminder_whose_letter_has_not_left_when_the_day_moves_is_not_sent_and_the_rest_of_the_letter_is(owner, cohort, clock):
    block = make_block(cohort=cohort, module=make_module(programme=cohort.programme))
    sitting = make_sitting(block=block, starts_at=NOON + DAY, ends_at=NOON + DAY + HOUR)
    plan_seminars(cohort=cohort)
    notify(people=[owner.pk], kind=Notice.Kind.GROUP, key="another", url="/")
    Notice.objects.update(mail_at=NOON)
    remind()
    deliver()
    (stale,) = Letter.objects.all()
    Sitting.objects.filter(pk=sitting.pk).update(starts_at=NOON + 20 * DAY, ends_at=NOON + 20 * DAY + HOUR)

    move_seminars(sittings=[sitting.pk])
    deliver()

    (letter,) = Letter.objects.all()
    assert ("A live day is near" in stale.body, "A live day is near" in letter.body) == (True, False)
    assert "There is something new in your group" in letter.body
    assert list(Notice.objects.values_list("key", flat=True)) == ["another"]


def test_remind_ten_minutes_before_keeps_quiet_hours(owner, cohort, clock):
    """What is over by the time somebody is awake does not ring then; it stands on their page."""
    plan(cohort, NOON + 10 * HOUR)
    PushSubscription.objects.create(person=owner, endpoint="https://example.org/ring", endpoint_hash="x", p256dh="p", auth="a")
    clock(NOON + 10 * HOUR - 3 * MINUTE)

    remind()

    assert [(notice.mail_at, notice.push_at) for notice in Notice.objects.filter(kind=Notice.Kind.SOON)] == [(None, None)]


@pytest.mark.parametrize("before", [7 * DAY, DAY, 10 * MINUTE])
def test_remind_leads_to_a_page_with_the_card(client, owner, cohort, clock, before):
    seminar = plan(cohort, NOON + before)
    Seminar.objects.update(before={"asked": "Bring a moment in which you listened.", "opt_out": "Nobody asks why."})
    make_room(seminar=seminar)
    remind()
    client.force_login(owner)

    page = client.get(Notice.objects.filter(person=owner).latest("pk").url).content.decode()

    assert ("Bring a moment in which you listened." in page, "Nobody asks why." in page, "I sit this one out" in page) == (True, True, True)


@pytest.mark.parametrize("which", ["week", "day", "soon"])
def test_remind_leaves_out_what_somebody_does_not_want(owner, teammate, cohort, clock, which):
    make_membership(cohort=cohort, person=teammate)
    Preference.objects.create(person=owner, **{f"remind_{which}": False})
    seminar = plan(cohort, NOON + 10 * DAY)
    for before in (7 * DAY, DAY, 10 * MINUTE):
        clock(seminar.starts_at - before)
        remind()

    keys = {
        person: {key.split(":")[-1] for key in Notice.objects.filter(person=person).values_list("key", flat=True)}
        for person in (owner, teammate)
    }
    names = {"week": "week", "day": "day", "soon": str(seminar.pk)}
    assert keys[teammate] - keys[owner] == {names[which]}
    assert len(keys[owner]) == 2


def test_remind_comes_by_letter_when_it_is_time_to_who_has_letters_once_a_week(owner, cohort, clock):
    Preference.objects.create(person=owner, mail=Preference.Mail.WEEKLY)
    seminar = plan(cohort, NOON + 10 * DAY)
    clock(seminar.starts_at - DAY)

    remind()

    assert [notice.mail_at for notice in Notice.objects.all()] == [seminar.starts_at - DAY]


def test_letter_that_reminds_carries_reading_room_and_where_one_left_off(owner, clock):
    cohort = make_cohort(members=[owner])
    module = make_module(programme=cohort.programme)
    block = make_block(
        cohort=cohort, module=module, opens_on=cohort.today() - DAY, starts_on=(NOON + DAY).date(), ends_on=(NOON + DAY).date()
    )
    before, begun, done, in_it, _after = (
        make_activity(module=module, title=f"Text {word}", position=number, type="exercise" if word == "in it" else "reading")
        for number, word in enumerate(["before", "begun", "done", "in it", "after"])
    )
    mark_done(actor=owner, cohort=cohort, activity=done)
    open_activity(actor=owner, place=Place(cohort, Part.TRAINEE), activity=begun)
    make_sitting(block=block, activities=[in_it], title="Listening", starts_at=NOON + DAY, ends_at=NOON + DAY + HOUR)
    plan_seminars(cohort=cohort)
    clock(NOON)

    remind()
    deliver()

    letter = Letter.objects.get()
    lobby = reverse("live:lobby", args=[cohort.slug, Seminar.objects.exclude(sitting=None).get().pk])
    said = [line.strip() for line in letter.body.splitlines()]
    details = said[said.index("- The room: Listening. It opens at 12:45.") :][:8]
    pages = [f"http://testserver{activity_url(cohort, one)}" for one in (before, begun, begun)]
    assert details == [
        "- The room: Listening. It opens at 12:45.",
        f"http://testserver{lobby}",
        "- To read before: Text before",
        pages[0],
        "- To read before: Text begun",
        pages[1],
        "- Where you left off: Text begun",
        pages[2],
    ]
    assert ("Text done" in letter.body, "Text after" in letter.body, "Text before" in letter.html) == (False, False, True)
    assert "Listening" not in letter.subject


def test_letter_a_week_before_leads_who_interprets_to_the_words_of_the_course(cohort, clock):
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person
    seminar = plan(cohort, NOON + 7 * DAY)
    clock(NOON)

    remind()
    deliver()

    lobby = reverse("live:lobby", args=[cohort.slug, seminar.pk])
    letters = {letter.to: letter.body for letter in Letter.objects.all()}
    words = f"- What is done, and the words of the course, for interpreting\nhttp://testserver{lobby}#terms"
    told = {address: words in "\n".join(line.strip() for line in body.splitlines()) for address, body in letters.items()}
    assert {address for address, has in told.items() if has} == {interpreter.email}
    assert len(told) > 1


def test_remind_late_tells_who_came_after_the_reminder_of_what_is_still_to_come(owner, cohort, clock):
    seminar, coordinator = plan(cohort, NOON + 3 * DAY), make_user(coordinates=True)
    told = remind()

    late = add_member(cohort=cohort, person=make_user(), part=Part.TRAINEE, by=coordinator).person
    add_member(cohort=cohort, person=late, part=Part.TRAINER, by=coordinator)
    rather_not = make_user()
    Preference.objects.create(person=rather_not, remind_week=False)
    add_member(cohort=cohort, person=rather_not, part=Part.TRAINEE, by=coordinator)
    add_member(cohort=cohort, person=make_user(), part=Part.ALUMNUS, by=coordinator)

    notices = Notice.objects.filter(kind=Notice.Kind.REMINDER).order_by("pk").values_list("person", "starts_at")
    assert (told, list(notices)) == (1, [(owner.pk, seminar.starts_at), (late.pk, seminar.starts_at)])


def test_remind_late_leaves_to_the_clock_what_nobody_was_told(owner, cohort, clock):
    plan(cohort, NOON + 3 * DAY)

    late = add_member(cohort=cohort, person=make_user(), part=Part.TRAINEE).person
    before = Notice.objects.count()

    assert (before, remind(), set(Notice.objects.values_list("person", flat=True))) == (0, 2, {owner.pk, late.pk})
