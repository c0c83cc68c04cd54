import datetime
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from courses.actions.plans import move_dates
from courses.models import Sitting
from courses.planning import Plan, changes_of, shift_year
from live.actions import announce_record, plan_seminars, say
from live.actions.seminars import call_off_sittings, follow_zone
from live.depending import dependents_of
from live.models import PresenceSpan, Room, Seminar
from live.reminders import soon_key
from live.reminding import remind
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from tests.courses.planning.conftest import make_year
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting, make_user
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SOON = timezone.now() + 3 * DAY


@pytest.fixture
def trainer(owner):
    return make_user(display_name="Trainer")


@pytest.fixture
def room(owner, trainer):
    cohort = make_cohort(members=[owner])
    make_membership(cohort=cohort, part=Part.TRAINER, person=trainer)
    return make_room(seminar=make_seminar(cohort=cohort, keeps_text=False), opened_at=timezone.now())


def test_plan_seminars_keeps_nothing_unless_it_was_announced():
    cohort = make_cohort()
    sitting = make_sitting(block=make_block(cohort=cohort))
    kept = []

    for _ in range(2):
        plan_seminars(cohort=cohort)
        kept.append(Seminar.objects.get(sitting=sitting).keeps_text)
        Seminar.objects.filter(sitting=sitting).update(keeps_text=True)
    plan_seminars(cohort=cohort)

    assert (kept, Seminar.objects.get(sitting=sitting).keeps_text) == ([False, True], True)


def test_announce_record_holds_from_the_first_word_on(room, owner, trainer):
    assert announce_record(actor=trainer, room_id=room.pk, keeps=True).keeps_text

    say(actor=owner, room_id=room.pk, text="Hello", client_id=uuid.uuid4())
    with pytest.raises(Refused):
        announce_record(actor=trainer, room_id=room.pk, keeps=False)

    room.seminar.refresh_from_db()
    assert room.seminar.keeps_text


def test_announce_record_keeps_nothing_of_what_is_experiential(client):
    cohort = make_cohort()
    trainer = make_membership(cohort=cohort, part=Part.TRAINER, signed_version=0).person
    module = make_module(programme=cohort.programme)
    exercise = make_activity(module=module, type="exercise", form="triad", experiential=True)
    sitting = make_sitting(block=make_block(cohort=cohort, module=module), activities=[exercise])
    room = make_room(seminar=make_seminar(cohort=cohort, sitting=sitting, keeps_text=False))
    client.force_login(trainer)

    with pytest.raises(Refused):
        announce_record(actor=trainer, room_id=room.pk, keeps=True)
    page = client.get(reverse("live:lobby", args=[cohort.slug, room.seminar_id])).content.decode()

    assert "Announce that it can be read afterwards" not in page
    Seminar.objects.filter(pk=room.seminar_id).update(keeps_text=True)  # from before the exercise came into it
    assert announce_record(actor=trainer, room_id=room.pk, keeps=False).keeps_text is False


def test_announce_record_keeps_nothing_once_somebody_came_in_who_was_told_so(room, owner, trainer):
    begun = {"started_at": timezone.now() - DAY, "seen_until": timezone.now() - DAY / 2, "process": uuid.uuid4()}
    PresenceSpan.objects.create(room=room, person=trainer, seat="facilitator", **begun)
    announce_record(actor=trainer, room_id=room.pk, keeps=True)  # only who facilitates has been there
    announce_record(actor=trainer, room_id=room.pk, keeps=False)
    PresenceSpan.objects.create(room=room, person=owner, seat="speaker", **begun)

    with pytest.raises(Refused):
        announce_record(actor=trainer, room_id=room.pk, keeps=True)

    assert Seminar.objects.get(pk=room.seminar_id).keeps_text is False


def test_announce_record_is_for_facilitators_and_for_what_has_its_time(room, owner, trainer):
    practice = make_room(seminar=make_seminar(cohort=room.seminar.cohort, kind="practice", starts_at=None, ends_at=None))

    for who, where in ((owner, room), (trainer, practice)):
        with pytest.raises(Refused):
            announce_record(actor=who, room_id=where.pk, keeps=True)

    assert set(Seminar.objects.filter(pk=room.seminar_id).values_list("keeps_text", flat=True)) == {False}


