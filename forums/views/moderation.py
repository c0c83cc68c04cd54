"""For trainers: the queue, and everything they can do with a post or a thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.permissions import Place, place_or_404
from forums.actions.moderating import claims, hiding, holds, moving, settling, threads
from forums.forms import moderation as forms
from forums.forms.threads import ThreadPlaceForm
from forums.models import Forum, Hold, Post, Thread
from forums.reading.moderation import acts_on, posts_to_choose, queue, waiting_for_trainer
from lms.http import SignedInRequest, reads, writes
from lms.permissions import Refused, Verb


@dataclass(frozen=True)
class Act:
    """Something a trainer can do: what it is called, what it asks for, and the action that does it."""

    title: str | Promise
    form: type[forms.ActForm]
    do: Callable[..., Any]


POST_ACTS = {
    "claim": Act(gettext_lazy("Look at it"), forms.ActForm, claims.claim_post),
    "release": Act(gettext_lazy("Leave it to others"), forms.ActForm, claims.release_post),
    "approve": Act(gettext_lazy("Let it through"), forms.EasingForm, holds.approve_post),
    "decline": Act(gettext_lazy("Do not let it through"), forms.ReasonForm, holds.decline_post),
    "restore": Act(gettext_lazy("Show it again"), forms.EasingForm, hiding.restore_post),
    "settle": Act(gettext_lazy("Leave it as it is"), forms.EasingForm, settling.settle_post),
    "rework": Act(gettext_lazy("Ask its author for other words"), forms.AskForm, hiding.ask_to_rework),
    "hide": Act(gettext_lazy("Hide it"), forms.HideForm, hiding.hide_post),
    "hold": Act(gettext_lazy("Read this person’s posts before others do"), forms.HoldForm, holds.hold_author),
}
THREAD_ACTS = {
    "lock": Act(gettext_lazy("Close it to answers"), forms.ThreadReasonForm, threads.lock_to_answers),
    "unlock": Act(gettext_lazy("Open it to answers again"), forms.EasingForm, threads.unlock),
    "pin": Act(gettext_lazy("Put it first"), forms.EasingForm, threads.pin),
    "unpin": Act(gettext_lazy("Put it first no longer"), forms.EasingForm, threads.unpin),
    "slow": Act(gettext_lazy("Slow it down"), forms.SlowForm, threads.slow_down),
    "rename": Act(gettext_lazy("Give it another title"), forms.RenameForm, threads.rename),
    "hold": Act(gettext_lazy("Read what is said in it before others do"), forms.HoldForm, holds.hold_thread),
    "split": Act(gettext_lazy("Take some posts into a thread of their own"), forms.SplitForm, moving.split_thread),
    "merge": Act(gettext_lazy("Join it to another thread"), forms.MergeForm, moving.merge_threads),
    "move": Act(gettext_lazy("Move it to another forum"), forms.MoveForm, moving.move_thread),
}


@login_required
@reads
def moderation_queue(request: SignedInRequest, cohort: str) -> HttpResponse:
    """What waits for a trainer: flagged, held, noticed by the check, unanswered for three days."""
    place = place_or_404(request.user, cohort, Verb.MODERATE)
    after = forms.QueuePlaceForm(request.GET)
    found = queue(request.user, place, after.place())
    return render(request, "forums/moderation_queue.html", {"cohort": place.cohort, "queue": found, "continued": "after" in request.GET})


@login_required
@reads
def moderation_post(request: SignedInRequest, cohort: str, post: int) -> HttpResponse:
    """One post with why it waits, what was done about it before, and what can be done."""
    place = place_or_404(request.user, cohort, Verb.MODERATE)
    return _post_page(request, place, _post_or_404(request, place, post))


@login_required
@writes
def moderation_post_act(request: SignedInRequest, cohort: str, post: int, act: str) -> HttpResponse:
    """Does one thing with a post. What is refused comes back in the same page, with the words in it."""
    place = place_or_404(request.user, cohort, Verb.MODERATE)
    said = _post_or_404(request, place, post)
    form = _bound(POST_ACTS, act, request, said.thread)
    if _done(form, POST_ACTS[act], actor=request.user, post=said):
        if act not in {"claim", "release"}:
            messages.success(request, _("It is done. Whom it concerns can read what was done, by whom and why."))
        return redirect("forums:moderation-post", cohort=cohort, post=said.pk)
    return _post_page(request, place, said, {act: form})


@login_required
@reads
def moderation_thread(request: SignedInRequest, cohort: str, thread: int) -> HttpResponse:
    """One thread and what can be done with it."""
    place = place_or_404(request.user, cohort, Verb.MODERATE)
    return _thread_page(request, place, _thread_or_404(request, place, thread))


@login_required
@writes
def moderation_thread_act(request: SignedInRequest, cohort: str, thread: int, act: str) -> HttpResponse:
    """Does one thing with a thread. What is refused comes back in the same page, with the words in it."""
    place = place_or_404(request.user, cohort, Verb.MODERATE)
    talk = _thread_or_404(request, place, thread)
    form = _bound(THREAD_ACTS, act, request, talk, _forums(request, place))
    done = _done(form, THREAD_ACTS[act], actor=request.user, thread=talk)
    if done is None:
        return _thread_page(request, place, talk, {act: form})
    messages.success(request, _("It is done. Whom it concerns can read what was done, by whom and why."))
    return redirect("forums:moderation-thread", cohort=cohort, thread=done.pk if isinstance(done, Thread) else talk.pk)


@login_required
@writes
def moderation_hold_end(request: SignedInRequest, cohort: str, hold: int) -> HttpResponse:
    """Ends before its time that somebody's posts, or those of a thread, are read beforehand."""
    place = place_or_404(request.user, cohort, Verb.MODERATE)
    running = Hold.objects.visible_to(request.user, place.cohort, place.part).select_related("forum__cohort")
    holds.end_hold(actor=request.user, hold=get_object_or_404(running, pk=hold))
    messages.success(request, _("It has ended. Whom it concerned can read that."))
    return redirect("forums:moderation-queue", cohort=cohort)


