"""Asking for contact."""

import datetime
import logging
import uuid

import pytest
from django.db import connections
from django.utils import timezone

from courses.actions.aftercare import MOST_A_DAY, ask_for_contact, read_note, take_request
from courses.models import Cohort, ContactRequest
from lms import crypto
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.courses.actions.aftercare.asking import CANARY, ask, member

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_ask_for_contact_about_the_forum_reaches_a_trainer_who_can_open_it(cohort: Cohort, owner: User) -> None:
    trainer, contact = member(cohort, Part.TRAINER), member(cohort, Part.AFTERCARE)

    asked = ask_for_contact(actor=owner, cohort=cohort, note=CANARY, client_id=uuid.uuid4(), about="forum")

    assert (asked.told, asked.request.sent_to) == ([trainer], trainer)
    assert [letter.to for letter in Letter.objects.all()] == [trainer.email]
    assert [read_note(actor=person, contact_request=asked.request) for person in (owner, trainer, contact)] == [CANARY] * 3


def test_ask_for_contact_tells_each_contact_without_a_word_of_it(cohort: Cohort, owner: User) -> None:
    contacts = [member(cohort, Part.AFTERCARE), member(cohort, Part.AFTERCARE)]

    asked = ask(owner, cohort)

    letters = list(Letter.objects.order_by("to"))
    assert asked.told == contacts
    assert asked.request.sent_to == contacts[0]
    assert [letter.to for letter in letters] == sorted(person.email for person in contacts)
    for letter in letters:
        assert letter.subject == "Somebody asks to be contacted"
        assert f"http://testserver/contact-requests/{asked.request.pk}/" in letter.body
        assert "canary" not in letter.body
        assert owner.display_name not in letter.body
        assert owner.email not in letter.body


def test_ask_for_contact_promises_the_cohorts_hours(cohort: Cohort, owner: User) -> None:
    asked = ask(owner, cohort).request
    without = ask(owner, None).request

    assert [request.promised_by - request.asked_at for request in (asked, without)] == [
        datetime.timedelta(hours=48),
        datetime.timedelta(hours=24),
    ]


def test_ask_for_contact_with_nobody_there_writes_to_the_site_whom_to_answer(owner: User, settings) -> None:
    asked = ask(owner, None)

    letter = Letter.objects.get()
    assert (asked.told, asked.request.sent_to) == ([], None)
    assert letter.to == settings.CONTACT_EMAIL
    assert owner.email in letter.body
    assert "canary" not in letter.subject + letter.body


def test_ask_for_contact_sent_twice_asks_once(cohort: Cohort, owner: User) -> None:
    contact = member(cohort, Part.AFTERCARE)
    client_id = uuid.uuid4()

    first, second = ask(owner, cohort, client_id=client_id), ask(owner, cohort, client_id=client_id)

    assert first.request == second.request
    assert second.told == [contact]
    assert (ContactRequest.objects.count(), Letter.objects.count()) == (1, 1)


def test_the_same_client_id_of_somebody_else_is_another_request(cohort: Cohort, owner: User, teammate: User) -> None:
    client_id = uuid.uuid4()

    assert ask(owner, cohort, client_id=client_id).request != ask(teammate, cohort, client_id=client_id).request


def test_ask_for_contact_rests_after_twenty_in_a_day(cohort: Cohort, owner: User) -> None:
    for _ in range(MOST_A_DAY):
        ask(owner, cohort)

    with pytest.raises(Refused):
        ask(owner, cohort)

    ContactRequest.objects.update(asked_at=timezone.now() - datetime.timedelta(days=2))
    ask(owner, cohort)
    assert ContactRequest.objects.count() == MOST_A_DAY + 1


def test_words_of_a_request_stand_nowhere_in_clear(cohort: Cohort, owner: User, caplog: pytest.LogCaptureFixture) -> None:
    member(cohort, Part.AFTERCARE)
    with caplog.at_level(logging.DEBUG):
        asked = ask(owner, cohort).request
        take_request(actor=asked.sent_to, request_id=asked.pk)

    dump = b""
    for alias in ("default", "keys"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                for row in cursor.fetchall():
                    dump += b"|".join(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row)

    assert str(asked.pk).replace("-", "").encode() in dump.replace(b"-", b"")
    assert b"canary" not in dump
    assert CANARY.encode("utf-16-le") not in dump
    assert "canary" not in caplog.text


def test_words_moved_to_another_request_do_not_open(cohort: Cohort, owner: User) -> None:
    one, other = ask(owner, cohort).request, ask(owner, cohort, note="other").request
    ContactRequest.objects.filter(pk=other.pk).update(note_sealed=one.note_sealed, wrapped_key=one.wrapped_key)
    other.refresh_from_db()

    with pytest.raises(crypto.Unreadable):
        read_note(actor=owner, contact_request=other)


def test_words_are_gone_with_the_key_of_whoever_asked(cohort: Cohort, owner: User) -> None:
    asked = ask(owner, cohort).request
    crypto.destroy_person_key(owner.pk)

    with pytest.raises(crypto.Unreadable):
        read_note(actor=owner, contact_request=asked)
