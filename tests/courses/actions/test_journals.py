"""The journal: for its author, in its place, once."""

import base64
from threading import Barrier
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, connections

from courses.actions.journals import Conflict, EntryLine, EntryWords, delete_entry, edit_entry, keep_entry, read_entry, read_titles
from courses.models import Activity, JournalEntry, Progress
from lms import crypto
from lms.keys.models import PersonKey
from lms.permissions import Part, Refused
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
both_for_real = pytest.mark.django_db(databases=["default", "keys"], transaction=True)

WORDS = EntryWords("The room with two windows", "<p>I held back that I was <em>frightened</em>.</p>")


def kept(author, **overrides):
    return keep_entry(actor=author, **{"client_id": uuid4(), "title": WORDS.title, "html": WORDS.html, **overrides})


def prompt():
    cohort = make_cohort()
    block = make_block(cohort=cohort)
    return cohort, make_activity(module=block.module, type=Activity.Type.JOURNAL, prompt="What did you hold back?")


# --- keeping


def test_keep_entry_opens_for_its_author_again(owner):
    entry = kept(owner)

    found = JournalEntry.objects.visible_to(owner).get(pk=entry.pk)
    assert read_entry(actor=owner, entry=found) == WORDS
    assert (found.version, found.cleaned_with) == (1, "bleach6.4+nh3.0.3/1")


def test_keep_entry_twice_is_one_entry(owner):
    client_id = uuid4()

    assert kept(owner, client_id=client_id) == kept(owner, client_id=client_id)
    assert JournalEntry.objects.count() == 1
    assert JournalEntry.objects.get().version == 1


def test_keep_entry_of_two_people_with_one_client_id_is_two_entries(owner, teammate):
    client_id = uuid4()

    assert kept(owner, client_id=client_id) != kept(teammate, client_id=client_id)


def test_keep_entry_written_on_while_the_answer_was_lost_keeps_the_newer_words(owner):
    client_id = uuid4()
    kept(owner, client_id=client_id)

    entry = kept(owner, client_id=client_id, html="<p>and more</p>")

    assert read_entry(actor=owner, entry=entry).html == "<p>and more</p>"
    assert JournalEntry.objects.get().version == 2


def test_keep_entry_sent_again_after_a_change_overwrites_nothing(owner):
    client_id = uuid4()
    entry = kept(owner, client_id=client_id)
    edit_entry(actor=owner, entry_id=entry.pk, title="", html="<p>newer</p>", version=1)

    with pytest.raises(Conflict):
        kept(owner, client_id=client_id)

    assert read_entry(actor=owner, entry=JournalEntry.objects.get()).html == "<p>newer</p>"


@both_for_real
def test_keep_entry_fifty_times_at_once_is_one_entry(owner, at_once):
    client_id = uuid4()

    answers = at_once(50, lambda: kept(owner, client_id=client_id).pk)

    assert answers == [JournalEntry.objects.get().pk] * 50
    assert PersonKey.objects.count() == 1


@both_for_real
def test_edit_entry_from_two_places_at_once_lets_one_through(owner, at_once):
    entry = kept(owner)
    texts = iter([f"<p>version {number}</p>" for number in range(6)])
    lock = Barrier(6)

    def edit():
        html = next(texts)
        lock.wait(10)
        try:
            edit_entry(actor=owner, entry_id=entry.pk, title="", html=html, version=1)
        except Conflict:
            return None
        return html

    (through,) = [html for html in at_once(6, edit) if html]

    assert read_entry(actor=owner, entry=JournalEntry.objects.get()) == EntryWords("", through)
    assert JournalEntry.objects.get().version == 2


@pytest.fixture
def at_once(db):
    from concurrent.futures import ThreadPoolExecutor

    def at_once(times, act):
        def run(_):
            try:
                return act()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(min(times, 10)) as pool:
            return list(pool.map(run, range(times)))

    return at_once


# --- an entry that answers a prompt


@pytest.mark.parametrize(("part", "done"), [(Part.TRAINEE, 1), (Part.TRAINER, 1), (Part.ALUMNUS, 0), (None, 0)])
def test_keep_entry_shown_as_kept_marks_its_activity_done_for_who_works_through_the_course(owner, part, done):
    cohort, activity = prompt()
    if part:
        make_membership(cohort=cohort, person=owner, part=part)

    entry = kept(owner, cohort=cohort, activity=activity, shown_kept=True)

    assert (entry.cohort, entry.activity, entry.shown_kept) == (cohort, activity, bool(done))
    assert Progress.objects.filter(person=owner, activity=activity, how=Progress.How.ENTRY).exclude(done_at=None).count() == done


