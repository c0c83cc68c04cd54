"""What comes after PostgreSQL went back to a moment; tests/faults/test_recovery.py goes back."""

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from live.models import Room
from lms.management.backups import databases
from lms.management.commands import after_recovery
from tests.live.factories import make_room

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


@pytest.fixture
def room(client, owner) -> Room:
    """One with words of then, and somebody who was signed in."""
    client.force_login(owner)
    return make_room(members=[owner])


def test_after_recovery_gives_rooms_new_numbers_and_ends_sign_ins(room, monkeypatch, capsys):
    monkeypatch.setattr(databases, "others_in", lambda _alias: 0)

    call_command("after_recovery")

    assert (Room.objects.get(pk=room.pk).epoch > 1_700_000_000, Session.objects.count()) == (True, 0)
    assert "Start the site." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("reads", "others", "sentence"),
    [(True, 0, "still reading its log"), (False, 3, "3 connections to the database 'default' are open")],
)
def test_after_recovery_waits_for_the_log_and_for_everybody_to_go(room, reads, others, sentence, monkeypatch):
    monkeypatch.setattr(after_recovery, "still_reading", lambda: reads)
    monkeypatch.setattr(databases, "others_in", lambda _alias: others)

    with pytest.raises(CommandError, match=sentence):
        call_command("after_recovery")

    assert (Room.objects.get(pk=room.pk).epoch, Session.objects.count()) == (room.epoch, 1)


def test_a_database_that_takes_words_is_not_still_reading(room):
    assert after_recovery.still_reading() is False
