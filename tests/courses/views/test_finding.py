"""Search, calendar and filters of one's own journal."""

import datetime
from uuid import uuid4

import pytest
from django.test import Client

from courses.actions.journals import keep_entry
from courses.models import Activity, JournalEntry
from lms import crypto
from tests.factories import make_activity, make_block, make_cohort

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

LIST, SEARCH, CALENDAR = "/journal/", "/journal/search/", "/journal/calendar/"


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


def kept(author, title="A title", html="<p>some words</p>", on=None, **overrides):
    entry = keep_entry(actor=author, client_id=uuid4(), title=title, html=html, **overrides)
    if on:
        at = datetime.datetime.combine(datetime.date.fromisoformat(on), datetime.time(12), tzinfo=datetime.UTC)
        JournalEntry.objects.filter(pk=entry.pk).update(created_at=at)
    return entry


def listed(answer):
    return [line.title for month in answer.context["months"] for line in month["lines"]]


def found(answer):
    return [hit.title for hit in answer.context["results"].found]


# --- search


def test_journal_search_asks_for_words(mine):
    answer = mine.get(SEARCH)

    assert (answer.status_code, "results" in answer.context) == (200, False)


def test_journal_search_takes_no_words_from_an_address(mine, owner):
    kept(owner)

    assert "results" not in mine.get(SEARCH, {"words": "words"}).context


def test_journal_search_finds_ones_own_and_marks_it(mine, owner, teammate):
    kept(owner, title="<b>", html="<p>some wörds</p>")
    kept(teammate)

    answer = mine.post(SEARCH, {"words": "WORDS"})

    assert found(answer) == ["&lt;b&gt;"]
    assert 'list-words">some <mark>wörds</mark></p>' in answer.content.decode()
    assert 'value="WORDS"' in answer.content.decode()


@pytest.mark.parametrize("words", ["", " ", "\u0301", "a " * 11, "x" * 101])
def test_journal_search_says_what_it_cannot_look_for(mine, owner, words):
    kept(owner)

    answer = mine.post(SEARCH, {"words": words})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["words"])


def test_journal_search_keeps_to_the_filters_and_looks_further_back(mine, owner, monkeypatch):
    monkeypatch.setattr("courses.actions.searching.MOST_FOUND", 1)
    for day in ("2026-03-07", "2026-03-08", "2026-03-09"):
        kept(owner, title=day, on=day)

    first = mine.post(SEARCH, {"words": "some", "until_on": "2026-03-08"})
    again = {**dict(first.context["again"]), "before": first.context["results"].further}
    second = mine.post(SEARCH, again)

    assert (found(first), found(second)) == (["2026-03-08"], ["2026-03-07"])
    assert second.context["results"].further is None


def test_journal_search_asks_as_many_questions_for_twenty_entries_as_for_one(mine, owner, django_assert_max_num_queries):
    mine.get(SEARCH)
    counts = []
    for more in (1, 19):
        for _ in range(more):
            kept(owner)
        with django_assert_max_num_queries(12) as captured:
            assert len(found(mine.post(SEARCH, {"words": "some"}))) in {1, 20}
        counts.append(len(captured))

    assert counts[0] == counts[1]


# --- calendar


def days(answer):
    return [day.date.isoformat() for week in answer.context["month"].weeks for day in week if day and day.url]


def test_journal_calendar_links_days_on_which_something_was_written(mine, owner, teammate):
    for day in ("2026-03-09", "2026-03-09", "2026-03-31", "2026-04-01"):
        kept(owner, on=day)
    kept(teammate, on="2026-03-10")

    answer = mine.get(CALENDAR, {"month": "2026-03"})

    assert days(answer) == ["2026-03-09", "2026-03-31"]
    assert answer.content.decode().count("?on=") == 2
    assert (answer.context["month"].previous, answer.context["month"].next) == (
        {"url": "?month=2026-02", "name": "February 2026"},
        {"url": "?month=2026-04", "name": "April 2026"},
    )


