"""The page of a group: who is in it, when it meets, the ways to its forum and its room, and who moved."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from courses.models import Group, GroupExchange
from courses.permissions import Place, place_or_404
from courses.reading.groups import clocks_of, dates_of
from forums.models import Forum
from live.models import Room
from lms.http import SignedInRequest, reads
from lms.permissions import Verb

SHOWN_EXCHANGES = 20


@login_required
@reads
def group(request: SignedInRequest, cohort: str, group: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.SEE_PEOPLE)
    groups = Group.objects.visible_to(request.user).select_related("activity")
    found = get_object_or_404(groups, cohort=place.cohort, pk=group)
    members = list(found.members.filter(ended_at=None).select_related("person").order_by("person__display_name", "pk"))
    mine, forms = any(one.person_id == request.user.pk for one in members), place.may(Verb.FORM_GROUPS)
    context: dict[str, Any] = {"cohort": place.cohort, "group": found, "members": members, "mine": mine, "forms": forms}
    if mine or forms:
        coming, over = dates_of(found, request.user)
        context |= {"next": coming[0] if coming else None, "later": coming[1:], "over": over}
        context["clocks"] = clocks_of(coming[0].starts_at, members) if coming else []
        context |= _ways(request, place, found)
    return render(request, "lms/group.html", context)


def _ways(request: SignedInRequest, place: Place, group: Group) -> dict[str, Any]:
    """Only what this person meets: trainers meet the forum of a group, its room nobody but its members."""
    people = ("member__person", "swapped_with__person", "came_from", "went_to")
    moved = GroupExchange.objects.visible_to(request.user).filter(cohort=place.cohort)
    theirs = moved.filter(came_from=group) | moved.filter(went_to=group)
    return {
        "forum": Forum.objects.visible_to(request.user, place.cohort, place.part).filter(group=group).first(),
        "room": Room.objects.visible_to(request.user).filter(seminar__group=group, kind=Room.Kind.MAIN).first(),
        "exchanges": theirs.select_related(*people)[:SHOWN_EXCHANGES],
    }
