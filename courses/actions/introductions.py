"""What somebody shows of themselves to the people of one cohort: a few words and a face.

The face is drawn anew (lms.pictures), small, and sealed under the person's own key, so that it goes with that key. Who sees it is
what `Introduction.visible_to` says.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.stored_files import discard, opened, store
from courses.models import Introduction, Membership, StoredFile
from lms import crypto, pictures
from lms.files.kinds import PICTURES, Kind
from lms.files.upload import Upload
from lms.permissions import require
from lms.users.models import User

FACE_SIDE = 480  # points of its longer side: twice what the page shows, for fine screens


@dataclass(frozen=True)
class _Face:
    """A picture that was drawn anew, and where it is kept."""

    content: bytes
    kind: Kind
    file: StoredFile


def introduce(*, actor: User, membership: Membership, words: str, alt: str, upload: Upload | None, remove_face: bool) -> None:
    """Sets what the people of this cohort read and see of the actor. A picture takes the place of the one before; the same again is
    harmless. Raises Refused unless it is the actor's own membership, and current; ValidationError, with a sentence, for a picture that
    cannot be taken."""
    _require_mine(actor, membership)
    face = _drawn(actor, membership, upload) if upload else None  # not in the transaction: see stored_files
    try:
        _keep(actor, membership, words=words, alt=alt, face=face, remove_face=remove_face)
    except Exception:
        if face:
            discard([face.file])
        raise


def open_face(*, introduction: Introduction) -> bytes:
    """The picture. Whether somebody may see it was asked by `visible_to`. Raises crypto.Unreadable if it does not open or is not there."""
    if introduction.face is None:
        raise crypto.Unreadable("no face")
    membership = introduction.membership
    try:
        with opened(introduction.face) as file:
            sealed = file.read()
    except OSError:
        raise crypto.Unreadable("no file") from None
    return crypto.unseal(sealed, key=crypto.person_key(membership.person_id), place=_place(membership))


def forget_introduction(membership: Membership) -> None:
    """Takes words and face away. For actions that end a membership."""
    gone = Introduction.objects.filter(membership=membership).select_related("face").first()
    if gone is not None:
        gone.delete()
        if gone.face:
            discard([gone.face])


# --- inside ---------------------------------------------------------------------------------------------------------


def _require_mine(actor: User, membership: Membership) -> None:
    require(membership.person_id == actor.pk and membership.ended_at is None, _("Everybody writes about themselves only."))


def _drawn(actor: User, membership: Membership, upload: Upload) -> _Face:
    picture = pictures.reencode(upload.read(), longest=FACE_SIDE)
    sealed = crypto.seal(picture.data, key=crypto.person_key(actor.pk, make=True), place=_place(membership))
    return _Face(picture.data, next(kind for kind in PICTURES if kind.mime == picture.mime), store(sealed))


@transaction.atomic
def _keep(actor: User, membership: Membership, *, words: str, alt: str, face: _Face | None, remove_face: bool) -> None:
    # The membership's row is locked as removal locks it: whoever is removed meanwhile leaves nothing behind here.
    _require_mine(actor, Membership.objects.select_for_update().get(pk=membership.pk))
    mine, _fresh = Introduction.objects.get_or_create(membership=membership)
    before = mine.face
    mine.words, mine.face_alt, mine.changed_at = words, alt, timezone.now()
    if face:
        mine.face, mine.face_kind, mine.face_size = face.file, face.kind, len(face.content)
    elif remove_face:
        mine.face, mine.face_kind, mine.face_size, mine.face_alt = None, "", 0, ""
    mine.save()
    if before and before != mine.face:
        discard([before])


def _place(membership: Membership) -> str:
    return f"courses.face:{membership.pk}:{membership.person_id}"
