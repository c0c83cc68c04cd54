"""Pages of the forum: fetch what may be seen, read the form, call one action, answer."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from courses.actions.cohorts import use_cohort
from courses.permissions import Place, place_or_404
from forums.actions.checking import Noticed
from forums.actions.drafts import read_draft
from forums.actions.posting import Words, raise_moved, reply, start_thread
from forums.actions.read import mark_read
from forums.forms.threads import ForumChoiceForm, KeptWordsForm, ListPlaceForm, ReplyForm, ThreadForm, ThreadPlaceForm, as_sent
from forums.models import Forum, Level, Post, Thread
from forums.reading.files import composing_of_draft, initial_of
from forums.reading.lists import forum_tabs, thread_list
from forums.reading.threads import ThreadPage, thread_or_404, thread_page, way_to
from forums.views.files import asks_for_part, part_of_page, receive
from lms.http import SignedInRequest, reads, reads_or_writes, redirect_back, writes
from lms.permissions import Refused, Verb


@login_required
@reads
def forum(request: SignedInRequest, cohort: str) -> HttpResponse:
    """The threads of every forum one meets here, or of the one chosen."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    forums = list(Forum.objects.visible_to(request.user, place.cohort, place.part).with_level(request.user))
    chosen = _chosen(request, forums)
    listed = thread_list(request.user, place, ListPlaceForm(request.GET), chosen)
    use_cohort(actor=request.user, place=place)
    context = {
        "cohort": place.cohort,
        "tabs": forum_tabs(place, forums, chosen),
        "here": chosen or (forums[0] if len(forums) == 1 else None),
        "listed": listed,
        "may_post": place.may(Verb.POST),
        "moderates": place.may(Verb.MODERATE),
        "forums": forums,
        "chosen": chosen,
        "continued": "after" in request.GET,
        **_addresses(place, chosen, listed.next_key),
        "levels": Level.Much.choices,
    }
    return render(request, "forums/forum.html", context)


@login_required
@reads
def thread_anywhere(request: SignedInRequest, thread: int) -> HttpResponse:
    """To the thread by way of the reader's own cohort: for addresses that are the same for everybody."""
    cohort = way_to(request.user, thread)
    if cohort is None:
        raise Http404
    where = request.GET.urlencode()
    return redirect(reverse("forums:thread", args=[cohort.slug, thread]) + (f"?{where}" if where else ""))


