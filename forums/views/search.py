"""Looking for what was said."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from courses.permissions import place_or_404
from forums.forms.finding import FindForm, FindPlaceForm
from forums.models import Forum
from forums.reading.finding import authors_for, find
from lms.http import SignedInRequest, reads
from lms.permissions import Verb


@login_required
@reads
def search(request: SignedInRequest, cohort: str) -> HttpResponse:
    """Posts by their words, author, forum, days and files. Keeps nothing of what was looked for."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    forums = list(Forum.objects.visible_to(request.user, place.cohort, place.part))
    form = FindForm(request.GET or None, forums=forums, authors=authors_for(request.user, place))
    wanted = form.wanted() if form.is_valid() else None
    before = FindPlaceForm(request.GET).key()
    found = find(request.user, place, wanted, before) if wanted and (wanted.anything or wanted.forum) else None
    again = request.GET.copy()
    again.pop("before", None)
    older = f"?{again.urlencode()}&before={found.older_key}" if found and found.older_key else ""
    context = {"cohort": place.cohort, "form": form, "wanted": wanted, "found": found, "continued": before}
    context |= {"again": again.urlencode(), "older_url": older}
    return render(request, "forums/search.html", context)
