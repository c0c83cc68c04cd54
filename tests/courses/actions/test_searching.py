"""Search over one's own opened entries."""

import datetime
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.utils import timezone

from courses.actions import searching
from courses.actions.journals import keep_entry
from courses.actions.searching import days_written, search_entries
from courses.finding import Wanted
from courses.models import Activity, JournalEntry, SharedVersion
from lms import crypto
from tests.courses.actions.test_journals import everything_stored
from tests.factories import make_activity, make_block, make_cohort

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def kept(author, html="<p>some words</p>", title="", at=None, **overrides):
    entry = keep_entry(actor=author, client_id=uuid4(), title=title, html=html, **overrides)
    if at:
        JournalEntry.objects.filter(pk=entry.pk).update(created_at=at)
    return entry


def titles(results):
    return [str(found.title) for found in results.found]


def search(person, words, **overrides):
    return search_entries(actor=person, words=words, **{"wanted": Wanted(), **overrides})


def test_search_entries_finds_all_words_in_title_and_text_whatever_case_and_accents(owner):
    kept(owner, title="Été in Tornio", html="<p>We <strong>sat</strong> by the river.</p>")
    kept(owner, title="Other", html="<p>We sat.</p>")

    (found,) = search(owner, "RIVER ete").found

    assert (found.title, found.excerpt) == ("<mark>Été</mark> in Tornio", "We sat by the <mark>river</mark>.")


def test_search_entries_escapes_what_was_written(owner):
    kept(owner, title="<i>", html="<p>&lt;script&gt; x</p>")

    (found,) = search(owner, "script").found

    assert (found.title, found.excerpt) == ("&lt;i&gt;", "&lt;<mark>script</mark>&gt; x")


def test_search_entries_never_looks_into_somebody_elses(owner, teammate):
    kept(teammate, html="<p>needle</p>")

    assert search(owner, "needle") == searching.Results()


@pytest.mark.parametrize("words", ["", "  ", "\u0301"])
def test_search_entries_for_nothing_finds_nothing(owner, words):
    kept(owner)

    assert search(owner, words).found == []


def test_search_entries_goes_back_page_by_page_and_opens_no_more(owner, monkeypatch):
    monkeypatch.setattr(searching, "LOOKED_AT", 3)
    now = timezone.now()
    for number in range(8):
        kept(owner, title=f"{number}", html="<p>needle</p>" if number in {0, 4, 7} else "<p>hay</p>", at=now)
    opened = []
    real = crypto.unseal_text
    monkeypatch.setattr(crypto, "unseal_text", lambda *args, **kwargs: opened.append(1) or real(*args, **kwargs))

    pages, further = [], None
    for _ in range(3):
        results = search(owner, "needle", before=further)
        pages.append(titles(results))
        further = results.further

    assert sorted(title for page in pages for title in page) == ["0", "4", "7"]
    assert further is None
    assert len(opened) == 2 * (8 + 2)  # each once, and the first of the page after


def test_search_entries_stops_at_a_page_of_what_it_found(owner, monkeypatch):
    monkeypatch.setattr(searching, "MOST_FOUND", 2)
    for number in range(3):
        kept(owner, title=f"{number}")

    first = search(owner, "words")

    assert titles(first) == ["2", "1"]
    assert titles(search(owner, "words", before=first.further)) == ["0"]


def test_search_entries_goes_on_past_a_damaged_entry_and_says_so(owner):
    kept(owner, title="whole")
    damaged = kept(owner)
    JournalEntry.objects.filter(pk=damaged.pk).update(body_sealed=b"\x01" + b"x" * 60)

    results = search(owner, "words")

    assert (titles(results), results.unreadable) == (["whole"], True)


def test_search_entries_without_the_key_says_that_nothing_opens(owner):
    kept(owner)
    crypto.destroy_person_key(owner.pk)

    assert search(owner, "words") == searching.Results(unreadable=True)


@pytest.mark.parametrize("count", [1, 20])
def test_search_entries_asks_two_questions_however_many_entries(owner, django_assert_num_queries, count):
    for _ in range(count):
        kept(owner)

    with django_assert_num_queries(1, connection=connection), django_assert_num_queries(1, connection=connections["keys"]):
        search(owner, "words")


def test_search_entries_stores_nothing(owner):
    kept(owner, html="<p>Kanarienvogel</p>")

    assert len(search(owner, "kanarienvogel").found) == 1

    assert b"anarienvogel" not in everything_stored()


def test_search_entries_keeps_to_what_is_wanted(owner):
    cohort = make_cohort()
    block = make_block(cohort=cohort)
    activity = make_activity(module=block.module, type=Activity.Type.JOURNAL, prompt="What?")
    old = datetime.datetime(2026, 3, 9, 12, tzinfo=datetime.UTC)
    kept(owner, title="prompted", cohort=cohort, activity=activity)
    kept(owner, title="old", at=old)
    shared = kept(owner, title="shared")
    withdrawn = kept(owner, title="withdrawn")
    for entry, ended in [(shared, None), (withdrawn, timezone.now())]:
        fields = {"manner": "read", "passage": False, "title_sealed": b"", "body_sealed": b"", "withdrawn_at": ended}
        SharedVersion.objects.create(entry=entry, cohort=cohort, **fields)

    def of(**wanted):
        return sorted(titles(search(owner, "words", wanted=Wanted(**wanted))))

    assert of(module=block.module.pk) == of(prompt="with") == ["prompted"]
    assert of(module=block.module.pk + 1000) == []
    assert of(prompt="without") == ["old", "shared", "withdrawn"]
    assert of(shared="shared") == ["shared"]
    assert of(shared="private") == ["old", "prompted", "withdrawn"]
    assert of(from_on=old.date(), until_on=old.date()) == of(until_on=datetime.date(2026, 3, 10)) == ["old"]
    assert of(from_on=datetime.date(2026, 3, 10)) == ["prompted", "shared", "withdrawn"]


def test_days_written_are_days_of_the_persons_own_zone(owner, teammate):
    kept(owner, at=datetime.datetime(2026, 4, 30, 20, tzinfo=datetime.UTC))
    kept(owner, at=datetime.datetime(2026, 4, 30, 21, tzinfo=datetime.UTC))
    kept(teammate, at=datetime.datetime(2026, 5, 9, 12, tzinfo=datetime.UTC))
    may = {"first": datetime.date(2026, 5, 1), "last": datetime.date(2026, 5, 31)}

    with timezone.override("Pacific/Auckland"):
        assert days_written(actor=owner, **may) == {datetime.date(2026, 5, 1)}
    with timezone.override("Europe/London"):
        assert days_written(actor=owner, **may) == set()
