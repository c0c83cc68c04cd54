"""A new key for the site: everything readable before, meanwhile and afterwards, and the old key needed by nothing."""

import base64
import threading
import time
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.core.management import CommandError, call_command
from django.db import connections

from courses.actions.journals import keep_entry, read_entry
from courses.models import JournalEntry
from lms import crypto
from lms.keys.models import PersonKey
from lms.management.commands import rotate_keys
from tests.factories import make_user

BOTH = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def keys_file(tmp_path, settings):
    settings.SITE_KEYS_FILE = tmp_path / "site.keys"
    crypto._make_site_keys(settings.SITE_KEYS_FILE)
    return settings.SITE_KEYS_FILE


def put_above(keys_file):
    """Puts a new key above the others and begins as a new process does: with the file as it is now."""
    line = base64.urlsafe_b64encode(crypto.new_key()).decode()
    keys_file.write_text(f"{line}\n{keys_file.read_text()}")
    crypto._read_site_keys.cache_clear()


def take_out(keys_file, line):
    keys_file.write_text("\n".join(text for number, text in enumerate(keys_file.read_text().split(), 1) if number != line))
    crypto._read_site_keys.cache_clear()


def rotated(capsys, *options):
    call_command("rotate_keys", *options)
    return capsys.readouterr().out.splitlines()


def ids(keys_file):
    return [key_id.hex() for key_id in crypto.site_key_lines()]


@BOTH
def test_rotate_keys_brings_everything_under_the_first_line_and_says_what_may_go(keys_file, capsys, monkeypatch):
    monkeypatch.setattr(rotate_keys, "BATCH", 2)
    keys = {person: crypto.person_key(person, make=True) for person in (1, 2, 3)}
    put_above(keys_file)

    said = rotated(capsys)

    new, old = ids(keys_file)
    assert said == [
        "2 of 3 people's keys are wrapped anew.",
        "3 of 3 people's keys are wrapped anew.",
        f"Line 1 ({new}): 3 people's keys, 0 secrets of second steps.",
        f"Line 2 ({old}): 0 people's keys, 0 secrets of second steps.",
        f"Nothing needs these lines of {keys_file} any more: 2. Take them out when the last backup of keys from before today has expired.",
    ]
    take_out(keys_file, 2)
    assert {person: crypto.person_key(person) for person in keys} == keys


@BOTH
def test_rotate_keys_seals_secrets_of_second_steps_anew(owner, keys_file, capsys):
    TOTP.activate(owner, "SECRETOFANAPP")
    codes = RecoveryCodes.activate(owner).generate_codes()
    elsewhere = make_user()
    theirs = RecoveryCodes.activate(elsewhere).instance
    theirs.data["migrated_codes"] = [theirs.data["seed"]]
    theirs.save()
    passkey = Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}})
    put_above(keys_file)

    said = rotated(capsys)

    new, old = ids(keys_file)
    assert said[-3:-1] == [
        f"Line 1 ({new}): 0 people's keys, 4 secrets of second steps.",
        f"Line 2 ({old}): 0 people's keys, 0 secrets of second steps.",
    ]
    take_out(keys_file, 2)
    assert decrypt(Authenticator.objects.get(user=owner, type="totp").data["secret"]) == "SECRETOFANAPP"
    again = Authenticator.objects.get(user=owner, type="recovery_codes")
    assert RecoveryCodes(again).generate_codes() == codes
    assert again.data["used_mask"] == 0
    assert len(RecoveryCodes(Authenticator.objects.get(user=elsewhere)).generate_codes()) == 1
    passkey.refresh_from_db()
    assert passkey.data == {"name": "Key", "credential": {}}


@BOTH
def test_rotate_keys_touches_no_entry(owner, keys_file):
    keep_entry(actor=owner, client_id=uuid4(), title="A title", html="<p>words</p>")
    before = JournalEntry.objects.values().get()
    put_above(keys_file)

    call_command("rotate_keys", verbosity=0)

    assert JournalEntry.objects.values().get() == before
    assert read_entry(actor=owner, entry=JournalEntry.objects.get()).html == "<p>words</p>"


