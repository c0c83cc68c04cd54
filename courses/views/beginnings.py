"""What stands on a new page of the journal already: the prompt it answers, headings, words that stayed with its author."""

from typing import Any

from django.http import Http404

from courses.actions.kept_words import OpenedWords, open_words
from courses.forms.journals import BeginningForm, PromptForm
from courses.models import Activity, Cohort, KeptWords
from courses.opening import why_closed_to
from courses.permissions import place_of, places_of
from courses.scaffolds import SCAFFOLDS, Scaffold, scaffold_named
from lms.http import SignedInRequest
from lms.permissions import Verb, may


def prompt_or_404(request: SignedInRequest) -> tuple[Cohort | None, Activity | None]:
    """The activity that is answered or drawn for, in the cohort named or else the one used last; both None for a blank page."""
    form = PromptForm(request.GET)
    if not form.is_valid():
        raise Http404
    wanted, slug = form.cleaned_data["activity"], form.cleaned_data["cohort"]
    if wanted is None:
        return None, None
    for place in places_of(request.user):
        if (slug and place.cohort.slug != slug) or not may(place.part, Verb.SEE_COURSE):
            continue
        activity = Activity.objects.visible_to(request.user, place.cohort).filter(pk=wanted).first()
        if activity is not None and why_closed_to(place_of(place), request.user, activity) is None:
            return place.cohort, activity
    raise Http404


def begun_with(request: SignedInRequest) -> Scaffold | OpenedWords | None:
    """What stands on a new page already: headings, or words that stayed with its author."""
    form = BeginningForm(request.GET)
    if not form.is_valid() or request.method == "POST":
        return None
    if scaffold := form.cleaned_data["scaffold"]:
        return scaffold_named(scaffold)
    kept = KeptWords.objects.visible_to(request.user).filter(pk=form.cleaned_data["words"]).first()
    return open_words(actor=request.user, kept=[kept])[0] if kept else None


def scaffolds(request: SignedInRequest) -> list[dict[str, Any]]:
    """Every scaffold with the address of this page that begins with its headings."""
    query = request.GET.copy()
    choices = []
    for scaffold in SCAFFOLDS:
        query["scaffold"] = scaffold.slug
        choices.append({"scaffold": scaffold, "query": query.urlencode()})
    return choices
