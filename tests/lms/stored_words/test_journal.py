import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions.attachments import MOST_OF_ENTRY
from courses.actions.keeping import look_after_journals
from courses.models import Attachment, Cohort, JournalEntry, KeptWords
from forums.models import Post
from lms import richtext
from lms.mail.models import Letter
from lms.users.models import User
from tests.attacks import ATTACKS
from tests.courses.actions.test_journals import everything_stored
from tests.courses.factories import make_attachment, make_entry, make_share
from tests.factories import make_cohort, make_membership, make_user
from tests.files import PDF, picture, sound
from tests.forums.factories import begin_thread
from tests.lms.stored_words.looking import WITHOUT_NUL, as_, ids, look, wrong

# What a page makes of words is the same whichever database gave them back.
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.any_database]


def test_journal(owner: User) -> None:
    client = as_(owner)
    for number, attack in enumerate(ATTACKS):
        words = {"body": f"word {attack}", "body_form": ["text", "html"][number % 2], "title": f"a {attack}"[:160], "client_id": ids()}
        client.post(reverse("courses:entry-new"), words)
    entries = list(JournalEntry.objects.order_by("-created_at", "-pk"))
    lists = [reverse("courses:journal"), *(f"{reverse('courses:journal')}?before={entry.pk}" for entry in entries[19::20])]
    pages = [reverse("courses:entry", args=[entry.pk]) for entry in entries[::2]]

    text = look(client, [*lists, *pages, *(reverse("courses:entry-delete", args=[entry.pk]) for entry in entries[::9])])
    conflict = [
        client.post(
            reverse("courses:entry", args=[entry.pk]),
            {"title": "t", "body": attack, "body_form": "html", "version": 7, "client_id": ids()},
        )
        for entry, attack in zip(entries[::5], ATTACKS, strict=False)
    ]

    assert (len(entries), {response.status_code for response in conflict}) == (len(WITHOUT_NUL), {409})
    assert [what for response in conflict for what in wrong(response)] == []
    assert text.count("__xss") > 60


