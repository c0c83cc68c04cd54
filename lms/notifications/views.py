"""What waits for a person, how they want to hear of it, and the link that ends letters."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from lms.http import SignedInRequest, reads, reads_or_writes, writes
from lms.notifications import pushing, sentences
from lms.notifications.actions.notices import preference_of, read
from lms.notifications.actions.preferences import leave_browser, prefer, ring_browser, stop_letters
from lms.notifications.forms import BrowserForm, BrowserNameForm, PlaceForm, PreferenceForm
from lms.notifications.links import person_of
from lms.notifications.models import Notice, PushSubscription
from lms.permissions import Refused

PAGE = 30
WORKER = settings.BASE_DIR / "static" / "js" / "push-worker.js"


@dataclass(frozen=True)
class Line:
    """A notice and its sentence."""

    notice: Notice
    sentence: str

    @property
    def day(self) -> datetime.date:
        """Where the person is."""
        return timezone.localdate(self.notice.at)


@login_required
@reads
def notifications(request: SignedInRequest) -> HttpResponse:
    """What happened, the newest first, by days. Opening one is following its link: that page reads it."""
    place = PlaceForm(request.GET)
    before = place.cleaned_data["before"] if place.is_valid() else None
    mine = Notice.objects.visible_to(request.user).order_by("-pk")
    rows = list((mine.filter(pk__lt=before) if before else mine)[: PAGE + 1])
    context = {
        "lines": [Line(notice, sentences.named(notice)) for notice in rows[:PAGE]],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "is_first_page": before is None,
    }
    return render(request, "lms/notifications.html", context)


@login_required
@writes
def notices_read(request: SignedInRequest) -> HttpResponse:
    """All of them at once."""
    read(actor=request.user)
    return redirect("notifications")


@login_required
@reads_or_writes
def preferences(request: SignedInRequest) -> HttpResponse:
    form = PreferenceForm.showing(preference_of(request.user), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        prefer(actor=request.user, **form.choices())
        messages.success(request, _("Kept."))
        return redirect("notification-preferences")
    browsers = PushSubscription.objects.filter(person=request.user).count()
    context = {"form": form, "push_key": pushing.public_key(), "browsers": browsers}
    return render(request, "account/notifications.html", context, status=422 if form.errors else 200)


@login_required
@writes
def push_on(request: SignedInRequest) -> HttpResponse:
    """Only a script can send what a browser says of itself; 204 is yes."""
    form = BrowserForm(request.POST)
    if form.is_valid():
        try:
            ring_browser(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return HttpResponse(status=204)
    sentence = next(iter(next(iter(form.errors.values()))), "")
    return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")


@login_required
@writes
def push_off(request: SignedInRequest) -> HttpResponse:
    """In one browser, by a script; or, as the button without a script does, everywhere."""
    form = BrowserNameForm(request.POST)
    if form.is_valid():
        leave_browser(actor=request.user, **form.cleaned_data)
    return redirect("notification-preferences")


@reads
def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that a browser runs when it is rung. At the root, since it may open any page of the site; never an old one."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


# Mail programs press it by themselves (RFC 8058), without a page of ours and so without its token: the link's own signature stands for it.
@csrf_exempt
@reads_or_writes
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ends letters that tell of things. Looking asks first: programs that follow links must not end anything."""
    person = person_of(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        stop_letters(actor=person)
    return render(request, "lms/unsubscribe.html", {"done": request.method == "POST", "token": token})
