"""The ledger's pages."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

import courses.views.ledger
from courses.actions.exports import make_export, take_export
from courses.exporting.pdf import is_possible
from courses.models import JournalExport, LedgerEntry
from tests.courses.factories import make_hours
from tests.factories import make_cohort

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    client.get("/crisis/")
    return client


def page_of(cohort) -> str:
    return f"/c/{cohort.slug}/hours/ledger/"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def sent(cohort, **overrides) -> dict[str, str]:
    return {
        "kind": "peer_meeting",
        "on": str(cohort.today()),
        "hours": "1",
        "minutes": "30",
        "with_whom": "Four",
        "note": "Rain",
        **overrides,
    }


def test_ledger_keeps_shows_changes_and_deletes(mine, cohort):
    mine.post(page_of(cohort), sent(cohort))
    entry = LedgerEntry.objects.get()
    kept = words(mine.get(page_of(cohort)))
    mine.post(f"{page_of(cohort)}{entry.pk}/", sent(cohort, minutes="", note="Sun"))
    changed = words(mine.get(page_of(cohort)))
    mine.post(f"{page_of(cohort)}{entry.pk}/delete/")

    assert ("Peer meetings · 1 hour 30 minutes" in kept, "Four" in kept, "Rain" in kept) == (True, True, True)
    assert ("Peer meetings · 1 hour<" in changed, "Sun" in changed, "Rain" in changed) == (True, True, False)
    assert LedgerEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"hours": "", "minutes": ""}, "How long was it?"),
        ({"hours": "24", "minutes": "1"}, "A day has 24 hours."),
        ({"minutes": "-5"}, "greater than or equal to 0"),
        ({"on": ""}, "Please choose the day."),
        ({"on": "2027-02-29"}, "such as 2026-11-27"),
        ({"on": "1875-01-01"}, "too far away"),
        ({"on": "2099-01-01"}, "still to come"),
        ({"kind": "live"}, "Select a valid choice"),
    ],
)
def test_ledger_refuses_with_a_sentence_and_keeps_what_was_typed(mine, cohort, wrong, sentence):
    answer = mine.post(page_of(cohort), sent(cohort, **wrong))

    assert (answer.status_code, sentence in words(answer), "Rain" in words(answer), LedgerEntry.objects.count()) == (422, True, True, 0)


def test_ledger_pages_by_key(mine, cohort, owner, monkeypatch):
    monkeypatch.setattr(courses.views.ledger, "SHOWN", 2)
    days = [cohort.today() - datetime.timedelta(days=number) for number in (0, 1, 1, 2, 3)]
    for day in days:
        make_hours(cohort, owner, on=day)
    seen, address = [], page_of(cohort)
    while True:
        context = mine.get(address).context
        seen += [line.entry.on for line in context["lines"]]
        if not context["before"]:
            break
        address = f"{page_of(cohort)}?before={context['before']}"

    assert seen == days


@pytest.mark.parametrize("number", [1, 30])
def test_ledger_asks_the_same_few_questions(mine, cohort, owner, number, django_assert_num_queries):
    for _ in range(number):
        make_hours(cohort, owner)

    with django_assert_num_queries(10):
        mine.get(page_of(cohort))


def test_ledger_csv_is_everything_with_notes(mine, cohort, owner):
    make_hours(cohort, owner, note="=1+1")

    answer = mine.get(f"{page_of(cohort)}csv/")

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/csv; charset=utf-8", "private, no-store")
    assert answer["Content-Disposition"] == f'attachment; filename="hours-{cohort.today()}.csv"'
    assert f'"{cohort.today()}","Supervision",90,"","Supervisor A","\'=1+1"\r\n' in answer.content.decode()


@pytest.mark.skipif(not is_possible(), reason="Pango is not on this machine")
def test_ledger_pdf_is_made_by_the_worker_once_and_taken_once(mine, cohort, owner):
    make_hours(cohort, owner)

    answers = [mine.post(f"{page_of(cohort)}pdf/")["Location"] for _ in range(2)]
    export = JournalExport.objects.get()
    waiting = words(mine.get("/journal/export/"))
    make_export(export_id=str(export.pk))
    file = take_export(actor=owner, export_id=export.pk)

    assert (answers, "Your hours, as a PDF" in waiting) == (["/journal/export/"] * 2, True)
    assert (file.name.startswith("hours-"), file.content.startswith(b"%PDF-")) == (True, True)


def test_ledger_show_says_what_trainers_see(mine, cohort):
    mine.post(f"{page_of(cohort)}shown/", {"kinds": ["reading", "supervision"]})
    page = mine.get(page_of(cohort))

    assert sorted(page.context["shown_form"]["kinds"].value()) == ["reading", "supervision"]
    mine.post(f"{page_of(cohort)}shown/", {})
    assert mine.get(page_of(cohort)).context["shown_form"]["kinds"].value() == []


def test_hours_stay_their_owners_after_leaving_the_cohort(mine, cohort, owner, outsider):
    make_hours(cohort, owner, note="Rain")
    cohort.memberships.filter(person=owner).update(ended_at=timezone.now())
    address = f"/journal/export/hours/{cohort.pk}/"

    page, table = words(mine.get("/journal/export/")), mine.get(f"{address}csv/")
    theirs = Client()
    theirs.force_login(outsider)

    assert (f"{address}csv/" in page, cohort.title in page, "Rain" in table.content.decode()) == (True, True, True)
    assert (mine.get(page_of(cohort)).status_code, theirs.get(f"{address}csv/").status_code) == (404, 404)
