"""What is experiential stays closed to whoever has not signed the agreement: by page, by act and by socket, whatever their part."""

import uuid

import pytest
from django.test import Client, TransactionTestCase
from django.urls import reverse

from courses.actions.agreements.versions import sign
from courses.models import Cohort
from live import actions
from live.models import Participant, Revocation, Room
from live.permissions import rooms_readable_by, standing
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.courses.factories import make_agreement
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting
from tests.live.factories import make_event, make_room, make_seminar, make_ticket, socket_to

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def sitting_room(cohort: Cohort, *, experiential: bool = True, **overrides) -> Room:
    """The room of a sitting that began just now, in which such an activity is done."""
    module = make_module(programme=cohort.programme)
    activity = make_activity(module=module, type="exercise", form="triad", experiential=experiential)
    sitting = make_sitting(block=make_block(cohort=cohort, module=module), activities=[activity])
    return make_room(seminar=make_seminar(cohort=cohort, sitting=sitting, **overrides))


def anew(room: Room) -> Room:
    return Room.objects.with_seminar().get(pk=room.pk)


@pytest.fixture
def cohort(owner: User) -> Cohort:
    return make_cohort(members=[owner])


@pytest.fixture
def room(cohort: Cohort) -> Room:
    return sitting_room(cohort)


def may(person: User, room: Room) -> bool:
    return standing(person, anew(room)).may_enter()


def test_standing_opens_by_signing_and_closes_with_another_version(room: Room, cohort: Cohort, owner: User) -> None:
    seen = [may(owner, room)]
    make_agreement(cohort)
    seen.append(may(owner, room))
    sign(actor=owner, cohort=cohort, number=1, name="Owner")
    seen.append(may(owner, room))
    make_agreement(cohort)

    assert [*seen, may(owner, room)] == [False, False, True, False]


@pytest.mark.parametrize("part", [part for part in Part if part is not Part.ALUMNUS])
def test_nobody_comes_in_unsigned_whatever_their_part(room: Room, cohort: Cohort, part: Part) -> None:
    person = make_membership(cohort=cohort, part=part).person
    make_agreement(cohort)
    before = may(person, room)

    with pytest.raises(Refused) as refusal:
        actions.come_in(actor=person, room_id=room.pk)
    sign(actor=person, cohort=cohort, number=1, name="Name")

    assert (before, refusal.value.code, may(person, room)) == (False, "unsigned", True)
    assert actions.come_in(actor=person, room_id=room.pk)


def test_the_sitting_in_which_the_agreement_is_written_is_open(cohort: Cohort, owner: User) -> None:
    assert may(owner, sitting_room(cohort, experiential=False))
    assert may(owner, make_room(seminar=make_seminar(cohort=cohort)))


