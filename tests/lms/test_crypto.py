"""What is sealed opens in its own place and nowhere else."""

import base64
import os
import sqlite3
import stat
import subprocess
from contextlib import closing
from multiprocessing.pool import ThreadPool
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from courses.actions.aftercare import ask_for_contact, read_note
from courses.actions.journals import edit_entry, keep_entry, read_entry, read_titles
from courses.actions.kept_words import keep_words, open_words
from courses.actions.revisions import read_revision, restore_revision
from courses.models import ContactRequest, JournalEntry, JournalRevision, KeptWords
from lms import crypto
from lms.keys.models import PersonKey
from tests.factories import make_cohort, make_user

BOTH = pytest.mark.django_db(databases=["default", "keys"])


@given(st.binary(max_size=200), st.text(max_size=30))
def test_unseal_gives_back_what_was_sealed(plain, place):
    key = crypto.new_key()

    assert crypto.unseal(crypto.seal(plain, key=key, place=place), key=key, place=place) == plain


@given(st.integers(min_value=0, max_value=60), st.integers(min_value=1, max_value=255))
def test_unseal_refuses_a_changed_byte_wherever_it_is(position, change):
    key = crypto.new_key()
    sealed = bytearray(crypto.seal(b"a canary in the coal mine, singing", key=key, place="here"))
    sealed[position] ^= change

    with pytest.raises(crypto.Unreadable):
        crypto.unseal(bytes(sealed), key=key, place="here")


@BOTH
def test_person_keys_are_those_of_each_person_in_one_query(owner, teammate, outsider, django_assert_num_queries):
    keys = {person.pk: crypto.person_key(person.pk, make=True) for person in (owner, teammate)}

    with django_assert_num_queries(1, connection=connections["keys"]):
        assert crypto.person_keys([owner.pk, teammate.pk, outsider.pk, owner.pk]) == keys


@BOTH
def test_person_keys_leave_out_one_that_does_not_open(owner, teammate):
    mine, _theirs = (crypto.person_key(person.pk, make=True) for person in (owner, teammate))
    PersonKey.objects.filter(person_id=teammate.pk).update(wrapped=PersonKey.objects.get(person_id=owner.pk).wrapped)

    assert crypto.person_keys([owner.pk, teammate.pk]) == {owner.pk: mine}


@pytest.mark.parametrize("place", ["", "there", "here ", "here:1"])
def test_unseal_refuses_another_place(place):
    key = crypto.new_key()
    sealed = crypto.seal(b"words", key=key, place="here")

    with pytest.raises(crypto.Unreadable) as refusal:
        crypto.unseal(sealed, key=key, place=place)

    assert "words" not in str(refusal.value)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 32, b"\x02" * 60])
def test_unseal_refuses_what_was_never_sealed(sealed):
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(sealed, key=crypto.new_key(), place="here")


def test_unseal_reads_what_a_database_gives():
    key = crypto.new_key()
    sealed = crypto.seal(b"words", key=key, place="here")

    assert crypto.unseal(memoryview(sealed), key=key, place="here") == b"words"


def test_seal_never_repeats_itself():
    key = crypto.new_key()

    assert len({crypto.seal(b"w", key=key, place="here")[5:17] for _ in range(100_000)}) == 100_000  # 5.3 (d)


@BOTH
def test_person_key_is_made_once_and_wrapped():
    key = crypto.person_key(1, make=True)

    row = PersonKey.objects.get()
    assert crypto.person_key(1) == crypto.person_key(1, make=True) == key
    assert key not in bytes(row.wrapped)


@BOTH
def test_person_key_of_somebody_without_one_is_unreadable():
    with pytest.raises(crypto.Unreadable):
        crypto.person_key(1)

    assert PersonKey.objects.count() == 0


@BOTH
def test_person_key_moved_to_another_person_does_not_open():
    crypto.person_key(1, make=True)
    PersonKey.objects.create(person_id=2, wrapped=PersonKey.objects.get(person_id=1).wrapped)

    with pytest.raises(crypto.Unreadable):
        crypto.person_key(2)


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_person_key_stays_when_the_words_are_rolled_back():
    with pytest.raises(RuntimeError), transaction.atomic():
        key = crypto.person_key(1, make=True)
        raise RuntimeError

    assert crypto.person_key(1) == key


@BOTH
def test_unwrap_key_opens_for_its_owner_in_its_place_only():
    key, wrapped = crypto.wrap_new_key(1, place="entry:1")
    crypto.person_key(2, make=True)

    assert crypto.unwrap_key(wrapped, 1, place="entry:1") == key
    for person, place in [(2, "entry:1"), (1, "entry:2")]:
        with pytest.raises(crypto.Unreadable):
            crypto.unwrap_key(wrapped, person, place=place)


