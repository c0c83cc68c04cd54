"""Sharing what one wrote: a version of its own, for people chosen by name, until it ends or is withdrawn.

A shared version is sealed under the entry's key and bound to its place: table, share, entry, author and field. It never
changes; whoever deletes the entry deletes it. Nobody opens it but its readers and its author.
"""

import datetime
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.attachments import send_along
from courses.actions.journals import EntryWords, keep_as_it_stands, key_of, read_entry
from courses.models import Cohort, JournalEntry, SharedVersion, ShareReader
from courses.permissions import can_edit_entry, readers_for
from lms import crypto, richtext
from lms.audit.actions import What, note
from lms.mail.actions import write_letter
from lms.permissions import require
from lms.users.models import User

MOST_READERS = 40  # more than a cohort has


@transaction.atomic
def share_entry(
    *,
    actor: User,
    entry_id: uuid.UUID,
    cohort: Cohort,
    title: str,
    html: str,
    passage: bool,
    readers: Collection[int],
    manner: str,
    ends_at: datetime.datetime | None,
    client_id: uuid.UUID,
    attachments: Collection[uuid.UUID] = (),
) -> SharedVersion:
    """Lets people (their ids) read the entry as it stands, or a passage of it, and tells them by a letter without its words.

    Of its attachments only those named go along. Sent again with the same client_id it is shared once. Raises Refused, with a
    sentence and code "words", "readers", "end" or "attachments", if these are not words of the entry, if somebody cannot be asked,
    if the end is over, or if one of the files is gone; JournalEntry.DoesNotExist if the entry is not the actor's.
    """
    entry = JournalEntry.objects.visible_to(actor).select_for_update().get(pk=entry_id)
    require(can_edit_entry(actor, entry), _("Only the person who wrote this can share it."))
    if already := SharedVersion.objects.visible_to(actor).filter(entry=entry, client_id=client_id).first():
        return already
    words = EntryWords(title, richtext.from_editor(html, "entry"))
    _check_words(words, read_entry(actor=actor, entry=entry), passage=passage, alone=not attachments)
    require(ends_at is None or ends_at > timezone.now(), _("This end is over already. Please choose a later day."), "end")
    require(manner in SharedVersion.Manner.values, _("Please choose how it is to be read."))
    people = _readers(actor, cohort, readers)
    share = SharedVersion(entry=entry, cohort=cohort, client_id=client_id, manner=manner, passage=passage, ends_at=ends_at)
    key = key_of(entry)
    share.title_sealed = crypto.seal_text(words.title, key=key, place=_place(share, "title"))
    share.body_sealed = crypto.seal_text(words.html, key=key, place=_place(share, "body"))
    share.save(force_insert=True)
    send_along(share, attachments)
    ShareReader.objects.bulk_create(ShareReader(share=share, person=person) for person in people)
    keep_as_it_stands(entry)
    _tell(share, people)
    return share


@transaction.atomic
def withdraw_share(*, actor: User, share_id: uuid.UUID) -> SharedVersion:
    """Takes it back at once. Again is harmless. Raises SharedVersion.DoesNotExist if the actor may not even see it."""
    share = SharedVersion.objects.visible_to(actor).select_related("entry").select_for_update(of=("self",)).get(pk=share_id)
    require(can_edit_entry(actor, share.entry), _("Only the person who shared this can withdraw it."))
    if share.withdrawn_at is None:
        share.withdrawn_at = timezone.now()
        share.save(update_fields=["withdrawn_at"])
    return share


def open_share(*, actor: User, share: SharedVersion) -> EntryWords:
    """Opens it for a reader, and writes down for the author when, in one statement, and that it was opened at all; for the author, who
    leaves no trace. Raises as `read_share`."""
    words = read_share(actor=actor, share=share)
    now = timezone.now()
    opened = ShareReader.objects.filter(share=share, person=actor)
    if opened.update(first_opened_at=Coalesce("first_opened_at", now), last_opened_at=now):
        note(actor=actor, what=What.SHARE_OPENED, about=share, person=share.entry.author_id)
    return words


def read_share(*, actor: User, share: SharedVersion) -> EntryWords:
    """The words, for who has them before their eyes already. Raises Refused for everybody whom it is not shared with now,
    crypto.Unreadable if the bytes do not belong here or the author's key is gone."""
    require(SharedVersion.objects.visible_to(actor).filter(pk=share.pk).exists(), _("This is not shared with you."))
    key = key_of(share.entry)
    return EntryWords(
        title=crypto.unseal_text(share.title_sealed, key=key, place=_place(share, "title")),
        html=crypto.unseal_text(share.body_sealed, key=key, place=_place(share, "body")),
    )


# --- inside ---------------------------------------------------------------------------------------------------------


def _place(share: SharedVersion, field: str) -> str:
    return f"courses.share:{share.pk}:{share.entry_id}:{share.entry.author_id}:{field}"


def _check_words(words: EntryWords, entry: EntryWords, *, passage: bool, alone: bool) -> None:
    """Only what stands in the entry can be shared: all of it, or parts of it in their order. Words that stand alone are not empty."""
    not_there = _("These words do not stand in your entry as it is now. Please choose them once more.")
    there = bool(richtext.folded(words.html)) or (not passage and (bool(words.title) or not alone))
    require(there, _("There are no words in this to share."), "words")
    if not passage:
        require(words.title == entry.title and richtext.folded(words.html) == richtext.folded(entry.html), not_there, "words")
        return
    require(words.title in ("", entry.title), not_there, "words")
    text, position = richtext.folded(entry.html), 0
    for block in richtext.blocks(words.html):
        found = text.find(richtext.folded(block), position)
        require(found >= 0, not_there, "words")
        position = found + len(richtext.folded(block))


def _readers(actor: User, cohort: Cohort, wanted: Collection[int]) -> list[User]:
    """The people with these ids. Anybody who may not be asked refuses the whole: it says of nobody whether they exist."""
    require(0 < len(set(wanted)) <= MOST_READERS, _("Please choose who is to read it."), "readers")
    people = [member.person for member in readers_for(actor, cohort).filter(person__in=set(wanted))]
    require(len(people) == len(set(wanted)), _("One of these people cannot be asked to read it now. Please choose once more."), "readers")
    return people


def _tell(share: SharedVersion, people: Collection[User]) -> None:
    page = reverse("courses:shared", args=[share.pk])
    link = settings.SITE_URL + page
    body = _(
        "Hello,\n\nsomebody in %(where)s has shared something from their journal with you. Only who was asked can open it:\n\n%(link)s\n"
    )
    for person in people:
        words = body % {"where": share.cohort.title, "link": link}
        write_letter(to=person.email, subject=_("Somebody has shared something with you"), body=words, about=page, person=person)
