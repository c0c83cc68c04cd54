"""What a person is told: that something waits for them, how they want to hear of it, and which browsers may be rung.

A notice is a pointer. It holds no words of anybody, unless the forum they stand in says that its words may go out by letter.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lms.users.models import User

LONGEST_WORDS = 300  # characters of an excerpt


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User | AnonymousUser) -> NoticeQuerySet:
        """A person's own, nobody else's."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)

    def due_by_mail(self, now: datetime.datetime) -> NoticeQuerySet:
        """What goes into a letter now. What was read meanwhile needs none."""
        return self.unread().filter(mailed_at=None, mail_at__lte=now).exclude(self.too_late(now))

    def due_by_push(self, now: datetime.datetime) -> NoticeQuerySet:
        """What rings a browser now."""
        return self.unread().filter(pushed_at=None, push_at__lte=now).exclude(self.too_late(now))

    @staticmethod
    def too_late(now: datetime.datetime) -> Q:
        """What reminds of something that has begun: it waited for the end of quiet hours, or no worker was there."""
        return Q(kind__in=(Notice.Kind.REMINDER, Notice.Kind.SOON), starts_at__lte=now)


class Notice(models.Model):
    """Something happened that concerns this person. `key` names what happened: told twice, it is one notice."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Somebody answers you")
        MENTION = "mention", _("Somebody mentions you")
        FOLLOWED = "followed", _("Something new in a thread you follow")
        MODERATION = "moderation", _("Something you wrote, or pointed out, was looked at")
        CARE = "care", _("Something waits in a forum you look after")
        JOURNAL_RESPONSE = "journal_response", _("A response to something shared from a journal")
        NOTE = "note", _("A note about you, or an answer to one")
        CERTIFICATE = "certificate", _("A certificate of yours")
        CONVERSATION = "conversation", _("Somebody says that the two of you talked")
        GROUP = "group", _("Something new in your group: who is in it, or when it meets")
        REMINDER = "reminder", _("A live day is near")
        CHANGED = "changed", _("Something live was moved or called off")
        SOON = "soon", _("A live room begins in a few minutes")  # worth something only now: no letter tells of it
        AGREEMENT = "agreement", _("The agreement: something to sign, or a word on a proposal")
        ANNOUNCEMENT = "announcement", _("An announcement in a cohort")
        HOURS = "hours", _("Hours and days of the course: a correction, a day somebody cannot come, one to make up")
        AFTERWARDS = "afterwards", _("A question two days after a live day: how are you?")
        DATES = "dates", _("A date of your course has changed")  # a letter of its own tells of it, to everybody

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=120)  # such as "courses.response:<id>"
    who = models.CharField(max_length=80, blank=True)  # a name or an alias, as the page shows it; empty: somebody
    url = models.CharField(max_length=300)  # where it leads, on this site
    path = models.CharField(max_length=300)  # the same without what comes after ? or #: opening that page reads the notice
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)  # plain; only of forums whose words may go out by letter
    starts_at = models.DateTimeField(null=True)  # of what it reminds of
    was_at = models.DateTimeField(null=True)  # when it would have begun: it does not take place
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)  # when a letter may say so; empty: none is wanted
    mailed_at = models.DateTimeField(null=True)
    push_at = models.DateTimeField(null=True)  # when a browser may be rung; empty: none is wanted
    pushed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_list"),
            models.Index(fields=["key"], name="notice_key"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["mail_at"], condition=Q(read_at=None, mailed_at=None), name="notice_by_mail"),
            models.Index(fields=["push_at"], condition=Q(read_at=None, pushed_at=None), name="notice_by_push"),
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk}"


class Preference(models.Model):
    """How somebody wants to hear of things. Who never chose has these defaults, and no row. Hours are the person's own clock's."""

    class Mail(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")
        NEVER = "never", _("Not at all")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference")
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.DAILY)
    hour = models.PositiveSmallIntegerField(default=8)  # of the daily or weekly letter
    weekday = models.PositiveSmallIntegerField(default=0)  # Monday is 0
    quiet_from = models.PositiveSmallIntegerField(default=20)  # hours in which nothing comes at once;
    quiet_until = models.PositiveSmallIntegerField(default=8)  # the same hour twice: no quiet hours
    no_mail = models.JSONField(default=list, blank=True)  # kinds that no letter tells of
    no_push = models.JSONField(default=list, blank=True)  # kinds that ring no browser
    asked_afterwards = models.BooleanField(default=True, db_default=True)  # two days after a live day, how they are
    remind_week = models.BooleanField(default=True, db_default=True)  # of a live day, so long before it
    remind_day = models.BooleanField(default=True, db_default=True)
    remind_soon = models.BooleanField(default=True, db_default=True)  # of a room, ten minutes before

    def __str__(self) -> str:
        return f"Preference {self.pk}"


class PushSubscription(models.Model):
    """A browser that somebody lets us ring. Its address and keys were made by the browser and say nothing about the person."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.CharField(max_length=1000)
    endpoint_hash = models.CharField(max_length=64, unique=True)  # SHA-256: the address itself is too long for an index everywhere
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now)
    failed = models.PositiveSmallIntegerField(default=0)  # tries in vain, one after the other

    def __str__(self) -> str:
        return f"Push subscription {self.pk}"
