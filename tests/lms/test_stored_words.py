"""S10: attacks through every text field of every form, looked at on each page that shows them."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

import courses.actions.aftercare
import courses.actions.agreements.proposals
import courses.actions.agreements.text
import courses.actions.announcements
import forums.actions.files
import forums.actions.posting
import live.actions
import live.actions.log
from courses.actions.agreements.versions import mark_of
from courses.actions.announcements import send_announcements
from courses.actions.attachments import MOST_OF_ENTRY
from courses.actions.journals import EntryLine
from courses.actions.keeping import look_after_journals
from courses.models import (
    Announcement,
    Attachment,
    Cohort,
    ContactRequest,
    Group,
    Introduction,
    JournalEntry,
    KeptWords,
    LedgerEntry,
    Proposal,
    TrainerNote,
)
from courses.templatetags.entries import entry_lines
from forums.actions.forums import open_forums
from forums.models import Post, PostFile, Thread
from live.events import drawn
from live.models import RoomEvent
from lms import richtext
from lms.mail.models import Letter
from lms.notifications.actions.delivering import deliver
from lms.notifications.actions.notices import notify
from lms.notifications.actions.preferences import prefer
from lms.notifications.models import Notice
from lms.permissions import Part
from lms.users.models import User
from tests.attacks import ATTACKS, MADE, Page
from tests.courses.actions.test_journals import everything_stored
from tests.courses.factories import (
    covers_of,
    make_attachment,
    make_certificate,
    make_correction,
    make_entry,
    make_hour,
    make_make_up,
    make_share,
    make_text,
)
from tests.factories import make_cohort, make_membership, make_module, make_user
from tests.files import PDF, picture, sound
from tests.forums.factories import begin_thread
from tests.live.factories import make_room, make_seminar

WITHOUT_NUL = [attack for attack in ATTACKS if "\x00" not in attack]  # Django's own fields refuse that sign
# What a page makes of words is the same whichever database gave them back.
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.any_database]
BIRTH = "Born on 3 May 1984. "


@pytest.fixture
def cohort(owner: User, teammate: User) -> Cohort:
    return make_cohort(members=[owner, teammate])


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their own tests hold the limits."""
    monkeypatch.setattr(forums.actions.posting, "POSTS", 10_000)
    monkeypatch.setattr(forums.actions.files, "MOST_WAITING", 10_000)
    monkeypatch.setattr(live.actions.log, "PACE", 10_000)
    monkeypatch.setattr(courses.actions.aftercare, "MOST_A_DAY", 10_000)
    monkeypatch.setattr(courses.actions.agreements.proposals, "MOST_A_DAY", 10_000)
    monkeypatch.setattr(courses.actions.agreements.text, "MOST_PASSAGES", 10_000)
    monkeypatch.setattr(courses.actions.announcements, "MOST_A_DAY", 10_000)
    monkeypatch.setattr("lms.views.cannot_get_in.ratelimit.consume", lambda *given, **named: True)


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def wrong(response: Any) -> list[str]:
    return [f"{response.request['PATH_INFO']}: {what}" for what in Page(response.content.decode()).wrong]


def look(client: Client, addresses: list[str]) -> str:
    """The words of these pages, each of which must be there and hold nothing that is not ours."""
    responses = [client.get(address) for address in addresses]
    assert [response.status_code for response in responses] == [200] * len(addresses)
    assert [what for response in responses for what in wrong(response)] == []
    return " ".join(Page(response.content.decode()).text for response in responses)


def ids() -> str:
    return str(uuid.uuid4())


def test_names(cohort: Cohort, owner: User, teammate: User) -> None:
    attacker = as_(teammate)
    about = {"time_zone": "Europe/London", "country": "GB", "theme": "system"}
    names = []
    for attack in ATTACKS:
        attacker.post(reverse("account"), {**about, "display_name": attack[:80]})
        names.append(User.objects.get(pk=teammate.pk).display_name)
    room = make_room(seminar=make_seminar(cohort=cohort))
    thread = begin_thread(cohort=cohort, author=owner, title="Names")
    for name in names:
        person = make_membership(cohort=cohort, person=make_user(display_name=name)).person
        live.actions.say(actor=person, room_id=room.pk, text="x", client_id=uuid.uuid4())
    Post.objects.bulk_create(
        Post(thread=thread, author=member.person, client_id=uuid.uuid4(), html="<p>x</p>") for member in cohort.memberships.all()
    )
    pages = [
        reverse("live:room", args=[room.pk]),
        *(f"{reverse('forums:thread', args=[cohort.slug, thread.pk])}?from={post.pk}" for post in Post.objects.all()[::20]),
    ]

    text = look(as_(owner), [reverse("courses:people", args=[cohort.slug]), reverse("forums:forum", args=[cohort.slug]), *pages])

    assert len(set(names)) > 60
    assert all(name in " ".join(text.split()) for name in names)


