"""Asking for an export."""

import datetime

import pytest
from django_tasks_db.models import DBTaskResult

from courses.actions import exports
from courses.models import JournalEntry, JournalExport
from lms.permissions import Refused
from tests.courses.actions.exports.making import asked, kept, made

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_ask_for_export_enqueues_its_id_and_nothing_else(owner, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
    kept(owner)

    export = asked(owner)

    assert [result.args_kwargs for result in DBTaskResult.objects.all()] == [{"args": [], "kwargs": {"export_id": str(export.pk)}}]
    assert (export.entries, export.state) == (1, "making")


def test_ask_for_export_again_while_it_is_made_is_the_same(owner):
    kept(owner)

    assert asked(owner) == asked(owner)
    assert asked(owner, "markdown") != asked(owner)


def test_ask_for_export_of_nothing_is_refused(owner, teammate):
    kept(teammate)
    kept(owner, at=datetime.datetime(2026, 3, 9, 12, tzinfo=datetime.UTC))

    with pytest.raises(Refused):
        asked(owner, from_on=datetime.date(2026, 3, 10))
    assert JournalExport.objects.count() == 0


def test_ask_for_export_of_more_than_a_file_holds_is_refused(owner, monkeypatch):
    kept(owner)
    size = len(bytes(JournalEntry.objects.get().body_sealed))
    monkeypatch.setitem(exports.LIMITS, "html", size)
    assert asked(owner).state == "making"
    monkeypatch.setitem(exports.LIMITS, "markdown", size - 1)

    with pytest.raises(Refused):
        asked(owner, "markdown")


def test_ask_for_export_for_ever_is_refused(owner, monkeypatch):
    monkeypatch.setattr(exports, "MOST_A_DAY", 1)
    kept(owner)
    made(owner)

    with pytest.raises(Refused):
        asked(owner)


def test_ask_for_export_as_pdf_where_pango_is_missing_is_refused(owner, monkeypatch):
    monkeypatch.setattr(exports, "pdf_is_possible", lambda: False)
    kept(owner)

    with pytest.raises(Refused):
        asked(owner, "pdf")