@pytest.mark.parametrize("month", ["", "2026-13", "1999-01", "x", "2026-03-09"])
def test_journal_calendar_of_no_month_is_this_month_and_nothing_lies_ahead(mine, month):
    answer = mine.get(CALENDAR, {"month": month})

    assert answer.context["month"].next is None
    assert [day.is_today for week in answer.context["month"].weeks for day in week if day].count(True) == 1


@pytest.mark.parametrize(("month", "previous"), [("2000-01", None), ("2000-02", "?month=2000-01")])
def test_journal_calendar_ends_where_its_century_begins(mine, month, previous):
    link = mine.get(CALENDAR, {"month": month}).context["month"].previous

    assert (link and link["url"]) == previous


def test_journal_calendar_opens_no_entry(mine, owner, monkeypatch):
    kept(owner)
    monkeypatch.setattr(crypto, "unseal", None)

    assert len(days(mine.get(CALENDAR))) == 1


# --- the list


def test_journal_shows_the_entries_of_one_day(mine, owner, teammate):
    kept(owner, title="that day", on="2026-03-09")
    kept(owner, title="the next", on="2026-03-10")
    kept(teammate, title="hers", on="2026-03-09")

    answer = mine.get(LIST, {"on": "2026-03-09"})

    assert listed(answer) == ["that day"]
    assert "What you wrote on Monday 9 March 2026." in answer.content.decode()


def test_journal_shows_the_entries_of_a_module_and_offers_only_those_written_about(mine, owner, teammate):
    cohort = make_cohort()
    block, other = make_block(cohort=cohort), make_block(cohort=cohort)
    activity = make_activity(module=block.module, type=Activity.Type.JOURNAL, prompt="What?")
    kept(owner, title="about", cohort=cohort, activity=activity)
    kept(owner, title="free")
    kept(teammate, cohort=cohort, activity=make_activity(module=other.module, type=Activity.Type.JOURNAL))

    answer = mine.get(LIST, {"module": block.module.pk})

    assert listed(answer) == ["about"]
    assert answer.context["filters"].fields["module"].choices[1:] == [(block.module.pk, block.module.title)]
    assert listed(mine.get(LIST, {"prompt": "without"})) == ["free"]
    assert listed(mine.get(LIST, {"shared": "shared"})) == []


def test_journal_carries_the_filters_to_older_pages(mine, owner):
    for number in range(21):
        kept(owner, title=f"{number}", on="2026-03-09")
    kept(owner, title="outside", on="2026-03-01")

    first = mine.get(LIST, {"from_on": "2026-03-09"})
    address = f"?from_on=2026-03-09&before={first.context['older']}"

    assert address.replace("&", "&amp;") in first.content.decode()
    assert len(listed(mine.get(LIST + address))) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from_on": "x"}, "from_on"),
        ({"until_on": "9999-12-31"}, "until_on"),
        ({"on": "0001-01-01"}, "on"),
        ({"module": "7"}, "module"),
        ({"prompt": "x"}, "prompt"),
        ({"from_on": "2026-03-09", "until_on": "2026-03-08"}, "until_on"),
    ],
)
def test_journal_with_a_filter_nobody_understands_says_so(mine, owner, wrong, field):
    kept(owner)

    answer = mine.get(LIST, wrong)

    assert (answer.status_code, list(answer.context["filters"].errors)) == (200, [field])


def test_journal_of_a_thousand_entries_opens_one_page(mine, owner, monkeypatch):
    for number in range(21):
        kept(owner, title=f"{number}")
    old = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    junk = {"author": owner, "wrapped_key": b"", "title_sealed": b"", "body_sealed": b"", "created_at": old}
    JournalEntry.objects.bulk_create(JournalEntry(**junk) for _ in range(979))
    opened = []
    real = crypto.unseal
    monkeypatch.setattr(crypto, "unseal", lambda *args, **kwargs: opened.append(1) or real(*args, **kwargs))

    assert len(listed(mine.get(LIST))) == 20
    assert len(opened) == 1 + 20 * 3  # the person's key; key, title and words of each