def test_titles_of_groups_and_cohorts(cohort: Cohort) -> None:
    coordinator = make_user(coordinates=True)
    make_module(programme=cohort.programme)
    client = as_(coordinator)
    day = {"start_1": timezone.localdate().isoformat(), "time_zone": "Europe/London"}
    for number, attack in enumerate(ATTACKS):
        refused = client.post(reverse("courses:people-group", args=[cohort.slug]), {"kind": attack, "title": attack[:80]})
        assert wrong(refused) == []
        client.post(reverse("courses:people-group", args=[cohort.slug]), {"kind": "triad", "title": attack[:80]})
        client.post(reverse("courses:cohort-new"), {**day, "title": f"Number {number} {attack}"[:120]})

    text = look(client, [reverse("courses:people", args=[cohort.slug]), reverse("cohorts"), reverse("today")])
    refused = client.post(reverse("courses:cohort-new"), {"title": ATTACKS[0], "time_zone": ATTACKS[0], "start_1": ATTACKS[0]})

    assert (Group.objects.count() > 60, Cohort.objects.count() > 60, text.count("__xss") > 100, wrong(refused)) == (True, True, True, [])


def test_what_people_say_of_themselves(cohort: Cohort, owner: User) -> None:
    client, me = as_(owner), reverse("courses:people-me", args=[cohort.slug])
    people = [(make_membership(cohort=cohort, person=make_user()), attack) for attack in WITHOUT_NUL]
    for membership, attack in people:
        sent = {"words": attack[:600], "alt": attack[:200], "face": SimpleUploadedFile("Me.png", picture())}
        as_(membership.person).post(me, sent)
    assert wrong(client.post(me, {"words": ATTACKS[0] * 50, "alt": ATTACKS[0]})) == []

    text = look(client, [reverse("courses:people", args=[cohort.slug]), me])
    look(as_(people[0][0].person), [me])

    assert (Introduction.objects.exclude(face=None).count() > 60, text.count("__xss") > 60) == (True, True)


def test_lists_of_addresses_and_links(cohort: Cohort) -> None:
    client, page = as_(make_user(coordinates=True)), reverse("courses:people-list", args=[cohort.slug])
    for attack in WITHOUT_NUL:
        cell = attack.replace('"', '""').replace("\r", " ").replace("\n", " ")
        rows = f'"email";"part";"{cell}"\n"{cell}";"trainee";""\n"a@example.org";"{cell}";""\n"b@example.org";"trainee";""'
        for file in (rows, attack):
            sent = SimpleUploadedFile(f"{attack[:40]}.csv", file.encode("utf-8", "surrogatepass"))
            assert wrong(client.post(page, {"file": sent, "otherwise": "trainee"})) == []
        assert wrong(client.post(page, {"lines": attack, "otherwise": attack, "client_id": attack})) == []
        assert (
            wrong(client.post(reverse("courses:people-link-new", args=[cohort.slug]), {"part": attack, "uses": attack, "made": attack}))
            == []
        )
        assert wrong(Client().get(reverse("join", args=[attack.replace("/", "") or "x"]))) == []


