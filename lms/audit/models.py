"""What was noted, and the chain that shows whether it is still what was noted.

People are numbers here, not references: a record outlives an account, and alone it names nobody. The database refuses to change or
delete either table (`guard`).
"""

from django.db import models
from django.utils import timezone


class Record(models.Model):
    """Somebody did, or opened, something that others may have to answer for later."""

    class What(models.TextChoices):
        PART = "part"  # somebody's part in a cohort became another one; `detail`: from what to what
        COORDINATES = "coordinates"  # somebody coordinates the site from now on
        CLOSED = "account.closed"
        SHARE_OPENED = "share.opened"  # of somebody's journal, by whom they had named
        REQUEST_OPENED = "request.opened"  # the words of a request for contact, by who answers
        EXPORT_ASKED = "export.asked"
        EXPORT_TAKEN = "export.taken"
        TABLE_TAKEN = "table.taken"  # a file of people or hours; `detail`: which
        MODERATED = "moderated"  # `detail`: which act
        FLAG_SETTLED = "flag.settled"
        CERTIFICATE_GIVEN = "certificate.given"
        CERTIFICATE_NAMED = "certificate.named"  # its holder has another name printed on it
        CERTIFICATE_REVOKED = "certificate.revoked"

    at = models.DateTimeField(default=timezone.now)
    actor = models.BigIntegerField(null=True)  # who did it; nobody: a command or the clock
    what = models.CharField(max_length=24)  # What
    about = models.CharField(max_length=80)  # "courses.membership:12"
    person = models.BigIntegerField(null=True)  # whom it concerns
    detail = models.CharField(max_length=60, blank=True)  # names of ours, never words of somebody

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "at"], name="audit_of_person")]

    def __str__(self) -> str:
        return f"Record {self.pk}"


class Link(models.Model):
    """A record's place in the chain: a hash of it and of the link before. Made by the clock, so that nobody waits for it."""

    number = models.BigIntegerField(primary_key=True)  # from 1, without gaps
    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="link")
    hash = models.CharField(max_length=64)  # SHA-256

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Link {self.number}"
