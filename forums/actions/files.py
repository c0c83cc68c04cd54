"""Pictures and files of posts: brought before the post is there, put to it when it is said, removed.

Pictures are drawn anew (lms.pictures), so that they tell nothing of where and with what they were taken. A file's row is there before
the file, with size 0, so that what breaks off in between is found by the sweep. Where it is kept says neither what nor whose it is.
"""

import datetime
import uuid
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions.checking import notices_nothing
from forums.models import ALT_LENGTH, Forum, Post, PostFile
from forums.permissions import can_edit_post, can_start_thread
from lms import pictures
from lms.files.disk import have_on_disk
from lms.files.kinds import DOCUMENTS, PICTURES, Kind
from lms.files.names import display_name
from lms.files.serving import Read
from lms.files.upload import Upload
from lms.permissions import require
from lms.users.models import User
from lms.words import one_line

KINDS = PICTURES | DOCUMENTS
MOST = 6  # files of one post
MOST_WAITING = 30  # files of one person whose posts are not there yet
LEFT_BEHIND = datetime.timedelta(days=1)
BATCH = 500
PART = 65_536  # bytes that are read at once

# What somebody says of a picture; None: they cannot describe it.
Alts = Mapping[UUID, str | None]


def bring_file(*, actor: User, forum: Forum, client_id: UUID, upload: Upload, alt: str = "") -> PostFile:
    """Keeps a file for the post that will come with this client_id. The same file brought twice is there once.

    What its name or description may tell of somebody is not written down: the name becomes an ordinary one, the description waits
    for the post. Raises Refused if there is no room, ValidationError with a sentence if it is a picture that cannot be taken.
    """
    require(can_start_thread(actor, forum), _("Your part in this cohort does not include this forum."))
    _require_room(actor, client_id)
    fresh = PostFile(author=actor, client_id=client_id, size=0)
    content, kind = _content(fresh, upload)
    named = notices_nothing(forum=forum, text=upload.name.rpartition(".")[0])
    fresh.name = display_name(upload.name, kind) if named else _ordinary_name(kind)
    line = one_line(alt)[:ALT_LENGTH] if fresh.picture else ""
    fresh.alt = line if notices_nothing(forum=forum, text=line) else ""
    fresh.file.name = f"forum/{fresh.pk.hex[:2]}/{uuid.uuid4().hex}"
    fresh.save(force_insert=True)
    try:
        _store(fresh, content)
        kept = _named(fresh, content)
    except BaseException:
        _discard([fresh])
        raise
    if kept != fresh:
        _discard([fresh])
    return kept


@transaction.atomic
def remove_file(*, actor: User, file_id: UUID) -> None:
    """Takes one's own file away, for good and at once. Raises PostFile.DoesNotExist if there is none of theirs with this id."""
    file = PostFile.objects.select_related("post__thread__forum").get(pk=file_id, author=actor)
    require(file.post is None or can_edit_post(actor, file.post), _("Only who brought it can take it away."))
    file.delete()
    _delete_from_storage([file.stored_as])


@transaction.atomic
def keep_alts(*, actor: User, forum: Forum, client_id: UUID, alts: Alts) -> None:
    """Writes down what is said of pictures for a post to come, so that a page that comes anew has it; not what may tell who somebody is."""
    for file in PostFile.objects.whole().filter(author=actor, client_id=client_id, post=None, picture=True, pk__in=list(alts)):
        line = one_line(alts[file.pk] or "")[:ALT_LENGTH]
        if line != file.alt and notices_nothing(forum=forum, text=line):
            PostFile.objects.filter(pk=file.pk).update(alt=line)


def reader_of(file: PostFile) -> Read:
    """Reads what is asked of it, part by part. Raises OSError at once if it is not in the storage. Ask who may see it before."""
    name = file.stored_as
    with default_storage.open(name):
        pass

    def read(begin: int, end: int) -> Iterator[bytes]:
        with default_storage.open(name) as stored:
            stored.seek(begin)
            while begin < end and (part := stored.read(min(PART, end - begin))):
                begin += len(part)
                yield part

    return read


def sweep_files() -> str:
    """By the clock: deletes what was brought a day ago and never got a post, and what broke off on its way."""
    left = PostFile.objects.filter(post=None, brought_at__lt=timezone.now() - LEFT_BEHIND).order_by("brought_at")
    rows = [file for file in left[:BATCH] if PostFile.objects.filter(pk=file.pk, post=None).delete()[0]]
    _delete_from_storage([file.stored_as for file in rows])
    return f"{len(rows)} files deleted that never got a post"


# --- for the other actions of this app ------------------------------------------------------------------------------


