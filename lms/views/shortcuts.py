"""/course/, /forum/, /live/ lead to the cohort used last."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from courses.permissions import places_of
from lms.http import SignedInRequest, reads
from lms.permissions import Verb, parts_that


def _lead(request: SignedInRequest, verb: Verb, target: str) -> HttpResponse:
    last = places_of(request.user).filter(part__in=parts_that(verb)).first()
    if last is None:
        return render(request, "lms/no_cohort.html")
    return redirect(target, cohort=last.cohort.slug)


@login_required
@reads
def course(request: SignedInRequest) -> HttpResponse:
    return _lead(request, Verb.SEE_COURSE, "courses:course")


@login_required
@reads
def forum(request: SignedInRequest) -> HttpResponse:
    return _lead(request, Verb.SEE_FORUM, "forums:forum")


@login_required
@reads
def forum_new(request: SignedInRequest) -> HttpResponse:
    return _lead(request, Verb.POST, "forums:thread-new")


@login_required
@reads
def live(request: SignedInRequest) -> HttpResponse:
    return _lead(request, Verb.SEE_LIVE, "live:seminar-list")
