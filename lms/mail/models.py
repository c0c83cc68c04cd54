"""Letters: what the site sends. A row first, so that no mail server can slow or lose it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self) -> LetterQuerySet:
        """Neither sent nor given up, and nobody is just sending it."""
        free = models.Q(lease_until=None) | models.Q(lease_until__lt=timezone.now())
        return self.filter(free, sent_at=None, given_up_at=None)

    def waiting(self) -> LetterQuerySet:
        """Written, and neither sent nor given up."""
        return self.filter(sent_at=None, given_up_at=None)

    def given_up(self) -> LetterQuerySet:
        """What no mail server took, tried as often as is sensible. The newest first."""
        return self.filter(given_up_at__isnull=False).order_by("-given_up_at", "-pk")

    def older_than(self, letter: Letter | None) -> LetterQuerySet:
        """Newest first, beginning after this letter, or with the newest of all."""
        newest_first = self.order_by("-written_at", "-pk")
        if letter is None:
            return newest_first
        same_moment = models.Q(written_at=letter.written_at, pk__lt=letter.pk)
        return newest_first.filter(models.Q(written_at__lt=letter.written_at) | same_moment)


class Letter(models.Model):
    """One letter to one address. Sent at least once: a lease ends if its worker is killed, and the Message-ID stays the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField()  # emptied once sent, unless KEEP_SENT_LETTERS
    html = models.TextField(blank=True, default="")  # the same words with their links drawn; emptied with the body
    # A file for a calendar program that goes along as an invitation (RFC 6047); it names its method. Emptied with the body.
    invitation = models.TextField(blank=True, default="", db_default="")
    # Address of the page or place it is of, such as "/c/spring/": nobody gets it any more who may no longer go there.
    about = models.CharField(max_length=200, blank=True, default="", db_default="")
    unsubscribe = models.CharField(max_length=300, blank=True, default="")  # the whole address that ends letters like this one
    written_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at"]
        indexes = [
            models.Index(fields=["sent_at", "given_up_at", "lease_until"], name="letters_due"),
            models.Index(fields=["about"], condition=models.Q(sent_at=None), name="letters_not_sent_about"),
            models.Index(fields=["-given_up_at"], condition=models.Q(given_up_at__isnull=False), name="letters_given_up"),
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk}"

    @property
    def can_go_again(self) -> bool:
        """Whether it was given up and its words are still here."""
        return self.given_up_at is not None and bool(self.body)
