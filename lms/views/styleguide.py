"""Every component in every state, for those who build pages. Only with embedded settings."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lms.http import reads


@reads
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.EMBEDDED:
        raise Http404
    return render(request, "lms/styleguide.html")
