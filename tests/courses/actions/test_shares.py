"""Sharing: only words that stand there, only with people who can be asked, readable by nobody else, and gone when they go."""

import datetime
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from courses.actions.journals import delete_entry, edit_entry
from courses.actions.responses import respond
from courses.actions.shares import open_share, read_share, share_entry, withdraw_share
from courses.models import JournalEntry, JournalRevision, Membership, SharedVersion, ShareReader, ShareResponse
from lms import crypto
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from tests.courses.actions.test_journals import everything_stored
from tests.courses.factories import FIRST, HTML, SECOND, THIRD, TITLE, make_entry, make_peer_group, make_share
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort()
    make_peer_group(cohort, owner, teammate)
    return cohort


@pytest.fixture
def share(owner, teammate, cohort):
    return make_share(author=owner, reader=teammate, cohort=cohort)


def refused(code, act):
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert not SharedVersion.objects.exists()
    assert not Letter.objects.exists()


# --- what


def test_share_entry_opens_for_its_reader_as_it_was_shared(owner, teammate, share):
    words = open_share(actor=teammate, share=SharedVersion.objects.visible_to(teammate).get())

    assert (words.title, words.html) == (TITLE, HTML)
    assert [reader.person for reader in share.readers.all()] == [teammate]
    assert JournalRevision.objects.get().version == 1


def test_share_entry_does_not_show_later_edits(owner, teammate, share):
    edit_entry(actor=owner, entry_id=share.entry_id, title="New", html="<p>Other words</p>", version=1)

    found = SharedVersion.objects.visible_to(teammate).get()
    assert read_share(actor=teammate, share=found) == read_share(actor=owner, share=found)
    assert read_share(actor=teammate, share=found).html == HTML


def test_share_entry_cleans_once_more(owner, teammate, cohort):
    share = make_share(author=owner, reader=teammate, cohort=cohort, html=HTML.replace("<p>", '<p onclick="x()" style="y">'))

    assert read_share(actor=teammate, share=share).html == HTML


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{FIRST}</p>",
        f"<p>{SECOND}</p>",
        f"<p>{FIRST}</p><p>{THIRD}</p>",
        "<p>frightened.  My\n</p>",
        "<p>frightened.<br>My shoulders</p>",
    ],
)
@pytest.mark.parametrize("title", ["", TITLE])
def test_share_entry_takes_a_passage_of_it(owner, teammate, cohort, html, title):
    share = make_share(author=owner, reader=teammate, cohort=cohort, html=html, title=title, passage=True)

    assert (share.passage, read_share(actor=teammate, share=share).title) == (True, title)


@pytest.mark.parametrize(
    ("html", "title", "passage"),
    [
        ("<p>Words from elsewhere</p>", "", True),
        (f"<p>{FIRST}</p><p>Words from elsewhere</p>", "", True),
        (f"<p>{THIRD}</p><p>{FIRST}</p>", "", True),  # not in their order
        (f"<p>{FIRST}</p><p>{FIRST}</p>", "", True),
        (f"<p>{FIRST} Words</p>", "", True),
        (f"<p>{FIRST}</p>", "Another title", True),
        (f"<p>{FIRST}</p>", TITLE, False),
        (HTML + "<p>and more</p>", TITLE, False),
        (HTML, "Another title", False),
        ("", "", True),
        ("<p> </p>", TITLE, True),
    ],
)
def test_share_entry_refuses_words_that_do_not_stand_there(owner, teammate, cohort, html, title, passage):
    refused("words", lambda: make_share(author=owner, reader=teammate, cohort=cohort, html=html, title=title, passage=passage))


def test_share_entry_of_an_entry_edited_meanwhile_refuses_what_is_gone(owner, teammate, cohort):
    entry = make_entry(owner)
    edit_entry(actor=owner, entry_id=entry.pk, title=TITLE, html=f"<p>{FIRST}</p>", version=1)

    refused("words", lambda: make_share(author=owner, reader=teammate, cohort=cohort, entry=entry))


# --- whom


def test_share_entry_asks_by_letter_without_a_word_of_it(owner, teammate, share):
    letter = Letter.objects.get()

    assert (letter.person, letter.subject) == (teammate, "Somebody has shared something with you")
    assert f"http://testserver/journal/shared/{share.pk}/" in letter.body
    for word in re.findall(r"\w{5,}", f"{TITLE} {HTML} {owner.display_name}"):
        assert word not in letter.subject + letter.body


@pytest.mark.parametrize("part", [Part.TRAINER, Part.GUEST_TRAINER])
def test_share_entry_reaches_who_teaches(owner, cohort, part):
    trainer = make_membership(cohort=cohort, part=part).person

    share = make_share(author=owner, reader=trainer, cohort=cohort)

    assert read_share(actor=trainer, share=share).html == HTML


