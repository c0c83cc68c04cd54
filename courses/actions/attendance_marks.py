"""Who was there, as people say it: the sheet of a day in a building, the code at its door, and corrections with a reason.

What was said is only ever added (`AttendanceMark`); what counts stands in `Attendance`. A person's word stands against the room's count,
a trainer's against what was said at the door, and a correction against all.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.attendance import MINUTE, planned_minutes
from courses.actions.make_ups import look_after_days_of
from courses.actions.sealed_words import seal_words
from courses.models import Attendance, AttendanceMark, Membership, Sitting
from courses.permissions import may_in
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice
from lms.permissions import Part, Verb, require
from lms.users.models import User

BEFORE = datetime.timedelta(hours=1)  # so long before a sitting people come
SHEET_OPEN = datetime.timedelta(days=1)  # so long after its end the sheet is still written; then a change is a correction
STILL_WRITING = datetime.timedelta(minutes=10)  # so long after a late mark whoever made it goes on with it: "here", then "10 minutes late"
ON_TIME = 5  # minutes after the beginning that nobody counts at the door

Source = Attendance.Source


class MarkedMeanwhile(Exception):
    """Somebody else noted another thing since this one was begun; `mark` is theirs."""

    def __init__(self, mark: AttendanceMark) -> None:
        super().__init__("marked meanwhile")
        self.mark = mark


@transaction.atomic
def mark_attendance(
    *,
    actor: User,
    sitting: Sitting,
    membership: Membership,
    away: bool = False,
    late: int = 0,
    early: int = 0,
    client_id: uuid.UUID,
    seen: int = 0,
    noted_at: datetime.datetime | None = None,
) -> AttendanceMark:
    """Notes on the sheet that somebody is there, came `late` or left `early` by so many minutes, or is away.

    `seen` is the id of the last mark that whoever notes this knew of; if there is another that says something else, MarkedMeanwhile is
    raised and nothing changes. The same client_id notes once. What a phone noted offline (`noted_at`) is never in the future.
    """
    cohort = sitting.block.cohort
    require(may_in(actor, cohort, Verb.MARK_ATTENDANCE), _("Who was there is noted by the trainers and coordinators of this cohort."))
    require(_is_trainee(membership, sitting), _("The sheet is for the trainees of this cohort."))
    now = timezone.now()
    require(sitting.starts_at - BEFORE <= now, _("This sitting has not begun. Its sheet opens an hour before."))
    row = _locked(sitting, membership.person_id)
    if already := AttendanceMark.objects.filter(sitting=sitting, by=actor, client_id=client_id).first():
        return already
    counts = _counts(sitting)
    minutes = 0 if away else max(0, counts - late - early)
    last = AttendanceMark.objects.filter(sitting=sitting, person=membership.person_id).last()
    if last is not None and last.pk != seen and last.source != Source.DOOR and last.minutes != minutes:
        raise MarkedMeanwhile(last)
    closed = now > sitting.ends_at + SHEET_OPEN and not _still_writing(last, actor, now)
    settled = row is not None and (row.source in (Source.CORRECTED, Source.ROOM) or closed)
    require(not settled or (row is not None and row.minutes == minutes), _("These minutes stand already. A change needs a reason."))
    mark = AttendanceMark(
        sitting=sitting,
        person_id=membership.person_id,
        by=actor,
        source=Source.SHEET,
        client_id=client_id,
        minutes=minutes,
        of_minutes=counts,
        late_minutes=min(late, counts),
        early_minutes=min(early, counts),
        noted_at=min(noted_at or now, now),
    )
    return _say(mark, row)


def _still_writing(last: AttendanceMark | None, actor: User, now: datetime.datetime) -> bool:
    return last is not None and last.by_id == actor.pk and last.source == Source.SHEET and now - last.at <= STILL_WRITING


@transaction.atomic
def arrive(*, actor: User, sitting: Sitting) -> Attendance:
    """ "I am here", said at the door by somebody who read its code. Said again it is the same; what a trainer noted stands.

    Whoever comes more than five minutes after the beginning was not there before; that they stay is taken for granted until a trainer
    notes otherwise.
    """
    cohort = sitting.block.cohort
    here = Membership.objects.current().filter(cohort=cohort, person=actor, part=Part.TRAINEE)
    require(here.exists(), _("The code at the door is for the trainees of this cohort."))
    now = timezone.now()
    require(sitting.starts_at - BEFORE <= now <= sitting.ends_at, _("This sitting is not on now."))
    row = _locked(sitting, actor.pk)
    if row is not None and row.source != Source.ROOM:
        return row
    counts = _counts(sitting)
    late = (now - sitting.starts_at) // MINUTE
    late = late if late > ON_TIME else 0
    mark = AttendanceMark(
        sitting=sitting,
        person=actor,
        by=actor,
        source=Source.DOOR,
        client_id=uuid.uuid4(),
        minutes=max(0, counts - late),
        of_minutes=counts,
        late_minutes=min(late, counts),
        noted_at=now,
    )
    _say(mark, row)
    return Attendance.objects.get(sitting=sitting, person=actor)


@transaction.atomic
def correct_minutes(
    *, actor: User, sitting: Sitting, membership: Membership, minutes: int, reason: str, client_id: uuid.UUID
) -> AttendanceMark:
    """Other minutes than stand there, with a reason that the person reads and may answer. They are told.

    The same client_id corrects once.
    """
    cohort = sitting.block.cohort
    require(may_in(actor, cohort, Verb.MARK_ATTENDANCE), _("Hours are corrected by the trainers and coordinators of this cohort."))
    require(_is_trainee(membership, sitting), _("These are not the hours of a trainee of this cohort."))
    require(sitting.ends_at <= timezone.now(), _("This sitting is not over. Until then the sheet is the place."))
    require(bool(reason.strip()), _("Please write the reason. The person reads it."))
    row = _locked(sitting, membership.person_id)
    if already := AttendanceMark.objects.filter(sitting=sitting, by=actor, client_id=client_id).first():
        return already
    counts = row.of_minutes if row else _counts(sitting)
    require(0 <= minutes <= counts, _("This sitting went on for %(minutes)s minutes.") % {"minutes": counts})
    mark = AttendanceMark(
        sitting=sitting,
        person_id=membership.person_id,
        by=actor,
        source=Source.CORRECTED,
        client_id=client_id,
        minutes=minutes,
        of_minutes=counts,
    )
    seal_words(mark, reason=reason.strip())
    _say(mark, row)
    url = reverse("courses:hours", args=[cohort.slug]) + "#corrections"
    notify(people=[membership.person_id], kind=Notice.Kind.HOURS, key=f"courses.corrected:{mark.pk}", url=url, who=actor.display_name)
    return mark


@transaction.atomic
def answer_correction(*, actor: User, mark: AttendanceMark, answer: str) -> AttendanceMark:
    """What the person says to a correction of their minutes: once, read by those who look after attendance. Who corrected is told."""
    mark = AttendanceMark.objects.select_for_update(of=("self",)).select_related("sitting__block__cohort").get(pk=mark.pk)
    require(mark.person_id == actor.pk and mark.source == Source.CORRECTED, _("This is for somebody else to answer."))
    require(bool(answer.strip()), _("There are no words here yet. A first sentence is enough."))
    require(mark.answered_at is None, _("You have answered this already. For more, please write to a trainer."))
    seal_words(mark, answer=answer.strip())
    mark.answered_at = timezone.now()
    mark.save(update_fields=["answer_sealed", "answered_at"])
    cohort = mark.sitting.block.cohort
    member = Membership.objects.filter(cohort=cohort, person=actor).get()
    url = reverse("courses:attendance-person", args=[cohort.slug, member.pk]) + "#corrections"
    told = [mark.by_id] if mark.by_id is not None else []
    notify(people=told, kind=Notice.Kind.HOURS, key=f"courses.correction_answered:{mark.pk}", url=url, who=actor.display_name)
    return mark


# --- inside ---------------------------------------------------------------------------------------------------------


def _is_trainee(membership: Membership, sitting: Sitting) -> bool:
    return membership.cohort_id == sitting.block.cohort_id and membership.part == Part.TRAINEE and membership.ended_at is None


def _locked(sitting: Sitting, person: int) -> Attendance | None:
    """What stands there, with everybody else who would change something about this sitting waiting."""
    held = Sitting.objects.select_for_update(of=("self",)).get(pk=sitting.pk)
    require(held.called_off_at is None, _("This sitting was called off, so nobody is noted for it, and nobody missed it."))
    return Attendance.objects.filter(sitting=sitting, person=person).first()


def _counts(sitting: Sitting) -> int:
    """How long it went on: as its room counted it, or as planned."""
    held: int | None = Attendance.objects.counted_by_room().filter(sitting=sitting).aggregate(held=Max("of_minutes"))["held"]
    return held if held is not None else planned_minutes(sitting)


def _say(mark: AttendanceMark, row: Attendance | None) -> AttendanceMark:
    """Adds what was said, and lets it count."""
    mark.from_minutes = row.minutes if row else None
    mark.save(force_insert=True)
    counted = {"minutes": mark.minutes, "of_minutes": mark.of_minutes, "source": mark.source}
    Attendance.objects.update_or_create(sitting=mark.sitting, person_id=mark.person_id, defaults=counted)
    look_after_days_of(mark.sitting.block.cohort, mark.person_id)
    return mark