def test_threads_posts_and_quotes(cohort: Cohort, owner: User, teammate: User) -> None:
    attacker = as_(teammate)
    open_forums(cohort=cohort)
    for number, attack in enumerate(ATTACKS):
        words = {"body": f"word {attack}", "body_form": ["text", "html"][number % 2], "client_id": ids(), "reason": "made up"}
        attacker.post(reverse("forums:thread-new", args=[cohort.slug]), {**words, "title": f"a {attack}"[:160]})
    first = Thread.objects.order_by("pk").first()
    assert first is not None
    address = reverse("forums:reply", args=[cohort.slug, first.pk])
    for number, attack in enumerate(ATTACKS):
        before = first.posts.latest("pk")
        quoted = " ".join(richtext.plain(before.html).split())[:200]
        words = {"body": f"word {attack}", "body_form": ["html", "text"][number % 2], "client_id": ids(), "reason": "made up"}
        attacker.post(address, {**words, "answers": before.pk, "quoted": quoted})
    lists = [reverse("forums:forum", args=[cohort.slug])]
    while (key := as_(owner).get(lists[-1]).context["listed"].next_key) and len(lists) < 9:
        lists.append(f"{lists[0]}?after={key}")
    page = reverse("forums:thread", args=[cohort.slug, first.pk])
    pages = [f"{page}?from={post.pk}&answers={post.pk}" for post in first.posts.all()[::20]]
    others = [reverse("forums:thread", args=[cohort.slug, thread.pk]) for thread in Thread.objects.all()[1::7]]
    edits = [reverse("forums:post-edit", args=[cohort.slug, post.pk]) for post in Post.objects.all()[::9]]

    text = look(as_(owner), [*lists, *pages, *others]) + look(attacker, edits)
    refused = [
        attacker.post(address, {"body": attack, "quoted": attack, "answers": attack, "client_id": attack, "body_form": attack})
        for attack in ATTACKS[::8]
    ]

    assert (Thread.objects.count(), first.posts.count()) == (len(WITHOUT_NUL), len(WITHOUT_NUL) + 1)
    assert [what for response in refused for what in wrong(response)] == []
    assert text.count("__xss") > 100


def test_files_of_posts(cohort: Cohort, owner: User, teammate: User) -> None:
    """Names of files and what pictures show, in the composer, in the check, on the page and on the way out."""
    attacker, thread = as_(teammate), begin_thread(cohort=cohort, author=owner)
    address = reverse("forums:reply", args=[cohort.slug, thread.pk])
    for number, attack in enumerate(WITHOUT_NUL):
        document = SimpleUploadedFile(f"{attack}.pdf", PDF)
        photo = SimpleUploadedFile(f"{attack}.png", picture(colour=(number, 0, 0)))
        ordinary = {"body": "word", "client_id": ids(), "reason": "made up"}
        attacker.post(address, {**ordinary, "then": "add", "file": document})
        attacker.post(address, {**ordinary, "file": photo, "alt": attack[:300]})
    files = list(PostFile.objects.exclude(post=None))
    page = reverse("forums:thread", args=[cohort.slug, thread.pk])

    text = look(as_(owner), [f"{page}?from={post.pk}" for post in thread.posts.all()[::20]])
    headers = [str(attacker.get(reverse("forums:file", args=[cohort.slug, file.pk])).headers) for file in files[::9]]
    refused = [
        attacker.post(
            address, {"body": BIRTH + attack, "file": SimpleUploadedFile(f"{attack}.zip", b"PK"), "then": attack, "reason": attack}
        )
        for attack in ATTACKS[::6]
    ]
    refused += [attacker.post(address, {"body": BIRTH + attack, "client_id": attack}) for attack in ATTACKS[::6]]

    assert len(files) > len(WITHOUT_NUL)
    assert [what for response in refused for what in wrong(response)] == []
    assert any("<mark>" in response.content.decode() for response in refused)
    assert not any("\r" in header or "\n" in header for header in headers)
    assert "__xss" in text + str([file.alt for file in files])


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


