"""A journal as a file: made once, for its owner, taken once, gone after a day."""

import datetime
import io
import logging
import os
import re
import zipfile
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from courses.actions import exports
from courses.actions.exports import File, NotHere, ask_for_export, make_export, sweep_exports, take_export
from courses.actions.journals import keep_entry
from courses.actions.kept_words import keep_words
from courses.actions.maps import keep_map
from courses.exporting.pdf import is_possible
from courses.models import JournalEntry, JournalExport
from lms import crypto
from lms.mail.models import Letter
from lms.permissions import Refused
from tests.courses.actions.test_journals import everything_stored
from tests.courses.factories import make_attachment
from tests.factories import make_user
from tests.files import photograph, sound

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

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


# --- asking


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


# --- making


def test_make_export_html_holds_ones_own_words_once_in_the_order_they_were_written(owner, teammate):
    kept(teammate, title="Somebody else's")
    kept(owner, title="<b>second</b>", at=datetime.datetime(2026, 4, 9, 12, tzinfo=datetime.UTC))
    kept(owner, title="first", html="<p>the very first</p>", at=datetime.datetime(2026, 3, 9, 12, tzinfo=datetime.UTC))

    html = taken(owner).content.decode()

    assert [html.count(words) for words in ("<em>windows</em>", "the very first", "Somebody", "Teammate", "<b>", "<script")] == [
        1,
        1,
        0,
        0,
        0,
        0,
    ]
    assert html.index(">first<") < html.index("&lt;b&gt;second")
    assert html.startswith("<!DOCTYPE html>") and html.rstrip().endswith("</html>")
    assert "9 March 2026" in html and "– 9 April 2026" in html


def test_make_export_markdown_is_a_folder_with_an_index(owner):
    at = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
    kept(owner, title="The room [with] windows", at=at)
    kept(owner, title="The room (with) windows", at=at + datetime.timedelta(minutes=1))
    kept(owner, title="", html="<p>untitled</p>", at=at + datetime.timedelta(minutes=2))

    folder = zipfile.ZipFile(io.BytesIO(taken(owner, "markdown").content))

    name = "journal/2026-11-22-the-room-with-windows"
    assert folder.namelist() == [f"{name}.md", f"{name}-2.md", "journal/2026-11-22-entry.md", "journal/index.md"]
    assert folder.read(f"{name}.md").decode() == "# The room \\[with\\] windows\n\n*Sunday 22 November 2026, 12:00*\n\ntwo *windows*\n"
    assert folder.read("journal/index.md").decode().splitlines() == [
        "# The journal of Owner",
        "",
        "- 22 November 2026, 12:00: [The room \\[with\\] windows](<2026-11-22-the-room-with-windows.md>)",
        "- 22 November 2026, 12:01: [The room (with) windows](<2026-11-22-the-room-with-windows-2.md>)",
        "- 22 November 2026, 12:02: [Without a title](<2026-11-22-entry.md>)",
    ]


@pytest.mark.skipif(not is_possible() and "CI" not in os.environ, reason="Pango is not on this machine")
def test_make_export_pdf_is_a_pdf_and_tells_no_log(owner, caplog):
    kept(owner, html="<p>\U00012000 \ufdd1 words</p>")  # letters that no font here has

    with caplog.at_level(logging.DEBUG):
        file = taken(owner, "pdf")

    assert file.content.startswith(b"%PDF-")
    assert [record.name for record in caplog.records if record.name.startswith(("weasyprint", "fontTools"))] == []


def test_make_export_keeps_to_the_period_in_the_persons_own_zone(owner):
    owner.time_zone = "Pacific/Auckland"
    owner.save()
    kept(owner, title="inside", at=datetime.datetime(2026, 4, 30, 20, tzinfo=datetime.UTC))
    kept(owner, title="outside", at=datetime.datetime(2026, 5, 1, 20, tzinfo=datetime.UTC))
    with timezone.override("Pacific/Auckland"):
        export = asked(owner, from_on=datetime.date(2026, 5, 1), until_on=datetime.date(2026, 5, 1))
    make_export(export_id=str(export.pk))

    html = take_export(actor=owner, export_id=export.pk).content.decode()

    assert ("inside" in html, "outside" in html, "1 May 2026, 08:00" in html) == (True, False, True)


def test_make_export_notes_progress_and_opens_batch_after_batch(owner, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 2)
    now = timezone.now()
    for number in range(5):
        kept(owner, title=f"title-{number}", at=now)
    export, seen = asked(owner), []
    real = exports._note_progress
    monkeypatch.setattr(exports, "_note_progress", lambda export, done: seen.append(done) or real(export, done))

    make_export(export_id=str(export.pk))

    html = take_export(actor=owner, export_id=export.pk).content.decode()
    assert [html.count(f"title-{number}") for number in range(5)] == [1] * 5
    assert seen == [2, 4, 5]
    assert JournalExport.objects.get().entries_done == 5


