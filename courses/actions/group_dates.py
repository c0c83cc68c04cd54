"""When a group meets: its members say so themselves."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort, Group, GroupDate, Membership
from courses.signals import group_dates_changed
from lms.notifications.actions.notices import notify, take_back
from lms.notifications.models import Notice
from lms.permissions import require
from lms.users.models import User

MOST_DATES = 12  # to come, of one group


@transaction.atomic
def set_date(
    *, actor: User, group: Group, starts_at: datetime.datetime, ends_at: datetime.datetime, about: str = "", client_id: uuid.UUID
) -> GroupDate:
    """A date of the group; the others are told, in their own time. The same client_id again is the same date."""
    _require_member(actor, group)
    Cohort.objects.select_for_update(no_key=True).get(pk=group.cohort_id)  # not the group: calendars wait for the cohort next
    if already := group.dates.filter(client_id=client_id).first():
        return already
    now = timezone.now()
    require(starts_at > now, _("This moment is past. Please choose one that is still to come."))
    coming = group.dates.to_come(now)
    require(coming.count() < MOST_DATES, _("There are %(most)s dates already. Please call one off first.") % {"most": MOST_DATES})
    require(not coming.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists(), _("The group meets at this time already."))
    fields = {"starts_at": starts_at, "ends_at": ends_at, "about": about, "set_by": actor, "client_id": client_id}
    date = GroupDate.objects.create(group=group, **fields)
    others = Membership.objects.current().filter(groups=group).exclude(person=actor).values_list("person", flat=True)
    url = reverse("group", args=[group.cohort.slug, group.pk])
    notify(people=others, kind=Notice.Kind.GROUP, key=_key(date), url=url, starts_at=starts_at)
    group_dates_changed.send(Group, group=group)
    return date


@transaction.atomic
def call_off_date(*, actor: User, date: GroupDate) -> None:
    """It does not take place; the page goes on saying so. Twice is once."""
    _require_member(actor, date.group)
    if GroupDate.objects.filter(pk=date.pk, called_off_at=None).update(called_off_at=timezone.now()):
        take_back(keys=[_key(date)])
        others = Membership.objects.current().filter(groups=date.group_id).exclude(person=actor).values_list("person", flat=True)
        url = reverse("group", args=[date.group.cohort.slug, date.group_id])
        notify(people=others, kind=Notice.Kind.GROUP, key=f"{_key(date)}:off", url=url, was_at=date.starts_at)
        group_dates_changed.send(Group, group=date.group)


def _key(date: GroupDate) -> str:
    return f"courses.group_date:{date.pk}"


def _require_member(actor: User, group: Group) -> None:
    mine = Membership.objects.current().filter(person=actor, groups=group)
    require(group.ended_at is None and mine.exists(), _("The members of a group say when it meets."))
