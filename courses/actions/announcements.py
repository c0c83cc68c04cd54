"""Announcements: written, changed, taken back, sent out by the clock, read.

Sending one out is one transaction: whom it reaches, what is pinned for them, notices and letters. A worker killed anywhere leaves
either nothing done or all of it; from there on the letters are the outbox's business.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.comparing import paragraphs
from courses.models import Announcement, Cohort, Group, Membership
from courses.permissions import may_in
from lms.mail.actions import write_letter
from lms.notifications.actions.notices import notify, preference_of, read, take_back
from lms.notifications.links import unsubscribe_url
from lms.notifications.models import Notice, Preference
from lms.permissions import Verb, parts_that, require
from lms.queue import enqueue
from lms.users.models import User

log = logging.getLogger(__name__)
Target = Announcement.Target

AT_ONCE = 50  # announcements in one run; the clock comes again in a minute
MOST_A_DAY = 50  # of one person


class Conflict(Exception):
    """It was changed, or went out, since it was opened to be changed. Holds it as it stands; nothing was written."""

    def __init__(self, announcement: Announcement) -> None:
        super().__init__("The announcement was changed meanwhile.")
        self.announcement = announcement


@transaction.atomic
def announce(
    *,
    actor: User,
    cohort: Cohort,
    title: str,
    html: str,
    client_id: uuid.UUID,
    target: str = Target.COHORT,
    group: Group | None = None,
    part: str = "",
    words_in_mail: bool = False,
    goes_at: datetime.datetime | None = None,
) -> Announcement:
    """Keeps an announcement, to go out at that moment; without one, now. Sent twice it is one announcement."""
    _require_may(actor, cohort)
    if already := Announcement.objects.filter(author=actor, client_id=client_id).first():
        return already
    _require_fits(cohort, target, group, part)
    today = Announcement.objects.filter(author=actor, written_at__gt=timezone.now() - datetime.timedelta(days=1))
    require(today.count() < MOST_A_DAY, _("That was a lot for one day. Your words are still here; please send them tomorrow."))
    announcement = Announcement.objects.create(
        cohort=cohort,
        author=actor,
        client_id=client_id,
        **_said(title, html, target, group, part, words_in_mail),
        goes_at=goes_at or timezone.now(),
    )
    if goes_at is None:
        enqueue("courses.send_announcements")
    return announcement


@transaction.atomic
def change_announcement(
    *,
    actor: User,
    announcement_id: int,
    version: int,
    title: str,
    html: str,
    target: str = Target.COHORT,
    group: Group | None = None,
    part: str = "",
    words_in_mail: bool = False,
    goes_at: datetime.datetime | None = None,
) -> Announcement:
    """Other words, another time, other people, as long as it has not gone out. Raises Conflict if it is not the version that was opened.

    Where its author announces here no longer it becomes the actor's: it goes out in somebody's name.
    """
    announcement = _locked(announcement_id)
    _require_may(actor, announcement.cohort)
    _require_fits(announcement.cohort, target, group, part)
    if announcement.sent_at is not None or announcement.version != version:
        raise Conflict(announcement)
    for name, value in _said(title, html, target, group, part, words_in_mail).items():
        setattr(announcement, name, value)
    announcement.goes_at, announcement.version = goes_at or timezone.now(), version + 1
    if not may_in(announcement.author, announcement.cohort, Verb.ANNOUNCE):
        announcement.author = actor  # nothing goes out in the name of somebody who is not here
    announcement.save()
    take_back(keys=[_held_key(announcement.pk)])
    if goes_at is None:
        enqueue("courses.send_announcements")
    return announcement


@transaction.atomic
def correct_announcement(*, actor: User, announcement_id: int, version: int, title: str, html: str) -> Announcement:
    """Other words for one that has gone out: its readers see that it was changed, when and by whom. No second letter goes out.

    Raises Conflict if it is not the version that was opened.
    """
    announcement = _locked(announcement_id)
    _require_may(actor, announcement.cohort)
    require(announcement.sent_at is not None, _("This has not gone out yet; it can simply be changed."))
    if announcement.version != version:
        raise Conflict(announcement)
    if (announcement.title, announcement.html) == (title, html):
        return announcement
    announcement.title, announcement.html, announcement.version = title, html, version + 1
    announcement.changed_at, announcement.changed_by = timezone.now(), actor
    announcement.save()
    _news(announcement.cohort_id)
    return announcement


@transaction.atomic
def take_back_announcement(*, actor: User, announcement_id: int) -> None:
    """Deletes one that nobody has seen yet."""
    announcement = _locked(announcement_id)
    _require_may(actor, announcement.cohort)
    take_back(keys=[_held_key(announcement.pk)])
    require(announcement.sent_at is None, _("This has gone out already. You can correct it, or write another one."))
    announcement.delete()


@transaction.atomic
def read_announcement(*, actor: User, announcement: Announcement) -> None:
    """The actor has read it: it is no longer pinned, and no notice waits. Again is harmless."""
    mine = Membership.objects.select_for_update(no_key=True).filter(cohort=announcement.cohort_id, person=actor).first()
    if mine is not None and announcement.pk in mine.pinned:
        mine.pinned = [pk for pk in mine.pinned if pk != announcement.pk]
        mine.save(update_fields=["pinned"])
    read(actor=actor, path=_page(announcement))


def send_announcements() -> str:
    """Everything whose time has come, by the clock. Any number of workers may do it at the same time."""
    sent = 0
    for pk in list(Announcement.objects.due().order_by("goes_at", "pk").values_list("pk", flat=True)[:AT_ONCE]):
        try:
            sent += send_out(announcement_id=pk)
        except Exception as trouble:  # whatever it is: the others go out, and the clock comes again
            log.warning("Announcement %s did not go out (%s); trying again.", pk, type(trouble).__name__)
    for announcement in Announcement.objects.held_back().select_related("cohort")[:AT_ONCE]:
        _tell_held(announcement)
    return f"{sent} announcements"


@transaction.atomic
def send_out(*, announcement_id: int) -> bool:
    """Sends one that is due to whoever it is for at this moment; True if it went out now. Twice is harmless. What its author could not
    announce any more is not due: it waits until somebody changes it, or takes it back."""
    announcement = (
        Announcement.objects.due().select_for_update(of=("self",)).select_related("cohort", "author").filter(pk=announcement_id).first()
    )
    if announcement is None:
        return False
    people = list(_reached(announcement).select_for_update(of=("self",), no_key=True).order_by("pk"))
    for membership in people:
        membership.pinned = [*membership.pinned, announcement.pk]
    Membership.objects.bulk_update(people, ["pinned"])
    announcement.recipients.set(people)
    announcement.sent_at = timezone.now()
    announcement.save(update_fields=["sent_at"])
    _news(announcement.cohort_id)
    notify(
        people=[membership.person_id for membership in people],
        kind=Notice.Kind.ANNOUNCEMENT,
        key=f"courses.announcement:{announcement.pk}",
        url=_page(announcement),
        who=announcement.author.display_name,
        own_letter=True,
    )
    for membership in people:
        _write(announcement, membership.person)
    return True


# --- inside ---------------------------------------------------------------------------------------------------------


def _require_may(actor: User, cohort: Cohort) -> None:
    require(may_in(actor, cohort, Verb.ANNOUNCE), _("Trainers and coordinators announce things here."))


def _require_fits(cohort: Cohort, target: str, group: Group | None, part: str) -> None:
    if (target == Target.GROUP) != (group is not None) or (target == Target.PART) != bool(part):
        raise ValueError("An announcement is for a cohort, or for one group, or for one part.")
    require(group is None or group.cohort_id == cohort.pk, _("This group belongs to another cohort."))


def _said(title: str, html: str, target: str, group: Group | None, part: str, words_in_mail: bool) -> dict[str, Any]:
    return {"title": title, "html": html, "target": target, "group": group, "part": part, "words_in_mail": words_in_mail}


def _locked(announcement_id: int) -> Announcement:
    rows = Announcement.objects.select_for_update(of=("self",)).select_related("cohort", "author")
    return rows.get(pk=announcement_id)


def _reached(announcement: Announcement) -> Any:
    """Memberships of whoever it is for, now."""
    here = Membership.objects.current().filter(cohort=announcement.cohort_id, person__is_active=True).select_related("person__preference")
    if announcement.target == Target.GROUP:
        return here.filter(groups=announcement.group_id)
    return here.filter(part=announcement.part) if announcement.target == Target.PART else here


def _tell_held(announcement: Announcement) -> None:
    """Whoever may send it, change it or take it back hears once that it waits for them."""
    here = Membership.objects.current().filter(cohort=announcement.cohort_id, part__in=parts_that(Verb.ANNOUNCE))
    people = here.values_list("person_id", flat=True)
    notify(people=people, kind=Notice.Kind.ANNOUNCEMENT, key=_held_key(announcement.pk), url=_page(announcement))


def _held_key(pk: int) -> str:
    return f"courses.announcement_held:{pk}"


def _news(cohort: int) -> None:
    """From the end of this transaction on, pages read the cohort's announcements anew (courses.news)."""
    Cohort.objects.filter(pk=cohort).update(news_stamp=uuid.uuid4())


