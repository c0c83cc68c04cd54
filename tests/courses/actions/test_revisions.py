"""Earlier versions: kept in time, for their author alone, and going back loses nothing."""

import datetime
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.utils import timezone

from courses.actions.journals import EntryWords, delete_entry, edit_entry, keep_entry, read_entry
from courses.actions.revisions import RevisionLine, keep_revision, read_revision, read_revisions, restore_revision
from courses.models import JournalEntry, JournalRevision
from lms import crypto
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

FIRST = EntryWords("The room with two windows", "<p>I held back that I was <em>frightened</em>.</p>")


@pytest.fixture
def entry(owner):
    return keep_entry(actor=owner, client_id=uuid4(), title=FIRST.title, html=FIRST.html)


def write(entry, html, title=""):
    entry.refresh_from_db()
    return edit_entry(actor=entry.author, entry_id=entry.pk, title=title, html=html, version=entry.version)


def pass_minutes(minutes):
    """As if everything kept so far had been kept so long ago."""
    for row in JournalRevision.objects.all():
        row.kept_at -= datetime.timedelta(minutes=minutes)
        row.save()


def kept(entry):
    """{version: words} of everything kept of it."""
    return {row.version: read_revision(actor=entry.author, entry=entry, revision=row).html for row in entry.revisions.all()}


# --- when a version is kept


def test_edit_entry_keeps_the_words_from_before_the_first_change(entry):
    write(entry, "<p>two</p>")

    (row,) = JournalRevision.objects.all()
    assert (row.version, read_revision(actor=entry.author, entry=entry, revision=row)) == (1, FIRST)


def test_edit_entry_keeps_at_most_one_version_in_ten_minutes(entry):
    for number in range(2, 6):
        write(entry, f"<p>{number}</p>")
        pass_minutes(3)
    assert kept(entry) == {1: FIRST.html}  # nine minutes had passed when the last was written

    write(entry, "<p>6</p>")  # and now twelve

    assert kept(entry) == {1: FIRST.html, 5: "<p>5</p>"}


@pytest.mark.parametrize(("minutes", "versions"), [(9.9, [1]), (10.1, [2, 1])])
def test_edit_entry_keeps_again_when_the_last_version_is_older_than_ten_minutes(entry, minutes, versions):
    write(entry, "<p>two</p>")
    pass_minutes(minutes)

    write(entry, "<p>three</p>")

    assert [row.version for row in entry.revisions.all()] == versions


def test_edit_entry_with_the_same_words_keeps_nothing(entry):
    write(entry, FIRST.html, title=FIRST.title)

    assert JournalRevision.objects.count() == 0


def test_edit_entry_of_one_entry_does_not_count_for_another(owner, entry):
    other = keep_entry(actor=owner, client_id=uuid4(), title="", html="<p>other</p>")
    write(entry, "<p>two</p>")

    write(other, "<p>other two</p>")

    assert kept(other) == {1: "<p>other</p>"}


def test_keep_revision_keeps_what_stands_however_recent_the_last_is(entry):
    now = write(entry, "<p>two</p>")

    row = keep_revision(actor=entry.author, entry=now)

    assert kept(entry) == {1: FIRST.html, 2: "<p>two</p>"}
    assert row.version == 2


def test_keep_revision_twice_is_one(entry):
    assert keep_revision(actor=entry.author, entry=entry) == keep_revision(actor=entry.author, entry=entry)


# --- going back


def test_restore_revision_makes_a_new_version_of_the_old_words(entry):
    write(entry, "<p>two</p>")

    restored = restore_revision(actor=entry.author, entry_id=entry.pk, version=1)

    assert read_entry(actor=entry.author, entry=JournalEntry.objects.get()) == FIRST
    assert restored.version == 3


def test_restore_revision_keeps_what_stood_first_however_recent(entry):
    write(entry, "<p>two</p>")

    restore_revision(actor=entry.author, entry_id=entry.pk, version=1)

    assert kept(entry) == {1: FIRST.html, 2: "<p>two</p>"}


def test_restore_revision_there_and_back_again_loses_nothing(entry):
    write(entry, "<p>two</p>")
    for version in (1, 2, 1):
        restore_revision(actor=entry.author, entry_id=entry.pk, version=version)

    assert kept(entry) == {1: FIRST.html, 2: "<p>two</p>", 3: FIRST.html, 4: "<p>two</p>"}
    assert read_entry(actor=entry.author, entry=JournalEntry.objects.get()) == FIRST