NOT_ASKED = [*(set(Part) - {Part.TRAINER, Part.GUEST_TRAINER}), "interpreter in the group", "coordinator in the group", "other group"]
NOT_ASKED += ["triad", "removed", "inactive", "other cohort", "outsider", "oneself", "site coordinator", "nobody there"]


def not_asked(who, owner, cohort):
    """The id of somebody who cannot be asked."""
    if who in list(Part):
        return make_membership(cohort=cohort, part=who).person_id
    person = make_user(coordinates=who == "site coordinator", is_active=who != "inactive")
    group = cohort.groups.get()
    match who:
        case "interpreter in the group" | "coordinator in the group":
            group.members.add(make_membership(cohort=cohort, person=person, part=Part(who.split()[0])))
        case "other group":
            make_peer_group(cohort, person)
        case "triad":
            make_peer_group(cohort, owner, person, kind="triad")
        case "removed" | "inactive":
            ended_at = timezone.now() if who == "removed" else None
            group.members.add(make_membership(cohort=cohort, person=person, ended_at=ended_at))
        case "other cohort":
            make_membership(cohort=make_cohort(), person=person, part=Part.TRAINER)
        case "oneself":
            return owner.pk
        case "nobody there":
            return 999_999_999
    return person.pk


@pytest.mark.parametrize("who", sorted(NOT_ASKED))
@pytest.mark.parametrize("with_somebody", [False, True])
def test_share_entry_refuses_people_who_cannot_be_asked(owner, teammate, cohort, who, with_somebody):
    readers = [not_asked(who, owner, cohort)] + ([teammate.pk] if with_somebody else [])

    refused("readers", lambda: make_share(author=owner, cohort=cohort, readers=readers))


def test_share_entry_with_nobody_is_refused(owner, cohort):
    refused("readers", lambda: make_share(author=owner, cohort=cohort, readers=[]))


def test_share_entry_in_a_cohort_one_has_left_is_refused(owner, teammate, cohort):
    Membership.objects.filter(person=owner).update(ended_at=timezone.now())

    refused("readers", lambda: make_share(author=owner, reader=teammate, cohort=cohort))


@pytest.mark.parametrize("who", [*Part, "coordinates"])
def test_share_entry_of_somebody_else_is_not_there(owner, teammate, cohort, who):
    other = make_user(coordinates=who == "coordinates")
    if who in list(Part):
        cohort.groups.get().members.add(make_membership(cohort=cohort, person=other, part=who))
    entry = make_entry(owner)

    with pytest.raises(JournalEntry.DoesNotExist):
        make_share(author=other, reader=teammate, cohort=cohort, entry=entry)


# --- how and until when


def test_share_entry_refuses_an_end_that_is_over(owner, teammate, cohort):
    refused("end", lambda: make_share(author=owner, reader=teammate, cohort=cohort, ends_at=timezone.now()))


def test_share_entry_refuses_another_manner(owner, teammate, cohort):
    refused("refused", lambda: make_share(author=owner, reader=teammate, cohort=cohort, manner="grade"))


def test_share_entry_ends(owner, teammate, cohort, monkeypatch):
    share = make_share(author=owner, reader=teammate, cohort=cohort, ends_at=timezone.now() + datetime.timedelta(hours=1))
    read_share(actor=teammate, share=share)

    later = timezone.now() + datetime.timedelta(hours=2)
    monkeypatch.setattr("courses.models.shares.timezone.now", lambda: later)

    with pytest.raises(Refused):
        read_share(actor=teammate, share=share)
    assert read_share(actor=owner, share=share).html == HTML


def test_share_entry_sent_twice_is_shared_once(owner, teammate, cohort):
    entry, client_id = make_entry(owner), uuid4()

    first, second = (make_share(author=owner, reader=teammate, cohort=cohort, entry=entry, client_id=client_id) for _ in range(2))

    assert first == second
    assert (SharedVersion.objects.count(), ShareReader.objects.count(), Letter.objects.count()) == (1, 1, 1)


# --- opening


def test_open_share_writes_down_first_and_last_time_for_the_author(owner, teammate, share, monkeypatch):
    moments = [timezone.now() + datetime.timedelta(minutes=minutes) for minutes in (1, 2, 3)]
    for moment in moments:
        monkeypatch.setattr("courses.actions.shares.timezone.now", lambda moment=moment: moment)
        open_share(actor=teammate, share=share)

    reader = ShareReader.objects.get()
    assert (reader.first_opened_at, reader.last_opened_at) == (moments[0], moments[2])


def test_open_share_by_the_author_leaves_no_trace(owner, share):
    assert open_share(actor=owner, share=share).html == HTML
    assert ShareReader.objects.get().first_opened_at is None


def test_open_share_that_does_not_open_writes_nothing_down(owner, teammate, share):
    crypto.destroy_person_key(owner.pk)

    with pytest.raises(crypto.Unreadable):
        open_share(actor=teammate, share=share)

    assert ShareReader.objects.get().first_opened_at is None


