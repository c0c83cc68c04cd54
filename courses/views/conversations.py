"""Saying that one talked with somebody, and answering who said so."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.actions.conversations import answer_conversation, read_conversations, say_we_talked, take_back_conversation
from courses.forms.conversations import ConversationForm, SentenceForm
from courses.models import Activity, Conversation
from courses.opening import why_closed_to
from courses.permissions import place_or_404
from courses.reading.activities import activity_url
from lms.http import SignedInRequest, reads_or_writes, writes
from lms.permissions import Refused, Verb


@login_required
@reads_or_writes
def conversation_new(request: SignedInRequest, cohort: str, module: str, activity: str) -> HttpResponse:
    """One's own conversations about an activity, and saying that there was one more."""
    place = place_or_404(request.user, cohort, Verb.MARK_DONE)
    seen = Activity.objects.visible_to(request.user, place.cohort).select_related("module")
    found = get_object_or_404(seen, module__slug=module, slug=activity)
    if found.done_by != Activity.Completes.MEETING or why_closed_to(place, request.user, found):
        raise Http404
    form = ConversationForm(request.POST or None, person=request.user, cohort=place.cohort)
    if request.method == "POST" and form.is_valid():
        try:
            said = say_we_talked(actor=request.user, cohort=place.cohort, activity=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("courses:conversation", place.cohort.slug, said.pk)
    mine = Conversation.objects.visible_to(request.user).filter(cohort=place.cohort, activity=found).select_related("first", "second")
    context = {"cohort": place.cohort, "activity": found, "url": activity_url(place.cohort, found), "form": form, "mine": mine}
    return render(request, "courses/conversation_new.html", context, status=422 if form.errors else 200)


@login_required
@reads_or_writes
def conversation(request: SignedInRequest, cohort: str, conversation_id: uuid.UUID) -> HttpResponse:
    """For the two who talked: what each has written, and the form for who has not."""
    found = _mine_or_404(request, cohort, conversation_id)
    answers = found.second_at is None and found.second_id == request.user.pk
    form = SentenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_conversation(actor=request.user, conversation=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("courses:conversation", found.cohort.slug, found.pk)
    other = found.second if found.first_id == request.user.pk else found.first
    (sentences,) = read_conversations(actor=request.user, conversations=[found])
    context = {"cohort": found.cohort, "talked": found, "sentences": sentences, "other": other, "answers": answers, "form": form}
    context["url"] = activity_url(found.cohort, found.activity)
    return render(request, "courses/conversation.html", context, status=422 if form.errors else 200)


@login_required
@writes
def conversation_take_back(request: SignedInRequest, cohort: str, conversation_id: uuid.UUID) -> HttpResponse:
    """Before the other one has written their sentence."""
    found = _mine_or_404(request, cohort, conversation_id)
    try:
        take_back_conversation(actor=request.user, conversation=found)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("courses:conversation", found.cohort.slug, found.pk)
    messages.success(request, _("Your sentence was taken back."))
    return redirect(activity_url(found.cohort, found.activity))


def _mine_or_404(request: SignedInRequest, cohort: str, conversation_id: uuid.UUID) -> Conversation:
    mine = Conversation.objects.visible_to(request.user).select_related("cohort", "activity__module", "first", "second")
    return get_object_or_404(mine, pk=conversation_id, cohort__slug=cohort)
