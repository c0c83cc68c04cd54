"""Beginning a cohort, and who is on duty in it."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.agreements.text import lay_out
from courses.actions.members import add_member
from courses.actions.years import year_changed
from courses.models import Block, Cohort, Membership, Programme, Release, Sitting
from courses.permissions import Place
from courses.planning.outlines import BlockOutline, SittingOutline, outline_of
from courses.signals import cohort_planned
from lms.db import local_datetime
from lms.full_disk import trace
from lms.permissions import Part, require
from lms.users.models import User

DAY, HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


@transaction.atomic
def begin_cohort(
    *,
    actor: User,
    programme: Programme,
    slug: str,
    title: str,
    time_zone: str,
    block_starts: list[datetime.date],
    like: Cohort | None = None,
) -> Cohort:
    """A cohort with its blocks and sittings as the programme's modules plan them, or `like` another cohort's: its days, hours and
    distances, nobody who was in it and nothing that was said. One first day for each block, in order."""
    require(actor.coordinates, _("Only a coordinator begins a cohort."))
    outline = outline_of(programme, like)
    if len(outline) != len(block_starts):
        raise ValueError(f"{len(outline)} modules need {len(outline)} first days, not {len(block_starts)}.")
    opens_on = block_starts[0] - outline[0].opens_before * DAY
    ends_on = block_starts[-1] + outline[-1].days * DAY
    cohort = Cohort.objects.create(
        programme=programme, slug=slug, title=title, time_zone=time_zone, starts_on=opens_on, ends_on=ends_on, like=like
    )
    for block, start in zip(outline, block_starts, strict=True):
        _plan_block(cohort, block, start)
    if like is not None:
        _copy_releases(actor, like, cohort)
    year_changed(Cohort.objects.filter(pk=cohort.pk))
    add_member(cohort=cohort, person=actor, part=Part.COORDINATOR, by=actor)
    lay_out(cohort=cohort)
    cohort_planned.send(Cohort, cohort=cohort)
    return cohort


def _plan_block(cohort: Cohort, outline: BlockOutline, start: datetime.date) -> None:
    block = Block.objects.create(
        cohort=cohort,
        module=outline.module,
        opens_on=start - outline.opens_before * DAY,
        starts_on=start,
        ends_on=start + (outline.days - 1) * DAY,
    )
    sittings = Sitting.objects.bulk_create(_sitting(block, planned, start) for planned in outline.sittings)
    done_in = Sitting.activities.through
    done_in.objects.bulk_create(
        done_in(sitting=sitting, activity_id=activity)
        for sitting, planned in zip(sittings, outline.sittings, strict=True)
        for activity in planned.activities
    )


def _copy_releases(actor: User, like: Cohort, cohort: Cohort) -> None:
    """When activities open that do not simply open with their block: on a day of their own, as far from their block as it was; after
    another; by hand, closed. What opened for groups is for groups here too, and closed until somebody says for which: groups are
    people, and these are others."""
    was, now = (dict(one.blocks.values_list("module", "starts_on")) for one in (like, cohort))
    copied = []
    for release in like.releases.select_related("activity"):
        module = release.activity.module_id
        own_day = now[module] + (release.opens_on - was[module]) if release.opens_on and module in was else None
        if release.way != Release.Way.DATE or own_day:
            fields = {"activity": release.activity, "way": release.way, "after_id": release.after_id, "opens_on": own_day}
            copied.append(Release(cohort=cohort, changed_by=actor, **fields))
    Release.objects.bulk_create(copied)


def _sitting(block: Block, planned: SittingOutline, start: datetime.date) -> Sitting:
    """At its hour by the clock of the course, whatever that is elsewhere on this day."""
    begins = datetime.datetime.combine(start + planned.day * DAY, planned.begins)
    ends = begins + planned.lasts
    starts_at, ends_at = (local_datetime(one.date(), one.time(), block.cohort.time_zone) for one in (begins, ends))
    return Sitting(block=block, title=planned.title, starts_at=starts_at, ends_at=max(ends_at, starts_at + MINUTE))


def use_cohort(*, actor: User, place: Place) -> None:
    """Remembers the cohort used last, which /course/, /forum/ and /live/ lead to. At most once an hour, as a trace of reading."""
    now = timezone.now()
    if place.used_at is None or now - place.used_at > HOUR:
        with trace():
            Membership.objects.current().filter(cohort=place.cohort, person=actor).update(last_used_at=now)
