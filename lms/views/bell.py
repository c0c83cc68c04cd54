"""What the bell of an open page asks when its socket has been away: whether something waits, and for a ticket to come back with."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse

from live import tickets
from lms.http import SignedInRequest, reads


@login_required
@reads
def now(request: SignedInRequest) -> HttpResponse:
    ticket = tickets.sign_own(request.user.pk, request.session.session_key or "")
    return JsonResponse({"waiting": request.user.waiting, "ticket": ticket})
