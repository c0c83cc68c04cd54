"""How activities become begun and done."""

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Activity, Cohort, Conversation, JournalEntry, Progress, RelationalMap, ResumePoint, Sitting
from courses.opening import why_closed_to
from courses.permissions import Place, can_show_kept, part_in, standing_in
from lms.full_disk import trace
from lms.permissions import Refused, Verb, may, require
from lms.users.models import User

RESUME_EVERY = datetime.timedelta(minutes=1)


def open_activity(*, actor: User, place: Place, activity: Activity, progress: dict[int, Progress] | None = None) -> dict[int, Progress]:
    """Notes that the person has begun it and that "Carry on" leads here; the latter at most once a minute for the same activity.

    One of the few traces a GET leaves (`place` is where the same request found the person to stand); none for parts that do not
    work through the course. Returns how far the person is in every activity of the cohort, which the page shows; `progress` is the
    same, if it is known already.
    """
    cohort = place.cohort
    if progress is None:
        progress = {row.activity_id: row for row in Progress.objects.filter(person=actor, cohort=cohort)}
    if not place.may(Verb.MARK_DONE):
        return progress
    with trace():
        _note_opened(actor, cohort, activity, progress)
    return progress


def _note_opened(actor: User, cohort: Cohort, activity: Activity, progress: dict[int, Progress]) -> None:
    if activity.pk not in progress:
        progress[activity.pk], _fresh = Progress.objects.get_or_create(person=actor, cohort=cohort, activity=activity)
    point = ResumePoint.objects.filter(person=actor, cohort=cohort).first()
    now = timezone.now()
    if point is None or point.activity_id != activity.pk:
        here = {"activity": activity, "anchor": "", "at": now}
        ResumePoint.objects.update_or_create(person=actor, cohort=cohort, defaults=here)
    elif now - point.at > RESUME_EVERY:
        ResumePoint.objects.filter(pk=point.pk).update(at=now)


def keep_place(*, actor: User, cohort: Cohort, activity: Activity, anchor: str) -> None:
    """Remembers the heading reached in the activity that "Carry on" leads to."""
    _require_open(actor, cohort, activity)
    ResumePoint.objects.filter(person=actor, cohort=cohort, activity=activity).update(anchor=anchor, at=timezone.now())


def mark_done(*, actor: User, cohort: Cohort, activity: Activity) -> Progress:
    """Done by hand. Doing it twice changes nothing. That two people talked is not for one of them to say."""
    require(activity.done_by != Activity.Completes.MEETING, _("This is done once you and the other person have both written a sentence."))
    _require_open(actor, cohort, activity)
    return _done(actor, cohort, activity, Progress.How.BY_HAND)


@transaction.atomic
def unmark_done(*, actor: User, cohort: Cohort, activity: Activity) -> None:
    """Back to begun, whatever had made it done; entries and maps that said so say it no more."""
    _require_open(actor, cohort, activity)
    for kept in _kept_for(actor, cohort, activity):
        kept.update(shown_kept=False)
    Progress.objects.filter(person=actor, cohort=cohort, activity=activity).update(done_at=None, how="")


@transaction.atomic
def show_kept(*, actor: User, kept: JournalEntry | RelationalMap, shown: bool) -> None:
    """The author's tick: the course may know that this was kept for its activity, never what; or it may no longer.

    Inside the transaction that keeps the words. Taken back, the activity is not done any more, unless another entry or map says
    so or it was marked by hand. Quietly nothing where entries do not make this activity done, or not for this part.
    """
    require(kept.author_id == actor.pk, _("Only the person who wrote this can say so."))
    if kept.shown_kept == shown:
        return
    cohort, activity = kept.cohort, kept.activity
    if cohort is None or activity is None or not can_show_kept(actor, cohort, activity):
        return
    kept.shown_kept = shown
    kept.save(update_fields=["shown_kept"])
    if shown:
        _done(actor, cohort, activity, Progress.How.ENTRY)
    elif not any(others.filter(shown_kept=True).exists() for others in _kept_for(actor, cohort, activity)):
        by_entry = Progress.objects.filter(person=actor, cohort=cohort, activity=activity, how=Progress.How.ENTRY)
        by_entry.update(done_at=None, how="")


def _kept_for(actor: User, cohort: Cohort, activity: Activity) -> tuple[QuerySet[JournalEntry], QuerySet[RelationalMap]]:
    entries = JournalEntry.objects.visible_to(actor).filter(cohort=cohort, activity=activity)
    return entries, RelationalMap.objects.visible_to(actor).filter(cohort=cohort, activity=activity)


def mark_done_by_post(*, actor: User, cohort: Cohort, activity: Activity) -> None:
    """Something was posted in its thread."""
    if activity.done_by == Activity.Completes.POST and may(part_in(actor, cohort), Verb.MARK_DONE):
        _done(actor, cohort, activity, Progress.How.POST)


def mark_present(*, actor: User, sitting: Sitting) -> None:
    """The person was there in this sitting: its live activities and exercises are done."""
    cohort = sitting.block.cohort
    if not may(part_in(actor, cohort), Verb.MARK_DONE):
        return
    there = [activity for activity in sitting.activities.all() if activity.done_by == Activity.Completes.PRESENT]
    for activity in there:
        _done(actor, cohort, activity, Progress.How.PRESENT)


def mark_talked(*, conversation: Conversation) -> None:
    """Both have written that they talked: it is done for each of the two who works through the course."""
    if conversation.second_at is None:
        raise ValueError("Only one of the two has said so.")
    for person in (conversation.first, conversation.second):
        if may(part_in(person, conversation.cohort), Verb.MARK_DONE):
            _done(person, conversation.cohort, conversation.activity, Progress.How.MEETING)


@transaction.atomic
def _done(person: User, cohort: Cohort, activity: Activity, how: Progress.How) -> Progress:
    row, _fresh = Progress.objects.select_for_update().get_or_create(person=person, cohort=cohort, activity=activity)
    if row.done_at is None:
        row.done_at, row.how = timezone.now(), how
        row.save(update_fields=["done_at", "how"])
    return row


def _require_open(actor: User, cohort: Cohort, activity: Activity) -> None:
    place = standing_in(actor, cohort)
    if place is None or not place.may(Verb.MARK_DONE):
        raise Refused(_("Your part in this cohort does not include working through the course."))
    if closed := why_closed_to(place, actor, activity):
        raise Refused(closed.title)
