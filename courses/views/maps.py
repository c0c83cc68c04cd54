"""A person's own relational maps: a picture to move things in, and the same as a list. Nobody else's looking is foreseen."""

import json
import math
import textwrap
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.maps import MapConflict, OpenedMap, delete_map, edit_map, keep_map, read_map, read_map_titles
from courses.forms.maps import EditMapForm, MapChoiceForm, MapForm
from courses.models import Activity, Cohort, RelationalMap
from courses.models.maps import Circle, Drawing, Line
from courses.permissions import can_show_kept, cohort_written_in
from courses.reading.turning_to import turn_to
from courses.views.arrived import just_arrived, say_arrived
from courses.views.beginnings import prompt_or_404
from lms import crypto
from lms.http import SignedInRequest, reads_or_writes

WAVE = 25  # units of the paper's thousand for half a wave of a line that is not easy
NEAR, FAR = 260, 500  # units from "me": up to the first is close by, beyond the second far away
SCALES = {1: 0.6, 2: 0.85, 3: 1.15}  # of a sign of radius 50
NAME_LINES, LINE_OF_NAME = 3, 16  # how much of a name stands below its sign: lines, and characters in each


@login_required
@reads_or_writes
def map_new(request: SignedInRequest) -> HttpResponse:
    """A map with oneself on it, for an activity or for none. An autosave is answered 201 with the map's address."""
    cohort, activity = prompt_or_404(request)
    form = MapForm(request.POST or None, kept=_beginning())
    if request.method != "POST" or not form.is_valid():
        return _draw_page(request, form, OpenedMap("", _beginning()), cohort=cohort, activity=activity)
    try:
        where: dict[str, Any] = {"cohort": cohort or cohort_written_in(request.user), "activity": activity}
        kept = keep_map(actor=request.user, client_id=form.cleaned_data["client_id"], **where, **_drawn(form))
    except MapConflict as conflict:
        return _both_versions(request, form, conflict.map)
    return _kept(kept, status=201) if _is_autosave(request) else _kept_page(request, form, kept)


@login_required
@reads_or_writes
def relational_map(request: SignedInRequest, map_id: uuid.UUID) -> HttpResponse:
    """One map, to look at and to draw on. 409 with both versions if it was changed elsewhere meanwhile."""
    found = _mine_or_404(request, map_id)
    try:
        opened = read_map(actor=request.user, relational_map=found)
    except crypto.Unreadable:
        return render(request, "courses/map_unreadable.html", {"map": found}, status=500)
    if request.method != "POST":
        form = EditMapForm(kept=opened.drawing, initial={"title": opened.title, "version": found.version, "shown_kept": found.shown_kept})
        return _draw_page(request, form, opened, found=found)
    return _draw_on(request, found, opened)


@login_required
@reads_or_writes
def map_delete(request: SignedInRequest, map_id: uuid.UUID) -> HttpResponse:
    """Asks once, then deletes for good."""
    found = _mine_or_404(request, map_id)
    if request.method != "POST":
        lines = read_map_titles(actor=request.user, maps=[found])
        return render(request, "courses/map_delete.html", {"map": found, "line": lines[0]})
    delete_map(actor=request.user, map_id=found.pk)
    messages.success(request, _("The map is deleted. Nobody can bring it back."))
    return redirect("courses:journal")


# --- inside ---------------------------------------------------------------------------------------------------------


def _draw_on(request: SignedInRequest, found: RelationalMap, opened: OpenedMap) -> HttpResponse:
    form = EditMapForm(request.POST, kept=opened.drawing)
    if not form.is_valid():
        return _draw_page(request, form, opened, found=found)
    choice = MapChoiceForm(request.POST)
    chosen = choice.cleaned_data["choice"] if choice.is_valid() else ""
    if chosen == "theirs":
        return _kept_page(request, form, found)
    try:
        if chosen == "both":
            where: dict[str, Any] = {"cohort": found.cohort, "activity": found.activity}
            kept = keep_map(actor=request.user, client_id=choice.cleaned_data["copy_id"], **where, **_drawn(form))
        else:
            kept = edit_map(actor=request.user, map_id=found.pk, version=form.cleaned_data["version"], **_drawn(form))
    except MapConflict as conflict:
        return _both_versions(request, form, conflict.map)
    return _kept(kept, status=204) if _is_autosave(request) else _kept_page(request, form, kept)