def _page(announcement: Announcement) -> str:
    return reverse("courses:announcement", args=[announcement.cohort.slug, announcement.pk])


def _write(announcement: Announcement, person: User) -> None:
    """At once, whatever hour somebody chose for letters that gather what waits: whoever wrote it chose the moment."""
    chosen = preference_of(person)
    if chosen.mail == Preference.Mail.NEVER or Notice.Kind.ANNOUNCEMENT in chosen.no_mail:
        return
    with translation.override(person.language):
        context: dict[str, Any] = {
            "announcement": announcement if announcement.words_in_mail else None,
            "words": "\n\n".join(paragraphs(announcement.html)) if announcement.words_in_mail else "",
            "url": settings.SITE_URL + _page(announcement),
            "site_name": settings.SITE_NAME,
            "preferences_url": settings.SITE_URL + reverse("notification-preferences"),
            "unsubscribe_url": unsubscribe_url(person),
        }
        write_letter(
            to=person.email,
            subject=_("%(site)s: there is an announcement for you") % {"site": settings.SITE_NAME},
            body=render_to_string("courses/mail/announcement.txt", context).strip() + "\n",
            html=render_to_string("courses/mail/announcement.html", context),
            unsubscribe=context["unsubscribe_url"],
            about=reverse("cohort-today", args=[announcement.cohort.slug]),
            person=person,
        )
