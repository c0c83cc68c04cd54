import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from live.actions import announce_record, plan_seminars, say
from live.models import Seminar
from lms.permissions import Part, Refused
from tests.factories import make_block, make_cohort, make_membership, make_sitting, make_user
from tests.live.factories import make_room, make_seminar

pytestmark = pytest.mark.django_db


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

    assert (address in page, "before anybody has spoken" in told) == (False, True)