def test_lobby_says_it_to_everybody_and_lets_a_facilitator_say_it(client, room, owner, trainer):
    lobby = reverse("live:lobby", args=[room.seminar.cohort.slug, room.seminar_id])
    announce = reverse("live:record-announce", args=[room.seminar.cohort.slug, room.seminar_id])
    client.force_login(owner)
    assert (announce in client.get(lobby).content.decode(), client.post(announce, {"keeps": "on"}).status_code) == (False, 404)

    client.force_login(trainer)
    assert announce in client.get(lobby).content.decode()
    client.post(announce, {"keeps": "on"})

    client.force_login(owner)
    assert "stays readable afterwards" in client.get(lobby).content.decode()


def test_lobby_of_a_room_in_which_somebody_spoke_offers_it_no_more(client, room, owner, trainer):
    say(actor=owner, room_id=room.pk, text="Hello", client_id=uuid.uuid4())
    client.force_login(trainer)
    address = reverse("live:record-announce", args=[room.seminar.cohort.slug, room.seminar_id])

    page = client.get(reverse("live:lobby", args=[room.seminar.cohort.slug, room.seminar_id])).content.decode()
    told = client.post(address, {"keeps": "on"}, follow=True).content.decode()

    assert (address in page, "before anybody came in" in told) == (False, True)


# --- a sitting that is moved ----------------------------------------------------------------------------------------


@pytest.fixture
def year(owner):
    """Four sittings of a cohort in its first block, a month from now, with their seminars; the owner coordinates it."""
    today = datetime.date.today()
    year = make_year(starts=(today + datetime.timedelta(days=5), today + datetime.timedelta(days=60)))
    make_membership(cohort=year, person=owner, part=Part.COORDINATOR)
    plan_seminars(cohort=year)
    return year


def put_off(year, actor, days=7):
    plan = Plan.read(year)
    proposal = shift_year(plan, plan.blocks[0], plan.blocks[0].starts_on + datetime.timedelta(days=days), duties=False)
    move_dates(actor=actor, cohort=year, proposal=proposal, version=year.plan_version)


def test_move_seminars_follow_their_sittings(year, owner):
    before = list(Seminar.objects.filter(cohort=year).exclude(sitting=None).values_list("starts_at", "ends_at"))

    put_off(year, owner)

    after = list(Seminar.objects.filter(cohort=year).exclude(sitting=None).values_list("starts_at", "ends_at"))
    assert after == list(Sitting.objects.values_list("starts_at", "ends_at"))
    assert (len(after), set(after) & set(before)) == (8, set())


def test_move_seminars_leaves_everything_else_of_a_seminar(year, owner):
    seminar = Seminar.objects.exclude(sitting=None).first()
    Seminar.objects.filter(pk=seminar.pk).update(keeps_text=True, languages=["et"], title="Its own name")
    other = make_seminar(cohort=year, kind="open_seminar")

    put_off(year, owner)

    assert Seminar.objects.filter(keeps_text=True, languages=["et"], title="Its own name").count() == 1
    assert Seminar.objects.get(pk=other.pk).starts_at == other.starts_at


def test_move_seminars_closes_a_room_that_was_opened_before_its_time(year, owner):
    room = Room.objects.filter(seminar__sitting__isnull=False).first()
    Room.objects.filter(pk=room.pk).update(opened_at=timezone.now())

    put_off(year, owner)

    assert Room.objects.get(pk=room.pk).opened_at is None


def test_move_seminars_takes_back_what_reminded_of_the_old_hours_and_reminds_of_the_new(year, owner):
    remind()
    old = {notice.key: notice.starts_at for notice in Notice.objects.filter(person=owner)}

    put_off(year, owner, 1)
    gone = set(old) - set(Notice.objects.values_list("key", flat=True))
    remind()

    firsts = Seminar.objects.filter(sitting__block__module__number=1).order_by("starts_at")
    assert (len(old), gone) == (2, set(old))
    assert firsts[0].starts_at in set(Notice.objects.filter(person=owner).values_list("starts_at", flat=True))
    assert not set(Notice.objects.values_list("starts_at", flat=True)) & {min(old.values())}


