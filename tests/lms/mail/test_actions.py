"""The outbox: at least once, under one name, and nothing lost quietly."""

import datetime
import uuid

import pytest
from django.core import mail
from django.utils import timezone

from lms.mail import actions
from lms.mail.actions import MAX_ATTEMPTS, never_left, send_letter, sweep_letters, take_back_letters, try_again, write_letter
from lms.mail.models import Letter
from lms.permissions import Refused
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LEASE_OVER = datetime.timedelta(minutes=6)


@pytest.fixture
def refusing(monkeypatch):
    """A mail server that takes nothing."""

    def refuse(letter: Letter) -> None:
        raise OSError("canary@example.org is not here")

    monkeypatch.setattr(actions, "_hand_over", refuse)


def written(**overrides) -> Letter:
    letter = write_letter(**{"to": "ana@example.org", "subject": "Waiting", "body": "Hello", **overrides})
    return Letter.objects.get(pk=letter.pk)


def give_up(letter: Letter) -> None:
    for _ in range(MAX_ATTEMPTS):
        send_letter(letter_id=str(letter.pk))
        Letter.objects.filter(pk=letter.pk, lease_until__isnull=False).update(lease_until=timezone.now() - LEASE_OVER)


def test_send_letter_has_two_forms_only_if_it_was_written_in_two():
    for letter in (written(), written(html="<p>Hello</p>")):
        send_letter(letter_id=str(letter.pk))

    assert [getattr(message, "alternatives", None) for message in mail.outbox] == [[], [("<p>Hello</p>", "text/html")]]


@pytest.mark.parametrize(("address", "header"), [("", None), ("http://testserver/x/", "<http://testserver/x/>")])
def test_send_letter_says_how_to_end_letters_like_it(address, header):
    send_letter(letter_id=str(written(unsubscribe=address).pk))

    message = mail.outbox[0].message()
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"] is None) == (header, header is None)


def test_send_letter_forgets_both_forms_once_sent():
    letter = written(html="<p>Hello</p>")

    assert [send_letter(letter_id=str(letter.pk)) for _ in range(2)] == [True, False]

    letter.refresh_from_db()
    assert (letter.body, letter.html, letter.sent_at is None) == ("", "", False)


def test_send_letter_gives_up_after_many_tries_and_keeps_the_words(refusing, caplog):
    letter = written()

    give_up(letter)

    letter.refresh_from_db()
    assert (letter.attempts, letter.given_up_at is None, letter.body, letter.can_go_again) == (MAX_ATTEMPTS, False, "Hello", True)
    assert list(Letter.objects.given_up()) == [letter]
    assert "canary" not in caplog.text


def test_try_again_begins_anew(refusing, monkeypatch):
    letter = written()
    give_up(letter)
    monkeypatch.undo()

    assert [try_again(actor=make_user(coordinates=True), letter_id=letter.pk) for _ in range(2)] == [True, False]
    send_letter(letter_id=str(letter.pk))

    letter.refresh_from_db()
    assert (letter.sent_at is None, letter.attempts, len(mail.outbox)) == (False, 1, 1)


def test_try_again_is_for_who_coordinates_and_for_what_was_given_up(owner):
    letter = written()

    with pytest.raises(Refused):
        try_again(actor=owner, letter_id=letter.pk)
    for letter_id in (letter.pk, uuid.UUID(int=1)):
        assert try_again(actor=make_user(coordinates=True), letter_id=letter_id) is False


def test_sweep_letters_empties_after_a_week_what_was_given_up():
    now, week = timezone.now(), datetime.timedelta(days=7)
    old, recent = (written(html="<p>Hello</p>") for _ in range(2))
    Letter.objects.filter(pk=old.pk).update(given_up_at=now - week - LEASE_OVER)
    Letter.objects.filter(pk=recent.pk).update(given_up_at=now - week + LEASE_OVER)

    sweep_letters()

    old.refresh_from_db()
    recent.refresh_from_db()
    assert [(letter.body, letter.html, letter.can_go_again) for letter in (old, recent)] == [
        ("", "", False),
        ("Hello", "<p>Hello</p>", True),
    ]
    assert try_again(actor=make_user(coordinates=True), letter_id=old.pk) is False


# --- taking back ----------------------------------------------------------------------------------------------------


def test_take_back_letters_takes_what_has_not_left_of_this_place_and_person(refusing):
    person = make_user()
    taken = [written(about="/c/one/", to="ana@example.org"), written(about="/c/one/", to="old@example.org", person=person)]
    given_up = written(about="/c/one/", to="ana@example.org")
    give_up(given_up)
    held = written(about="/c/one/", to="ana@example.org")
    Letter.objects.filter(pk=held.pk).update(lease_until=timezone.now() + LEASE_OVER)
    sent = written(about="/c/one/", to="ana@example.org")
    Letter.objects.filter(pk=sent.pk).update(sent_at=timezone.now())
    kept = {held, sent, written(about="/c/one-more/"), written(), written(about="/c/one/", to="bo@example.org")}

    first = take_back_letters(about=["/c/one/"], to="Ana@example.org", person=person)

    assert (set(Letter.objects.all()), first) == (kept, taken[0].written_at)


def test_take_back_letters_of_a_page_takes_everybodys():
    for to in ("ana@example.org", "bo@example.org"):
        written(about="/journal/shared/1/", to=to)
    kept = written(about="/journal/shared/2/")

    assert take_back_letters(about=["/journal/shared/1/"]) is not None
    assert take_back_letters(about=["/journal/shared/1/"]) is None
    assert Letter.objects.get() == kept


def test_a_letter_taken_back_is_not_sent():
    letter = written(about="/c/one/")
    take_back_letters(about=["/c/one/"])

    assert (send_letter(letter_id=str(letter.pk)), mail.outbox) == (False, [])


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, (True, 0)),
        ({"given_up_at": timezone.now(), "attempts": MAX_ATTEMPTS}, (True, 0)),
        ({"attempts": 1}, (False, 1)),
        ({"sent_at": timezone.now(), "attempts": 1}, (False, 1)),
    ],
)
def test_never_left_takes_back_what_nobody_can_have(fields, outcome):
    letter = written()
    Letter.objects.update(**fields)

    assert (never_left(letter_id=letter.pk), Letter.objects.count()) == outcome


def test_never_left_a_letter_that_was_taken_back():
    assert never_left(letter_id=uuid.uuid4()) is True
