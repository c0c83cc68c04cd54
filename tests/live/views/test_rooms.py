"""Pages of the live rooms."""

import datetime
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort
from courses.reading.activities import activity_url
from live import actions
from live.models import PresenceSpan, Room, RoomEvent, Seminar
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_block, make_cohort, make_membership, make_sitting, make_user
from tests.live.factories import make_event, make_room, make_seminar

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def cohort(owner: User, teammate: User) -> Cohort:
    return make_cohort(members=[owner, teammate], slug="spring")


@pytest.fixture
def room(cohort: Cohort) -> Room:
    return make_room(seminar=make_seminar(cohort=cohort, title="Inner and outer talk"))


def addresses(room: Room) -> list[str]:
    return [
        reverse("live:seminar-list", args=[room.seminar.cohort.slug]),
        reverse("live:lobby", args=[room.seminar.cohort.slug, room.seminar.pk]),
        reverse("live:room", args=[room.pk]),
    ]


@pytest.mark.parametrize(
    ("part", "statuses"),
    [
        (Part.TRAINEE, [200, 200, 200]),
        (Part.TRAINER, [200, 200, 200]),
        (Part.GUEST_TRAINER, [200, 200, 200]),
        (Part.INTERPRETER, [200, 200, 200]),
        (Part.COORDINATOR, [200, 200, 200]),
        (Part.AFTERCARE, [200, 200, 200]),
        (Part.ALUMNUS, [404, 404, 404]),
        (None, [404, 404, 404]),
    ],
)
def test_pages_are_for_who_sees_the_live_rooms(room: Room, part: Part | None, statuses: list[int]) -> None:
    person = make_user()
    if part:
        make_membership(cohort=room.seminar.cohort, person=person, part=part)

    assert [signed_in(person).get(address).status_code for address in addresses(room)] == statuses


def test_pages_of_another_cohort_and_of_nobody_are_the_same_404(room: Room, owner: User) -> None:
    elsewhere = make_room(members=[make_user()])
    client = signed_in(owner)
    own = room.seminar.cohort.slug

    foreign = [client.get(address).status_code for address in addresses(elsewhere)]
    mixed = client.get(reverse("live:lobby", args=[own, elsewhere.seminar.pk])).status_code
    absent = [client.get(reverse("live:lobby", args=[own, uuid.uuid4()])).status_code, client.get(f"/room/{uuid.uuid4()}/").status_code]

    assert [*foreign, mixed, *absent] == [404] * 6


def test_pages_ask_somebody_signed_out_to_sign_in(room: Room) -> None:
    answers = [Client().get(address) for address in addresses(room)]

    assert [(answer.status_code, answer.headers["Location"].split("?")[0]) for answer in answers] == [(302, reverse("account_login"))] * 3


def test_seminar_list_shows_now_to_come_and_practice(cohort: Cohort, room: Room, owner: User) -> None:
    later = timezone.now() + datetime.timedelta(days=3)
    make_seminar(cohort=cohort, title="Reflecting", starts_at=later, ends_at=later + datetime.timedelta(hours=1))
    make_seminar(cohort=cohort, title="Practice room", kind=Seminar.Kind.PRACTICE, starts_at=None, ends_at=None)
    make_seminar(title="Of another cohort")

    context = signed_in(owner).get(reverse("live:seminar-list", args=["spring"])).context

    days = {name: [[seminar.title for seminar in day.seminars] for day in context[name]] for name in ("soon", "later", "past")}
    assert [seminar.title for seminar in context["current"]] == ["Inner and outer talk"]
    assert days == {"soon": [["Reflecting"]], "later": [], "past": []}
    assert context["practice"].title == "Practice room"


def test_seminar_list_puts_sittings_under_the_readers_day(cohort: Cohort, owner: User) -> None:
    owner.time_zone = "Pacific/Auckland"
    owner.save()
    first = (timezone.now() + datetime.timedelta(days=5)).replace(hour=6, minute=0)
    for name, hours in (("Morning", 0), ("Noon", 1), ("Late", 9)):  # the third is after midnight in Auckland
        starts = first + datetime.timedelta(hours=hours)
        make_seminar(cohort=cohort, title=name, starts_at=starts, ends_at=starts + datetime.timedelta(minutes=50))
    for days in (6, 7, 8):
        starts = first + datetime.timedelta(days=days)
        make_seminar(cohort=cohort, title=f"After {days} days", starts_at=starts, ends_at=starts + datetime.timedelta(hours=1))

    response = signed_in(owner).get(reverse("live:seminar-list", args=["spring"]))

    days = {name: [[seminar.title for seminar in day.seminars] for day in response.context[name]] for name in ("soon", "later")}
    assert days == {"soon": [["Morning", "Noon"], ["Late"], ["After 6 days"]], "later": [["After 7 days"], ["After 8 days"]]}
    assert "Times are in your zone (Auckland)." in response.content.decode()


