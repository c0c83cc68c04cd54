"""Follow, mute, or hear the ordinary way: of a thread, of a forum."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from courses.permissions import Place, place_or_404
from forums.actions.levels import set_forum_level, set_thread_level
from forums.forms.levels import LevelForm
from forums.models import Forum
from forums.reading.threads import thread_or_404
from lms.http import SignedInRequest, redirect_back, writes
from lms.permissions import Verb


@login_required
@writes
def thread_level(request: SignedInRequest, cohort: str, thread: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    talk = thread_or_404(request.user, place, thread)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return _again(request, place, form)
    set_thread_level(actor=request.user, thread=talk, much=form.cleaned_data["much"])
    messages.success(request, _("Kept for this thread: %(what)s.") % {"what": form.cleaned_data["much"].label})
    return redirect_back(request, "forums:thread", cohort, talk.pk)


@login_required
@writes
def forum_level(request: SignedInRequest, cohort: str, forum: int) -> HttpResponse:
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    chosen = get_object_or_404(Forum.objects.visible_to(request.user, place.cohort, place.part), pk=forum)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return _again(request, place, form)
    set_forum_level(actor=request.user, forum=chosen, much=form.cleaned_data["much"])
    messages.success(request, _("Kept for this forum: %(what)s.") % {"what": form.cleaned_data["much"].label})
    return redirect_back(request, "forums:forum", cohort)


def _again(request: SignedInRequest, place: Place, form: LevelForm) -> HttpResponse:
    """Only a page that was not drawn by us sends no choice: the same choice on a page of its own."""
    return render(request, "forums/level.html", {"cohort": place.cohort, "form": form}, status=422)
