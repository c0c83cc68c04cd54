"""Who was there in a sitting, for those who look after that."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from courses.models import Attendance, Sitting
from courses.permissions import may_in
from live.models import Seminar
from lms.http import SignedInRequest, reads
from lms.permissions import Part, Verb
from lms.users.models import User


@dataclass(frozen=True)
class Line:
    """Somebody, how long they were there, and what they had answered to the card."""

    person: User
    minutes: int
    way: str


@login_required
@reads
def attendance(request: SignedInRequest, cohort: str, seminar: uuid.UUID) -> HttpResponse:
    """By name, whoever was there longest or shortest: this is a list, not a ranking."""
    visible = Seminar.objects.visible_to(request.user).select_related("cohort", "sitting")
    place = get_object_or_404(visible, pk=seminar, cohort__slug=cohort)
    if not may_in(request.user, place.cohort, Verb.SEE_ATTENDANCE):
        raise Http404
    counted = _counted(request.user, place.sitting)
    context = {
        "seminar": place,
        "lines": _lines(place, counted),
        "of_minutes": max((row.of_minutes for row in counted), default=None),
    }
    return render(request, "live/attendance.html", context)


def _counted(reader: User, sitting: Sitting | None) -> list[Attendance]:
    if sitting is None:
        return []
    return list(Attendance.objects.visible_to(reader).filter(sitting=sitting).select_related("person"))


def _lines(seminar: Seminar, counted: list[Attendance]) -> list[Line]:
    """Its trainees now, and everybody else who was there."""
    here = seminar.cohort.memberships.current().filter(part=Part.TRAINEE).select_related("person")
    people = {member.person_id: member.person for member in here} | {row.person_id: row.person for row in counted if row.minutes}
    minutes = {row.person_id: row.minutes for row in counted}
    answered = seminar.main_room().participants.filter(person__in=people).exclude(way="")
    ways = {participant.person_id: participant.get_way_display() for participant in answered}
    lines = [Line(person, minutes.get(pk, 0), ways.get(pk, "")) for pk, person in people.items()]
    return sorted(lines, key=lambda line: (line.person.display_name.casefold(), line.person.pk))