def test_make_export_says_where_an_entry_does_not_open(owner):
    kept(owner, title="whole")
    damaged = kept(owner, title="damaged")
    JournalEntry.objects.filter(pk=damaged.pk).update(body_sealed=b"\x01" + b"x" * 60)

    html = taken(owner).content.decode()

    assert (html.count("whole"), html.count("This entry could not be opened.")) == (1, 1)


def test_make_export_takes_maps_along_as_lists(owner, teammate):
    me = {"id": "a", "name": "<Me>", "kind": "me", "x": 1, "y": 1, "size": 1, "note": ""}
    sister = {"id": "b", "name": "Sister", "kind": "person", "x": 1, "y": 1, "size": 1, "note": "laughs"}
    tie = {"from": "a", "to": "b", "manner": "near", "note": ""}
    for person, title in [(owner, "My people"), (teammate, "Hers")]:
        keep_map(actor=person, client_id=uuid4(), title=title, drawing={"circles": [me, sister], "lines": [tie]})

    html = taken(owner).content.decode()
    folder = zipfile.ZipFile(io.BytesIO(taken(owner, "markdown").content))

    assert (html.count("My people"), html.count("Hers"), html.count(">Relational maps<")) == (1, 0, 1)
    assert "<ul><li>&lt;Me&gt;: Me (a double circle)</li><li>Sister: A person (a circle). laughs</li></ul>" in html
    assert "<ul><li>&lt;Me&gt; – Sister: Near (a thick line)</li></ul>" in html
    (name, _index) = folder.namelist()
    assert name == f"journal/{timezone.localdate():%Y-%m-%d}-my-people.md"
    assert "- \\<Me>: Me (a double circle)\n- Sister: A person (a circle). laughs\n" in folder.read(name).decode()


def test_make_export_holds_each_canary_of_ones_own_once_and_nobody_elses(owner, teammate):
    """S30 for journals: entries, maps, words that stayed and notes; of others only words that were kept by choice."""
    own = [f"Kanarienvogel-{part}" for part in ("Titel", "Worte", "Karte", "Kreis", "Zitat", "Notiz")]
    for person, mark in ((owner, ""), (teammate, "fremd-")):
        title, words, name, circle, said, note = (f"{mark}{canary}" for canary in own)
        kept(person, title=title, html=f"<p>{words}</p>")
        circles = [{"id": "me", "name": circle, "kind": "me", "x": 500, "y": 500, "size": 2, "note": ""}]
        keep_map(actor=person, client_id=uuid4(), title=name, drawing={"circles": circles, "lines": []})
        keep_words(actor=person, source="", words=said, note=note, client_id=uuid4())

    text = taken(owner).content.decode()

    assert ([text.count(canary) for canary in own], "fremd-" in text) == ([1] * len(own), False)


def test_make_export_after_the_key_was_destroyed_has_no_words(owner):
    """S31 for journals: whoever is erased is unreadable, also for a worker that was asked before."""
    kept(owner, html="<p>Kanarienvogel</p>")
    keep_words(actor=owner, source="", words="Kanarienvogel", note="", client_id=uuid4())
    export = asked(owner)
    crypto.destroy_person_key(owner.pk)

    assert (exports.make_export(export_id=str(export.pk)), state(export)) == (False, "making")


def test_make_export_twice_makes_it_once(owner):
    kept(owner)
    export = made(owner)
    before = bytes(JournalExport.objects.get().content_sealed)

    assert make_export(export_id=str(export.pk)) is False
    assert bytes(JournalExport.objects.get().content_sealed) == before


def test_make_export_leaves_it_to_the_worker_that_has_the_lease(owner):
    kept(owner)
    export = asked(owner)
    ago(export, lease_until=timezone.now() + DAY)

    assert make_export(export_id=str(export.pk)) is False


def test_make_export_of_a_worker_that_lost_its_lease_is_thrown_away(owner, monkeypatch):
    kept(owner)
    export = asked(owner)

    def slowly(row):
        ago(export, attempts=2)  # another has begun meanwhile
        return b"late"

    monkeypatch.setattr(exports, "_make", slowly)

    assert make_export(export_id=str(export.pk)) is False
    assert gone(export)