def test_acts_are_refused_with_a_sentence_and_nothing_is_said(room: Room, cohort: Cohort, owner: User) -> None:
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    make_agreement(cohort)
    codes = []
    for act in (
        lambda: actions.say(actor=owner, room_id=room.pk, text="Words", client_id=uuid.uuid4()),
        lambda: actions.move_hand(actor=owner, room_id=room.pk, up=True, client_id=uuid.uuid4()),
        lambda: actions.step_out(actor=owner, room_id=room.pk, client_id=uuid.uuid4()),
        lambda: actions.open_room(actor=trainer, room_id=room.pk),
        lambda: actions.open_small_rooms(actor=trainer, room_id=room.pk, client_id=uuid.uuid4(), way="random", size=3),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        codes.append(refusal.value.code)

    assert codes == ["unsigned"] * 5
    assert room.events.count() == 0


def test_small_rooms_are_as_closed_as_the_main_room(room: Room, cohort: Cohort, owner: User) -> None:
    small = Room.objects.create(seminar=room.seminar, kind=Room.Kind.SMALL)
    Participant.objects.create(room=small, person=owner, placed=True)
    make_agreement(cohort)

    assert may(owner, small) is False


def test_a_facilitator_may_close_the_room_all_the_same(room: Room, cohort: Cohort) -> None:
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person

    actions.close_room(actor=trainer, room_id=room.pk)

    assert anew(room).closed_at is not None


def test_a_record_is_not_read_back_unsigned(cohort: Cohort, owner: User) -> None:
    room = sitting_room(cohort, keeps_text=True)
    make_agreement(cohort, owner)
    actions.close_room(actor=make_membership(cohort=cohort, part=Part.TRAINER).person, room_id=room.pk)
    before = rooms_readable_by(owner, [anew(room)])
    make_agreement(cohort)

    assert (len(before), rooms_readable_by(owner, [anew(room)])) == (1, [])


def test_pages_lead_to_the_agreement_and_show_nothing_of_the_room(client: Client, room: Room, cohort: Cohort, owner: User) -> None:
    make_agreement(cohort)
    said = make_event(room=room, author=owner, text="SAID-CANARY")
    client.force_login(owner)
    lobby = reverse("live:lobby", args=[cohort.slug, room.seminar.pk])

    html = client.get(lobby).content.decode()

    assert ("This opens once you have signed the agreement." in html, reverse("courses:agreement", args=[cohort.slug]) in html) == (
        True,
        True,
    )
    assert reverse("live:room", args=[room.pk]) not in html
    assert client.get(reverse("live:room", args=[room.pk]))["Location"] == lobby
    assert client.get(reverse("live:said", args=[room.pk, said.seq])).status_code == 404
    assert "SAID-CANARY" not in client.get(reverse("live:room", args=[room.pk]), follow=True).content.decode()


def test_a_facilitator_who_opens_the_room_unsigned_is_told_in_the_lobby(client: Client, room: Room, cohort: Cohort) -> None:
    make_agreement(cohort)
    client.force_login(make_membership(cohort=cohort, part=Part.TRAINER).person)

    response = client.post(reverse("live:room-open", args=[room.pk]), follow=True)

    html = response.content.decode()
    assert ("you have not signed the agreement as it is now" in html, "Open the room now" in html) == (True, False)


def test_another_version_ends_the_ways_into_experiential_rooms_alone(cohort: Cohort, owner: User) -> None:
    experiential, ordinary = sitting_room(cohort), sitting_room(cohort, experiential=False)
    elsewhere = sitting_room(make_cohort(members=[owner]))

    make_agreement(cohort)

    ended = set(Revocation.objects.values_list("room", "person"))
    people = cohort.memberships.values_list("person", flat=True)
    assert ended == {(experiential.pk, person) for person in people}
    assert {room for room, _person in ended}.isdisjoint({ordinary.pk, elsewhere.pk})


def test_who_has_signed_pays_no_question_for_it(room: Room, cohort: Cohort, owner: User, django_assert_num_queries) -> None:
    make_agreement(cohort, owner)
    place = anew(room)

    with django_assert_num_queries(2):
        standing(owner, place)


class UnsignedSocketTests(TransactionTestCase):
    databases = {"default", "keys"}

    async def test_a_socket_is_closed_within_a_second_once_another_version_holds(self) -> None:
        from asgiref.sync import sync_to_async

        def begin() -> tuple[Cohort, Room, str]:
            cohort = make_cohort()
            person = make_membership(cohort=cohort).person
            room = sitting_room(cohort)
            make_agreement(cohort, person)
            Revocation.objects.all().delete()  # of the first version, a moment ago
            return cohort, room, make_ticket(person, anew(room))

        cohort, room, ticket = await sync_to_async(begin)()
        socket = socket_to(room.pk)
        await socket.connect(timeout=5)
        await socket.send_json_to({"type": "join", "ticket": ticket, "epoch": room.epoch, "after": None})
        welcome = await socket.receive_json_from(timeout=5)

        await sync_to_async(make_agreement)(cohort)

        closed = await socket.receive_output(timeout=5)
        while closed["type"] != "websocket.close":
            closed = await socket.receive_output(timeout=5)
        assert (welcome["type"], closed["code"]) == ("welcome", 4403)
