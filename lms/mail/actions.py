"""Writing and sending letters."""

import datetime
import logging
import re
from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.mail.models import Letter
from lms.permissions import require
from lms.queue import enqueue
from lms.users.models import User

log = logging.getLogger(__name__)

LEASE = datetime.timedelta(minutes=5)
MAX_ATTEMPTS = 8
GIVEN_UP_KEPT = datetime.timedelta(days=7)  # so long the words of a letter that nobody took stay, to be tried again


@transaction.atomic
def write_letter(
    *,
    to: str,
    subject: str,
    body: str,
    html: str = "",
    unsubscribe: str = "",
    invitation: str = "",
    about: str = "",
    person: User | None = None,
) -> Letter:
    """Puts a letter into the outbox, in the transaction that caused it. Subjects never carry anybody's words.

    `html` says the same as `body`; `unsubscribe` is the whole address that ends letters like this one by one press (RFC 8058).
    `invitation` is a file for calendar programs, with its method. `about` is the page or place it is of, as an address on this site,
    such as a cohort's: see `take_back_letters`.
    """
    one_line = " ".join(subject.split())[:200]
    fields = {"body": body, "html": html, "unsubscribe": unsubscribe, "invitation": invitation, "about": about}
    letter = Letter.objects.create(to=to, subject=one_line, person=person, **fields)
    enqueue("mail.send_letter", letter_id=str(letter.pk))
    return letter


@transaction.atomic
def take_back_letters(*, about: Collection[str], to: str | None = None, person: User | None = None) -> datetime.datetime | None:
    """Letters about these pages that have not left go to nobody; given `to` or `person`, only those to that address or person.

    Returns when the first of them was written, or None if there was none. One that a worker is handing over just now still leaves.
    """
    unsent = Letter.objects.filter(Q(pk__in=Letter.objects.due().values("pk")) | Q(given_up_at__isnull=False), about__in=about)
    if to is not None or person is not None:
        unsent = unsent.filter(Q(to__iexact=to or "") | (Q(person=person) if person else Q(pk=None)))
    first: datetime.datetime | None = unsent.aggregate(first=Min("written_at"))["first"]
    unsent.delete()
    return first


@transaction.atomic
def never_left(*, letter_id: UUID) -> bool:
    """Whether nobody can have this letter: it was taken back, given up, or waits, and is taken back now. One that a worker has tried to
    hand over may have arrived."""
    letter = Letter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None:
        return True
    if letter.given_up_at is None and (letter.sent_at or letter.attempts):
        return False
    letter.delete()
    return True


def send_letter(*, letter_id: str) -> bool:
    """Sends a due letter under a lease; True if it went out. Harmless if another worker has it or it went out already."""
    taken = Letter.objects.due().filter(pk=letter_id).update(lease_until=timezone.now() + LEASE, attempts=F("attempts") + 1)
    if not taken:
        return False
    letter = Letter.objects.get(pk=letter_id)
    try:
        _hand_over(letter)
    except Exception:  # any mail server's trouble: try again when the lease ends
        log.warning("Letter %s was not taken by the mail server (attempt %s).", letter.pk, letter.attempts)
        if letter.attempts >= MAX_ATTEMPTS:
            Letter.objects.filter(pk=letter.pk).update(given_up_at=timezone.now(), lease_until=None)
        return False
    kept = {} if settings.KEEP_SENT_LETTERS else {"body": "", "html": "", "invitation": ""}
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), lease_until=None, **kept)
    return True


@transaction.atomic
def try_again(*, actor: User, letter_id: UUID) -> bool:
    """Sends a letter that was given up once more. False if it went out meanwhile, waits already, or its words are gone."""
    require(actor.coordinates, _("Only somebody who coordinates sends a letter again."))
    again = Letter.objects.given_up().filter(pk=letter_id).exclude(body="")
    if not again.order_by().update(given_up_at=None, lease_until=None, attempts=0):
        return False
    enqueue("mail.send_letter", letter_id=str(letter_id))
    return True


def sweep_letters() -> int:
    """Enqueues what is due and older than a lease, and empties what was given up long ago; by the clock. Returns how many are due."""
    Letter.objects.filter(given_up_at__lt=timezone.now() - GIVEN_UP_KEPT).exclude(body="").update(body="", html="", invitation="")
    late = Letter.objects.due().filter(Q(lease_until__isnull=False) | Q(written_at__lt=timezone.now() - LEASE))
    ids = list(late.values_list("pk", flat=True)[:500])
    for pk in ids:
        enqueue("mail.send_letter", letter_id=str(pk))
    return len(ids)


def _hand_over(letter: Letter) -> None:
    domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    headers = {"Message-ID": f"<{letter.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if letter.unsubscribe:
        headers |= {"List-Unsubscribe": f"<{letter.unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(subject=letter.subject, body=letter.body, to=[letter.to], headers=headers)
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    if letter.invitation:
        method = re.search(r"^METHOD:(\w+)\r?$", letter.invitation, re.MULTILINE)
        message.attach_alternative(letter.invitation, f"text/calendar; method={method[1] if method else 'PUBLISH'}")
    message.send()
