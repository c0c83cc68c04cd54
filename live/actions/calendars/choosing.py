"""Somebody's own calendar programs: the secret address, made, renewed and ended, and how much they are told."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from live.models import CalendarChoice
from lms.full_disk import trace
from lms.queue import enqueue
from lms.users.models import User, hash_token, new_token

HOUR = datetime.timedelta(hours=1)


@transaction.atomic
def make_feed(*, actor: User) -> str:
    """A new address for the person's feed; the one before ends. Returns its secret, which is kept nowhere: only its hash is."""
    token = new_token()
    made = {"token_hash": hash_token(token), "made_at": timezone.now(), "asked_at": None}
    CalendarChoice.objects.update_or_create(person=actor, defaults=made)
    return token


def end_feed(*, actor: User) -> None:
    """The address leads nowhere any more; again is harmless."""
    CalendarChoice.objects.filter(person=actor).update(token_hash=None, made_at=None, asked_at=None)


@transaction.atomic
def choose_calendar(*, actor: User, titles: str, by_mail: bool) -> CalendarChoice:
    """How much the person's calendars are told, and whether a letter comes for each date."""
    chosen, _fresh = CalendarChoice.objects.update_or_create(person=actor, defaults={"titles": titles, "by_mail": by_mail})
    if by_mail:
        enqueue("live.invite")
    return chosen


def feed_of(token: str) -> CalendarChoice | None:
    """Whose feed this secret opens; None for one that ended, of a closed account, or that we never made. One query."""
    found = CalendarChoice.objects.filter(token_hash=hash_token(token), person__is_active=True)
    return found.select_related("person").first()


def note_asked(*, choice: CalendarChoice) -> None:
    """Remembers that a program asked, once an hour at most; a trace of reading, so it may be lost."""
    now = timezone.now()
    if choice.asked_at is None or now - choice.asked_at > HOUR:
        with trace():
            CalendarChoice.objects.filter(pk=choice.pk).update(asked_at=now)
