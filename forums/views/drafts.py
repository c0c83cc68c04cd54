"""Words that are not posted yet, sent by the composer while somebody writes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404

from courses.permissions import Place, place_or_404
from forums.actions.drafts import keep_draft
from forums.forms.files import DraftForm
from forums.models import Forum, Thread
from lms.http import SignedInRequest, writes
from lms.permissions import Refused, Verb


@login_required
@writes
def draft(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Answers 204: kept, with its moment as X-Version; or cleared, without. 422: not kept here, with sentences that say why; 409 if
    that is because another device has kept other words."""
    place = place_or_404(request.user, cohort, Verb.POST)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _not_kept([str(sentence) for errors in form.errors.values() for sentence in errors])
    where = _where_or_404(request, place, *form.where())
    try:
        at = keep_draft(
            actor=request.user, where=where, words=form.kept(), html=form.cleaned_data["html"], version=form.cleaned_data["version"]
        )
    except Refused as refusal:
        return _not_kept([refusal.sentence], 409 if refusal.code == "elsewhere" else 422)
    return HttpResponse(status=204, headers={"X-Version": str(at)} if at else {})


def _where_or_404(request: SignedInRequest, place: Place, sort: str, pk: int) -> Thread | Forum:
    if sort == "new":
        return get_object_or_404(Forum.objects.visible_to(request.user, place.cohort, place.part), pk=pk)
    visible = Thread.objects.visible_to(request.user, place.cohort, place.part)
    return get_object_or_404(visible.select_related("forum__cohort"), pk=pk)


def _not_kept(sentences: list[str], status: int = 422) -> JsonResponse:
    return JsonResponse({"sentences": sentences}, status=status)