def test_agreement(cohort: Cohort, owner: User) -> None:
    """Headings, words, reasons, remarks, sentences and names: proposed, put into the text, frozen, signed, compared."""
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    attacker, keeper = as_(owner), as_(trainer)
    first = make_text(cohort)[0]

    def at(name: str, *given: int) -> str:
        return reverse(f"courses:{name}", args=[cohort.slug, *given])

    for attack in WITHOUT_NUL:
        words = {"title": f"a {attack}"[:120], "words": f"a {attack}\n\n{attack}"[:4000], "why": attack[:600]}
        attacker.post(at("passage-propose", first.pk), {**words, "version": 1, "client_id": ids()})
        attacker.post(at("passage-new"), {**words, "client_id": ids()})
        attacker.post(at("passage-remark", first.pk), {"words": f"a {attack}", "client_id": ids()})
    made = list(Proposal.objects.order_by("pk"))
    for proposal, attack in zip(made[::5], WITHOUT_NUL, strict=False):
        keeper.post(at("proposal-answer", proposal.pk), {"act": "leave", "answer": f"a {attack}"[:600]})
    for attack in WITHOUT_NUL[::2]:
        keeper.post(at("passage-new"), {"title": f"b {attack}"[:120], "words": attack, "now": "1"})
    for number, attack in enumerate(WITHOUT_NUL[::8], start=1):
        words = {"title": f"c {attack}"[:120], "words": f"c {attack}", "version": number, "now": "1"}
        keeper.post(at("passage-propose", first.pk), words)
        passages = list(cohort.passages.standing())
        keeper.post(at("agreement-freeze"), {"text": mark_of(passages), "note": attack[:600], **covers_of(passages)})
        attacker.post(at("agreement"), {"name": f"a {attack}"[:120], "keeps": "on", "number": number})
    numbers = cohort.agreements.values_list("number", flat=True)

    text = look(attacker, [at("agreement"), at("agreement-text"), at("passage", first.pk), at("passage-new")])
    text += look(keeper, [at("agreement"), at("passage-propose", first.pk), at("passage-remove", first.pk)])
    text += look(attacker, [at("agreement-version", number) for number in list(numbers)[::3]])
    text += look(keeper, [at("proposal", proposal.pk) for proposal in made[::7]])
    refused = [keeper.post(at("passage-propose", first.pk), {"title": attack, "words": attack, "version": 1}) for attack in ATTACKS[::4]]
    refused += [attacker.post(at("agreement"), {"name": attack, "number": attack}) for attack in ATTACKS[::4]]
    refused += [keeper.post(at("agreement-freeze"), {"text": attack, "room": attack, "note": attack}) for attack in ATTACKS[::4]]
    refused += [
        keeper.post(at("proposal-answer", made[1].pk), {"act": attack, "title": attack, "words": attack}) for attack in ATTACKS[::4]
    ]

    assert (len(made) > 60, len(numbers) > 5) == (True, True)
    assert [what for answer in refused for what in wrong(answer)] == []
    assert text.count("__xss") > 200


def test_announcements(cohort: Cohort, owner: User, settings: Any) -> None:
    """Titles and words: in the list, on Today, on their own page, in letters."""
    settings.EMBEDDED = True
    teller, reader = as_(make_membership(cohort=cohort, part=Part.TRAINER).person), as_(owner)
    new = reverse("courses:announcement-new", args=[cohort.slug])
    for number, attack in enumerate(WITHOUT_NUL):
        words = {"title": f"a {attack}"[:160], "body": f"word {attack}", "body_form": ["text", "html"][number % 2], "client_id": ids()}
        teller.post(new, {**words, "to": "cohort", "words_in_mail": "on"})
    while send_announcements() != "0 announcements":
        pass
    made = list(Announcement.objects.order_by("pk"))
    pages = [reverse("courses:announcement", args=[cohort.slug, one.pk]) for one in made]

    text = look(reader, [reverse("today"), reverse("courses:announcements", args=[cohort.slug])])
    text += look(teller, [f"{page}change/" for page in pages[::9]]) + look(reader, pages[::3])
    letters = list(Letter.objects.filter(to=owner.email))
    refused = [
        teller.post(new, {"title": attack * 99, "body": attack, "to": attack, "day": attack, "clock": attack}) for attack in ATTACKS[::4]
    ]
    refused += [
        teller.post(f"{page}change/", {"title": "t", "body": attack, "version": 9})
        for page, attack in zip(pages, ATTACKS[::9], strict=False)
    ]

    assert (len(made), len(letters)) == (len(WITHOUT_NUL), len(WITHOUT_NUL))
    assert [what for answer in refused for what in wrong(answer)] == []
    assert [what for letter in letters for what in Page(letter.html).wrong] == []
    assert text.count("__xss") > 60


