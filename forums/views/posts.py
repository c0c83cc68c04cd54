"""What one does with a post: change it, read what stood there before, take it back, say that one has heard it; and names to mention."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.permissions import Place, place_or_404
from forums.actions.changing import asks_why, edit_post
from forums.actions.checking import Noticed
from forums.actions.mentioning import names_beginning
from forums.actions.reacting import react, take_back_reaction
from forums.actions.withdrawing import withdraw_post
from forums.forms.posts import EarlierPlaceForm, EditForm, NameForm, ReactionForm
from forums.forms.threads import ForumChoiceForm, as_sent, as_typed
from forums.models import Forum, Post, Reaction, Thread
from forums.permissions import can_read_post
from forums.reading.earlier import earlier_words
from forums.reading.files import composing_of_post
from forums.views.files import asks_for_part, part_of_page, receive
from forums.views.threads import to_post, words_without_place
from lms.http import SignedInRequest, reads, reads_or_writes, redirect_back, writes
from lms.permissions import Refused, Verb, require


@login_required
@reads_or_writes
def post_edit(request: SignedInRequest, cohort: str, post: int) -> HttpResponse:
    """Change one's own words; whoever has been answered says why."""
    try:
        place = place_or_404(request.user, cohort, Verb.POST)
        said = get_object_or_404(_seen(request, place).filter(author=request.user, withdrawn_at=None), pk=post)
    except Http404:
        if request.method == "POST":
            return words_without_place(request)
        raise
    if said.is_asked_back and request.method != "POST":
        return redirect("forums:moderation-rework", cohort=cohort, post=said.pk)
    why = asks_why(said)
    form = EditForm(asks_why=why, initial={"body": as_typed(said.html), "client_id": said.client_id})
    context: dict[str, Any] = {"cohort": place.cohort, "post": said}
    if request.method != "POST":
        composing = composing_of_post(request.user, said)
        return render(request, "forums/post_edit.html", {**context, "form": form, "html": said.html, "composing": composing})
    received = receive(request, said.thread.forum, said)
    if asks_for_part(request):
        return part_of_page(request, place, received)
    if received.only_files:
        form = EditForm(asks_why=why, initial=as_sent(form, received.data))
        return render(request, "forums/post_edit.html", {**context, "form": form, "composing": received.composing})
    form = EditForm(received.data, asks_why=why)
    if form.is_valid() and received.good:
        words = {"html": form.cleaned_data["html"], "why": form.cleaned_data.get("why", ""), **received.words()}
        try:
            return to_post(request, place, edit_post(actor=request.user, post=said, **words))
        except Noticed as noticed:
            received.show_check(noticed, words["html"])
        except Refused as refusal:
            form.add_error("why" if refusal.code == "why" and "why" in form.fields else None, refusal.sentence)
    return render(request, "forums/post_edit.html", {**context, "form": form, "composing": received.composing})


@login_required
@reads
def post_earlier(request: SignedInRequest, cohort: str, post: int) -> HttpResponse:
    """What stood in a post before, the last change first, for whoever may read what stands there now."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    said = get_object_or_404(_seen(request, place).filter(withdrawn_at=None), pk=post)
    if not can_read_post(request.user, said):
        raise Http404
    page = earlier_words(said, EarlierPlaceForm(request.GET).place())
    return render(request, "forums/post_earlier.html", {"cohort": place.cohort, "post": said, "page": page})


@login_required
@reads_or_writes
def post_withdraw(request: SignedInRequest, cohort: str, post: int) -> HttpResponse:
    """Asks once, then takes one's own words away for good."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    said = get_object_or_404(_seen(request, place).filter(author=request.user), pk=post)
    if request.method != "POST" and said.withdrawn_at is None:
        return render(request, "forums/post_withdraw.html", {"cohort": place.cohort, "post": said})
    if request.method == "POST":
        withdraw_post(actor=request.user, post=said)
        messages.success(request, _("Your words are taken back. Nobody can read them any more."))
    return to_post(request, place, said)


@login_required
@writes
def post_react(request: SignedInRequest, cohort: str, post: int) -> HttpResponse:
    """Says with one of three words that one has heard, or no longer says it."""
    place = place_or_404(request.user, cohort, Verb.POST)
    heard = get_object_or_404(_seen(request, place), pk=post)
    form = ReactionForm(request.POST)
    try:
        require(form.is_valid(), _("Please press one of the three words."))
        act, kind = (react, "react") if form.cleaned_data["react"] else (take_back_reaction, "take_back")
        act(actor=request.user, post=heard, kind=Reaction.Kind(form.cleaned_data[kind]))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    back = redirect_back(request, reverse("forums:thread", args=[place.cohort.slug, heard.thread_id]) + f"?from={heard.pk}")
    return HttpResponseRedirect(f"{back.url}#post-{heard.pk}")


@login_required
@reads
def thread_people(request: SignedInRequest, cohort: str, thread: int) -> JsonResponse:
    """Names that can be mentioned in a thread: of who meets its forum, by the alphabet."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    visible = Thread.objects.visible_to(request.user, place.cohort, place.part)
    return _names(request, get_object_or_404(visible.select_related("forum"), pk=thread).forum)


@login_required
@reads
def forum_people(request: SignedInRequest, cohort: str) -> JsonResponse:
    """The same for a thread that is about to begin, in the forum chosen or else everybody's."""
    place = place_or_404(request.user, cohort, Verb.POST)
    forums = list(Forum.objects.visible_to(request.user, place.cohort, place.part))
    form = ForumChoiceForm(request.GET, forums=forums)
    if not forums or not form.is_valid():
        raise Http404
    return _names(request, form.chosen() or forums[0])


# --- inside ---------------------------------------------------------------------------------------------------------


def _names(request: SignedInRequest, forum: Forum) -> JsonResponse:
    form = NameForm(request.GET)
    names = names_beginning(forum, form.cleaned_data["q"], but=request.user.pk) if form.is_valid() else []
    return JsonResponse({"people": names})


def _seen(request: SignedInRequest, place: Place) -> Any:
    return Post.objects.visible_to(request.user, place.cohort, place.part).select_related("author", "thread__forum__cohort")
