"""What stands with an entry: sealed, in its place, for its author and whom it goes along to."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage

from courses.actions import attachments
from courses.actions.attachments import (
    attach,
    delete_attachment,
    describe_attachment,
    open_attachment,
    open_shared_attachment,
    read_attachments,
    read_shared_attachments,
    read_whole,
)
from courses.actions.journals import delete_entry
from courses.actions.shares import withdraw_share
from courses.models import Attachment, JournalEntry, SharedAttachment, SharedVersion, StoredFile
from lms import crypto
from lms.permissions import Refused
from tests.courses.actions.test_journals import everything_stored
from tests.courses.factories import make_attachment, make_entry, make_share, make_upload
from tests.factories import make_user
from tests.files import CANARY, PDF, WEBM, ZIP, photograph, picture, sound

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def again(attachment: Attachment) -> Attachment:
    return Attachment.objects.select_related("entry", "file").get(pk=attachment.pk)


def words_of(person, attachment: Attachment) -> tuple[str, str, bool]:
    one = read_attachments(actor=person, entry=attachment.entry, attachments=[again(attachment)])[0]
    return one.name, one.words, one.readable


def in_storage(attachment: Attachment) -> bytes:
    with default_storage.open(attachment.file.name) as file:
        return file.read()


def opens(attachment: Attachment) -> bytes:
    return read_whole(actor=attachment.entry.author, attachment=again(attachment))


def unreadable(attachment: Attachment) -> bool:
    try:
        opens(attachment)
    except crypto.Unreadable:
        return True
    return False


# --- adding


def test_attach_keeps_a_file_its_name_and_its_words(owner):
    attachment = make_attachment(make_entry(owner), PDF, "C:\\letters\\letter.pdf", sort="document", words="A letter")

    assert words_of(owner, attachment) == ("letter.pdf", "A letter", True)
    assert opens(attachment) == PDF
    assert (attachment.kind, attachment.size, attachment.width) == ("pdf", len(PDF), None)


def test_attach_draws_a_photograph_anew_without_where_and_with_what_it_was_taken(owner):
    attachment = make_attachment(make_entry(owner), photograph((60, 40), orientation=6), "IMG_1.jpg")

    content = opens(attachment)
    assert (attachment.kind, attachment.width, attachment.height, attachment.size) == ("jpeg", 40, 60, len(content))
    assert CANARY.encode() not in content and b"Exif" not in content


def test_attach_calls_it_what_it_has_become(owner):
    attachment = make_attachment(make_entry(owner), picture("GIF"), "moving.gif")

    assert (words_of(owner, attachment)[0], attachment.kind) == ("moving.png", "png")


@pytest.mark.parametrize(
    ("sort", "content", "name"), [("voice", WEBM, "a.webm"), ("voice", sound(), "a.wav"), ("drawing", picture(), "a.png")]
)
def test_attach_takes_what_was_recorded_and_drawn(owner, sort, content, name):
    assert make_attachment(make_entry(owner), content, name, sort=sort).sort == sort


@pytest.mark.parametrize(
    ("sort", "content", "name"), [("voice", PDF, "a.pdf"), ("document", picture(), "a.png"), ("photograph", sound(), "a.wav")]
)
def test_attach_refuses_another_kind_than_was_asked_for(owner, sort, content, name):
    with pytest.raises(Refused, match="another kind"):
        make_attachment(make_entry(owner), content, name, sort=sort)

    assert (Attachment.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_attach_refuses_a_broken_picture_and_keeps_nothing(owner):
    with pytest.raises(ValidationError, match="damaged"):
        make_attachment(make_entry(owner), picture(size=(300, 300))[:400])

    assert (Attachment.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_attach_twice_is_one(owner):
    entry, client_id = make_entry(owner), uuid4()

    assert make_attachment(entry, client_id=client_id) == make_attachment(entry, client_id=client_id)
    assert StoredFile.objects.count() == 1


def test_attach_that_came_twice_at_once_is_one_and_leaves_one_file(owner, monkeypatch, django_capture_on_commit_callbacks):
    entry, client_id = make_entry(owner), uuid4()
    store, others = attachments.store, []

    def slow(sealed):
        row = store(sealed)
        if not others:
            others.append(None)
            others[0] = make_attachment(entry, client_id=client_id)
        return row

    monkeypatch.setattr(attachments, "store", slow)
    with django_capture_on_commit_callbacks(execute=True):
        made = make_attachment(entry, client_id=client_id)

    assert [made] == others == list(Attachment.objects.all())
    assert list(StoredFile.objects.all()) == [made.file]


def test_attach_that_breaks_half_way_leaves_nothing(owner, monkeypatch, django_capture_on_commit_callbacks):
    entry = make_entry(owner)
    monkeypatch.setattr(attachments, "LARGEST_OF_PERSON", 100_000)

    def full(*given, **named):
        raise OSError("disk full")

    monkeypatch.setattr(attachments, "_named", full)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(OSError, match="disk full"):
        make_attachment(entry)

    assert (Attachment.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_attach_to_an_entry_deleted_meanwhile_leaves_nothing(owner, monkeypatch, django_capture_on_commit_callbacks):
    entry = make_entry(owner)
    store = attachments.store

    def slow(sealed):
        delete_entry(actor=owner, entry_id=entry.pk)
        return store(sealed)

    monkeypatch.setattr(attachments, "store", slow)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(JournalEntry.DoesNotExist):
        make_attachment(entry)

    assert StoredFile.objects.count() == 0


def test_attach_is_for_the_author_alone(owner, teammate):
    entry = make_entry(owner)

    with pytest.raises(JournalEntry.DoesNotExist):
        attach(actor=teammate, entry_id=entry.pk, sort="document", upload=make_upload(PDF, "a.pdf"), words="", client_id=uuid4())


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [
        ("MOST_OF_ENTRY", 1, "There are 1 files with this entry already. A new entry takes more."),
        ("LARGEST_OF_ENTRY", 2 * len(PDF) - 1, "The files of one entry may be 0 MB together. A new entry takes more."),
        (
            "LARGEST_OF_PERSON",
            2 * len(PDF) - 1,
            "The files of your journal may be 0 MB together. Please delete one that you no longer need.",
        ),
    ],
)
def test_attach_names_the_limit(owner, monkeypatch, limit, value, sentence):
    entry = make_entry(owner)
    make_attachment(entry, PDF, "a.pdf", sort="document")
    monkeypatch.setattr(attachments, limit, value)

    with pytest.raises(Refused) as refused:
        make_attachment(entry, PDF, "b.pdf", sort="document")

    assert refused.value.sentence.startswith(sentence)
    assert make_attachment(make_entry(make_user()), PDF, "b.pdf", sort="document")  # somebody else's do not count


# --- reading


def test_what_is_sealed_stands_nowhere_in_the_open(owner):
    attachment = make_attachment(make_entry(owner), PDF + CANARY.encode(), f"{CANARY}.pdf", sort="document", words=CANARY)

    assert opens(attachment).endswith(CANARY.encode())
    assert CANARY.encode() not in in_storage(attachment) and b"%PDF" not in in_storage(attachment)
    assert CANARY.encode() not in everything_stored()
    assert CANARY not in repr(vars(attachment)) + str(attachment)


def test_read_attachments_and_open_attachment_are_for_the_author_alone(owner, teammate):
    attachment = make_attachment(make_entry(owner))

    for read in (
        lambda: read_attachments(actor=teammate, entry=attachment.entry, attachments=[attachment]),
        lambda: open_attachment(actor=teammate, attachment=attachment),
    ):
        with pytest.raises(Refused):
            read()
    assert list(Attachment.objects.visible_to(teammate)) == []


def test_open_attachment_opens_a_part_alone(owner, monkeypatch):
    monkeypatch.setattr("lms.sealed_files.PART", 20)
    attachment = make_attachment(make_entry(owner), PDF, "a.pdf", sort="document")

    file = open_attachment(actor=owner, attachment=again(attachment))

    assert (file.name, file.size, b"".join(file.read(30, 55))) == ("a.pdf", len(PDF), PDF[30:55])


@pytest.mark.parametrize("where", ["entry", "person", "attachment"])
def test_a_file_does_not_open_in_another_place(owner, where):
    entry = make_entry(owner)
    attachment = make_attachment(entry, PDF, "a.pdf", sort="document")
    other = make_attachment(
        {"entry": make_entry(owner), "person": make_entry(make_user()), "attachment": entry}[where], PDF, "b.pdf", sort="document"
    )
    moved = in_storage(attachment)
    default_storage.delete(other.file.name)
    with default_storage.open(other.file.name, "wb") as file:
        file.write(moved)
    Attachment.objects.filter(pk=other.pk).update(words_sealed=attachment.words_sealed)

    assert unreadable(other)
    assert words_of(other.entry.author, other) == ("", "", False)
    assert not unreadable(attachment)


@pytest.mark.parametrize("left", [0, 100, -1])
def test_a_file_that_is_cut_off_or_gone_does_not_open(owner, left):
    attachment = make_attachment(make_entry(owner), PDF, "a.pdf", sort="document")
    sealed = in_storage(attachment)
    default_storage.delete(attachment.file.name)
    if left:
        with default_storage.open(attachment.file.name, "wb") as file:
            file.write(sealed[:left])

    assert unreadable(attachment)
    assert words_of(owner, attachment)[2] is True


def test_a_file_does_not_open_without_its_persons_key(owner):
    attachment = make_attachment(make_entry(owner))
    crypto.destroy_person_key(owner.pk)

    assert unreadable(attachment)
    assert words_of(owner, attachment) == ("", "", False)


# --- changing and deleting


def test_describe_attachment_changes_the_words_alone(owner, teammate):
    attachment = make_attachment(make_entry(owner))

    describe_attachment(actor=owner, attachment_id=attachment.pk, words="Two gardens")

    assert words_of(owner, attachment) == ("Garden.png", "Two gardens", True)
    with pytest.raises(Attachment.DoesNotExist):
        describe_attachment(actor=teammate, attachment_id=attachment.pk, words="x")


def test_delete_attachment_deletes_file_and_row(owner, teammate, django_capture_on_commit_callbacks):
    entry = make_entry(owner)
    attachment, stays = make_attachment(entry), make_attachment(entry)

    with pytest.raises(Attachment.DoesNotExist):
        delete_attachment(actor=teammate, attachment_id=attachment.pk)
    with django_capture_on_commit_callbacks(execute=True):
        delete_attachment(actor=owner, attachment_id=attachment.pk)

    assert [default_storage.exists(one.file.name) for one in (attachment, stays)] == [False, True]
    assert (list(Attachment.objects.all()), list(StoredFile.objects.all())) == ([stays], [stays.file])


def test_delete_entry_deletes_its_files(owner, django_capture_on_commit_callbacks):
    entry, other = make_entry(owner), make_entry(owner)
    attachment, stays = make_attachment(entry), make_attachment(other)

    with django_capture_on_commit_callbacks(execute=True):
        delete_entry(actor=owner, entry_id=entry.pk)

    assert [default_storage.exists(one.file.name) for one in (attachment, stays)] == [False, True]
    assert list(StoredFile.objects.all()) == [stays.file]


# --- going along


@pytest.fixture
def along(owner, teammate):
    """A version shared with the teammate, and the two attachments of its entry of which the first goes along."""
    entry = make_entry(owner)
    first, second = make_attachment(entry, words="What they see"), make_attachment(entry, words="Mine alone")
    return make_share(author=owner, reader=teammate, entry=entry, attachments=[first.pk]), first, second


def shared_of(share: SharedVersion, person) -> list[tuple[str, str]]:
    share = SharedVersion.objects.select_related("entry").get(pk=share.pk)
    return [(one.name, one.words) for one in read_shared_attachments(actor=person, share=share)]


def open_shared(person, attachment: Attachment) -> bytes:
    row = SharedAttachment.objects.select_related("attachment__file", "attachment__entry").get(attachment=attachment)
    file = open_shared_attachment(actor=person, shared=row)
    return b"".join(file.read(0, file.size))


def test_share_entry_lets_only_what_was_chosen_go_along(owner, teammate, outsider, along):
    share, first, _second = along

    assert shared_of(share, teammate) == shared_of(share, owner) == [("Garden.png", "What they see")]
    assert open_shared(teammate, first) == opens(first)
    assert shared_of(share, outsider) == []
    with pytest.raises(Refused):
        open_shared(outsider, first)


def test_share_entry_lets_nothing_go_along_by_itself(owner, teammate):
    entry = make_entry(owner)
    make_attachment(entry)

    assert shared_of(make_share(author=owner, reader=teammate, entry=entry), teammate) == []


def test_share_entry_refuses_a_file_of_another_entry(owner, teammate):
    other = make_attachment(make_entry(owner))

    with pytest.raises(Refused, match="not with your entry any more") as refused:
        make_share(author=owner, reader=teammate, entry=make_entry(owner), attachments=[other.pk])

    assert (refused.value.code, SharedVersion.objects.count()) == ("attachments", 0)


def test_share_entry_of_a_page_without_words_takes_a_picture(owner, teammate):
    entry = make_entry(owner, title="", html="")
    attachment = make_attachment(entry)

    share = make_share(author=owner, reader=teammate, entry=entry, title="", html="", attachments=[attachment.pk])

    assert shared_of(share, teammate) == [("Garden.png", "A garden")]
    with pytest.raises(Refused, match="no words"):
        make_share(author=owner, reader=teammate, entry=entry, title="", html="")


def test_what_goes_along_keeps_the_words_it_had(owner, teammate, along):
    share, first, _second = along

    describe_attachment(actor=owner, attachment_id=first.pk, words="Others now")

    assert shared_of(share, teammate) == [("Garden.png", "What they see")]


def test_what_goes_along_ends_with_the_share(owner, teammate, along):
    share, first, _second = along

    withdraw_share(actor=owner, share_id=share.pk)

    assert shared_of(share, teammate) == []
    with pytest.raises(Refused):
        open_shared(teammate, first)
    assert shared_of(share, owner) == [("Garden.png", "What they see")]


def test_what_goes_along_goes_with_the_file(owner, teammate, along):
    share, first, _second = along

    delete_attachment(actor=owner, attachment_id=first.pk)

    assert shared_of(share, teammate) == []


def test_words_that_go_along_do_not_open_in_another_share(owner, teammate, along):
    share, first, second = along
    other = make_share(author=owner, reader=teammate, entry=share.entry, attachments=[second.pk])
    SharedAttachment.objects.filter(share=other).update(words_sealed=SharedAttachment.objects.get(share=share).words_sealed)

    assert shared_of(other, teammate) == [("", "")]
    assert not unreadable(first)


def test_a_zip_is_no_upload_of_any_sort():
    with pytest.raises(ValidationError):
        make_upload(ZIP, "holiday.png")