def test_restore_revision_of_the_words_that_stand_changes_nothing(entry):
    write(entry, "<p>two</p>")
    restore_revision(actor=entry.author, entry_id=entry.pk, version=1)
    before = JournalEntry.objects.values().get()

    restore_revision(actor=entry.author, entry_id=entry.pk, version=1)

    assert JournalEntry.objects.values().get() == before
    assert kept(entry) == {1: FIRST.html, 2: "<p>two</p>"}


def test_restore_revision_cleans_the_words_again(entry, monkeypatch):
    write(entry, "<p>two</p>")
    monkeypatch.setattr("lms.richtext.from_editor", lambda html, use: html.replace("<em>", "").replace("</em>", ""))

    restore_revision(actor=entry.author, entry_id=entry.pk, version=1)

    assert read_entry(actor=entry.author, entry=JournalEntry.objects.get()).html == "<p>I held back that I was frightened.</p>"


def test_restore_revision_that_is_not_there_changes_nothing(entry):
    write(entry, "<p>two</p>")

    with pytest.raises(JournalRevision.DoesNotExist):
        restore_revision(actor=entry.author, entry_id=entry.pk, version=2)

    assert JournalEntry.objects.get().version == 2


# --- nobody else


@pytest.mark.parametrize("who", [*Part, "coordinates", "outsider"])
def test_nobody_else_keeps_reads_or_restores_a_version_whatever_their_part(owner, entry, who):
    write(entry, "<p>two</p>")
    row = JournalRevision.objects.get()
    cohort = make_cohort(members=[owner])
    other = make_user(coordinates=who == "coordinates")
    if who in list(Part):
        make_membership(cohort=cohort, person=other, part=who)

    assert list(JournalRevision.objects.visible_to(other)) == []
    assert list(JournalRevision.objects.visible_to(owner)) == [row]
    for act in (
        lambda: keep_revision(actor=other, entry=entry),
        lambda: read_revision(actor=other, entry=entry, revision=row),
        lambda: read_revisions(actor=other, entry=entry, revisions=[row]),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(JournalEntry.DoesNotExist):
        restore_revision(actor=other, entry_id=entry.pk, version=1)
    assert JournalRevision.objects.count() == 1


# --- at rest


def test_a_version_moved_to_another_version_entry_or_person_does_not_open(owner, teammate, entry):
    """5.3 (b)"""
    now = write(entry, "<p>two</p>")
    row = JournalRevision.objects.get()
    others = [keep_entry(actor=person, client_id=uuid4(), title="", html="<p>other</p>") for person in (owner, teammate)]

    moved = JournalRevision(entry=now, version=2, title_sealed=row.title_sealed, body_sealed=row.body_sealed)
    with pytest.raises(crypto.Unreadable):
        read_revision(actor=owner, entry=now, revision=moved)
    for other in others:
        with pytest.raises(crypto.Unreadable):
            read_revision(actor=other.author, entry=other, revision=row)
    swapped = JournalRevision(entry=now, version=1, title_sealed=row.body_sealed, body_sealed=row.title_sealed)
    with pytest.raises(crypto.Unreadable):
        read_revision(actor=owner, entry=now, revision=swapped)


def test_versions_are_unreadable_with_their_authors_key_and_gone_with_their_entry(owner, entry):
    write(entry, "<p>two</p>")
    row = JournalRevision.objects.get()

    crypto.destroy_person_key(owner.pk)

    with pytest.raises(crypto.Unreadable):
        read_revision(actor=owner, entry=entry, revision=row)
    assert read_revisions(actor=owner, entry=entry, revisions=[row]) == [RevisionLine(row, readable=False)]
    delete_entry(actor=owner, entry_id=entry.pk)
    assert JournalRevision.objects.count() == 0


# --- lists


def test_read_revisions_shows_first_words_and_goes_on_past_a_damaged_version(owner, entry):
    write(entry, "<p>two</p>")
    now = write(entry, "<p>three</p>", title="Three")
    good, bad = keep_revision(actor=owner, entry=now), JournalRevision.objects.get(version=1)
    bad.body_sealed = b"\x01" + b"x" * 60

    assert read_revisions(actor=owner, entry=entry, revisions=[good, bad]) == [
        RevisionLine(good, "Three", "three"),
        RevisionLine(bad, readable=False),
    ]


@pytest.mark.parametrize("count", [1, 20])
def test_read_revisions_asks_for_one_key_however_many_versions(owner, entry, django_assert_num_queries, count):
    rows = []
    for number in range(count):
        rows.append(keep_revision(actor=owner, entry=write(entry, f"<p>{number}</p>")))

    with django_assert_num_queries(0, connection=connection), django_assert_num_queries(1, connection=connections["keys"]):
        read_revisions(actor=owner, entry=entry, revisions=rows)
    assert all(row.kept_at <= timezone.now() for row in rows)
