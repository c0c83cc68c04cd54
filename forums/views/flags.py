"""For everybody: pointing a post out, finding other words, and what trainers did with one's own."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from courses import crisis
from courses.permissions import Place, place_or_404
from forums.actions.moderating.answers import answer_act
from forums.actions.moderating.flags import flag_post
from forums.actions.moderating.hiding import rework_post
from forums.forms.moderation import AnswerForm, BeforeForm, FlagForm, ReworkForm
from forums.forms.threads import as_typed
from forums.models import Flag, Forum, ModerationAct, Post
from forums.permissions import can_answer_act, can_flag, moderates
from forums.reading.moderation import acts_about, in_full, log_of
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused, Verb


@login_required
@reads_or_writes
def moderation_flag(request: SignedInRequest, cohort: str, post: int) -> HttpResponse:
    """Asks for a post to be looked at; afterwards says what happens now, and when."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    said = _visible_or_404(request, place, post)
    form = FlagForm(request.POST if request.method == "POST" else None, trainer=moderates(place.part))
    if form.is_valid():
        try:
            flag_post(actor=request.user, cohort=place.cohort, post=said, **form.cleaned_data)
            return redirect("forums:moderation-flag", cohort=cohort, post=said.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    mine = list(Flag.objects.visible_to(request.user).filter(post=said).select_related("request__sent_to"))
    context = {
        "cohort": place.cohort,
        "post": said,
        "form": form,
        "mine": mine,
        "worried": any(flag.kind == Flag.Kind.WORRIED for flag in mine),
        "may_flag": can_flag(request.user, said),
        "country": crisis.of_country(request.user.country),
    }
    return render(request, "forums/moderation_flag.html", context)


@login_required
@reads_or_writes
def moderation_rework(request: SignedInRequest, cohort: str, post: int) -> HttpResponse:
    """One's own words, which a trainer asked to be other words."""
    place = place_or_404(request.user, cohort, Verb.POST)
    own = Post.objects.visible_to(request.user, place.cohort, place.part).filter(author=request.user, withdrawn_at=None)
    said = get_object_or_404(own.select_related("thread__forum__cohort"), pk=post)
    if not said.is_asked_back and request.method != "POST":
        return redirect("forums:post-edit", cohort=cohort, post=said.pk)
    form = ReworkForm(request.POST if request.method == "POST" else None, initial={"body": as_typed(said.html)})
    if form.is_valid():
        try:
            rework_post(actor=request.user, post=said, html=form.cleaned_data["html"])
            return redirect(said)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    asked = ModerationAct.objects.visible_to(request.user, place.cohort, place.part).filter(post=said, person=request.user)
    shown = in_full(request.user, place, list(asked.select_related("actor", "person", "forum")[:1]))
    html = "" if form.is_bound else said.html
    return render(
        request, "forums/moderation_rework.html", {"cohort": place.cohort, "post": said, "form": form, "html": html, "acts": shown}
    )


@login_required
@reads
def moderation_about_me(request: SignedInRequest, cohort: str) -> HttpResponse:
    """What trainers did with one's own words here, in full."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    acts, older = acts_about(request.user, place, BeforeForm(request.GET).key())
    return render(request, "forums/moderation_about_me.html", {"cohort": place.cohort, "acts": acts, "older": older})


@login_required
@reads_or_writes
def moderation_act(request: SignedInRequest, cohort: str, act: int) -> HttpResponse:
    """One act with everything that was said to it, for whom it concerns and the trainers; a place to answer."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    visible = ModerationAct.objects.visible_to(request.user, place.cohort, place.part)
    done = get_object_or_404(visible.select_related("actor", "person", "forum__cohort"), pk=act)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answer_act(actor=request.user, act=done, **form.cleaned_data)
            return redirect("forums:moderation-act", cohort=cohort, act=done.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {
        "cohort": place.cohort,
        "shown": in_full(request.user, place, [done])[0],
        "mine": done.person_id == request.user.pk,
        "form": form,
        "may_answer": can_answer_act(request.user, done),
    }
    return render(request, "forums/moderation_act.html", context)


@login_required
@reads
def moderation_log(request: SignedInRequest, cohort: str, forum: int) -> HttpResponse:
    """What trainers did in a forum, in general: without whom it concerned, and without the reason."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    found = get_object_or_404(Forum.objects.visible_to(request.user, place.cohort, place.part), pk=forum)
    logged, older = log_of(request.user, place, found, BeforeForm(request.GET).key())
    return render(request, "forums/moderation_log.html", {"cohort": place.cohort, "forum": found, "logged": logged, "older": older})


def _visible_or_404(request: SignedInRequest, place: Place, pk: int) -> Post:
    """Somebody else's post, of a thread one sees."""
    visible = Post.objects.visible_to(request.user, place.cohort, place.part).exclude(author=request.user)
    return get_object_or_404(visible.select_related("author", "thread__forum__cohort"), pk=pk)
