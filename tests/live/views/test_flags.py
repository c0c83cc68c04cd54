"""Pages of what was pointed out."""

import pytest
from django.test import Client
from django.urls import reverse

from live.models import Flag, Room
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_event, make_flag, make_room, make_seminar

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def room(owner: User, teammate: User) -> Room:
    return make_room(seminar=make_seminar(cohort=make_cohort(members=[owner, teammate], slug="spring")))


@pytest.fixture
def trainer(room: Room) -> User:
    return make_membership(cohort=room.seminar.cohort, part=Part.TRAINER).person


def test_flag_is_made_on_the_page_of_a_message_and_leads_to_what_happens_now(room: Room, owner: User, teammate: User) -> None:
    make_event(room=room, author=teammate, text="Words that hurt")
    act = reverse("live:said-act", args=[room.pk, 1, "flag"])

    empty = signed_in(owner).post(act, {"reason": " "})
    made = signed_in(owner).post(act, {"reason": "It hurts"})

    flag = Flag.objects.get()
    assert (empty.status_code, made.headers["Location"]) == (422, reverse("live:flag", args=["spring", flag.pk]))


def test_flag_shows_each_what_is_theirs(room: Room, owner: User, teammate: User, trainer: User) -> None:
    flag = make_flag(room=room, author=teammate, person=owner, words="Words that hurt", reason="Because of Tuesday")
    pages = [
        signed_in(person).get(reverse("live:flag", args=["spring", flag.pk])).content.decode() for person in (trainer, teammate, owner)
    ]

    shown = [("Words that hurt" in page, "Because of Tuesday" in page, "Owner" in page, "It is dealt with" in page) for page in pages]
    assert shown[0] == (True, True, True, True)
    assert shown[1] == (True, False, False, False)  # its author reads neither the reason nor who it was
    assert (shown[2][0], shown[2][3]) == (False, False)


def test_flag_is_dealt_with_by_whoever_facilitates(room: Room, owner: User, teammate: User, trainer: User) -> None:
    flag = make_flag(room=room, author=teammate, person=owner)
    address = reverse("live:flag", args=["spring", flag.pk])

    statuses = [signed_in(person).post(address, {"answer": "We talked"}).status_code for person in (teammate, owner, trainer)]

    flag.refresh_from_db()
    assert (statuses, flag.words, flag.answer) == ([422, 422, 302], "", "We talked")
    assert "We talked" in signed_in(teammate).get(address).content.decode()


def test_flag_list_leaves_out_ones_own_words(room: Room, teammate: User, trainer: User) -> None:
    flag = make_flag(room=room, author=teammate)
    make_flag(room=room, author=trainer)

    context = signed_in(trainer).get(reverse("live:flag-list", args=["spring"])).context

    assert list(context["waiting"]) == [flag]


def test_flag_of_others_is_404_for_members_and_outsiders(room: Room, owner: User, teammate: User) -> None:
    flag = make_flag(room=room, author=teammate)
    coordinator = make_membership(cohort=room.seminar.cohort, part=Part.COORDINATOR).person

    assert [
        signed_in(person).get(reverse("live:flag", args=["spring", flag.pk])).status_code for person in (owner, coordinator, make_user())
    ] == [404] * 3