@BOTH
def test_destroy_person_key_closes_everything_under_it():
    _, wrapped = crypto.wrap_new_key(1, place="entry:1")

    crypto.destroy_person_key(1)

    with pytest.raises(crypto.Unreadable):
        crypto.unwrap_key(wrapped, 1, place="entry:1")
    crypto.person_key(1, make=True)  # a new one is another one
    with pytest.raises(crypto.Unreadable):
        crypto.unwrap_key(wrapped, 1, place="entry:1")


@BOTH
def test_derived_key_differs_by_person_and_purpose_and_is_not_the_persons_key():
    keys = [crypto.derived_key(person, purpose=purpose) for person in (1, 2) for purpose in ("a", "b")]

    assert len({*keys, crypto.person_key(1), crypto.person_key(2)}) == 6
    assert crypto.derived_key(1, purpose="a") == keys[0]
    assert len(crypto.derived_key(1, purpose="a", length=16)) == 16


@pytest.fixture
def keys_file(tmp_path, settings):
    settings.SITE_KEYS_FILE = tmp_path / "keys" / "site.keys"
    return settings.SITE_KEYS_FILE


def test_site_keys_are_made_for_their_owner_only(keys_file):
    (key,) = crypto.site_keys().values()

    assert len(key) == 32
    assert stat.S_IMODE(keys_file.stat().st_mode) == 0o600
    assert list(keys_file.parent.iterdir()) == [keys_file]


def test_site_keys_made_by_several_at_once_are_one(keys_file):
    with ThreadPool(8) as pool:
        pool.map(crypto._make_site_keys, [keys_file] * 8)

    assert len(keys_file.read_text().split()) == 1
    assert list(keys_file.parent.iterdir()) == [keys_file]


def test_make_site_keys_never_replaces_a_key(keys_file):
    crypto._make_site_keys(keys_file)
    before = keys_file.read_text()

    crypto._make_site_keys(keys_file)

    assert keys_file.read_text() == before


def test_site_keys_missing_on_a_server_are_said_and_not_made(keys_file, settings):
    settings.TESTING = False

    with pytest.raises(ImproperlyConfigured, match="make_site_key"):
        crypto.site_keys()

    assert not keys_file.exists()


@pytest.mark.parametrize("text", ["", "short\n", base64.urlsafe_b64encode(b"x" * 31).decode(), "ä" * 44])
def test_site_keys_refuse_a_damaged_file_in_one_sentence(keys_file, text):
    keys_file.parent.mkdir()
    keys_file.write_text(text)

    with pytest.raises(ImproperlyConfigured, match=r"site\.keys"):
        crypto.site_keys()


@BOTH
def test_person_keys_of_an_older_site_key_still_open(keys_file):
    old = crypto.person_key(1, make=True)
    newer = base64.urlsafe_b64encode(crypto.new_key()).decode()
    keys_file.write_text(f"{newer}\n{keys_file.read_text()}")
    crypto._read_site_keys.cache_clear()

    assert crypto.person_key(1) == old
    crypto.person_key(2, make=True)
    newest = next(iter(crypto.site_keys()))
    assert bytes(PersonKey.objects.get(person_id=2).wrapped)[1:5] == newest


# --- changing the site's key


@pytest.fixture
def put_above(keys_file):
    """Puts a new key above the others, as whoever runs the server does; returns its id. What a process remembers stays."""

    def put_above() -> bytes:
        crypto.site_keys()
        line = base64.urlsafe_b64encode(crypto.new_key()).decode()
        keys_file.write_text(f"{line}\n{keys_file.read_text()}")
        return next(iter(crypto.site_key_lines()))

    return put_above


def test_site_key_lines_are_those_of_the_file(keys_file, put_above):
    newest = put_above()
    keys_file.write_text("\n" + keys_file.read_text().replace("\n", "\n\n"))

    assert list(crypto.site_key_lines().values()) == [2, 4]
    assert crypto.site_key_lines()[newest] == 2


@BOTH
def test_a_process_that_began_before_a_key_was_put_in_opens_what_it_wraps(keys_file, put_above):
    key = crypto.person_key(1, make=True)
    newest = put_above()
    newer = base64.urlsafe_b64decode(keys_file.read_text().split()[0])
    assert newest not in crypto.site_keys()  # remembered from before

    PersonKey.objects.update(wrapped=crypto.seal(key, key=newer, place="person:1", key_id=newest))  # by another process

    assert crypto.person_key(1) == key
    assert next(iter(crypto.site_keys())) == newest


@BOTH
def test_rewrap_person_key_keeps_the_key_and_changes_its_wrapping_once(put_above):
    key = crypto.person_key(1, make=True)
    newest = put_above()
    crypto._read_site_keys.cache_clear()

    assert [crypto.rewrap_person_key(1), crypto.rewrap_person_key(1)] == [True, False]
    assert crypto.person_key(1) == key
    assert crypto.person_keys_by_site_key() == {newest: 1}


