"""Invitations by letter, for whoever asked for them: one for each date as it comes near, another when it moves, its end when it is gone.

What was told is kept in the transaction that writes the letter, so a worker may be killed anywhere.
"""

from __future__ import annotations

import datetime
import logging

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from live import ics
from live.actions.calendars.telling import SETTLES, SOON
from live.models import CalendarChoice, CalendarEvent, CalendarInvitation
from lms.mail.actions import never_left, write_letter
from lms.mail.models import Letter
from lms.users.models import User

log = logging.getLogger(__name__)

AHEAD = datetime.timedelta(weeks=4)  # so long before its time somebody is invited
Kind = CalendarEvent.Kind
INVITED_TO = (Kind.SITTING, Kind.OPEN_SEMINAR, Kind.GROUP, Kind.CONFERENCE)  # not to each talk of a day, nor to whole blocks


def invite_everybody() -> int:
    """Whoever asked for invitations, when a date changed and by the clock. Returns how many letters; trouble with one person keeps
    nobody else waiting."""
    people = CalendarChoice.objects.filter(by_mail=True, person__is_active=True).values_list("person_id", flat=True)
    written = 0
    for person_id in people:
        try:
            written += invite(person_id=person_id)
        except Exception as trouble:  # whatever it is: the clock comes again
            log.warning("Invitations of person %s were not written (%s); trying again.", person_id, type(trouble).__name__)
    return written


@transaction.atomic
def invite(*, person_id: int) -> int:
    """Everything one person is to be told now; again it is nothing. Returns how many letters."""
    choice = CalendarChoice.objects.select_for_update(of=("self",)).select_related("person").filter(person=person_id, by_mail=True).first()
    if choice is None or not choice.person.is_active:
        return 0
    now = timezone.now()
    mine = {row.event_id: row for row in CalendarInvitation.objects.filter(person=person_id).select_related("event__cohort")}
    seen = (
        CalendarEvent.objects.visible_to(choice.person)
        .belonging_to(choice.person)
        .filter(kind__in=INVITED_TO, cancelled_at=None)
        .select_related("cohort")
    )
    there = {event.pk: event for event in seen if _is_to_come(event, now)}
    due = [event for event in there.values() if _is_near(event, now) and _is_news(event, mine.get(event.pk))]
    due += [event for event in there.values() if event.pk in mine and not _is_near(event, now) and _moved(event, mine[event.pk])]
    gone = [row for row in mine.values() if row.cancelled_at is None and row.event_id not in there and _was_to_come(row, now)]
    due = [event for event in due if _is_settled(event, now) or event.pk not in mine or mine[event.pk].cancelled_at is not None]
    gone = [row for row in gone if row.event.cancelled_at is None or _is_settled(row.event, now)]
    for event in due:
        _write(choice, event, mine.get(event.pk), cancelled=False)
    known = [row for row in gone if not _was_never_told(row)]
    for row in known:
        _write(choice, row.event, row, cancelled=True)
    return len(due) + len(known)


# --- inside ---------------------------------------------------------------------------------------------------------


def _is_to_come(event: CalendarEvent, now: datetime.datetime) -> bool:
    return event.ends_at > now if event.ends_at is not None else event.last_on is not None and event.last_on >= now.date()


def _was_to_come(row: CalendarInvitation, now: datetime.datetime) -> bool:
    """What is over needs no end."""
    return _is_to_come(row.event, now)


def _is_near(event: CalendarEvent, now: datetime.datetime) -> bool:
    begins = event.starts_at.date() if event.starts_at is not None else event.first_on
    return begins is not None and begins <= (now + AHEAD).date()


def _is_news(event: CalendarEvent, row: CalendarInvitation | None) -> bool:
    return row is None or row.cancelled_at is not None or row.told < event.sequence


def _is_settled(event: CalendarEvent, now: datetime.datetime) -> bool:
    """It may move once more within a short time, and programs hear of it once; what begins soon does not wait."""
    is_soon = event.starts_at < now + SOON if event.starts_at else event.first_on is not None and event.first_on <= (now + SOON).date()
    return is_soon or event.changed_at <= now - SETTLES


def _moved(event: CalendarEvent, row: CalendarInvitation) -> bool:
    """Somebody who was invited hears of another time however far away it is now."""
    return row.cancelled_at is None and row.told < event.sequence


def _was_never_told(row: CalendarInvitation) -> bool:
    """Whoever left, or whose date is gone, before the invitation was sent has nothing that could be taken away; the row goes too."""
    is_unknown = not row.reached and row.letter is not None and never_left(letter_id=row.letter)
    if is_unknown:
        row.delete()
    return is_unknown


def _write(choice: CalendarChoice, event: CalendarEvent, row: CalendarInvitation | None, *, cancelled: bool) -> None:
    """The letter and the note of it. Its number is higher than that of every letter before it, or programs would pass over it."""
    person = choice.person
    sequence = max(event.sequence, row.sequence + 1) if row is not None else event.sequence
    first = row is None or row.cancelled_at is not None
    to = ics.Person(person.display_name, person.email)
    with translation.override(person.language):
        letter = write_letter(
            to=person.email,
            subject=_("A date is cancelled") if cancelled else _("A date for your calendar") if first else _("A date has moved"),
            body=_body(person),
            # Who leaves before it was sent gets no invitation any more; but that one is over they do.
            about="" if cancelled else reverse("cohort-today", args=[event.cohort.slug]),
            person=person,
            invitation=ics.invitation(event, to=to, sequence=sequence, titles=choice.titles, cancelled=cancelled),
        )
    fields = {"told": event.sequence, "sequence": sequence, "cancelled_at": timezone.now() if cancelled else None, "letter": letter.pk}
    fields["reached"] = row is not None and (
        row.reached or row.letter is None or Letter.objects.filter(pk=row.letter, attempts__gt=0).exists()
    )
    CalendarInvitation.objects.update_or_create(event=event, person=person, defaults=fields)


def _body(person: User) -> str:
    """Without a title or a time: both are in the file, as far as the person wants them there."""
    return _(
        "Hello,\n\nwith this letter comes a date for your calendar; most mail programs enter it, move it or take it away by one press. "
        "All your dates stand here:\n\n%(calendar)s\n\nYou asked for these letters, and can end them here:\n\n%(choice)s\n"
    ) % {"calendar": settings.SITE_URL + reverse("calendar"), "choice": settings.SITE_URL + reverse("calendar-elsewhere")}
