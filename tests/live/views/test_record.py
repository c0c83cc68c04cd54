"""What was said, once a seminar is over."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live.models import Room
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_event, make_room, make_seminar

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FORMULA = '=HYPERLINK("https://x.example")\n<img src=x onerror=alert(1)>'


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    place = make_seminar(cohort=make_cohort(members=[owner, teammate], slug="spring"), kind="talk", title="Words, kept")
    room = make_room(seminar=place)
    make_event(room=room, author=teammate, text="The first sentence of the talk")
    make_event(room=room, author=owner, text=FORMULA, answers=1, quote="first sentence")
    Room.objects.filter(pk=room.pk).update(phase="closed", closed_at=timezone.now())
    return room


def address(room: Room, *form: str) -> str:
    return reverse("live:record-file" if form else "live:record", args=["spring", room.seminar.pk, *form])


def test_record_is_there_for_who_may_read_back(room: Room, owner: User) -> None:
    page = signed_in(owner).get(address(room))

    assert [event.seq for event in page.context["record"].events] == [1, 2]
    assert "&lt;img src=x" in page.content.decode()


def test_record_leads_to_taking_ones_own_words_back(room: Room, owner: User) -> None:
    client = signed_in(owner)
    said = reverse("live:said", args=[room.pk, 2])
    assert said in client.get(address(room)).content.decode()
    assert "Take these words back" in client.get(said).content.decode()

    client.post(reverse("live:said-act", args=[room.pk, 2, "withdraw"]))

    page = client.get(address(room)).content.decode()
    assert (said in page, "Withdrawn" in page, "&lt;img src=x" in page) == (False, True, False)


@pytest.mark.parametrize(("keeps", "closed"), [(False, True), (True, False)])
def test_record_of_what_is_not_kept_or_not_over_leads_to_the_lobby(room: Room, owner: User, keeps: bool, closed: bool) -> None:
    type(room.seminar).objects.filter(pk=room.seminar.pk).update(keeps_text=keeps)
    Room.objects.filter(pk=room.pk).update(closed_at=timezone.now() if closed else None)

    answers = [signed_in(owner).get(place) for place in (address(room), address(room, "text"), address(room, "html"))]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (302, reverse("live:lobby", args=["spring", room.seminar.pk]))
    ] * 3


def test_record_pages_by_key_and_asks_the_same_few_questions(room: Room, owner: User, django_assert_max_num_queries) -> None:
    client = signed_in(owner)
    client.get("/healthz")
    with django_assert_max_num_queries(12) as few:
        client.get(address(room))
    for number in range(120):
        make_event(room=room, author=owner, text=f"Words {number}")
    with django_assert_max_num_queries(12) as many:
        first = client.get(address(room)).context["record"]
    second = client.get(address(room), {"after": first.further}).context["record"]

    assert (len(few), first.further, [event.seq for event in second.events]) == (len(many), 100, list(range(101, 123)))


def test_record_finds_words_but_none_that_were_taken_back(room: Room, owner: User, teammate: User) -> None:
    make_event(room=room, author=owner, text="", withdrawn_at=timezone.now())
    client = signed_in(owner)

    found = [
        [event.seq for event in client.get(address(room), {"q": q}).context["record"].events] for q in ("FIRST talk", "first never", "img")
    ]

    assert found == [[1], [], [2]]


def test_record_finds_words_in_the_language_into_which_they_were_brought(room: Room, owner: User, teammate: User) -> None:
    make_event(room=room, author=teammate, kind="message.interpreted", lang="he", answers=1, text="המשפט הראשון")
    make_event(room=room, author=teammate, kind="message.interpreted", lang="ar", answers=2, text="", withdrawn_at=timezone.now())
    client = signed_in(owner)

    found = [
        [event.seq for event in client.get(address(room), {"q": q}).context["record"].events] for q in ("הראשון", "הראשון sentence", "img")
    ]

    assert found == [[1], [1], [2]]


def test_record_of_a_room_that_is_not_one_of_its_is_404(room: Room, owner: User) -> None:
    other = make_room(seminar=make_seminar(cohort=room.seminar.cohort), phase="closed", closed_at=timezone.now())
    client = signed_in(owner)

    statuses = [client.get(address(room, *form), {"room": pk}).status_code for form in ((), ("html",)) for pk in (other.pk, uuid.uuid4())]

    assert statuses == [404] * 4


def test_record_as_a_file_holds_every_word_and_nothing_to_run(room: Room, owner: User) -> None:
    text, html = (signed_in(owner).get(address(room, form)) for form in ("text", "html"))

    lines = text.content.decode().splitlines()
    assert [line for line in lines if line.startswith(("=", "+", "-", "@", "\t"))] == []
    assert '    =HYPERLINK("https://x.example")' in lines and "    > first sentence" in lines
    assert "<img" not in html.content.decode() and "The first sentence of the talk" in html.content.decode()
    assert [answer.headers["Content-Disposition"] for answer in (text, html)] == [
        'attachment; filename="words-kept.txt"',
        'attachment; filename="words-kept.html"',
    ]


@pytest.mark.parametrize(("part", "status"), [(Part.INTERPRETER, 200), (Part.COORDINATOR, 200), (Part.ALUMNUS, 404), (None, 404)])
def test_record_is_for_who_sees_the_live_rooms(room: Room, part: Part | None, status: int) -> None:
    person = make_user()
    if part:
        make_membership(cohort=room.seminar.cohort, person=person, part=part)

    assert [signed_in(person).get(place).status_code for place in (address(room), address(room, "text"))] == [status] * 2


def test_lobby_afterwards_says_what_is_kept(room: Room, owner: User) -> None:
    lobby = reverse("live:lobby", args=["spring", room.seminar.pk])
    kept = signed_in(owner).get(lobby).content.decode()
    type(room.seminar).objects.filter(pk=room.seminar.pk).update(keeps_text=False)
    let_go = signed_in(owner).get(lobby).content.decode()

    assert [(address(room) in page, "Nothing of it was kept" in page, "Landing" in page) for page in (kept, let_go)] == [
        (True, False, True),
        (False, True, True),
    ]