def _mine_or_404(request: SignedInRequest, map_id: uuid.UUID) -> RelationalMap:
    return get_object_or_404(RelationalMap.objects.visible_to(request.user).select_related("activity", "cohort"), pk=map_id)


def _is_autosave(request: SignedInRequest) -> bool:
    return "X-Autosave" in request.headers


def _drawn(form: MapForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("title", "drawing", "shown_kept")}


def _beginning() -> Drawing:
    """What a new map begins with: oneself, in the middle."""
    return {"circles": [{"id": "me", "name": _("Me"), "kind": "me", "x": 500, "y": 500, "size": 2, "note": ""}], "lines": []}


def _draw_page(
    request: SignedInRequest,
    form: MapForm,
    opened: OpenedMap,
    *,
    cohort: Cohort | None = None,
    activity: Activity | None = None,
    found: RelationalMap | None = None,
) -> HttpResponse:
    if form.is_bound and _is_autosave(request):
        sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
        return JsonResponse({"sentences": sentences}, status=422)
    cohort, activity = (found.cohort, found.activity) if found else (cohort, activity)
    context = {
        "form": form,
        "map": found,
        "activity": activity,
        "may_show_kept": can_show_kept(request.user, cohort, activity),
        "picture": picture(opened.drawing),
        "drawing": json.dumps(opened.drawing),
        "sentences": json.dumps(sentences_for_map()),
        "kinds": RelationalMap.Kind.choices,
        "manners": RelationalMap.Manner.choices,
        "kept_client_id": just_arrived(request),
        **turn_to(request.user),
    }
    return render(request, "courses/map.html", context, status=422 if form.is_bound else 200)


def _both_versions(request: SignedInRequest, form: MapForm, found: RelationalMap) -> HttpResponse:
    """Both versions side by side; nothing is written before the person has chosen."""
    opened = read_map(actor=request.user, relational_map=found)
    if _is_autosave(request):
        return JsonResponse({"version": found.version}, status=409)
    drawn = OpenedMap(form.cleaned_data["title"], form.cleaned_data["drawing"])
    context = {
        "map": found,
        "there": {"title": opened.title, "picture": picture(opened.drawing)},
        "here": {"title": drawn.title, "picture": picture(drawn.drawing), "drawing": json.dumps(drawn.drawing)},
        "shown_kept": form.cleaned_data["shown_kept"],
        "client_id": form.cleaned_data["client_id"],
        "copy_id": uuid.uuid4(),
        "choices": MapChoiceForm.CHOICES,
    }
    return render(request, "courses/map_conflict.html", context, status=409)


def _kept(kept: RelationalMap, status: int) -> HttpResponse:
    """The answer to an autosave. Only this counts as kept on the server."""
    return HttpResponse(status=status, headers={"X-Version": str(kept.version), "Location": _address(kept)})


def _kept_page(request: SignedInRequest, form: MapForm, kept: RelationalMap) -> HttpResponseRedirect:
    say_arrived(request, form.cleaned_data["client_id"])
    messages.success(request, _("Kept on the server."))
    return redirect(_address(kept))


def _address(kept: RelationalMap) -> str:
    return reverse("courses:map", args=[kept.pk])


# --- the picture, for paper, for who comes without JavaScript and beside another version ----------------------------


def picture(drawing: Drawing) -> dict[str, Any]:
    """What the template draws and lists: {"lines": [{manner, path}], "circles": [{circle, scale, names, words, ...}]}."""
    circles = {circle["id"]: circle for circle in drawing["circles"]}
    return {
        "lines": [
            {"manner": line["manner"], "path": line_path(circles[line["from"]], circles[line["to"]], line["manner"])}
            for line in drawing["lines"]
        ],
        "circles": [
            {
                "circle": circle,
                "scale": str(SCALES[circle["size"]]),
                "names": _names(circle),
                "words": in_words(circle, drawing),
                "notes": [line["note"] for line in drawing["lines"] if line["note"] and line["from"] == circle["id"]],
            }
            for circle in drawing["circles"]
        ],
    }


