"""Backup and restore where words are in SQLite; tests/faults does the same on a server, with everything running."""

import datetime
import json
import shutil
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from courses.actions.journals import read_entry
from courses.models import JournalEntry
from live.models import Room
from lms import crypto
from lms.keys.models import PersonKey
from lms.management import backups
from lms.run import lock
from lms.users.models import User
from tests.courses.factories import make_entry
from tests.live.factories import make_room

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL tests/faults/test_stack.py does this"),
]


@pytest.fixture
def places(tmp_path, settings) -> tuple[Path, Path]:
    """Where backups of words and of keys go."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "words", tmp_path / "keys"


def back_up(places: tuple[Path, Path]) -> tuple[Path, Path]:
    call_command("back_up", words=places[0], keys=places[1], verbosity=0, stdout=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    return tuple(max(place.iterdir()) for place in places)  # type: ignore[return-value]


def reads(entry: JournalEntry) -> bool:
    try:
        return bool(read_entry(actor=entry.author, entry=entry))
    except crypto.Unreadable:
        return False


def age(folder: Path, **span: float) -> None:
    """As if it had been made so long ago."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["made_at"] = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(**span)).strftime(backups.FORM)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_restore_brings_back_words_and_files_but_not_whoever_was_erased(places, owner, teammate, client, capsys):
    kept, erased = make_entry(teammate), make_entry(owner)
    room = make_room(members=[owner])
    name = default_storage.save("forum/ab/picture", ContentFile(b"a picture"))
    client.force_login(owner)
    words, _ = back_up(places)

    crypto.destroy_person_key(owner.pk)
    User.objects.filter(pk=owner.pk).update(display_name="Later")
    default_storage.delete(name)
    make_entry(teammate)
    call_command("restore", words, yes=True)

    assert User.objects.get(pk=owner.pk).display_name == "Owner"
    assert [(entry.pk, reads(entry)) for entry in JournalEntry.objects.order_by("pk")] == [
        (entry.pk, readable) for entry, readable in sorted([(kept, True), (erased, False)], key=lambda pair: pair[0].pk)
    ]
    assert default_storage.open(name).read() == b"a picture"
    assert (Room.objects.get(pk=room.pk).epoch > 1_700_000_000, Session.objects.count()) == (True, 0)
    assert "Restored. Start the site." in capsys.readouterr().out


def test_restore_brings_back_keys_only_where_there_are_none(places, owner):
    entry = make_entry(owner)
    words, keys = back_up(places)

    with pytest.raises(CommandError, match="There are keys here, and they stay"):
        call_command("restore", words, keys=keys, yes=True)
    PersonKey.objects.all().delete()
    call_command("restore", words, keys=keys, yes=True)

    assert reads(entry) is True


def test_restore_refuses_keys_that_are_older_than_seven_days(places, owner):
    make_entry(owner)
    words, keys = back_up(places)
    PersonKey.objects.all().delete()
    age(keys, days=7, minutes=1)

    with pytest.raises(CommandError, match="older than seven days"):
        call_command("restore", words, keys=keys, yes=True)

    assert PersonKey.objects.count() == 0


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda words: (words / "manifest.json").write_text("{}"), "is no backup"),
        (lambda words: (words / "manifest.json").unlink(), "is no backup"),
        (lambda words: (words / "database.sqlite3").write_bytes(b"half"), "is damaged"),
    ],
)
def test_restore_touches_nothing_if_the_backup_is_not_whole(places, owner, break_it, sentence):
    words, _ = back_up(places)
    break_it(words)
    User.objects.filter(pk=owner.pk).update(display_name="Later")

    with pytest.raises(CommandError, match=sentence):
        call_command("restore", words, yes=True)

    assert User.objects.get(pk=owner.pk).display_name == "Later"


def test_restore_wants_to_hear_yes_and_a_backup_of_words(places, owner):
    words, keys = back_up(places)

    with pytest.raises(CommandError, match="Say --yes"):
        call_command("restore", words)
    with pytest.raises(CommandError, match="is a backup of keys, not of words"):
        call_command("restore", keys, yes=True)


def test_restore_says_which_tables_and_files_did_not_come_back(places, owner):
    default_storage.save("forum/ab/picture", ContentFile(b"a picture"))
    words, _ = back_up(places)
    (words / "files" / "forum" / "ab" / "picture").write_bytes(b"another")
    shutil.rmtree(default_storage.location)

    with pytest.raises(CommandError, match="1 of 1 files are not in the backup as they were, such as forum/ab/picture"):
        call_command("restore", words, yes=True)

    manifest = backups.read(words)
    manifest.rows["users_user"] += 1
    backups.write(words, manifest)
    with pytest.raises(CommandError, match="these tables differ from the backup: users_user"):
        call_command("restore", words, yes=True)


def test_restore_does_not_begin_while_the_site_runs(places, settings, tmp_path):
    words, _ = back_up(places)
    settings.EMBEDDED, settings.VAR_DIR = True, tmp_path
    held = lock.hold(tmp_path / "run.lock")

    with pytest.raises(CommandError, match="The site is running"):
        call_command("restore", words, yes=True)
    held.release()


def test_back_up_deletes_keys_before_they_are_seven_days_old_and_no_words(places):
    words, keys = back_up(places)
    age(words, days=400)
    age(keys, days=6, hours=1)
    (keys.parent / "something-else").mkdir()

    keys.rename(keys.with_name("old"))
    words.rename(words.with_name("old"))
    back_up(places)

    assert [path.name for path in places[0].glob("old")] == ["old"]
    assert (len(list(places[1].iterdir())), list(places[1].glob("old"))) == (2, [])


def test_back_up_leaves_nothing_half_behind(places, monkeypatch):
    def full(target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lms.management.backups.files.copy_out", full)

    with pytest.raises(CommandError, match="nothing half is left: No space left on device"):
        back_up(places)

    assert list(places[0].iterdir()) == []