def test_make_export_that_fails_is_tried_again_and_given_up_without_a_word_in_the_log(owner, monkeypatch, caplog):
    def broken(row):
        raise ValueError("Kanarienvogel")

    kept(owner)
    export = asked(owner)
    monkeypatch.setattr(exports, "_make", broken)
    states = []
    for _ in range(exports.MAX_ATTEMPTS):
        make_export(export_id=str(export.pk))
        states.append(state(export))
        ago(export, lease_until=None)

    assert states == ["making"] * (exports.MAX_ATTEMPTS - 1) + ["failed"]
    assert "Kanarienvogel" not in caplog.text
    assert "ValueError" in caplog.text


def test_make_export_whose_workers_were_all_killed_is_given_up(owner):
    kept(owner)
    export = asked(owner)
    ago(export, attempts=exports.MAX_ATTEMPTS, lease_until=timezone.now() - DAY)

    assert make_export(export_id=str(export.pk)) is False
    assert state(export) == "failed"


@pytest.mark.parametrize(("waited", "letters"), [(5, 0), (120, 1)])
def test_make_export_writes_a_letter_to_who_had_to_wait_without_their_words(owner, waited, letters):
    kept(owner, title="Kanarienvogel")
    export = asked(owner)
    ago(export, asked_at=timezone.now() - datetime.timedelta(seconds=waited))

    make_export(export_id=str(export.pk))

    assert Letter.objects.count() == letters
    for letter in Letter.objects.all():
        assert (letter.to, letter.subject) == (owner.email, "What you asked for is ready")
        assert "/journal/export/" in letter.body and "Kanarienvogel" not in letter.body


# --- at rest, taking


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


# --- the sweep


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


# --- what stands with entries


@pytest.fixture
def with_files(owner):
    """An entry with a picture, another of the same name, and a voice note; and somebody else's picture."""
    entry = kept(owner)
    pictures = [make_attachment(entry, photograph(), "garden.jpg", words="A garden with *two* chairs") for _each in range(2)]
    voice = make_attachment(entry, sound(), "voice.wav", sort="voice", words="I said this.")
    make_attachment(kept(make_user()), words="canary of somebody else")
    return [*pictures, voice]


def test_markdown_carries_the_files_and_leads_to_them(owner, with_files):
    packed = zipfile.ZipFile(io.BytesIO(taken(owner, "markdown").content))

    day = f"{timezone.localdate():%Y-%m-%d}"
    names = [f"journal/{day}-the-room/{name}" for name in ("garden.jpg", "garden-2.jpg", "voice.wav")]
    assert sorted(packed.namelist()) == sorted([*names, f"journal/{day}-the-room.md", "journal/index.md"])
    assert packed.read(names[2]) == sound()
    assert Image.open(io.BytesIO(packed.read(names[1]))).size == (40, 30)
    text = packed.read(f"journal/{day}-the-room.md").decode()
    assert f"![A garden with \\*two\\* chairs](<{day}-the-room/garden-2.jpg>)" in text
    assert f"[voice.wav](<{day}-the-room/voice.wav>): I said this." in text


def test_html_shows_pictures_inside_and_names_what_it_does_not_carry(owner, with_files):
    text = taken(owner, "html").content.decode()

    assert text.count('<img src="data:image/jpeg;base64,') == 2
    assert 'alt="A garden with *two* chairs"' in text
    assert "voice.wav (the folder of Markdown files has it)" in text and "I said this." in text
    assert "canary" not in text


@pytest.mark.skipif(not is_possible() and "CI" not in os.environ, reason="Pango is not on this machine")
def test_pdf_shows_pictures_with_their_words(owner, with_files):
    plain = len(re.findall(rb"/Subtype ?/Image", taken(make_reader_with_words(), "pdf").content))

    content = taken(owner, "pdf").content

    assert (plain, content[:5]) == (0, b"%PDF-")
    assert len(re.findall(rb"/Subtype ?/Image", content)) >= 1


def make_reader_with_words():
    person = make_user()
    kept(person)
    return person


def test_a_file_that_does_not_open_is_named_as_such(owner, with_files):
    default_storage.delete(with_files[0].file.name)

    text = taken(owner, "html").content.decode()

    assert text.count("<img") == 1
    assert text.count("Here was a file that could not be opened.") == 1


@pytest.mark.parametrize("form", ["pdf", "html", "markdown"])
def test_ask_for_export_refuses_more_files_than_it_holds(owner, with_files, monkeypatch, form):
    monkeypatch.setitem(exports.FILE_LIMITS, form, with_files[0].size)
    monkeypatch.setattr(exports, "pdf_is_possible", lambda: True)

    with pytest.raises(Refused, match="more than one such file holds"):
        asked(owner, form)


def test_ask_for_export_counts_only_the_files_it_carries(owner, with_files, monkeypatch):
    monkeypatch.setitem(exports.FILE_LIMITS, "html", with_files[0].size * 2)

    assert asked(owner, "html").entries == 1