def test_lobby_shows_times_in_own_zone_and_uk_what_is_asked_and_who_is_here(cohort: Cohort, owner: User, teammate: User) -> None:
    owner.time_zone = "Europe/Tallinn"
    owner.save()
    starts = timezone.now().replace(hour=10, minute=0)
    seminar = make_seminar(
        cohort=cohort, before={"asked": "Bring a moment."}, starts_at=starts, ends_at=starts + datetime.timedelta(hours=1)
    )
    place = make_room(seminar=seminar, opened_at=timezone.now())
    Seminar.objects.filter(pk=seminar.pk).update(ends_at=timezone.now() + datetime.timedelta(days=1))
    place.participants.create(person=owner)  # who has been in meets no card before the door, whatever the hour of this test
    now = timezone.now()
    span = {"room": place, "person": teammate, "process": uuid.uuid4(), "started_at": now, "seat": "speaker"}
    PresenceSpan.objects.create(**span, seen_until=now + datetime.timedelta(seconds=30))

    page = signed_in(owner).get(reverse("live:lobby", args=["spring", seminar.pk])).content.decode()

    assert [
        word in page for word in ("your time (Tallinn)", "UK", "Bring a moment.", "Teammate", reverse("live:room", args=[place.pk]))
    ] == [True] * 5


def test_room_before_its_time_leads_to_the_lobby_that_says_when(cohort: Cohort, owner: User) -> None:
    later = timezone.now() + datetime.timedelta(hours=2)
    seminar = make_seminar(cohort=cohort, starts_at=later, ends_at=later + datetime.timedelta(hours=1))
    place = make_room(seminar=seminar)

    answer = signed_in(owner).get(reverse("live:room", args=[place.pk]), follow=True)

    assert [step[0] for step in answer.redirect_chain] == [reverse("live:lobby", args=["spring", seminar.pk])]
    assert "The room opens for you on" in answer.content.decode()


def test_room_shows_the_log_and_carries_a_ticket(room: Room, owner: User, teammate: User) -> None:
    make_event(room=room, author=teammate, text="Look <at> https://example.org")

    page = signed_in(owner).get(reverse("live:room", args=[room.pk])).content.decode()

    assert 'Look &lt;at&gt; <a href="https://example.org"' in page
    assert re.search(r'data-latest="1"\s+data-ticket="[\w:.-]{50,}"', page)


def test_room_shows_a_hundred_and_leads_to_those_before(room: Room, owner: User) -> None:
    for number in range(1, 121):
        make_event(room=room, author=owner, text=f"Words {number}")
    client = signed_in(owner)

    last = client.get(reverse("live:room", args=[room.pk]))
    before = client.get(reverse("live:room", args=[room.pk]), {"before": last.context["earlier"]})

    assert [event.seq for event in last.context["events"]] == list(range(21, 121))
    assert [event.seq for event in before.context["events"]] == list(range(1, 21))
    assert before.context["ticket"] == ""


@pytest.mark.parametrize("odd", ["x", "-1", "99999999999999999999", "", "1.5", "\x00"])
def test_room_reads_an_odd_before_as_none(room: Room, owner: User, odd: str) -> None:
    make_event(room=room, author=owner)

    answer = signed_in(owner).get(reverse("live:room", args=[room.pk]), {"before": odd})

    assert [event.seq for event in answer.context["events"]] == [1]