@pytest.mark.parametrize(("for_it", "ticked"), [(True, False), (False, True)])
def test_keep_entry_without_tick_or_activity_tells_the_course_nothing(owner, for_it, ticked):
    cohort, activity = prompt()
    make_membership(cohort=cohort, person=owner)

    kept(owner, cohort=cohort, activity=activity if for_it else None, shown_kept=ticked)

    assert Progress.objects.count() == 0


def test_edit_entry_carries_the_tick_with_words_and_without(owner):
    cohort, activity = prompt()
    make_membership(cohort=cohort, person=owner)
    entry = kept(owner, cohort=cohort, activity=activity)
    states = []
    for version, html, ticked in [(1, "<p>a</p>", True), (2, "<p>b</p>", None), (3, "<p>b</p>", False), (3, "<p>b</p>", True)]:
        edited = edit_entry(actor=owner, entry_id=entry.pk, title="", html=html, version=version, shown_kept=ticked)
        states.append((edited.version, edited.shown_kept, Progress.objects.get().done_at is not None))

    assert states == [(2, True, True), (3, True, True), (3, False, False), (3, True, True)]


def test_edit_entry_in_conflict_leaves_the_tick(owner):
    cohort, activity = prompt()
    make_membership(cohort=cohort, person=owner)
    entry = kept(owner, cohort=cohort, activity=activity)
    edit_entry(actor=owner, entry_id=entry.pk, title="", html="<p>a</p>", version=1)

    with pytest.raises(Conflict):
        edit_entry(actor=owner, entry_id=entry.pk, title="", html="<p>b</p>", version=1, shown_kept=True)

    assert (JournalEntry.objects.get().shown_kept, Progress.objects.count()) == (False, 0)


# --- changing


def test_edit_entry_replaces_the_words_and_counts(owner):
    entry = kept(owner)

    edited = edit_entry(actor=owner, entry_id=entry.pk, title="New", html="<p>new</p>", version=1)

    assert read_entry(actor=owner, entry=JournalEntry.objects.get()) == EntryWords("New", "<p>new</p>")
    assert (edited.version, JournalEntry.objects.get().version) == (2, 2)


def test_edit_entry_from_an_older_version_is_a_conflict_and_keeps_what_stands(owner):
    entry = kept(owner)
    edit_entry(actor=owner, entry_id=entry.pk, title="", html="<p>there</p>", version=1)

    with pytest.raises(Conflict) as conflict:
        edit_entry(actor=owner, entry_id=entry.pk, title="", html="<p>here</p>", version=1)

    assert conflict.value.entry.version == 2
    assert read_entry(actor=owner, entry=JournalEntry.objects.get()).html == "<p>there</p>"


@pytest.mark.parametrize("version", [1, 2, 7])
def test_edit_entry_with_the_same_words_changes_nothing_whatever_the_version(owner, version):
    entry = kept(owner)
    before = JournalEntry.objects.values().get()

    edit_entry(actor=owner, entry_id=entry.pk, title=WORDS.title, html=WORDS.html, version=version)

    assert JournalEntry.objects.values().get() == before


def test_delete_entry_deletes(owner):
    entry = kept(owner)

    delete_entry(actor=owner, entry_id=entry.pk)

    assert JournalEntry.objects.count() == 0


# --- nobody else


PEOPLE = [*Part, "coordinates", "outsider"]


def somebody(who, cohort):
    person = make_user(coordinates=who == "coordinates")
    if who in list(Part):
        make_membership(cohort=cohort, person=person, part=who)
    return person


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_else_reads_changes_or_deletes_an_entry_whatever_their_part(owner, who):
    cohort, activity = prompt()
    make_membership(cohort=cohort, person=owner)
    entry = kept(owner, cohort=cohort, activity=activity)
    other = somebody(who, cohort)
    kept(other)  # with a key of their own
    before = JournalEntry.objects.values().get(pk=entry.pk)

    assert not JournalEntry.objects.visible_to(other).filter(pk=entry.pk).exists()
    for act in (lambda: read_entry(actor=other, entry=entry), lambda: read_titles(actor=other, entries=[entry])):
        with pytest.raises(Refused):
            act()
    for act in (
        lambda: edit_entry(actor=other, entry_id=entry.pk, title="", html="<p>x</p>", version=1),
        lambda: delete_entry(actor=other, entry_id=entry.pk),
    ):
        with pytest.raises(JournalEntry.DoesNotExist):
            act()

    assert JournalEntry.objects.values().get(pk=entry.pk) == before


# --- at rest (S27)


