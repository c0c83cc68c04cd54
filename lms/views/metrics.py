"""What is counted, for whoever watches the server from inside and has its token; and how pages come to be counted."""

import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare

from lms import metrics as counted
from lms import queue
from lms.http import reads
from lms.mail.models import Letter

UNKNOWN = float("nan")


@reads
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers of this process, for whoever has the token; nobody else learns that there is such a page."""
    if not may_read(request):
        raise Http404
    counted.waiting("tasks", _count(queue.waiting))
    counted.waiting("letters", _count(Letter.objects.waiting().count))
    return HttpResponse(counted.page(), content_type=counted.CONTENT_TYPE)


def may_read(request: HttpRequest) -> bool:
    """Whether it comes with the token. Nobody's does where there is none."""
    token: str = settings.METRICS_TOKEN
    return bool(token) and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")


def _count(ask: Callable[[], int]) -> float:
    """With the database away, all that is not in it is still told."""
    try:
        return ask()
    except DatabaseError:
        return UNKNOWN


def count_pages(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, around everything."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        response = get_response(request)
        counted.answered(response.status_code, time.monotonic() - began)
        return response

    return answer