@pytest.mark.parametrize("who", [*Part, "site coordinator", "outsider"])
def test_open_share_is_refused_to_everybody_else(owner, teammate, cohort, share, who):
    other = make_user(coordinates=who == "site coordinator")
    if who in list(Part):
        cohort.groups.get().members.add(make_membership(cohort=cohort, person=other, part=who))

    for act in (open_share, read_share):
        with pytest.raises(Refused):
            act(actor=other, share=share)
    assert ShareReader.objects.get().first_opened_at is None


# --- withdrawing and deleting


def test_withdraw_share_closes_it_at_once_and_keeps_the_log_for_the_author(owner, teammate, share):
    open_share(actor=teammate, share=share)

    withdrawn = withdraw_share(actor=owner, share_id=share.pk)

    with pytest.raises(Refused):
        read_share(actor=teammate, share=share)
    assert withdraw_share(actor=owner, share_id=share.pk).withdrawn_at == withdrawn.withdrawn_at
    assert read_share(actor=owner, share=share).html == HTML
    assert ShareReader.objects.get().first_opened_at is not None


def test_withdraw_share_is_the_authors_alone(owner, teammate, outsider, share):
    with pytest.raises(Refused):
        withdraw_share(actor=teammate, share_id=share.pk)
    with pytest.raises(SharedVersion.DoesNotExist):
        withdraw_share(actor=outsider, share_id=share.pk)
    assert SharedVersion.objects.get().withdrawn_at is None


def test_deleting_the_entry_deletes_what_was_shared_of_it(owner, teammate, share):
    respond(actor=teammate, share=share, html="<p>I heard</p>", quoted="", client_id=uuid4())

    delete_entry(actor=owner, entry_id=share.entry_id)

    for model in (SharedVersion, ShareReader, ShareResponse):
        assert model.objects.count() == 0


# --- at rest


def test_canaries_of_what_is_shared_are_nowhere(owner, teammate, cohort, client, caplog):
    title, passage, said, quoted, answer = (f"Kanarienvogel{number}" for number in range(5))
    html = f"<p>{passage} {quoted}</p>"
    entry = make_entry(owner, title=title, html=html)
    share = make_share(author=owner, reader=teammate, cohort=cohort, entry=entry, title=title, html=html)
    client.force_login(teammate)
    address = f"/journal/shared/{share.pk}/"
    assert passage in client.get(address).content.decode()
    client.post(f"{address}respond/", {"body": said, "quoted": quoted})
    response = ShareResponse.objects.get()
    client.force_login(owner)
    client.post(f"{address}respond/", {"body": answer, "answers": response.pk})
    page = client.get(f"/journal/{entry.pk}/").content.decode()
    assert all(canary in page for canary in (said, quoted, answer))

    stored = everything_stored() + caplog.text.encode()

    assert str(share.pk).encode() in stored
    for canary in (title, passage, said, quoted, answer):
        assert canary.encode() not in stored


def test_ciphertext_of_a_share_moved_elsewhere_does_not_open(owner, teammate, cohort, share):
    entry = share.entry
    other = make_share(author=owner, reader=teammate, cohort=cohort, entry=entry)
    elsewhere = make_share(author=owner, reader=teammate, cohort=cohort)
    moves = [
        {"body_sealed": other.body_sealed},
        {"title_sealed": other.title_sealed},
        {"body_sealed": share.title_sealed},
        {"body_sealed": entry.body_sealed},
        {"entry": elsewhere.entry},
    ]
    for changes in moves:
        moved = SharedVersion.objects.get(pk=share.pk)
        for field, value in changes.items():
            setattr(moved, field, value)
        with pytest.raises(crypto.Unreadable):
            read_share(actor=owner, share=moved)
    assert read_share(actor=owner, share=share).html == HTML


def test_share_entry_keeps_nothing_when_a_letter_fails(owner, teammate, cohort, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("no ink")

    monkeypatch.setattr("courses.actions.shares.write_letter", fail)
    with pytest.raises(RuntimeError):
        make_share(author=owner, reader=teammate, cohort=cohort)

    assert SharedVersion.objects.count() == 0


def test_read_share_asks_twice_whatever_was_shared(owner, teammate, cohort, share, django_assert_num_queries):
    for _ in range(3):
        make_share(author=owner, reader=teammate, cohort=cohort)
    found = SharedVersion.objects.select_related("entry").get(pk=share.pk)

    with django_assert_num_queries(1, connection=connection):
        read_share(actor=teammate, share=found)


def test_share_entry_of_nobodys_entry_is_not_there(owner, teammate, cohort):
    with pytest.raises(JournalEntry.DoesNotExist):
        share_entry(
            actor=owner,
            entry_id=uuid4(),
            cohort=cohort,
            title="",
            html=HTML,
            passage=False,
            readers=[teammate.pk],
            manner="read",
            ends_at=None,
            client_id=uuid4(),
        )