def everything_stored():
    """All tables of both databases as text, sealed bytes as they are, and the cache."""
    parts = []
    for model in apps.get_models():
        for row in model._base_manager.values_list():
            parts += [bytes(cell) if isinstance(cell, (bytes, memoryview)) else str(cell).encode() for cell in row]
    parts.append(repr(getattr(cache, "_cache", {})).encode())
    return b"\n".join(parts)


def test_canaries_are_nowhere_in_the_databases_or_the_cache(client, owner):
    title, body = "Kanarienvogel-Titel", "Kanarienvogel-Worte"
    entry = kept(owner, title=title, html=f"<p>{body}</p>")
    edit_entry(actor=owner, entry_id=entry.pk, title=title, html=f"<p>{body} again</p>", version=1)
    client.force_login(owner)
    assert body in client.get(f"/journal/{entry.pk}/").content.decode()
    assert title in client.get("/journal/").content.decode()

    stored = everything_stored()

    assert str(entry.pk).encode() in stored  # the search looks where entries are
    for canary in (title, body):
        plain = canary.encode()
        shifted = [base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)]
        for form in (
            plain,
            plain.hex().encode(),
            canary.encode("utf-16-le"),
            canary.encode("utf-16-be"),
            base64.b64encode(plain),
            *shifted,
        ):
            assert form not in stored


@pytest.mark.parametrize("fields", [["wrapped_key", "title_sealed", "body_sealed"], ["wrapped_key"], ["title_sealed"], ["body_sealed"]])
@pytest.mark.parametrize("whose", ["own", "other"])
def test_ciphertext_moved_to_another_row_does_not_open(owner, teammate, fields, whose):
    source, target = kept(owner), kept(owner if whose == "own" else teammate)

    for field in fields:
        setattr(target, field, getattr(source, field))
    target.save()

    with pytest.raises(crypto.Unreadable):
        read_entry(actor=target.author, entry=JournalEntry.objects.get(pk=target.pk))


def test_ciphertext_given_to_another_person_does_not_open(owner, teammate):
    entry = kept(owner)
    kept(teammate)

    JournalEntry.objects.filter(pk=entry.pk).update(author=teammate)

    with pytest.raises(crypto.Unreadable):
        read_entry(actor=teammate, entry=JournalEntry.objects.get(pk=entry.pk))


def test_ciphertext_of_another_version_or_field_does_not_open(owner):
    entry = kept(owner, html=WORDS.title)
    old = JournalEntry.objects.get()
    edit_entry(actor=owner, entry_id=entry.pk, title="", html="<p>new</p>", version=1)
    now = JournalEntry.objects.get()

    for changes in ({"body_sealed": old.body_sealed}, {"body_sealed": now.title_sealed}, {"version": 1}):
        moved = JournalEntry.objects.get()
        for field, value in changes.items():
            setattr(moved, field, value)
        with pytest.raises(crypto.Unreadable):
            read_entry(actor=owner, entry=moved)


def test_an_entry_without_its_authors_key_does_not_open(owner):
    entry = kept(owner)

    crypto.destroy_person_key(owner.pk)

    with pytest.raises(crypto.Unreadable):
        read_entry(actor=owner, entry=entry)
    assert read_titles(actor=owner, entries=[entry]) == [EntryLine(entry, readable=False)]


@both_for_real
def test_keep_entry_commits_the_key_before_the_words(owner, monkeypatch):
    seen = []
    real = JournalEntry.save

    def save(self, **kwargs):
        connections["keys"].close()  # a commit survives it
        seen.append(PersonKey.objects.filter(person_id=owner.pk).exists())
        return real(self, **kwargs)

    monkeypatch.setattr(JournalEntry, "save", save)
    kept(owner)

    assert seen == [True]


# --- lists


def test_read_titles_shows_first_words_and_goes_on_past_a_damaged_entry(owner):
    good, bad = kept(owner), kept(owner)
    bad.body_sealed = b"\x01" + b"x" * 60

    assert read_titles(actor=owner, entries=[good, bad]) == [
        EntryLine(good, WORDS.title, "I held back that I was frightened."),
        EntryLine(bad, readable=False),
    ]


@pytest.mark.parametrize("count", [1, 20])
def test_read_titles_asks_for_one_key_however_many_entries(owner, django_assert_num_queries, count):
    entries = [kept(owner) for _ in range(count)]

    with django_assert_num_queries(0, connection=connection), django_assert_num_queries(1, connection=connections["keys"]):
        read_titles(actor=owner, entries=entries)


def test_read_titles_of_nothing_is_nothing(owner):
    assert read_titles(actor=owner, entries=[]) == []