@BOTH
def test_rotate_keys_goes_on_where_it_was_stopped(keys_file, capsys, monkeypatch):
    keys = {person: crypto.person_key(person, make=True) for person in range(1, 6)}
    put_above(keys_file)
    real, calls = crypto.rewrap_person_key, []

    def stopped_at_the_third(person_id):
        calls.append(person_id)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(person_id)

    monkeypatch.setattr(crypto, "rewrap_person_key", stopped_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        call_command("rotate_keys", verbosity=0)
    assert {person: crypto.person_key(person) for person in keys} == keys

    said = rotated(capsys)

    assert (calls, said[0]) == ([1, 2, 3, 3, 4, 5], "3 of 3 people's keys are wrapped anew.")
    assert {person: crypto.person_key(person) for person in keys} == keys


@BOTH
def test_rotate_keys_check_only_counts(keys_file, capsys):
    crypto.person_key(1, make=True)
    put_above(keys_file)
    before = list(PersonKey.objects.values())

    said = rotated(capsys, "--check")

    new, old = ids(keys_file)
    assert said == [
        f"Line 1 ({new}): 0 people's keys, 0 secrets of second steps.",
        f"Line 2 ({old}): 1 people's keys, 0 secrets of second steps.",
        "Every line is needed. Run rotate_keys to bring everything under the first.",
    ]
    assert list(PersonKey.objects.values()) == before


@BOTH
def test_rotate_keys_with_one_line_has_nothing_to_do(keys_file, capsys):
    crypto.person_key(1, make=True)

    assert rotated(capsys)[-1] == "Everything stands under the first line, and there is no other."


@BOTH
def test_rotate_keys_leaves_what_a_missing_line_wrapped_and_says_so(keys_file, capsys):
    crypto.person_key(1, make=True)
    put_above(keys_file)
    crypto.person_key(2, make=True)
    old = ids(keys_file)[1]
    before = PersonKey.objects.values().get(person_id=1)
    whole = keys_file.read_text()
    take_out(keys_file, 2)

    with pytest.raises(CommandError, match="put it back at its end"):
        call_command("rotate_keys")

    assert f"Not in the file ({old}): 1 people's keys, 0 secrets of second steps." in capsys.readouterr().out.splitlines()
    assert PersonKey.objects.values().get(person_id=1) == before
    keys_file.write_text(whole)
    crypto._read_site_keys.cache_clear()
    call_command("rotate_keys", verbosity=0)
    assert crypto.person_keys_by_site_key() == {crypto.newest_key_id(): 2}


@BOTH
def test_rotate_keys_with_another_file_stops_in_one_sentence(keys_file):
    crypto.person_key(1, make=True)
    keys_file.unlink()
    crypto._read_site_keys.cache_clear()

    with pytest.raises(CommandError, match="put back the file that this site had before"):
        call_command("rotate_keys")


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_rotate_keys_while_somebody_writes_leaves_everything_readable(keys_file, monkeypatch):
    """5.3 (c): by people who had a key, and by people who get theirs just then. After each key the rotation waits for another entry."""
    people = [make_user() for _ in range(12)]
    for person in people[:8]:
        crypto.person_key(person.pk, make=True)
    put_above(keys_file)
    written, troubles, meanwhile, enough = [], [], [], threading.Event()

    def write():
        try:
            while not enough.is_set():
                person = people[len(written) % len(people)]
                words = f"<p>words {len(written)}</p>"
                written.append((person, keep_entry(actor=person, client_id=uuid4(), title="", html=words).pk, words))
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connections.close_all()

    def rewrap_and_let_write(person_id, rewrap=crypto.rewrap_person_key):
        done, before = rewrap(person_id), len(written)
        wait_for(lambda: len(written) > before or troubles)
        meanwhile.append(person_id)
        return done

    monkeypatch.setattr(crypto, "rewrap_person_key", rewrap_and_let_write)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_for(lambda: written or troubles)
        call_command("rotate_keys", verbosity=0)
        after = len(written)
        wait_for(lambda: len(written) > after or troubles)
    finally:
        enough.set()
        writer.join(60)

    assert (troubles, meanwhile) == ([], [person.pk for person in people[:8]])
    take_out(keys_file, 2)
    assert set(crypto.person_keys_by_site_key()) == {crypto.newest_key_id()}
    for person, pk, words in written:
        assert read_entry(actor=person, entry=JournalEntry.objects.get(pk=pk)).html == words


def wait_for(happened):
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)
