"""A day in a building: the sheet on a trainer's phone, the code at the door, and "I am here"."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import door as codes
from courses.actions.absences import day_of
from courses.actions.attendance_marks import BEFORE, SHEET_OPEN, MarkedMeanwhile, arrive, mark_attendance
from courses.forms.attendance import MarkForm
from courses.models import Attendance, AttendanceMark, Sitting
from courses.permissions import Place, place_or_404
from courses.reading.hours import SheetRow, mark_words, sheet_rows, sitting_or_404, trainee_or_404
from courses.standing import planned
from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.permissions import Refused, Verb

WORKER = settings.BASE_DIR / "static" / "js" / "sheet-worker.js"


@dataclass
class Line:
    """Somebody on the sheet with their form, and what somebody else noted meanwhile."""

    row: SheetRow
    form: MarkForm
    conflict: AttendanceMark | None = None
    refusal: str = ""

    @property
    def settled(self) -> bool:
        """It changes only with a reason."""
        sources = (Attendance.Source.CORRECTED, Attendance.Source.ROOM)
        return self.row.row is not None and self.row.row.source in sources


@login_required
@reads_or_writes
def sheet(request: SignedInRequest, cohort: str, sitting: int) -> HttpResponse:
    """The sheet of one sitting. Without scripts it is one form; with them each mark goes by itself, from a phone without a line later."""
    place = place_or_404(request.user, cohort, Verb.MARK_ATTENDANCE)
    hour = sitting_or_404(place, sitting)
    on = day_of(hour, place.cohort)
    rows = sheet_rows(request.user, place, hour, on)
    data = request.POST if request.method == "POST" else None
    lines = [Line(row, MarkForm(data, prefix=f"p{row.membership.pk}", initial=_initial(row))) for row in rows]
    kept = False
    if data is not None:
        kept = _keep(request, hour, lines)
        if kept:
            messages.success(request, _("The sheet is kept."))
            return redirect("courses:sheet", cohort, sitting)
    now = timezone.now()
    context = {
        "cohort": place.cohort,
        "sitting": hour,
        "lines": lines,
        "that_day": [one for one in planned(place.cohort) if one.on == on],
        "not_yet": now < hour.starts_at - BEFORE,
        "is_over": now > hour.ends_at + SHEET_OPEN,
        "door_open": hour.starts_at - BEFORE <= now <= hour.ends_at,
    }
    return render(request, "courses/sheet.html", context, status=200 if data is None else 409)


@login_required
@writes
def sheet_mark(request: SignedInRequest, cohort: str, sitting: int, membership: int) -> HttpResponse:
    """One mark, from the page's script: 200 with the mark's id, 409 with what somebody else noted, 422 with a sentence."""
    place = place_or_404(request.user, cohort, Verb.MARK_ATTENDANCE)
    hour, member = sitting_or_404(place, sitting), trainee_or_404(place, membership)
    form = MarkForm(request.POST)
    if not form.is_valid() or not form.says_something():
        sentence = next((error for errors in form.errors.values() for error in errors), _("Nothing was chosen."))
        return JsonResponse({"sentence": sentence}, status=422)
    try:
        mark = mark_attendance(actor=request.user, sitting=hour, membership=member, **form.mark())
    except MarkedMeanwhile as meanwhile:
        return JsonResponse(_told(meanwhile.mark), status=409)
    except Refused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=422)
    return JsonResponse(_told(mark))


@login_required
@reads
def door(request: SignedInRequest, cohort: str, sitting: int) -> HttpResponse:
    """A screen for the door: a code that changes every half minute."""
    place = place_or_404(request.user, cohort, Verb.MARK_ATTENDANCE)
    hour = sitting_or_404(place, sitting)
    now = timezone.now()
    context = {"cohort": place.cohort, "sitting": hour, "seconds": int(codes.SHOWN.total_seconds()), "is_over": now > hour.ends_at}
    return render(request, "courses/door.html", context | {"not_yet": now < hour.starts_at - BEFORE})


@login_required
@reads
def door_code(request: SignedInRequest, cohort: str, sitting: int) -> HttpResponse:
    """The code as a picture, fresh each time."""
    place = place_or_404(request.user, cohort, Verb.MARK_ATTENDANCE)
    hour = sitting_or_404(place, sitting)
    address = settings.SITE_URL + reverse("courses:here", args=[place.cohort.slug, codes.code_for(hour.pk)])
    return HttpResponse(codes.picture(address), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@login_required
@reads_or_writes
def here(request: SignedInRequest, cohort: str, code: str) -> HttpResponse:
    """What a trainee meets who reads the code at the door with their own phone: one button."""
    place = place_or_404(request.user, cohort, Verb.KEEP_HOURS)
    hour, too_old = _behind(place, code)
    context: dict[str, object] = {"cohort": place.cohort, "sitting": hour}
    if too_old or hour is None:
        return render(request, "courses/here.html", context | {"too_old": True}, status=410)
    if request.method == "POST":
        try:
            context["row"] = arrive(actor=request.user, sitting=hour)
        except Refused as refusal:
            context["refusal"] = refusal.sentence
    return render(request, "courses/here.html", context, status=422 if "refusal" in context else 200)


@reads
def sheet_worker(request: HttpRequest) -> HttpResponse:
    """The script by which a phone opens a sheet without a line. At the root, so that it may look after the sheets of any cohort."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


# --- inside ---------------------------------------------------------------------------------------------------------


def _behind(place: Place, code: str) -> tuple[Sitting | None, bool]:
    """The sitting of a code, and whether the code is too old. What this site never showed, or for another cohort, is not there."""
    try:
        return sitting_or_404(place, codes.sitting_of(code)), False
    except codes.Over:
        return None, True
    except codes.NotOurs:
        raise Http404 from None


def _initial(row: SheetRow) -> dict[str, object]:
    found = {"seen": row.mark.pk if row.mark else 0, "client_id": uuid.uuid4()}
    if row.row is None:
        return found
    mark = row.mark if row.mark and row.mark.minutes == row.row.minutes else None
    late, early = (mark.late_minutes, mark.early_minutes) if mark else (row.row.of_minutes - row.row.minutes, 0)
    away = row.row.minutes == 0
    return {**found, "how": "away" if away else "here", "late": 0 if away else late, "early": 0 if away else early}


def _keep(request: SignedInRequest, hour: Sitting, lines: list[Line]) -> bool:
    """Notes every line that says something new; True if all of it stands. What does not stays on its line with a word on it."""
    good = True
    for line in lines:
        if not line.form.is_valid():
            good = False
        elif line.form.says_something() and line.form.has_changed_mark():
            good = _keep_one(request, hour, line) and good
    return good


def _keep_one(request: SignedInRequest, hour: Sitting, line: Line) -> bool:
    try:
        mark_attendance(actor=request.user, sitting=hour, membership=line.row.membership, **line.form.mark())
    except MarkedMeanwhile as meanwhile:
        line.conflict = meanwhile.mark
        line.form.data = {**line.form.data.dict(), line.form.add_prefix("seen"): str(meanwhile.mark.pk)}  # type: ignore[attr-defined]
        return False
    except Refused as refusal:
        line.refusal = refusal.sentence
        return False
    return True


def _told(mark: AttendanceMark) -> dict[str, object]:
    by = mark.by.display_name if mark.by else ""
    return {"mark": mark.pk, "words": mark_words(mark), "by": by, "how": "away" if mark.minutes == 0 else "here", **_minutes(mark)}


def _minutes(mark: AttendanceMark) -> dict[str, int]:
    return {"late": mark.late_minutes, "early": mark.early_minutes}