def test_requests_for_contact_and_letters(cohort: Cohort, owner: User, settings: Any) -> None:
    settings.EMBEDDED = True
    aftercare = make_membership(cohort=cohort, part=Part.AFTERCARE).person
    asker, stranger, coordinator = as_(owner), Client(), as_(make_user(coordinates=True))
    for attack in ATTACKS:
        asker.post(reverse("contact-me"), {"note": attack, "client_id": ids()})
        stranger.post(reverse("cannot-get-in"), {"who": attack[:200], "phone": attack[:40], "what": attack})
    refused = [
        coordinator.post(reverse("courses:people-invite", args=[cohort.slug]), {"email": email, "part": "trainee"})
        for attack in ATTACKS[::4]
        for email in (attack, f'"{attack}"@example.org', f"{attack}@example.org")
    ]
    letters = Letter.objects.filter(subject="Somebody cannot get in")

    text = look(as_(aftercare), [reverse("contact-request", args=[asked.pk]) for asked in ContactRequest.objects.all()[::2]])
    text += look(stranger, [reverse("outbox"), *(reverse("outbox-letter", args=[letter.pk]) for letter in letters[::3])])

    assert (ContactRequest.objects.count(), letters.count()) == (len(WITHOUT_NUL), len(WITHOUT_NUL))
    assert [what for response in refused for what in wrong(response)] == []
    assert text.count("__xss") > 60


def test_notices_and_letters_that_did_not_arrive(owner: User) -> None:
    awake = {"mail": "at_once", "quiet_from": 0, "quiet_until": 0}
    prefer(actor=owner, **awake)
    for number, attack in enumerate(WITHOUT_NUL):
        notify(people=[owner.pk], kind=Notice.Kind.ANSWER, key=f"test:{number}", url="/journal/", who=attack[:80], words=attack)
        person = make_user(display_name=attack[:80])
        Letter.objects.create(to=f"{number}@example.org", subject=attack[:200], body=attack, person=person, given_up_at=timezone.now())
    deliver()
    pks = list(Notice.objects.order_by("pk").values_list("pk", flat=True))
    lists = [reverse("notifications"), *(f"{reverse('notifications')}?before={pk}" for pk in pks[::30])]

    text = look(as_(owner), lists) + look(as_(make_user(coordinates=True)), [reverse("letters")])
    letter = Letter.objects.get(to=owner.email)

    assert [Page(letter.html).wrong, Page(letter.html).text.count("__xss") > 10] == [[], True]
    assert text.count("__xss") > 60


def test_room(owner: User, teammate: User) -> None:
    room = make_room(members=[owner, teammate])
    attacker, address = as_(teammate), reverse("live:room-say", args=[room.pk])
    for number, attack in enumerate(ATTACKS):
        takes_up: dict[str, Any] = {"answers": number, "quote": room.events.get(seq=number).text} if number else {}
        attacker.post(address, {"text": attack, "client_id": ids(), **takes_up})
    refused = [
        attacker.post(address, {"text": "x" * 4001 + attack, "client_id": attack, "lang": attack, "quote": attack, "answers": attack})
        for attack in ATTACKS[::8]
    ]

    text = look(as_(owner), [reverse("live:room", args=[room.pk])])
    frames = [Page(json.loads(drawn(event).json)["html"]).wrong for event in room.events.all()]

    assert (len(frames), [what for what in frames if what]) == (len(ATTACKS), [])
    assert [what for response in refused for what in wrong(response)] == []
    assert text.count("__xss") > 100


def test_what_an_address_asks_for(cohort: Cohort, owner: User) -> None:
    names = ["next", "from", "before", "after", "answers", "activity", "cohort", "sent", "email", "login"]
    for client, pages in {
        as_(owner): [reverse("forums:forum", args=[cohort.slug]), reverse("courses:journal"), reverse("account"), reverse("today")],
        Client(): [
            reverse("account_login"),
            reverse("account_reset_password"),
            reverse("account_request_login_code"),
            reverse("cannot-get-in"),
        ],
    }.items():
        for attack in ATTACKS[::6]:
            assert [what for page in pages for what in wrong(client.get(page, dict.fromkeys(names, attack)))] == []
            assert [what for page in pages for what in wrong(client.get(page + f"{attack}/".replace("?", "")))] == []


def test_a_form_that_comes_back_for_its_token(cohort: Cohort, owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    for attack in ATTACKS:
        response = client.post(reverse("today"), {attack: attack, "body": attack * 3}, headers={"origin": "http://testserver"})
        assert (response.status_code, wrong(response)) == (403, [])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attack=MADE)
