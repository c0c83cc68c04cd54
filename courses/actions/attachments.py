"""What stands with an entry besides its words: photographs, drawings, voice notes and documents, sealed like the words.

Everything is sealed under the entry's key and bound to its place: table, attachment, entry, person and field; the file in parts
(lms.sealed_files). Pictures are drawn anew before (lms.pictures), so that they tell nothing of where and with what they were
taken. Nobody opens any of it but the author, and the readers of a shared version it was chosen to go along with.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from courses.actions.journals import key_of
from courses.actions.stored_files import discard, opened, store
from courses.models import Attachment, JournalEntry, SharedAttachment, SharedVersion, StoredFile
from courses.models.attachments import KINDS
from courses.permissions import can_edit_entry
from lms import crypto, pictures, sealed_files
from lms.files.kinds import PICTURES, Kind
from lms.files.names import display_name
from lms.files.serving import Read
from lms.files.upload import Upload
from lms.permissions import require
from lms.users.models import User

MOST_OF_ENTRY = 20
LARGEST_OF_ENTRY = 60_000_000  # bytes; an export of one day has to hold them
LARGEST_OF_PERSON = 1_000_000_000


@dataclass(frozen=True)
class OpenedAttachment:
    """What a page shows: its name, and what can be seen or is said. `readable` is False if these do not open."""

    attachment: Attachment
    name: str = ""
    words: str = ""
    readable: bool = True


@dataclass(frozen=True)
class OpenedFile:
    """A file to give out; `read` opens the parts that are asked for."""

    kind: Kind
    name: str
    size: int
    read: Read


def attach(*, actor: User, entry_id: uuid.UUID, sort: str, upload: Upload, words: str, client_id: uuid.UUID) -> Attachment:
    """Adds a file to one's entry. Sent again with the same client_id it is added once.

    Nothing is named before the file is whole in the storage. Raises JournalEntry.DoesNotExist if the entry is not the actor's,
    Refused if there is no room, ValidationError with a sentence if it is a picture that cannot be taken.
    """
    entry = _entry(actor, entry_id)
    if already := entry.attachments.filter(client_id=client_id).first():
        return already
    require(upload.kind in KINDS[sort], _("This file is of another kind than was asked for."), "file")
    _check_room(actor, entry, upload.size)
    made = Attachment(entry=entry, client_id=client_id, sort=sort, kind=upload.kind)
    content = _content(made, upload)
    made.size = len(content)
    key = key_of(entry)
    made.name_sealed = crypto.seal_text(display_name(upload.name, Kind(made.kind)), key=key, place=_place(made, "name"))
    made.words_sealed = crypto.seal_text(words, key=key, place=_place(made, "words"))
    file = store(sealed_files.seal_file(content, key=key, place=_place(made, "file")))
    try:
        named = _named(actor, made, file)
    except Exception:
        discard([file])
        raise
    if named.file_id != file.pk:
        discard([file])
    return named


@transaction.atomic
def describe_attachment(*, actor: User, attachment_id: uuid.UUID, words: str) -> Attachment:
    """Changes what is said of it. Shared versions keep what they said. Raises Attachment.DoesNotExist if it is not the actor's."""
    attachment = Attachment.objects.visible_to(actor).select_related("entry").select_for_update(of=("self",)).get(pk=attachment_id)
    require(can_edit_entry(actor, attachment.entry), _("Only the person who wrote this can change it."))
    attachment.words_sealed = crypto.seal_text(words, key=key_of(attachment.entry), place=_place(attachment, "words"))
    attachment.save(update_fields=["words_sealed"])
    return attachment


@transaction.atomic
def delete_attachment(*, actor: User, attachment_id: uuid.UUID) -> None:
    """Deletes it for good, out of shared versions too. Raises Attachment.DoesNotExist if it is not the actor's."""
    mine = Attachment.objects.visible_to(actor).select_related("entry", "file")
    attachment = mine.select_for_update(of=("self",)).get(pk=attachment_id)
    require(can_edit_entry(actor, attachment.entry), _("Only the person who wrote this can delete it."))
    attachment.delete()
    discard([attachment.file])


def read_attachments(*, actor: User, entry: JournalEntry, attachments: Iterable[Attachment]) -> list[OpenedAttachment]:
    """Opens names and words for the author; one query for the key however many there are. Raises Refused for everybody else."""
    require(can_edit_entry(actor, entry), _("Only the person who wrote this can see it."))
    found = list(attachments)
    for attachment in found:
        attachment.entry = entry  # at hand, instead of a query for each
    return _opened(entry, [(attachment, bytes(attachment.words_sealed), _place(attachment, "words")) for attachment in found])


def open_attachment(*, actor: User, attachment: Attachment) -> OpenedFile:
    """The file, for the author. Raises Refused for everybody else, crypto.Unreadable if it does not open or is not there."""
    require(can_edit_entry(actor, attachment.entry), _("Only the person who wrote this can see it."))
    return _file(attachment)


def read_whole(*, actor: User, attachment: Attachment) -> bytes:
    """All of the file at once, for what is made of it for its author. Raises as `open_attachment`."""
    file = open_attachment(actor=actor, attachment=attachment)
    return b"".join(file.read(0, file.size))


# --- going along with what is shared --------------------------------------------------------------------------------