def test_dependents_tell_of_rooms_reminders_answers_and_what_is_at_that_time(year, owner):
    remind()
    opened, closed, answered = Room.objects.filter(seminar__sitting__isnull=False).order_by("seminar__starts_at")[:3]
    Room.objects.filter(pk=opened.pk).update(opened_at=timezone.now())
    Room.objects.filter(pk=closed.pk).update(closed_at=timezone.now())
    for _ in range(2):
        answered.participants.create(person=make_user(), way="watches")
    plan = Plan.read(year)
    proposal = shift_year(plan, plan.blocks[0], plan.blocks[0].starts_on + datetime.timedelta(days=7), duties=False)
    starts_at = plan.hours_after(proposal, plan.sittings[0]).starts_at
    times = {"starts_at": starts_at, "ends_at": starts_at + datetime.timedelta(hours=1)}
    talk = make_seminar(cohort=year, kind="talk", title="A talk", **times)
    make_seminar(cohort=make_cohort(), kind="talk", title="Another talk", **times)

    with CaptureQueriesContext(connection) as queries:
        told = dependents_of(year, changes_of(plan, proposal))

    day = date_format(talk.starts_at.astimezone(ZoneInfo("Europe/London")), "D j F, H:i")
    assert [(one.heading, one.sentence) for one in told] == [
        ("Live rooms", "8 live rooms move along with their sittings."),
        ("Live rooms", "The room of “Arriving” was opened before its time. It closes again until then."),
        ("Live rooms", "The room of “Talking” was closed already. A facilitator can open it again."),
        ("Live rooms", "2 answers to before-you-join cards stay."),
        ("At the same time", f"“A talk” (Talk) is on {day} and stays there."),
        ("Reminders", "1 person was reminded of a former date. That reminder goes, and they are told anew."),
        ("Reminders", "Reminders go out a week and a day before the new dates."),
    ]
    assert len(queries) == 2


@pytest.fixture
def planned(room):
    """A sitting to come, its seminar, and a coordinator who plans."""
    block = make_block(cohort=room.seminar.cohort)
    sitting = make_sitting(block=block, starts_at=SOON, ends_at=SOON + datetime.timedelta(hours=1))
    plan_seminars(cohort=block.cohort)
    return sitting


def test_call_off_sittings_closes_rooms_says_why_and_takes_back_what_reminded(planned, owner):
    seminar = planned.seminar
    notify(people=[owner.pk], kind=Notice.Kind.SOON, key=soon_key(seminar), url=f"/c/{seminar.cohort.slug}/live/{seminar.pk}/")
    small = make_room(seminar=seminar, kind="small")

    call_off_sittings(cohort=seminar.cohort, actor=owner, sittings=[planned.pk], why="The hall is taken")

    seminar.refresh_from_db()
    assert (seminar.called_off_because, Seminar.objects.still_to_come(timezone.now()).filter(pk=seminar.pk).exists()) == (
        "The hall is taken",
        False,
    )
    assert Room.objects.filter(seminar=seminar, closed_at=None).exists() is False
    small.refresh_from_db()
    assert small.phase == "closed"
    assert Notice.objects.filter(key=soon_key(seminar)).exists() is False


def test_plan_seminars_gives_new_rooms_the_lanes_of_the_cohort(planned):
    cohort = planned.block.cohort
    cohort.languages = ["et"]
    cohort.save()

    fresh = make_sitting(block=planned.block, starts_at=SOON, ends_at=SOON + datetime.timedelta(hours=2))
    plan_seminars(cohort=cohort, sittings=[fresh.pk])

    assert (fresh.seminar.languages, Seminar.objects.get(sitting=planned).languages) == (["et"], [])


def test_follow_zone_leaves_what_is_over_and_what_has_a_clock_of_its_own(planned):
    cohort = planned.block.cohort
    over = make_seminar(cohort=cohort, starts_at=timezone.now() - DAY * 2, ends_at=timezone.now() - DAY, time_zone="Europe/London")
    own = make_seminar(cohort=cohort, kind="open_seminar", time_zone="Europe/London")
    cohort.time_zone = "Europe/Tallinn"

    follow_zone(cohort=cohort)

    found = [Seminar.objects.get(pk=pk).time_zone for pk in (planned.seminar.pk, over.pk, own.pk)]
    assert found == ["Europe/Tallinn", "Europe/London", "Europe/London"]