def stored_files() -> set[Path]:
    return {path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def test_what_stands_with_an_entry(owner: User, teammate: User) -> None:
    """Names and descriptions of files, on the author's pages and the reader's; and nowhere in the open, on disk or in a database."""
    before = stored_files()  # other tests' files, some of them not sealed
    client, entry = as_(owner), make_entry(owner)
    for number, attack in enumerate(WITHOUT_NUL):
        if number % MOST_OF_ENTRY == 0:
            entry = make_entry(owner)
        sent = {"file": SimpleUploadedFile(f"{attack}.pdf", PDF), "words": f"canary {attack}", "client_id": ids()}
        client.post(reverse("courses:attachment-new", args=[entry.pk, "document"]), sent)
    found = list(Attachment.objects.order_by("added_at"))
    picture = make_attachment(make_entry(owner), words=f"canary {ATTACKS[0]} {ATTACKS[9]}")
    share = make_share(author=owner, reader=teammate, entry=entry, attachments=[one.pk for one in found if one.entry_id == entry.pk])
    pages = [reverse("courses:entry", args=[pk]) for pk in {one.entry_id for one in [*found, picture]}]
    pages += [reverse(f"courses:attachment-{act}", args=[one.pk]) for one in [*found[::9], picture] for act in ("describe", "delete")]

    text = look(client, [*pages, reverse("courses:share-new", args=[entry.pk])])
    text += look(as_(teammate), [reverse("courses:shared", args=[share.pk])])
    refused = [client.post(pages[-1].replace("delete", "words"), {"words": attack * 900}) for attack in ATTACKS[::9]]
    on_disk = [path.read_bytes() for path in stored_files() - before]

    assert (len(found), [what for response in refused for what in wrong(response)]) == (len(WITHOUT_NUL), [])
    assert text.count("__xss") > 100
    assert len(on_disk) > len(found)
    assert [place for place, stored in {"files": b"".join(on_disk), "rows": everything_stored()}.items() if b"canary" in stored] == []
    assert not any(b"%PDF-1" in stored or b"\x89PNG\r\n" in stored for stored in on_disk)  # three letters alone come about by chance


def test_what_is_typed_about_pictures_and_voices(owner: User, teammate: User) -> None:
    """As text alternatives and as words below a recording, when they are added and when they are changed."""
    client, entry = as_(owner), make_entry(owner)
    files = {"photograph": ("a.png", picture()), "drawing": ("b.png", picture()), "voice": ("c.wav", sound())}
    for number, attack in enumerate(WITHOUT_NUL):
        if number % MOST_OF_ENTRY == 0:
            entry = make_entry(owner)
        sort = list(files)[number % 3]
        sent = {"file": SimpleUploadedFile(*files[sort]), "words": f"a {attack}", "client_id": ids()}
        client.post(reverse("courses:attachment-new", args=[entry.pk, sort]), sent)
    found = list(Attachment.objects.order_by("added_at"))
    for attachment, attack in zip(found[::2], WITHOUT_NUL, strict=False):
        client.post(reverse("courses:attachment-describe", args=[attachment.pk]), {"words": f"changed {attack}"})
    share = make_share(author=owner, reader=teammate, entry=entry, attachments=[one.pk for one in found if one.entry_id == entry.pk])
    pages = [reverse("courses:entry", args=[pk]) for pk in {one.entry_id for one in found}]
    pages += [reverse(f"courses:attachment-{act}", args=[one.pk]) for one in found[::9] for act in ("describe", "delete")]

    text = look(client, pages) + look(as_(teammate), [reverse("courses:shared", args=[share.pk])])
    refused = [client.post(pages[0] + f"add/{sort}/", {"words": attack}) for sort in files for attack in ATTACKS[::5]]

    assert (len(found), {answer.status_code for answer in refused}) == (len(WITHOUT_NUL), {422})
    assert [what for answer in refused for what in wrong(answer)] == []
    assert text.count("__xss") > 30  # below recordings and in fields; what is said of a picture stands in its alt


def test_words_that_stayed(cohort: Cohort, owner: User) -> None:
    """Words and notes somebody typed, the name of who said them, and the entry they begin or are added to."""
    client, keep = as_(owner), reverse("courses:words-keep")
    thread = begin_thread(cohort=cohort, author=owner, title="Said")
    for attack in WITHOUT_NUL:
        person = make_membership(cohort=cohort, person=make_user(display_name=attack[:80])).person
        post = Post.objects.create(thread=thread, author=person, client_id=uuid.uuid4(), html=richtext.from_plain(attack, "post"))
        client.post(keep, {"source": f"post:{post.pk}", "note": f"a {attack}", "client_id": ids()})
        client.post(keep, {"words": f"a {attack}", "note": attack, "client_id": ids()})
    mine = list(KeptWords.objects.order_by("-created_at", "-pk"))
    entry = make_entry(owner)
    for kept, attack in zip(mine[::20], WITHOUT_NUL, strict=False):
        client.post(reverse("courses:words", args=[kept.pk]), {"note": f"changed {attack}"})
        client.post(reverse("courses:words-add", args=[kept.pk]), {"entry": entry.pk})
    lists = [reverse("courses:kept-words"), *(f"{reverse('courses:kept-words')}?before={kept.pk}" for kept in mine[19::20])]
    pages = [reverse(f"courses:{page}", args=[kept.pk]) for kept in mine[::20] for page in ("words", "words-delete")]
    pages += [f"{reverse('courses:entry-new')}?words={kept.pk}" for kept in mine[::9]]
    pages += [f"{keep}?source=post:{post.pk}&next={keep}" for post in thread.posts.all()[::9]]

    text = look(client, [*lists, *pages, reverse("courses:entry", args=[entry.pk])])
    refused = [
        client.post(keep, {"words": attack * 900, "note": attack * 900, "source": attack, "next": attack}) for attack in ATTACKS[::8]
    ]
    refused += [client.post(keep + f"?next={attack}", {"source": attack}) for attack in WITHOUT_NUL[::8]]

    assert (len(mine), {answer.status_code for answer in refused}) == (2 * len(WITHOUT_NUL), {422})
    assert [what for answer in refused for what in wrong(answer)] == []
    assert text.count("__xss") > 400


def test_how_long_journals_are_kept(owner: User, settings: Any) -> None:
    """A cohort's name stands on its author's pages and in the letter; what is sent in place of a day stands in the form again."""
    settings.EMBEDDED = True
    for attack in WITHOUT_NUL:
        make_entry(owner, cohort=make_cohort(members=[owner], title=attack[:120]))
    Cohort.objects.update(journal_keep_until=timezone.localdate())
    look_after_journals()
    letters = Letter.objects.filter(to=owner.email)
    last = Cohort.objects.order_by("pk").last()
    assert last is not None
    client, coordinator = as_(owner), as_(make_user(coordinates=True))
    people = [reverse(page, args=[last.slug]) for page in ("courses:people", "courses:people-keeping")]

    text = look(client, [reverse("courses:journal"), reverse("courses:journal-keeping")])
    text += look(coordinator, people) + look(Client(), [reverse("outbox-letter", args=[letter.pk]) for letter in letters[::3]])
    refused = [coordinator.post(people[1], {"until": attack}) for attack in ATTACKS]
    turned = [client.post(reverse("courses:journal-keeping-extend", args=[last.pk]), {"until": attack}) for attack in ATTACKS]

    assert (letters.count(), [what for answer in refused for what in wrong(answer)]) == (len(WITHOUT_NUL), [])
    assert {answer["Location"] for answer in turned} == {reverse("courses:journal-keeping")}
    assert text.count("__xss") > 100
