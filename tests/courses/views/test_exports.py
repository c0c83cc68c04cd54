"""The pages for taking one's journal along."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from courses.actions.exports import make_export
from courses.actions.journals import keep_entry
from courses.models import JournalExport

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

LIST = "/journal/export/"


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    keep_entry(actor=owner, client_id=uuid4(), title="A title", html="<p>some words</p>")
    return client


def asked(client, form="html", **more):
    assert client.post(LIST, {"form": form, **more}).status_code == 302
    return JournalExport.objects.latest("asked_at")


def made(client):
    export = asked(client)
    make_export(export_id=str(export.pk))
    return export


def address(export):
    return f"{LIST}{export.pk}/"


def test_exports_shows_how_far_it_is_in_words(mine):
    JournalExport.objects.filter(pk=asked(mine).pk).update(entries=40, entries_done=20)

    page = mine.get(LIST)

    assert "20 of 40 entries and maps" in page.content.decode()
    assert (page.context["waits"], "Look again" in page.content.decode()) == (True, True)


def test_exports_offers_the_file_once_it_is_made(mine):
    export = made(mine)

    page = mine.get(LIST)

    assert f'action="{address(export)}"' in page.content.decode()
    assert page.context["waits"] is False


def test_exports_shows_ones_own_alone(mine, teammate):
    asked(mine)
    other = Client()
    other.force_login(teammate)

    assert other.get(LIST).context["exports"] == []


def test_exports_asks_for_what_was_chosen(mine):
    asked(mine, "markdown", from_on="2026-01-01")

    export = JournalExport.objects.get()
    assert (export.form, str(export.from_on), export.until_on, export.entries) == ("markdown", "2026-01-01", None, 1)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "form"),
        ({"form": "docx"}, "form"),
        ({"form": "html", "from_on": "x"}, "from_on"),
        ({"form": "html", "until_on": "9999-12-31"}, "until_on"),
        ({"form": "html", "from_on": "2026-01-02", "until_on": "2026-01-01"}, "until_on"),
        ({"form": "html", "until_on": "2001-01-01"}, "__all__"),  # nothing was written then
    ],
)
def test_exports_says_what_it_cannot_make(mine, sent, field):
    answer = mine.post(LIST, {"csrf": "x", **sent})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert JournalExport.objects.count() == 0


@pytest.mark.parametrize("possible", [True, False])
def test_exports_offers_pdf_only_where_pango_is(mine, monkeypatch, possible):
    monkeypatch.setattr("courses.views.exports.pdf_is_possible", lambda: possible)

    page = mine.get(LIST).content.decode()

    assert ('value="pdf"' in page, "PDF needs Pango" in page) == (possible, not possible)


def test_exports_asks_as_many_questions_for_ten_as_for_one(mine, owner, django_assert_max_num_queries):
    mine.get(LIST)
    counts = []
    for more in (1, 9):
        for _ in range(more):
            made(mine)
        with django_assert_max_num_queries(12) as captured:
            mine.get(LIST)
        counts.append(len(captured))
        assert not any("content_sealed" in query["sql"] for query in captured)

    assert counts[0] == counts[1]


def test_export_gives_the_file_once(mine):
    export = made(mine)

    answer = mine.post(address(export))

    assert answer.status_code == 200
    assert "some words" in answer.content.decode()
    assert answer["Content-Disposition"] == f'attachment; filename="journal-{timezone.localdate():%Y-%m-%d}.html"'
    assert answer["Cache-Control"] == "no-store"
    again = mine.post(address(export))
    assert (again.status_code, "It was taken on" in again.content.decode(), "some words" in again.content.decode()) == (410, True, False)


def test_export_says_that_it_is_still_being_made(mine):
    answer = mine.post(address(asked(mine)))

    assert (answer.status_code, "It is still being made" in answer.content.decode()) == (409, True)


def test_export_of_somebody_else_is_not_there(mine, teammate):
    export = made(mine)
    other = Client()
    other.force_login(teammate)

    assert other.post(address(export)).status_code == 404
    assert mine.post(address(export)).status_code == 200
