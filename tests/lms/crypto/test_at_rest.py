"""What lies in databases, logs and caches (5.3)."""

import base64
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.db import connections

from courses.actions.aftercare import ask_for_contact, read_note
from courses.actions.journals import edit_entry, keep_entry, read_entry, read_titles
from courses.actions.kept_words import keep_words, open_words
from courses.actions.revisions import read_revision, restore_revision
from courses.models import ContactRequest, JournalEntry, JournalRevision, KeptWords
from lms import crypto
from lms.keys.models import PersonKey
from tests.factories import make_cohort, make_user

BOTH = pytest.mark.django_db(databases=["default", "keys"])
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
