"""Saying when an activity opens in a cohort."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.years import year_changed
from courses.models import Activity, Cohort, Group, GroupRelease, Release
from courses.permissions import may_in
from courses.releasing import Wanted
from lms.permissions import Refused, Verb, require
from lms.users.models import User


class ChangedMeanwhile(Refused):
    """Somebody else changed it since it was looked at. `release` is how it stands now."""

    def __init__(self, release: Release) -> None:
        super().__init__(_("Somebody has changed this since you opened it. Both are shown below; nothing was lost."), "changed")
        self.release = release


@transaction.atomic
def set_release(*, actor: User, cohort: Cohort, activity: Activity, wanted: Wanted, version: int) -> Release:
    """From now on it opens so. `version` is that of what the actor saw (0: there was nothing yet).

    Raises ChangedMeanwhile if another one stands there, and Refused for what could never open.
    """
    release = _locked(actor, cohort, activity)
    current = release.version if release else 0
    if release is not None and current != version:
        raise ChangedMeanwhile(release)
    _require_possible(cohort, activity, wanted)
    return _keep(actor, release or Release(cohort=cohort, activity=activity), wanted, current)


@transaction.atomic
def open_or_close(*, actor: User, cohort: Cohort, activity: Activity, opened: bool) -> Release:
    """By hand, now. Done twice it changes nothing."""
    release = _locked(actor, cohort, activity)
    if release is not None and release.way == Release.Way.HAND and (release.opened_at is not None) == opened:
        return release
    version = release.version if release else 0
    return _keep(actor, release or Release(cohort=cohort, activity=activity), Wanted(Release.Way.HAND, opened=opened), version)


# --- inside ---------------------------------------------------------------------------------------------------------


def _locked(actor: User, cohort: Cohort, activity: Activity) -> Release | None:
    """One editor at a time, also where there is no row yet."""
    require(may_in(actor, cohort, Verb.RELEASE), _("Only trainers and coordinators say when something opens."))
    require(activity.module.programme_id == cohort.programme_id, _("This activity belongs to another course."))
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    return Release.objects.filter(cohort=cohort, activity=activity).select_related("changed_by", "after").first()


def _keep(actor: User, release: Release, wanted: Wanted, version: int) -> Release:
    way = Release.Way(wanted.way)
    release.way = way
    release.opens_on = wanted.opens_on if way == Release.Way.DATE else None
    release.after_id = wanted.after if way == Release.Way.AFTER else None
    opens_by_hand = way == Release.Way.HAND and wanted.opened
    release.opened_at = (release.opened_at or timezone.now()) if opens_by_hand else None
    release.version, release.changed_by, release.changed_at = version + 1, actor, timezone.now()
    release.save()
    release.groups.all().delete()
    if way == Release.Way.GROUP:
        GroupRelease.objects.bulk_create(GroupRelease(release=release, group_id=pk, opens_on=day) for pk, day in wanted.groups.items())
    year_changed(Cohort.objects.filter(pk=release.cohort_id))
    return release


def _require_possible(cohort: Cohort, activity: Activity, wanted: Wanted) -> None:
    """What is wanted is whole, and does not wait for itself."""
    way = Release.Way(wanted.way)
    require(way != Release.Way.DATE or wanted.opens_on is not None, _("Please choose the day on which it opens."))
    if way == Release.Way.GROUP:
        own = Group.objects.current().filter(cohort=cohort, pk__in=wanted.groups).count()
        require(0 < own == len(wanted.groups), _("Please choose the groups for which it opens."))
    if way == Release.Way.AFTER:
        here = Activity.objects.current().filter(module__programme=cohort.programme_id, pk=wanted.after or 0)
        if wanted.after is None or not here.exists():
            raise Refused(_("Please choose what is to be done first."))
        sentence = _("The other one waits for this one already: neither would ever open.")
        require(not _waits_for(cohort, wanted.after, activity.pk), sentence)


def _waits_for(cohort: Cohort, activity: int, other: int) -> bool:
    """Whether an activity is, or waits for, the other, perhaps by way of more of them."""
    rows = Release.objects.filter(cohort=cohort, way=Release.Way.AFTER).values_list("activity", "after")
    after, seen = dict(rows), set[int]()
    here: int | None = activity
    while here is not None and here not in seen:
        if here == other:
            return True
        seen.add(here)
        here = after.get(here)
    return False