def test_room_say_posts_without_javascript_and_once(room: Room, owner: User) -> None:
    client, client_id = signed_in(owner), uuid.uuid4()

    answers = [client.post(reverse("live:room-say", args=[room.pk]), {"text": "Hello", "client_id": client_id}) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [f"/room/{room.pk}/#said-1"] * 2
    assert list(room.events.values_list("seq", "text", "author")) == [(1, "Hello", owner.pk)]


@pytest.mark.parametrize(("text", "sentence"), [("", "no words here yet"), ("x" * 4001, "longer than one message")])
def test_room_say_keeps_what_was_typed(room: Room, owner: User, text: str, sentence: str) -> None:
    answer = signed_in(owner).post(reverse("live:room-say", args=[room.pk]), {"text": text, "client_id": uuid.uuid4()})

    assert (answer.status_code, answer.context["form"]["text"].value(), room.events.count()) == (422, text, 0)
    assert sentence in answer.content.decode()


def test_room_say_refused_keeps_the_words_on_the_page(room: Room, owner: User) -> None:
    room.participants.create(person=owner, part="listener")

    answer = signed_in(owner).post(reverse("live:room-say", args=[room.pk]), {"text": "I wanted to say", "client_id": uuid.uuid4()})

    assert (answer.status_code, room.events.count()) == (422, 0)
    assert answer.context["form"]["text"].value() == "I wanted to say"


@pytest.mark.parametrize(
    ("part", "status"), [(Part.TRAINER, 302), (Part.GUEST_TRAINER, 302), (Part.TRAINEE, 404), (Part.COORDINATOR, 404), (None, 404)]
)
@pytest.mark.parametrize("name", ["live:room-close", "live:room-open"])
def test_room_open_and_close_are_for_facilitators(room: Room, part: Part | None, status: int, name: str) -> None:
    person = make_user()
    if part:
        make_membership(cohort=room.seminar.cohort, person=person, part=part)

    assert signed_in(person).post(reverse(name, args=[room.pk])).status_code == status


def test_room_closed_is_a_record_only_where_that_was_announced(cohort: Cohort, owner: User, teammate: User) -> None:
    closed: dict[str, Any] = {"phase": "closed", "closed_at": timezone.now()}
    kept = make_room(seminar=make_seminar(cohort=cohort), **closed)
    let_go = make_room(seminar=make_seminar(cohort=cohort, keeps_text=False), **closed)
    for place in (kept, let_go):
        make_event(room=place, author=teammate, text="Words of the evening")
    client = signed_in(owner)

    pages = [client.get(reverse("live:room", args=[place.pk]), follow=True) for place in (kept, let_go)]

    assert ["Words of the evening" in page.content.decode() for page in pages] == [True, False]
    assert ["data-say" in page.content.decode() for page in pages] == [False, False]


def test_withdrawn_words_are_on_no_page(room: Room, owner: User, teammate: User) -> None:
    event = make_event(room=room, author=teammate, text="Words taken back")
    make_event(room=room, author=owner, text="Why?", answers=1, quote="taken back")
    actions.withdraw(actor=teammate, room_id=room.pk, seq=event.seq)

    page = signed_in(owner).get(reverse("live:room", args=[room.pk])).content.decode()

    assert ("taken back" in page, "Withdrawn" in page, page.count('data-seq="')) == (False, True, 2)


def test_pages_ask_the_same_few_questions_however_much_there_is(
    room: Room, owner: User, teammate: User, django_assert_max_num_queries
) -> None:
    client = signed_in(owner)
    client.get("/healthz")  # the first visit of a sign-in notes where it came from
    make_event(room=room, author=teammate)  # an empty room asks one question less
    client.get(reverse("live:room", args=[room.pk]))  # and the first page notes that somebody is here
    counts = []
    for _ in range(2):
        for address in addresses(room):
            with django_assert_max_num_queries(12) as questions:
                client.get(address)
            counts.append(len(questions))
        for number in range(30):
            make_event(room=room, author=[owner, teammate][number % 2], text="x")
            make_seminar(cohort=room.seminar.cohort)
            now = timezone.now()
            PresenceSpan.objects.create(
                room=room,
                person=make_user(),
                seat="speaker",
                process=uuid.uuid4(),
                started_at=now,
                seen_until=now + datetime.timedelta(minutes=1),
            )

    assert counts[:3] == counts[3:]


def test_lobby_of_a_sitting_names_its_activities(cohort: Cohort, owner: User) -> None:
    from tests.factories import make_activity

    block = make_block(cohort=cohort)
    activity = make_activity(module=block.module, type="live", title="Reflecting talk", before={"asked": "Listen first."})
    make_sitting(block=block, activities=[activity])
    actions.plan_seminars(cohort=cohort)
    seminar = Seminar.objects.get(kind=Seminar.Kind.COHORT_SITTING)

    page = signed_in(owner).get(reverse("live:lobby", args=["spring", seminar.pk])).content.decode()

    assert ("Reflecting talk" in page, "Listen first." in page) == (True, True)


def test_lobby_tells_who_interprets_what_is_done_and_the_words_of_the_course(cohort: Cohort, owner: User) -> None:
    from tests.factories import make_activity

    block = make_block(cohort=cohort)
    activity = make_activity(module=block.module, type="live", title="Reflecting talk", summary="Two talk, two listen.")
    make_sitting(block=block, activities=[activity])
    actions.plan_seminars(cohort=cohort)
    seminar = Seminar.objects.get(kind=Seminar.Kind.COHORT_SITTING)
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person
    address = reverse("live:lobby", args=["spring", seminar.pk])

    page, trainees = (signed_in(person).get(address).content.decode() for person in (interpreter, owner))

    there = [words in page for words in ("Reflecting talk", "Two talk, two listen.", "Held silence", 'id="terms"')]
    link = activity_url(cohort, activity)
    assert (there, link in page, link in trainees, "Held silence" in trainees) == ([True] * 4, False, True, False)


def test_room_gives_no_words_to_the_log(room: Room, owner: User, caplog: pytest.LogCaptureFixture) -> None:
    signed_in(owner).post(reverse("live:room-say", args=[room.pk]), {"text": "canary-words", "client_id": uuid.uuid4()})

    assert (RoomEvent.objects.count(), "canary-words" in caplog.text) == (1, False)