@BOTH
def test_rewrap_person_key_of_somebody_erased_brings_nothing_back(put_above):
    assert crypto.rewrap_person_key(1) is False
    assert PersonKey.objects.count() == 0


@BOTH
def test_rewrap_person_key_that_does_not_open_changes_nothing(put_above):
    crypto.person_key(1, make=True)
    PersonKey.objects.create(person_id=2, wrapped=PersonKey.objects.get().wrapped)
    put_above()
    crypto._read_site_keys.cache_clear()
    before = PersonKey.objects.values().get(person_id=2)

    with pytest.raises(crypto.Unreadable):
        crypto.rewrap_person_key(2)

    assert PersonKey.objects.values().get(person_id=2) == before


@BOTH
def test_people_with_older_keys_come_in_pages_and_without_those_under_the_newest(put_above):
    for person in (5, 3, 9):
        crypto.person_key(person, make=True)
    put_above()
    crypto._read_site_keys.cache_clear()
    crypto.person_key(4, make=True)

    assert crypto.people_with_older_keys(limit=2) == [3, 5]
    assert crypto.people_with_older_keys(after=5, limit=2) == [9]


# --- a wrong key


@BOTH
def test_check_site_keys_is_content_with_any_key_that_opens_the_last(keys_file, put_above):
    crypto.check_site_keys()  # nobody has a key yet
    crypto.person_key(1, make=True)
    put_above()
    crypto._read_site_keys.cache_clear()

    crypto.check_site_keys()


@BOTH
@pytest.mark.parametrize("others", [0, 1])
def test_check_site_keys_names_another_file_in_one_sentence(keys_file, others):
    crypto.person_key(1, make=True)
    keys_file.unlink()
    crypto._read_site_keys.cache_clear()
    for _ in range(others):
        crypto._make_site_keys(keys_file)

    with pytest.raises(ImproperlyConfigured) as said:
        crypto.check_site_keys()

    assert str(said.value) == f"None of the keys in {keys_file} opens what is kept here: put back the file that this site had before."
    assert said.value.__suppress_context__


def test_check_site_keys_leaves_a_database_that_is_away_to_the_health_page(keys_file, monkeypatch):
    def away(*args):
        raise OperationalError

    monkeypatch.setattr(PersonKey.objects, "order_by", away)

    crypto.check_site_keys()


def test_site_keys_that_cannot_be_read_are_said_in_one_sentence(keys_file):
    keys_file.mkdir(parents=True)

    with pytest.raises(ImproperlyConfigured) as said:
        crypto.site_keys()

    assert str(said.value) == f"The file with the site's keys, {keys_file}, cannot be read: Is a directory."


def test_site_keys_never_say_what_stands_in_the_file(keys_file):
    keys_file.parent.mkdir()
    keys_file.write_bytes(b"\xff\xfeSECRET-HALF-OF-A-KEY\n")

    with pytest.raises(ImproperlyConfigured) as said:
        crypto.site_keys()

    assert str(said.value) == f"{keys_file}, line 1: a site key is 32 bytes in base64."


# --- at rest (5.3)

FOR_REAL = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def dump_of(alias):
    """Everything this database would give to whoever copies it: a dump, and for SQLite the files themselves."""
    facts = connections[alias].settings_dict
    if connections[alias].vendor == "postgresql":
        command = ["pg_dump", "-h", facts["HOST"], "-p", str(facts["PORT"] or 5432), "-U", facts["USER"], facts["NAME"]]
        surroundings = os.environ | {"PGPASSWORD": facts["PASSWORD"] or ""}
        return subprocess.run(command, env=surroundings, check=True, capture_output=True, timeout=60).stdout
    files = [path for path in (Path(f"{facts['NAME']}{end}") for end in ("", "-wal", "-shm")) if path.exists()]
    with closing(sqlite3.connect(facts["NAME"])) as database:
        return "\n".join(database.iterdump()).encode() + b"".join(path.read_bytes() for path in files)


def forms_of(canary):
    """How words may lie about, in lower case: as they are, in hex, in UTF-16, in base64 at each of its three beats."""
    plain = canary.encode()
    beats = [base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)]
    return [form.lower() for form in (plain, plain.hex().encode(), canary.encode("utf-16-le"), canary.encode("utf-16-be"), *beats)]