def test_whatever_is_made_of_the_pieces(attack: str) -> None:
    author = User(pk=1, display_name=attack[:80])
    event = RoomEvent(
        room_id=uuid.uuid4(), seq=1, kind=RoomEvent.Kind.POSTED, author=author, text=attack, quote=attack, answers=1, at=timezone.now()
    )
    line = EntryLine(JournalEntry(), attack, attack)
    pieces = [f'<div class="prose">{richtext.clean(attack, form=form, use="post")}</div>' for form in ("text", "html")]  # type: ignore[arg-type]
    pieces += [
        render_to_string("live/partials/event.html", {"event": event}),
        entry_lines([line]),
    ]

    assert [Page(piece).wrong for piece in pieces] == [[]] * 4


def test_the_reader_finds_what_it_is_for() -> None:
    shown = {attack: Page(f'<div class="prose">{attack}</div>').wrong for attack in ATTACKS}
    harmless = [attack for attack, found in shown.items() if not found]

    assert len(harmless) < len(ATTACKS) / 3, harmless
    assert Page("<p class='said-words'><b>x</b></p>").wrong == ["b among words"]


def test_words_of_absences_corrections_make_ups_and_a_ledger(cohort: Cohort, owner: User) -> None:
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    member = cohort.memberships.get(person=owner)
    mine, theirs = as_(owner), as_(trainer)
    made_up = make_make_up(cohort, owner)
    correction = make_correction(cohort, owner, trainer)
    hours, attendance = f"/c/{cohort.slug}/hours/", f"/c/{cohort.slug}/attendance/"
    for number, attack in enumerate(WITHOUT_NUL[:60]):
        entry = {"kind": "reading", "on": cohort.today().isoformat(), "minutes": "5", "with_whom": attack[:300], "note": attack}
        mine.post(f"{hours}ledger/", {**entry, "client_id": ids()})
        if number % 6 == 0:
            day = make_hour(cohort, days=3 + number).starts_at.date()
            mine.post(f"{hours}cannot-come/{day}/", {"words": attack[:300]})
            sent = {"minutes": str(number % 60), "reason": attack[:1000], "client_id": ids()}
            theirs.post(f"{attendance}{correction.sitting_id}/{member.pk}/correct/", sent)
        act = f"/c/{cohort.slug}/make-ups/{made_up.pk}/"
        made_up.refresh_from_db()
        mine.post(f"{act}propose/", {"read": attack[:1000], "meet": attack[:1000], "wording": str(made_up.wording)})
    mine.post(f"{hours}corrections/{correction.pk}/answer/", {"answer": ATTACKS[0][:900]})
    mine.post(f"{hours}ledger/shown/", {"kinds": ["reading"]})
    refused = [mine.post(f"{hours}ledger/", {"kind": ATTACKS[0], "on": ATTACKS[0], "with_whom": ATTACKS[0], "note": ATTACKS[0]})]
    refused.append(mine.post(f"{act}propose/", {"read": ATTACKS[0], "wording": ATTACKS[0]}))

    pages = [hours, f"{hours}ledger/", act]
    text = look(mine, pages) + look(theirs, [attendance, f"{attendance}people/{member.pk}/", act])

    assert [wrong(response) for response in refused] == [[], []]
    assert (LedgerEntry.objects.count() > 50, text.count("__xss") > 50) == (True, True)


def test_notes_about_a_trainee_and_names_on_certificates(cohort: Cohort, owner: User, teammate: User) -> None:
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    page = cohort.memberships.get(person=teammate)
    given = make_certificate(teammate, cohort, shown="name")
    choice = reverse("courses:certificate", args=[given.pk])
    public = reverse("certificate-shown", args=[given.address])
    attacker, victim = as_(trainer), as_(teammate)
    for attack in WITHOUT_NUL:
        attacker.post(reverse("courses:trainee", args=[cohort.slug, page.pk]), {"words": attack})
        victim.post(reverse("courses:note", args=[TrainerNote.objects.latest("said_at").pk]), {"words": attack})
    for attack in ATTACKS[::5]:
        assert wrong(victim.post(choice, {"name": attack[:120], "shown": "name"}, follow=True)) == []
        assert wrong(Client().get(public)) == []

    text = look(victim, [reverse("courses:notes")]) + look(attacker, [reverse("courses:trainee", args=[cohort.slug, page.pk])])

    assert (TrainerNote.objects.count() > 60, text.count("__xss") > 100) == (True, True)
