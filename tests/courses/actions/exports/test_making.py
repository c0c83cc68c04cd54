"""Making an export."""

import datetime
import io
import logging
import os
import zipfile
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.actions import exports
from courses.actions.exports import make_export, take_export
from courses.actions.kept_words import keep_words
from courses.actions.maps import keep_map
from courses.exporting.pdf import is_possible
from courses.models import JournalEntry, JournalExport
from lms import crypto
from lms.mail.models import Letter
from tests.courses.actions.exports.making import DAY, ago, asked, gone, kept, made, state, taken

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


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
