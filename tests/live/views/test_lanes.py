"""Pages of language lanes."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import KeptWords
from live.actions import interpret
from live.models import LaneChoice, Room
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_cohort, make_membership
from tests.live.factories import make_event, make_room, make_seminar

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    room = make_room(seminar=make_seminar(cohort=make_cohort(members=[owner, teammate], slug="spring"), languages=["fr"]))
    make_event(room=room, author=teammate, text="Who carried the silence")
    return room


@pytest.fixture
def interpreter(room: Room) -> User:
    person = make_membership(cohort=room.seminar.cohort, part=Part.INTERPRETER).person
    interpret(actor=person, room_id=room.pk, client_id=uuid.uuid4(), of=1, lang="fr", text="Qui portait le silence")
    return person


@pytest.mark.parametrize(
    ("reads", "kept"), [("fr", ("fr", False)), ("+fr", ("fr", True)), ("", ("", True)), ("<script>", None), ("fr; drop", None)]
)
def test_lane_choose_keeps_what_somebody_reads(room: Room, owner: User, reads: str, kept: tuple[str, bool] | None) -> None:
    answer = signed_in(owner).post(reverse("live:lane-choose", args=[room.pk]), {"reads": reads})

    assert answer.status_code == 302
    assert LaneChoice.objects.filter(person=owner).values_list("lang", "original").first() == kept


def test_room_shows_the_lane_that_was_chosen_and_keeps_every_word_on_the_page(room: Room, owner: User, interpreter: User) -> None:
    client = signed_in(owner)
    before = client.get(reverse("live:room", args=[room.pk])).content.decode()
    client.post(reverse("live:lane-choose", args=[room.pk]), {"reads": "fr"}, headers={"X-Autosave": "1"})
    after = client.get(reverse("live:room", args=[room.pk])).content.decode()

    lane = f'data-author="{interpreter.pk}"'
    assert (f"{lane} hidden>" in before, '<p class="said-words" dir="auto">' in before) == (True, True)
    assert (f"{lane}>" in after, '<p class="said-words" dir="auto" hidden>' in after) == (True, True)


def test_interpreter_translates_without_javascript(room: Room, interpreter: User, owner: User) -> None:
    page = signed_in(interpreter).get(reverse("live:said", args=[room.pk, 1])).content.decode()
    words = {"lang": "fr", "text": "Encore", "client_id": uuid.uuid4()}
    act = reverse("live:said-act", args=[room.pk, 1, "interpret"])

    statuses = [signed_in(person).post(act, words).status_code for person in (interpreter, owner)]

    assert ("Put it in the lane" in page, statuses) == (True, [302, 422])
    assert room.events.get(text="Encore").answers == 1


def test_room_lanes_are_set_by_facilitators(room: Room) -> None:
    trainer = make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person
    address = reverse("live:room-lanes", args=[room.pk])

    answers = [signed_in(trainer).post(address, {"first": lang, "consecutive": "on"}) for lang in ("es", "no such")]

    room.refresh_from_db()
    room.seminar.refresh_from_db()
    assert ([answer.status_code for answer in answers], room.seminar.languages, room.consecutive) == ([302, 422], ["es"], True)


def test_record_and_files_carry_the_lanes(room: Room, owner: User, interpreter: User) -> None:
    Room.objects.update(phase="closed", closed_at=timezone.now())
    pages = [
        signed_in(owner).get(reverse("live:record-file", args=["spring", room.seminar.pk, form])).content.decode()
        for form in ("text", "html")
    ]
    record = signed_in(owner).get(reverse("live:record", args=["spring", room.seminar.pk])).content.decode()

    assert ("    [fr] Qui portait le silence" in pages[0], '<p dir="auto" lang="fr">Qui portait' in pages[1]) == (True, True)
    assert "Qui portait le silence" in record


def test_words_of_a_lane_stay_with_whoever_kept_them(room: Room, owner: User, interpreter: User) -> None:
    client = signed_in(owner)
    client.post(reverse("courses:words-keep"), {"source": f"room:{room.pk}:2", "words": "", "note": "", "client_id": uuid.uuid4()})
    page = reverse("courses:words", args=[KeptWords.objects.get().pk])
    before = client.get(page).content.decode()
    type(room.seminar).objects.update(keeps_text=False)
    trainer = make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person
    signed_in(trainer).post(reverse("live:room-close", args=[room.pk]))

    after = client.get(page).content.decode()

    assert [("Qui portait le silence" in words, f"/room/{room.pk}/" in words) for words in (before, after)] == [(True, True), (True, False)]