def send_along(share: SharedVersion, chosen: Collection[uuid.UUID]) -> None:
    """Lets attachments of the entry (their ids) go along with a version that is being shared. For the action that shares.

    Raises Refused with the code "attachments" if one of them does not belong to the entry.
    """
    found = list(Attachment.objects.filter(entry=share.entry, pk__in=set(chosen)))
    require(
        len(found) == len(set(chosen)), _("One of these files is not with your entry any more. Please choose once more."), "attachments"
    )
    key = key_of(share.entry)
    rows = []
    for attachment in found:
        words = crypto.unseal_text(attachment.words_sealed, key=key, place=_place(attachment, "words"))
        row = SharedAttachment(share=share, attachment=attachment)
        row.words_sealed = crypto.seal_text(words, key=key, place=_shared_place(row))
        rows.append(row)
    SharedAttachment.objects.bulk_create(rows)


def read_shared_attachments(*, actor: User, share: SharedVersion) -> list[OpenedAttachment]:
    """What goes along with a shared version, for who may read that now; nothing for anybody else."""
    along = list(SharedAttachment.objects.visible_to(actor).filter(share=share).select_related("attachment"))
    for row in along:
        row.share, row.attachment.entry = share, share.entry
    return _opened(share.entry, [(row.attachment, bytes(row.words_sealed), _shared_place(row)) for row in along])


def open_shared_attachment(*, actor: User, shared: SharedAttachment) -> OpenedFile:
    """The file, for who may read the shared version now. Raises as `open_attachment`."""
    require(SharedAttachment.objects.visible_to(actor).filter(pk=shared.pk).exists(), _("This is not shared with you."))
    return _file(shared.attachment)


# --- inside ---------------------------------------------------------------------------------------------------------


def _entry(actor: User, entry_id: uuid.UUID) -> JournalEntry:
    entry = JournalEntry.objects.visible_to(actor).get(pk=entry_id)
    require(can_edit_entry(actor, entry), _("Only the person who wrote this can add to it."))
    return entry


def _check_room(actor: User, entry: JournalEntry, size: int) -> None:
    """Looked at before the work, and again when the file is named."""
    here = entry.attachments.aggregate(count=Count("pk"), size=Sum("size"))
    require(
        here["count"] < MOST_OF_ENTRY,
        _("There are %(most)s files with this entry already. A new entry takes more.") % {"most": MOST_OF_ENTRY},
    )
    of_entry = _("The files of one entry may be %(limit)s MB together. A new entry takes more.")
    require((here["size"] or 0) + size <= LARGEST_OF_ENTRY, of_entry % {"limit": LARGEST_OF_ENTRY // 1_000_000}, "file")
    everything = Attachment.objects.visible_to(actor).aggregate(size=Sum("size"))["size"] or 0
    of_person = _("The files of your journal may be %(limit)s MB together. Please delete one that you no longer need.")
    require(everything + size <= LARGEST_OF_PERSON, of_person % {"limit": LARGEST_OF_PERSON // 1_000_000}, "file")


def _content(made: Attachment, upload: Upload) -> bytes:
    """What is kept: a picture drawn anew, everything else as it is."""
    content = upload.read()
    if upload.kind not in PICTURES:
        return content
    picture = pictures.reencode(content)
    made.kind = next(kind for kind in PICTURES if kind.mime == picture.mime)
    made.width, made.height = picture.width, picture.height
    return picture.data


@transaction.atomic
def _named(actor: User, made: Attachment, file: StoredFile) -> Attachment:
    """The row, or the one that the same upload has made meanwhile. The person's row is locked, so that two uploads count each other."""
    User.objects.select_for_update().get(pk=actor.pk)
    entry = JournalEntry.objects.visible_to(actor).select_for_update().get(pk=made.entry_id)
    if already := entry.attachments.filter(client_id=made.client_id).first():
        return already
    _check_room(actor, entry, made.size)
    made.file = file
    made.save(force_insert=True)
    return made


def _place(attachment: Attachment, field: str) -> str:
    return f"courses.attachment:{attachment.pk}:{attachment.entry_id}:{attachment.entry.author_id}:{field}"


def _shared_place(row: SharedAttachment) -> str:
    return f"courses.shared_attachment:{row.share_id}:{row.attachment_id}:{row.share.entry.author_id}:words"


def _opened(entry: JournalEntry, rows: Sequence[tuple[Attachment, bytes, str]]) -> list[OpenedAttachment]:
    if not rows:
        return []
    try:
        key = key_of(entry)
    except crypto.Unreadable:
        return [OpenedAttachment(attachment, readable=False) for attachment, _sealed, _where in rows]
    return [_one(attachment, key, words, place) for attachment, words, place in rows]


def _one(attachment: Attachment, key: bytes, words: bytes, place: str) -> OpenedAttachment:
    try:
        name = crypto.unseal_text(attachment.name_sealed, key=key, place=_place(attachment, "name"))
        return OpenedAttachment(attachment, name, crypto.unseal_text(words, key=key, place=place))
    except crypto.Unreadable:
        return OpenedAttachment(attachment, readable=False)


def _file(attachment: Attachment) -> OpenedFile:
    """The keys are at hand when it is read: nothing is asked of the database then."""
    key, place, size, row = key_of(attachment.entry), _place(attachment, "file"), attachment.size, attachment.file
    name = crypto.unseal_text(attachment.name_sealed, key=key, place=_place(attachment, "name"))

    def read(begin: int, end: int) -> Iterator[bytes]:
        with opened(row) as file:
            yield from sealed_files.open_file(file, begin, end, size=size, key=key, place=place)

    try:
        with opened(row) as file:
            sealed_files.check_end(file, size=size, key=key, place=place)
    except OSError:
        raise crypto.Unreadable("no file") from None
    return OpenedFile(Kind(attachment.kind), name, size, read)
