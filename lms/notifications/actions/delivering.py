"""What goes out: one letter for everything that is due to a person, one ring for each of their browsers. By the clock.

Marking and writing are one transaction: a worker killed anywhere leaves either nothing done or all of it. From there on the
letter is the outbox's business, and sent at least once.
"""

import logging
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from lms.mail.actions import write_letter
from lms.notifications import pushing, sentences
from lms.notifications.actions.notices import DIGEST
from lms.notifications.links import unsubscribe_url
from lms.notifications.models import Notice, NoticeQuerySet, PushSubscription
from lms.notifications.signals import details_asked
from lms.queue import enqueue
from lms.users.models import User

log = logging.getLogger(__name__)

AT_ONCE = 1000  # people in one run; the clock comes again in a minute
MOST_LINES = 50  # of one letter
FAILED_TOO_OFTEN = 20


def deliver() -> str:
    """Everything that is due now. Any number of workers may do it at the same time."""
    now = timezone.now()
    letters = _each(Notice.objects.due_by_mail(now), "mail_at", write_digest)
    rings = _each(Notice.objects.due_by_push(now), "push_at", ring)
    return f"{letters} letters, {rings} people rung"


@transaction.atomic
def write_digest(*, person_id: int) -> bool:
    """One letter with all that is due to this person by mail. False if there is nothing (any more)."""
    now = timezone.now()
    notices = list(Notice.objects.due_by_mail(now).filter(person=person_id).order_by("pk").select_for_update())
    if not notices:
        return False
    person = User.objects.get(pk=person_id)
    if person.is_active:
        _write(person, notices)
    # Not before the letter was written: by that, `forget_place` finds what a letter that is taken back told of.
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=timezone.now())
    return True


@transaction.atomic
def ring(*, person_id: int) -> bool:
    """Rings the person's browsers once for all that is due, by a task for each. False if there is nothing (any more)."""
    now = timezone.now()
    notices = list(
        Notice.objects.due_by_push(now).filter(person=person_id, person__is_active=True).order_by("pk").select_for_update(of=("self",))
    )
    if not notices:
        return False
    for pk in PushSubscription.objects.filter(person=person_id).values_list("pk", flat=True):
        enqueue("notifications.push", subscription_id=pk, notice_id=notices[-1].pk)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(pushed_at=now)
    return True


def push(*, subscription_id: int, notice_id: int) -> bool:
    """Rings one browser: a fixed sentence and an address, nothing else. True if its maker's service took it.

    Not tried again: the notice waits on its page. A browser that is gone is forgotten, as is one that failed many times.
    """
    subscription = PushSubscription.objects.filter(pk=subscription_id).select_related("person").first()
    notice = Notice.objects.unread().filter(pk=notice_id).first()
    if subscription is None or notice is None or notice.person_id != subscription.person_id:
        return False
    together = Notice.objects.unread().filter(person=notice.person_id, pushed_at=notice.pushed_at)
    with translation.override(subscription.person.language):
        said = {"title": sentences.together(together), "url": notice.url, "tag": f"notice-{notice.pk}"}
    outcome = pushing.send(subscription, said)
    mine = PushSubscription.objects.filter(pk=subscription.pk)
    if outcome is pushing.Outcome.GONE or (outcome is pushing.Outcome.FAILED and subscription.failed + 1 >= FAILED_TOO_OFTEN):
        mine.delete()
    elif outcome is pushing.Outcome.FAILED:
        mine.update(failed=F("failed") + 1)
    elif subscription.failed:
        mine.update(failed=0)
    return outcome is pushing.Outcome.TAKEN


# --- inside ---------------------------------------------------------------------------------------------------------


def _each(due: NoticeQuerySet, field: str, do: Callable[..., bool]) -> int:
    """Does it for everybody who is due, who waits longest first; trouble with one person keeps nobody else waiting."""
    people = due.order_by().values_list("person_id", flat=True).annotate(first=Min(field)).order_by("first")[:AT_ONCE]
    done = 0
    for person_id in people:
        try:
            done += do(person_id=person_id)
        except Exception as trouble:  # whatever it is: the clock comes again
            log.warning("What is due to person %s did not go out (%s); trying again.", person_id, type(trouble).__name__)
    return done


def _write(person: User, notices: list[Notice]) -> None:
    with timezone.override(ZoneInfo(person.time_zone)), translation.override(person.language):
        unsubscribe = unsubscribe_url(person)
        details = _details(person, notices[:MOST_LINES])
        context = {
            "lines": [_line(notice, details.get(notice.pk, [])) for notice in notices[:MOST_LINES]],
            "has_more": len(notices) > MOST_LINES,
            "site_name": settings.SITE_NAME,
            "list_url": settings.SITE_URL + reverse("notifications"),
            "preferences_url": settings.SITE_URL + reverse("notification-preferences"),
            "unsubscribe_url": unsubscribe,
        }
        write_letter(
            to=person.email,
            subject=sentences.subject(notices),
            body=render_to_string("lms/mail/notices.txt", context).strip() + "\n",
            html=render_to_string("lms/mail/notices.html", context),
            unsubscribe=unsubscribe,
            about=DIGEST,
            person=person,
        )


def _details(person: User, notices: list[Notice]) -> dict[int, list[tuple[str, str]]]:
    """What those above know of them besides: what to read before a live day, for one. (words, whole address)."""
    answers: list[tuple[Any, Any]] = details_asked.send(Notice, person=person, notices=notices)
    known = [(pk, lines) for _receiver, answer in answers for pk, lines in (answer or {}).items()]
    return {pk: [(words, settings.SITE_URL + path) for words, path in lines] for pk, lines in known}


def _line(notice: Notice, details: list[tuple[str, str]]) -> dict[str, Any]:
    line = {"sentence": sentences.for_letter(notice), "words": notice.words, "at": notice.at, "url": settings.SITE_URL + notice.url}
    return {**line, "details": details}
