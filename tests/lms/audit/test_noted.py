"""S29: what is noted of whom, and that no words are among it."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from courses.actions.aftercare import ask_for_contact
from courses.actions.certificates import choose_for_certificate, give_certificate, revoke_certificate
from courses.actions.exports import ask_for_export, make_export, take_export
from courses.actions.members import add_member, bring_back, change_part, remove_member
from forums.actions.moderating.hiding import hide_post
from live.actions import settle_flag
from lms.audit.models import Record
from lms.permissions import Part
from lms.users.actions import accept_invitation, deactivate, invite
from tests.courses.factories import make_entry, make_peer_group, make_share
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread
from tests.live.factories import make_flag, make_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

CANARY = "canary-5d1e"


def noted() -> list[tuple[int | None, str, str, int | None, str]]:
    """(actor, what, about without its number, whom it concerns, detail), the oldest first; they are seen once."""
    rows = list(Record.objects.order_by("pk"))
    assert CANARY not in repr([vars(row) for row in rows])
    new = rows[noted.seen :]  # type: ignore[attr-defined]
    noted.seen = len(rows)  # type: ignore[attr-defined]
    return [(row.actor, row.what, row.about.split(":")[0], row.person, row.detail) for row in new]


@pytest.fixture(autouse=True)
def _unseen():
    noted.seen = 0  # type: ignore[attr-defined]


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_every_change_of_a_part_is_noted_once():
    cohort, coordinator = make_cohort(), make_user(coordinates=True)
    person = make_user(display_name=CANARY)
    member = add_member(cohort=cohort, person=person, part=Part.TRAINEE, by=coordinator)
    for part in (Part.TRAINER, Part.TRAINER):
        change_part(actor=coordinator, membership=member, part=part)
    for _ in range(2):
        remove_member(actor=coordinator, membership=member)
    bring_back(actor=coordinator, membership=member, part=Part.ALUMNUS)

    place = ("courses.membership", person.pk)
    assert noted() == [
        (coordinator.pk, "part", *place, "none > trainee"),
        (coordinator.pk, "part", *place, "trainee > trainer"),
        (coordinator.pk, "part", *place, "trainer > none"),
        (coordinator.pk, "part", *place, "none > alumnus"),
    ]


def test_who_comes_to_coordinate_and_whose_account_is_closed():
    chief, person = make_user(coordinates=True), make_user(email="new@example.org")
    invitation, _token = invite(actor=chief, email=person.email, coordinates=True)
    accept_invitation(actor=person, invitation=invitation)
    deactivate(actor=None, person=person)

    assert noted() == [
        (chief.pk, "coordinates", "users.user", person.pk, ""),
        (None, "account.closed", "users.user", person.pk, ""),
    ]


def test_opening_what_somebody_shared_of_their_journal_is_noted_and_looking_at_ones_own_is_not(owner, teammate):
    cohort = make_cohort()
    make_peer_group(cohort, owner, teammate)
    share = make_share(author=owner, reader=teammate, cohort=cohort)
    page = reverse("courses:shared", args=[share.pk])
    noted()

    answers = [as_(person).get(page).status_code for person in (owner, teammate, make_user())]

    assert (answers, noted()) == ([200, 200, 404], [(teammate.pk, "share.opened", "courses.sharedversion", owner.pk, "")])


def test_reading_a_request_for_contact_is_noted_of_who_answers(owner):
    cohort = make_cohort(members=[owner])
    aftercare = make_membership(cohort=cohort, part=Part.AFTERCARE).person
    request = ask_for_contact(actor=owner, cohort=cohort, note=CANARY, client_id=uuid.uuid4()).request
    page = reverse("contact-request", args=[request.pk])
    noted()

    answers = [as_(person).get(page).status_code for person in (owner, aftercare, make_user())]

    assert (answers, noted()) == ([200, 200, 404], [(aftercare.pk, "request.opened", "courses.contactrequest", owner.pk, "")])


def test_an_export_is_noted_when_it_is_asked_for_and_when_it_is_taken(owner):
    make_entry(owner, title=CANARY)
    export = ask_for_export(actor=owner, form="html")
    ask_for_export(actor=owner, form="html")  # the same
    make_export(export_id=str(export.pk))
    take_export(actor=owner, export_id=export.pk)

    place = ("courses.journalexport", owner.pk, "html")
    assert noted() == [(owner.pk, "export.asked", *place), (owner.pk, "export.taken", *place)]


def test_a_table_of_people_that_is_taken_is_noted():
    cohort = make_cohort()
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person

    as_(trainer).get(reverse("overview-table", args=[cohort.slug, "trainees"]))

    assert noted() == [(trainer.pk, "table.taken", "courses.cohort", None, "overview")]


def test_what_is_done_to_somebodys_words_is_noted(owner):
    room = make_room(members=[owner])
    cohort = room.seminar.cohort
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    thread = begin_thread(cohort=cohort, author=owner)
    hide_post(actor=trainer, post=thread.posts.get(), why=CANARY, shown=CANARY)
    settle_flag(actor=trainer, flag=make_flag(room=room, author=owner, person=make_user()), answer=CANARY)

    assert noted() == [
        (trainer.pk, "moderated", "forums.moderationact", owner.pk, "hide"),
        (trainer.pk, "flag.settled", "live.flag", owner.pk, ""),
    ]


def test_a_certificate_is_noted_when_it_is_given_named_anew_and_taken_back():
    cohort = make_cohort()
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    trainee = make_membership(cohort=cohort)
    given, _again = (give_certificate(actor=trainer, membership=trainee, why=CANARY) for _ in range(2))
    for name in (given.name, CANARY, CANARY):
        choices = {"shown": "", "shows_programme": False, "shows_dates": False, "shows_hours": False}
        choose_for_certificate(actor=trainee.person, certificate=given, name=name, **choices)
    for _ in range(2):
        revoke_certificate(actor=trainer, certificate=given, why=CANARY)

    place = ("courses.certificate", trainee.person_id, "")
    assert noted() == [
        (trainer.pk, "certificate.given", *place),
        (trainee.person_id, "certificate.named", *place),
        (trainer.pk, "certificate.revoked", *place),
    ]