# --- inside ---------------------------------------------------------------------------------------------------------


def _post_or_404(request: SignedInRequest, place: Place, pk: int) -> Post:
    visible = Post.objects.visible_to(request.user, place.cohort, place.part)
    return get_object_or_404(visible.select_related("author", "thread__forum__cohort", "thread__author"), pk=pk)


def _thread_or_404(request: SignedInRequest, place: Place, pk: int) -> Thread:
    visible = Thread.objects.visible_to(request.user, place.cohort, place.part)
    return get_object_or_404(visible.select_related("forum__cohort", "author", "merged_into"), pk=pk)


def _forums(request: SignedInRequest, place: Place) -> list[Forum]:
    return list(Forum.objects.visible_to(request.user, place.cohort, place.part))


def _bound(acts: Mapping[str, Act], act: str, request: SignedInRequest, thread: Thread, places: list[Forum] | None = None) -> forms.ActForm:
    if act not in acts:
        raise Http404
    return acts[act].form(request.POST, thread=thread, forums=places or [], auto_id=f"{act}_%s")


def _done(form: forms.ActForm, act: Act, **about: Any) -> Any:
    """What the action returned; None if the form or the action refused, which then stands in the form."""
    if not form.is_valid():
        return None
    try:
        return act.do(**about, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.code if refusal.code in form.fields else None, refusal.sentence)
        return None


def _offers(acts: Mapping[str, Act], names: list[str], bound: dict[str, forms.ActForm], thread: Thread, places: list[Forum]) -> list[Any]:
    """(name, title, form, whether it was refused) of each of these acts."""
    new = {name: acts[name].form(thread=thread, forums=places, auto_id=f"{name}_%s") for name in names if name not in bound}
    names = [*names, *(name for name in bound if name not in names)]
    return [(name, acts[name].title, (bound | new)[name], name in bound) for name in names]


def _post_page(request: SignedInRequest, place: Place, post: Post, bound: dict[str, forms.ActForm] | None = None) -> HttpResponse:
    waiting = waiting_for_trainer(request.user, post)
    context = {
        "cohort": place.cohort,
        "waiting": waiting,
        "post": waiting.post,
        "files": list(waiting.post.files.all()),
        "acts": acts_on(request.user, place, post),
        "offers": _offers(POST_ACTS, waiting.acts, bound or {}, post.thread, []),
    }
    return render(request, "forums/moderation_post.html", context)


def _thread_page(request: SignedInRequest, place: Place, thread: Thread, bound: dict[str, forms.ActForm] | None = None) -> HttpResponse:
    posts, later = posts_to_choose(request.user, place, thread, ThreadPlaceForm(request.GET).place()["from_"])
    names = [] if thread.merged_into_id else ["unlock" if thread.locked_at else "lock", "unpin" if thread.pinned_at else "pin", "slow"]
    if names:
        names += ["hold", "split"] if thread.activity_id else ["rename", "hold", "split", "merge", "move"]
    context = {
        "cohort": place.cohort,
        "thread": thread,
        "posts": posts,
        "later": later,
        "offers": _offers(THREAD_ACTS, names, bound or {}, thread, _forums(request, place)),
    }
    return render(request, "forums/moderation_thread.html", context)
