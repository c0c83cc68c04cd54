"""The notebook."""

import datetime
import itertools

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import JournalEntry
from tests.courses.views.test_entries import LIST, kept

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


def test_journal_shows_ones_own_entries_by_month_newest_first(mine, owner, teammate):
    for month, title in [(3, "March"), (5, "May"), (4, "April")]:
        at = datetime.datetime(2026, month, 9, 12, tzinfo=datetime.UTC)
        JournalEntry.objects.filter(pk=kept(owner, title=title).pk).update(created_at=at)
    kept(teammate, title="Somebody else's")

    months = mine.get(LIST).context["months"]

    assert [(month["name"], [line.title for line in month["lines"]]) for month in months] == [
        ("May 2026", ["May"]),
        ("April 2026", ["April"]),
        ("March 2026", ["March"]),
    ]


def test_journal_groups_by_the_persons_own_clock(owner):
    owner.time_zone = "Pacific/Auckland"
    owner.save()
    client = Client()
    client.force_login(owner)
    JournalEntry.objects.filter(pk=kept(owner).pk).update(created_at=datetime.datetime(2026, 4, 30, 20, tzinfo=datetime.UTC))

    assert [month["name"] for month in client.get(LIST).context["months"]] == ["May 2026"]


def test_journal_pages_by_twenty_without_losing_entries_of_the_same_moment(mine, owner):
    now = timezone.now()
    for number in range(45):
        kept(owner, title=f"{number}")
    JournalEntry.objects.update(created_at=now)

    titles, before = [], ""
    for _ in range(3):
        page = mine.get(LIST, {"before": before} if before else {})
        titles.append([line.title for month in page.context["months"] for line in month["lines"]])
        before = page.context["older"]

    assert [len(page) for page in titles] == [20, 20, 5]
    assert sorted(itertools.chain(*titles), key=int) == [f"{number}" for number in range(45)]
    assert before is None


@pytest.mark.parametrize("before", ["x", "00000000-0000-4000-8000-000000000000"])
def test_journal_with_an_unknown_page_begins_at_the_newest(mine, owner, before):
    kept(owner)

    assert len(mine.get(LIST, {"before": before}).context["months"]) == 1


def test_journal_asks_as_many_questions_for_twenty_entries_as_for_one(mine, owner, django_assert_max_num_queries):
    mine.get(LIST)  # the first request of a sign-in writes it down as well
    counts = []
    for more in (1, 30):
        for _ in range(more):
            kept(owner)
        with django_assert_max_num_queries(8) as captured:
            mine.get(LIST)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_journal_escapes_titles(mine, owner):
    kept(owner, title="<img src=x onerror=alert(1)>")

    assert "<img src=x" not in mine.get(LIST).content.decode()


def test_journal_invites_where_nothing_is_yet(mine):
    assert "The first page is empty" in mine.get(LIST).content.decode()
