"""An export at rest, taken, and swept away."""

import datetime

import pytest
from django.utils import timezone

from courses.actions import exports
from courses.actions.exports import File, NotHere, make_export, sweep_exports, take_export
from courses.models import JournalExport
from lms import crypto
from tests.courses.actions.exports.making import DAY, ago, asked, gone, kept, made, state
from tests.courses.actions.test_journals import everything_stored

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_canaries_are_nowhere_while_the_file_waits(owner):
    kept(owner, title="Kanarienvogel-Titel", html="<p>Kanarienvogel-Worte</p>")
    export = made(owner)

    stored = everything_stored()

    assert str(export.pk).encode() in stored
    assert b"Kanarienvogel" not in stored


def test_take_export_gives_it_once_and_destroys_it(owner):
    kept(owner)
    export = made(owner)

    file = take_export(actor=owner, export_id=export.pk)

    today = f"{timezone.localdate():%Y-%m-%d}"
    assert file == File(f"journal-{today}.html", "text/html; charset=utf-8", file.content)
    assert (state(export), gone(export)) == ("taken", True)
    with pytest.raises(NotHere):
        take_export(actor=owner, export_id=export.pk)


def test_take_export_is_for_nobody_else(owner, teammate):
    kept(owner)
    export = made(owner)

    with pytest.raises(JournalExport.DoesNotExist):
        take_export(actor=teammate, export_id=export.pk)
    assert state(export) == "ready"


def test_take_export_before_it_is_made_or_after_a_day_is_not_here(owner):
    kept(owner)
    export = asked(owner)
    with pytest.raises(NotHere):
        take_export(actor=owner, export_id=export.pk)
    make_export(export_id=str(export.pk))
    ago(export, made_at=timezone.now() - DAY)

    with pytest.raises(NotHere) as nothing:
        take_export(actor=owner, export_id=export.pk)
    assert nothing.value.export.state == "over"


def test_take_export_moved_to_another_row_does_not_open(owner):
    kept(owner)
    source, target = made(owner), made(owner, "markdown")
    row = JournalExport.objects.get(pk=source.pk)
    ago(target, content_sealed=row.content_sealed, wrapped_key=row.wrapped_key)

    with pytest.raises(NotHere):
        take_export(actor=owner, export_id=target.pk)
    assert (state(target), gone(target), state(source)) == ("failed", True, "ready")


def test_take_export_without_its_owners_key_does_not_open(owner):
    kept(owner)
    export = made(owner)
    crypto.destroy_person_key(owner.pk)

    with pytest.raises(NotHere):
        take_export(actor=owner, export_id=export.pk)


def test_sweep_exports_destroys_what_nobody_took_and_forgets_old_rows(owner):
    kept(owner)
    fresh, over, old = made(owner), made(owner), made(owner)
    ago(over, made_at=timezone.now() - DAY)
    ago(old, asked_at=timezone.now() - 31 * DAY)

    sweep_exports()

    assert [(gone(export), state(export)) for export in (fresh, over)] == [(False, "ready"), (True, "over")]
    assert not JournalExport.objects.filter(pk=old.pk).exists()


def test_sweep_exports_enqueues_what_a_killed_worker_left(owner, monkeypatch):
    kept(owner)
    fresh, left, held, lost = asked(owner), asked(owner, "markdown"), asked(owner, from_on=datetime.date(2020, 1, 1)), None
    lost = asked(owner, until_on=datetime.date(2100, 1, 1))
    now = timezone.now()
    ago(left, lease_until=now - datetime.timedelta(seconds=1))
    ago(held, lease_until=now + DAY)
    ago(lost, asked_at=now - exports.LEASE)
    enqueued = []
    monkeypatch.setattr(exports, "enqueue", lambda name, **ids: enqueued.append((name, ids["export_id"])))

    sweep_exports()

    assert sorted(enqueued) == sorted([("courses.make_export", str(left.pk)), ("courses.make_export", str(lost.pk))])
    assert state(fresh) == "making"