@login_required
@reads_or_writes
def thread_new(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Begin to talk about something, in the forum chosen or else everybody's."""
    place = place_or_404(request.user, cohort, Verb.POST)
    forums = list(Forum.objects.visible_to(request.user, place.cohort, place.part))
    if not forums:
        raise Http404
    chosen = _chosen(request, forums) or forums[0]
    context = {"cohort": place.cohort, "tabs": forum_tabs(place, forums, chosen, begin=True), "chosen": chosen}
    if request.method != "POST":
        return render(request, "forums/thread_new.html", {**context, **_blank(request, chosen)})
    received = receive(request, chosen)
    if asks_for_part(request):
        return part_of_page(request, place, received)
    form = ThreadForm(received.data, forum=chosen)
    if received.only_files:
        form = ThreadForm(forum=chosen, initial=as_sent(form, received.data))
    elif form.is_valid() and received.good:
        title, words = form.cleaned_data["title"], Words(**form.words(), **received.words())
        try:
            begun = start_thread(actor=request.user, forum=chosen, title=title, words=words)
            return redirect("forums:thread", cohort=cohort, thread=begun.pk)
        except Noticed as noticed:
            received.show_check(noticed, words.html, title)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return render(request, "forums/thread_new.html", {**context, "form": form, "composing": received.composing})


@login_required
@reads
def thread(request: SignedInRequest, cohort: str, thread: int) -> HttpResponse:
    """A page of a thread; without a key it opens at the first post not yet read. Marks as read what it has shown."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    talk = thread_or_404(request.user, place, thread)
    if talk.merged_into_id:
        return redirect("forums:thread", cohort=cohort, thread=talk.merged_into_id)
    page = thread_page(request.user, place, talk, **ThreadPlaceForm(request.GET).place())
    response = render(request, "forums/thread.html", _thread_context(place, page))
    if request.method == "GET" and page.unmarked:
        mark_read(actor=request.user, thread=talk, first=page.first, last=page.last)
    return response


@login_required
@writes
def thread_reply(request: SignedInRequest, cohort: str, thread: int) -> HttpResponse:
    """Answer. What is refused comes back in the same page of the thread, or of the one in which it goes on, with the words in it."""
    try:
        place = place_or_404(request.user, cohort, Verb.POST)
        talk = thread_or_404(request.user, place, thread)
        goes_on = _goes_on_in(request, place, talk)
    except Http404:
        return words_without_place(request)
    received = receive(request, goes_on.forum)
    if asks_for_part(request):
        return part_of_page(request, place, received)
    form = ReplyForm(received.data, thread=goes_on)
    if form.is_valid() and received.good and not received.only_files:
        answered = {name: form.cleaned_data[name] for name in ("answers", "quoted")}
        words = Words(**form.words(), **received.words())
        try:
            if goes_on != talk:
                raise_moved(goes_on)
            return to_post(request, place, reply(actor=request.user, thread=talk, words=words, **answered))
        except Noticed as noticed:
            received.show_check(noticed, words.html)
        except Refused as refusal:
            form.add_error("quoted" if refusal.code == "quote" else None, refusal.sentence)
    where, answers = ThreadPlaceForm(request.GET).place(), form.cleaned_data.get("answers")
    where["answers"] = answers.pk if answers else None
    if received.only_files:
        form = ReplyForm(thread=goes_on, initial=as_sent(form, received.data))
    page = thread_page(request.user, place, goes_on, form=form, composing=received.composing, **where)
    context = {**_thread_context(place, page), "refused": True, "kept": KeptWordsForm(request.POST)}
    return render(request, "forums/thread.html", context)


def words_without_place(request: SignedInRequest) -> HttpResponse:
    """What somebody wrote for a place that they do not find any more, to be copied. Who never saw that place gets the same."""
    return render(request, "forums/words_kept.html", {"kept": KeptWordsForm(request.POST)}, status=404)


def _addresses(place: Place, chosen: Forum | None, next_key: str | None) -> dict[str, str]:
    """Where the list leads on, staying in the forum that was chosen."""
    first, begin = (reverse(name, args=[place.cohort.slug]) for name in ("forums:forum", "forums:thread-new"))
    within = f"?in={chosen.pk}" if chosen else ""
    further = f"{within}&after={next_key}" if chosen else f"?after={next_key}"
    return {"first_url": first + within, "begin_url": begin + within, "next_url": further}


def _thread_context(place: Place, page: ThreadPage) -> dict[str, Any]:
    return {"cohort": place.cohort, "thread": page.thread, "page": page, "levels": Level.Much.choices}


def _chosen(request: SignedInRequest, forums: list[Forum]) -> Forum | None:
    """The one of these forums that the address names; None if it names none. Raises Http404 for one that is not among them."""
    form = ForumChoiceForm(request.GET, forums=forums)
    if not form.is_valid():
        raise Http404
    return form.chosen()


def _blank(request: SignedInRequest, forum: Forum) -> dict[str, Any]:
    """A composer for a new thread that nothing was sent from yet: empty, or with what was written on another device."""
    draft = read_draft(actor=request.user, where=forum)
    return {"form": ThreadForm(forum=forum, initial=initial_of(draft)), "composing": composing_of_draft(request.user, draft)}


def _goes_on_in(request: SignedInRequest, place: Place, talk: Thread) -> Thread:
    """The thread itself, or the one it was joined to. Raises Http404 if that is not for this person."""
    passed = {talk.pk}
    while talk.merged_into_id and talk.merged_into_id not in passed:
        talk = thread_or_404(request.user, place, talk.merged_into_id)
        passed.add(talk.pk)
    return talk


def to_post(request: SignedInRequest, place: Place, post: Post) -> HttpResponseRedirect:
    """To the post, at the end of its page with what was said before it; or to the page that showed the thread in place."""
    page = reverse("forums:thread", args=[place.cohort.slug, post.thread_id]) + f"?before={post.pk + 1}"
    back = redirect_back(request, page)
    return HttpResponseRedirect(f"{back.url}#post-{post.pk}")