@FOR_REAL
def test_canaries_are_in_no_dump_log_or_cache(client, caplog):
    """5.3 (a): the whole way of words through the site, then everything anybody could carry away."""
    caplog.set_level("DEBUG")
    person = make_user(display_name="Kontrollvogel-Name")
    client.force_login(person)
    sealed = ["Kanarienvogel-Titel", "Kanarienvogel-Worte", "Kanarienvogel-Anliegen", "Kanarienvogel-Wurzel"]
    sealed += ["Kanarienvogel-Zitat", "Kanarienvogel-Randnotiz"]
    title, words, note, secret, stayed, beside = sealed
    entry = keep_entry(actor=person, client_id=uuid4(), title=title, html=f"<p>{words}</p>")
    edit_entry(actor=person, entry_id=entry.pk, title=f"{title} anew", html=f"<p>{words} anew</p>", version=1)
    restore_revision(actor=person, entry_id=entry.pk, version=1)
    ask_for_contact(actor=person, cohort=make_cohort(members=[person]), note=note, client_id=uuid4())
    keep_words(actor=person, source="", words=stayed, note=beside, client_id=uuid4())
    TOTP.activate(person, secret)
    PersonKey.objects.create(person_id=999, wrapped=b"Kontrollvogel-Bytes")
    shown = b"".join(
        client.get(page).content
        for page in (
            "/journal/",
            f"/journal/{entry.pk}/",
            f"/journal/{entry.pk}/versions/",
            f"/journal/{entry.pk}/versions/1/",
            "/journal/words/",
        )
    )
    crypto.destroy_person_key(person.pk)
    assert client.get(f"/journal/{entry.pk}/").status_code == 500  # a page that goes wrong, too

    stored = {alias: dump_of(alias).lower() for alias in connections}
    stored |= {"cache": repr(getattr(cache, "_cache", {})).encode().lower(), "logs": caplog.text.encode().lower()}

    assert all(canary.encode() in shown for canary in (title, words, stayed, beside))
    assert b"kontrollvogel-name" in stored["default"]  # the search looks where things are
    assert any(form in stored["keys"] for form in forms_of("Kontrollvogel-Bytes"))
    assert [(place, canary) for place, text in stored.items() for canary in sealed if any(form in text for form in forms_of(canary))] == []


@BOTH
def test_the_words_database_alone_opens_nothing(owner):
    """5.3 (e): whoever finds a backup of the words, even with the site's key."""
    entry = keep_entry(actor=owner, client_id=uuid4(), title="A title", html="<p>words</p>")
    edit_entry(actor=owner, entry_id=entry.pk, title="", html="<p>more</p>", version=1)
    ask_for_contact(actor=owner, cohort=make_cohort(members=[owner]), note="Please call", client_id=uuid4())

    kept = keep_words(actor=owner, source="", words="words", note="", client_id=uuid4())

    PersonKey.objects.all().delete()

    entry.refresh_from_db()
    for look in (
        lambda: read_entry(actor=owner, entry=entry),
        lambda: read_revision(actor=owner, entry=entry, revision=JournalRevision.objects.get()),
        lambda: read_note(actor=owner, contact_request=ContactRequest.objects.get()),
    ):
        with pytest.raises(crypto.Unreadable):
            look()
    assert [line.readable for line in read_titles(actor=owner, entries=[entry])] == [False]
    assert [one.readable for one in open_words(actor=owner, kept=[kept])] == [False]


@BOTH
def test_an_older_backup_of_the_words_brings_nothing_of_an_erased_person_back(owner, teammate):
    """5.3 (f): the words return, the key does not; not even when the person begins anew. Everybody else's open."""
    for person in (owner, teammate):
        entry = keep_entry(actor=person, client_id=uuid4(), title="A title", html="<p>words</p>")
        edit_entry(actor=person, entry_id=entry.pk, title="", html="<p>more</p>", version=1)
        keep_words(actor=person, source="", words="words", note="", client_id=uuid4())
    backup = {model: list(model.objects.all()) for model in (JournalEntry, JournalRevision, KeptWords)}
    crypto.destroy_person_key(owner.pk)
    JournalEntry.objects.all().delete()
    KeptWords.objects.all().delete()

    for model, rows in backup.items():
        model.objects.bulk_create(rows)
    keep_entry(actor=owner, client_id=uuid4(), title="", html="<p>anew</p>")

    for revision in JournalRevision.objects.all():
        entry = revision.entry
        if entry.author == teammate:
            assert read_entry(actor=teammate, entry=entry).html == "<p>more</p>"
            assert read_revision(actor=teammate, entry=entry, revision=revision).html == "<p>words</p>"
            continue
        with pytest.raises(crypto.Unreadable):
            read_entry(actor=owner, entry=entry)
        with pytest.raises(crypto.Unreadable):
            read_revision(actor=owner, entry=entry, revision=revision)
    assert JournalRevision.objects.count() == 2
    assert {one.author: open_words(actor=one.author, kept=[one])[0].words for one in KeptWords.objects.all()} == {
        owner: "",
        teammate: "words",
    }