def attach_files(*, post: Post, alts: Alts) -> None:
    """Puts to a post what its author brought for it, each picture with its description. In the transaction of the post.

    Raises Refused if a picture has none, or if the post is anonymous and a file could tell who wrote it.
    """
    files = list(PostFile.objects.whole().filter(Q(post=None) | Q(post=post), author=post.author_id, client_id=post.client_id))
    require(len(files) <= MOST, _no_room(), "file")
    for number, file in enumerate(files, start=1):
        if post.alias_number:
            require(
                file.picture,
                _("A file can tell who wrote it, so an anonymous post takes pictures only. Please remove %(name)s.") % {"name": file.name},
                "file",
            )
            file.name = _ordinary_name(file.kind, number)
        file.alt = _described(file, alts)
        file.post = post
    PostFile.objects.bulk_update(files, ["post", "alt", "name"])


def described_now(*, author_id: int, client_id: UUID, alts: Alts) -> dict[str, str]:
    """What is said of the pictures of a post, by names for the check ("alt-<id>")."""
    pictures_of = PostFile.objects.whole().filter(author=author_id, client_id=client_id, picture=True, pk__in=list(alts))
    return {f"alt-{file.pk}": one_line(alts[file.pk] or "") for file in pictures_of}


def remove_files(*, post: Post) -> None:
    """The files go with the words: for a post that is taken back. In its transaction; from the storage once that is certain."""
    files = list(post.files.all())
    post.files.all().delete()
    _delete_from_storage([file.stored_as for file in files])


# --- inside ---------------------------------------------------------------------------------------------------------


def _no_room() -> str:
    return _("A post takes %(most)s files. Please remove one, or say more in a second post.") % {"most": MOST}


def _require_room(actor: User, client_id: UUID) -> None:
    """Looked at before the work, and again when the file counts."""
    mine = PostFile.objects.whole().filter(author=actor)
    require(mine.filter(client_id=client_id).count() < MOST, _no_room(), "file")
    waiting = _("There are many files of yours here that have not been posted. Please post or remove some, or wait a day.")
    require(mine.filter(post=None).count() < MOST_WAITING, waiting, "file")


def _content(fresh: PostFile, upload: Upload) -> tuple[bytes, Kind]:
    """What is kept: a picture drawn anew, everything else as it is."""
    content, kind = upload.read(), upload.kind
    if kind in PICTURES:
        picture = pictures.reencode(content)
        content, kind = picture.data, next(kind for kind in PICTURES if kind.mime == picture.mime)
        fresh.picture, fresh.width, fresh.height = True, picture.width, picture.height
    fresh.mime = kind.mime
    return content, kind


def _ordinary_name(kind: Kind, number: int = 1) -> str:
    """A name that tells nothing."""
    word = _("picture") if kind in PICTURES else _("document")
    return display_name(f"{word} {number}" if number > 1 else word, kind)


def _store(fresh: PostFile, content: bytes) -> None:
    saved = default_storage.save(fresh.stored_as, ContentFile(content))
    if saved != fresh.stored_as:  # a storage may choose another name; ours is one of 2^122
        default_storage.delete(saved)
        raise FileExistsError(fresh.stored_as)
    have_on_disk(saved)


@transaction.atomic
def _named(fresh: PostFile, content: bytes) -> PostFile:
    """The file begins to count; or the one that a second press of the button has brought meanwhile. One file of a person at a time."""
    User.objects.select_for_update(no_key=True).get(pk=fresh.author_id)
    same = PostFile.objects.whole().filter(author=fresh.author_id, client_id=fresh.client_id, name=fresh.name, size=len(content))
    for file in same:
        if b"".join(reader_of(file)(0, file.size)) == content:
            return file
    _require_room(fresh.author, fresh.client_id)
    fresh.size = len(content)
    fresh.save(update_fields=["size"])
    return fresh


def _described(file: PostFile, alts: Alts) -> str:
    """What is said of it now. Raises Refused if it is a picture and nobody said that they cannot describe it."""
    if not file.picture:
        return ""
    said = alts.get(file.pk, file.alt if file.alt or file.post_id is None else None)
    line = one_line(said or "")
    sentence = _("Please say in a sentence what “%(name)s” shows, for whoever does not see it; or tick that you cannot describe it.")
    require(bool(line) or said is None, sentence % {"name": file.name}, "alt")
    limit = _("There is room for %(limit)s characters to say what a picture shows. Please say it more briefly.")
    require(len(line) <= ALT_LENGTH, limit % {"limit": ALT_LENGTH}, "alt")
    return line


def _discard(files: Iterable[PostFile]) -> None:
    """What was never named: its row goes after its file, so that the sweep finds what could not be deleted now."""
    for file in files:
        default_storage.delete(file.stored_as)
        PostFile.objects.filter(pk=file.pk).delete()


def _delete_from_storage(names: list[str]) -> None:
    def delete() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(delete, robust=True)