def line_path(start: Circle, end: Circle, manner: str) -> str:
    """The `d` of a line: straight, or in waves where the tie is not easy. static/js/map/drawing.js draws the same."""
    x, y = start["x"], start["y"]
    across, down = end["x"] - x, end["y"] - y
    length = math.hypot(across, down)
    if manner != "strained" or not length:
        return f"M{x} {y}L{end['x']} {end['y']}"
    waves = max(2, round(length / WAVE))
    side, step = (-down / length * WAVE, across / length * WAVE), (across / waves, down / waves)
    signs = [1 if wave % 2 else -1 for wave in range(waves)]
    curves = [f"q{step[0] / 2 + s * side[0]:.1f} {step[1] / 2 + s * side[1]:.1f} {step[0]:.1f} {step[1]:.1f}" for s in signs]
    return f"M{x} {y}{''.join(curves)}"


def _names(circle: Circle) -> list[dict[str, Any]]:
    """The name in short lines below the sign, each with how far down it stands."""
    below = round(50 * SCALES[circle["size"]]) + 28
    lines = textwrap.wrap(circle["name"], LINE_OF_NAME, max_lines=NAME_LINES, placeholder="…")
    return [{"words": words, "down": below + 25 * number} for number, words in enumerate(lines)]


def in_words(circle: Circle, drawing: Drawing) -> str:
    """ "a person, close by, near to Me": what it is, how far it is from oneself, and its ties."""
    says = sentences_for_map()
    names = {other["id"]: other["name"] for other in drawing["circles"]}
    parts = [says[circle["kind"]], _how_far(circle, drawing, says)]
    ties = (line for line in drawing["lines"] if circle["id"] in (line["from"], line["to"]))
    parts.extend(_tie(line, circle["id"], names, says) for line in ties)
    return ", ".join(part for part in parts if part)


def _how_far(circle: Circle, drawing: Drawing, says: dict[str, str]) -> str:
    me = next((other for other in drawing["circles"] if other["kind"] == "me"), None)
    if me is None or circle["kind"] == "me":
        return ""
    far = math.hypot(circle["x"] - me["x"], circle["y"] - me["y"])
    return says["close"] if far <= NEAR else says["further"] if far <= FAR else says["far"]


def _tie(line: Line, own: str, names: dict[str, str], says: dict[str, str]) -> str:
    return says[f"tie_{line['manner']}"].replace("{name}", names[line["to"] if line["from"] == own else line["from"]])


def sentences_for_map() -> dict[str, str]:
    """What the page says about circles and lines, here and in js/map.js. {name} is a circle's name."""
    return {
        "me": _("you"),
        "person": _("a person"),
        "voice": _("a voice"),
        "place": _("a place"),
        "close": _("close by"),
        "further": _("further away"),
        "far": _("far away"),
        "tie_near": _("near to {name}"),
        "tie_distant": _("distant from {name}"),
        "tie_strained": _("not easy with {name}"),
        "tie_broken": _("cut off from, or resting with, {name}"),
        "picture": _("Your map. Tab goes from circle to circle; the arrow keys move one."),
        "change": _("Change"),
        "change_of": _("Change {name}"),
        "change_line": _("Change the line between {name} and {other}"),
        "add": _("Add to your map"),
        "choose_first": _("Choose a circle first: press it, or go to it with the Tab key."),
        "line_from": _("A line from {name}. Choose the other circle and press Enter; Escape leaves it."),
        "line_alone": _("A line needs two circles. Add another one first."),
        "line_left": _("No line was drawn."),
        "line_drawn": _("A line between {name} and {other}."),
        "removed": _("{name} is no longer on the map."),
        "moved": _("{name}: {words}"),
        "remove": _("Take {name} off the map, with its lines?"),
        "full": _("A map has room for 60 circles and 120 lines."),
    }
