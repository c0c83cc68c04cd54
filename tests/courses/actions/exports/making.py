"""How tests of exports ask for one and look at it."""

import datetime
from uuid import uuid4

from courses.actions.exports import ask_for_export, make_export, take_export
from courses.actions.journals import keep_entry
from courses.models import JournalEntry, JournalExport

DAY = datetime.timedelta(days=1)


def kept(author, title="The room", html="<p>two <em>windows</em></p>", at=None, **overrides):
    entry = keep_entry(actor=author, client_id=uuid4(), title=title, html=html, **overrides)
    if at:
        JournalEntry.objects.filter(pk=entry.pk).update(created_at=at)
    return entry


def asked(person, form="html", **overrides):
    return ask_for_export(actor=person, form=form, **overrides)


def made(person, form="html", **overrides):
    export = asked(person, form, **overrides)
    assert make_export(export_id=str(export.pk)) is True
    return export


def taken(person, form="html", **overrides):
    return take_export(actor=person, export_id=made(person, form, **overrides).pk)


def ago(export, **fields):
    JournalExport.objects.filter(pk=export.pk).update(**fields)


def state(export):
    return JournalExport.objects.get(pk=export.pk).state


def gone(export):
    row = JournalExport.objects.get(pk=export.pk)
    return row.content_sealed is None and row.wrapped_key is None
