"""What stands with an entry besides its words: photographs, drawings, voice notes, documents."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.journals import JournalEntry
from courses.models.shares import SharedVersion
from lms.files.kinds import PICTURES, SOUNDS, Kind

if TYPE_CHECKING:
    from lms.users.models import User


class StoredFile(models.Model):
    """A file that the storage holds, or is about to. The row is there before the file and goes after it, so that what a broken upload or a
    killed process leaves behind is found without looking through the storage."""

    name = models.CharField(max_length=100, primary_key=True)  # in the default storage; says nothing
    begun_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Stored file {self.name}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User | AnonymousUser) -> AttachmentQuerySet:
        """Of a person's own entries, nobody else's. Readers see SharedAttachment."""
        return self.filter(entry__author=user) if user.is_authenticated else self.none()


class Attachment(models.Model):
    """One file with an entry. The file stands in the storage, its name and words here; all are sealed under the entry's key."""

    class Sort(models.TextChoices):
        PHOTOGRAPH = "photograph", _("A photograph or picture")
        DRAWING = "drawing", _("A drawing")
        VOICE = "voice", _("A voice note")
        DOCUMENT = "document", _("A PDF")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(JournalEntry, on_delete=models.CASCADE, related_name="attachments")
    client_id = models.UUIDField(default=uuid.uuid4)
    sort = models.CharField(max_length=10, choices=Sort.choices)
    kind = models.CharField(max_length=8)  # lms.files.kinds.Kind, of what is kept
    size = models.PositiveIntegerField()  # bytes in the open
    width = models.PositiveIntegerField(null=True)  # points, of pictures
    height = models.PositiveIntegerField(null=True)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="attachment")
    name_sealed = models.BinaryField()
    words_sealed = models.BinaryField()  # what can be seen on a picture, what is said in a voice note
    added_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "client_id"], name="attached_once")]

    def __str__(self) -> str:
        return f"Attachment {self.pk}"  # never its name

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES

    @property
    def is_sound(self) -> bool:
        return self.kind in SOUNDS


# What may come in as which sort.
KINDS: dict[str, frozenset[Kind]] = {
    Attachment.Sort.PHOTOGRAPH: PICTURES,
    Attachment.Sort.DRAWING: PICTURES,
    Attachment.Sort.VOICE: SOUNDS,
    Attachment.Sort.DOCUMENT: frozenset({Kind.PDF}),
}


class SharedAttachmentQuerySet(models.QuerySet["SharedAttachment"]):
    def visible_to(self, user: User | AnonymousUser) -> SharedAttachmentQuerySet:
        """Those of shared versions that the person may read now."""
        return self.filter(share__in=SharedVersion.objects.visible_to(user).values("pk"))


class SharedAttachment(models.Model):
    """An attachment that goes along with a shared version, with its words as they stood. It goes if either is deleted."""

    share = models.ForeignKey(SharedVersion, on_delete=models.CASCADE, related_name="attachments")
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="+")
    words_sealed = models.BinaryField()

    objects = SharedAttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["attachment__added_at", "attachment__pk"]
        constraints = [models.UniqueConstraint(fields=["share", "attachment"], name="goes_along_once")]

    def __str__(self) -> str:
        return f"Shared attachment {self.pk}"
