"""A person's own page among the people of a cohort, their face, and the record of their parts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.actions.introductions import introduce, open_face
from courses.forms.introductions import IntroductionForm
from courses.models import Introduction, Membership
from courses.permissions import place_or_404
from courses.reading.people import own_parts, record_of
from lms import crypto
from lms.files.kinds import Kind
from lms.files.serving import file_response
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Verb


@login_required
@reads_or_writes
def me(request: SignedInRequest, cohort: str) -> HttpResponse:
    """What the people of this cohort see and read of oneself."""
    place = place_or_404(request.user, cohort, Verb.BELONG)
    membership = Membership.objects.current().filter(cohort=place.cohort, person=request.user).first()
    if membership is None:  # who coordinates the site comes here without being in the cohort
        return render(request, "courses/people_me_nobody.html", {"cohort": place.cohort})
    shown = Introduction.objects.visible_to(request.user).filter(membership=membership).first()
    form = IntroductionForm(*((request.POST, request.FILES) if request.method == "POST" else ()), shown=shown)
    if form.is_bound and form.is_valid() and _introduced(request, membership, form):
        messages.success(request, _("Kept."))
        return redirect("courses:people-me", cohort=place.cohort.slug)
    context = {
        "cohort": place.cohort,
        "membership": membership,
        "shown": shown,
        "form": form,
        "record": record_of(membership, request.user),
        "sees_people": place.may(Verb.SEE_PEOPLE),
    }
    return render(request, "courses/people_me.html", context, status=422 if form.is_bound else 200)


@login_required
@reads
def face(request: SignedInRequest, cohort: str, membership: int) -> HttpResponseBase:
    """Somebody's picture: for who sees the people of this cohort, and for themselves."""
    place = place_or_404(request.user, cohort, Verb.BELONG)
    visible = Introduction.objects.visible_to(request.user).filter(membership__cohort=place.cohort, face__isnull=False)
    found = get_object_or_404(visible.select_related("face", "membership"), membership=membership)
    try:
        content = open_face(introduction=found)
    except crypto.Unreadable:
        raise Http404 from None
    kind = Kind(found.face_kind)
    name = f"face.{kind.endings[0]}"
    return file_response(request, kind=kind, name=name, size=len(content), read=lambda begin, end: iter([content[begin:end]]))


@login_required
@reads
def my_parts(request: SignedInRequest) -> HttpResponse:
    """Every cohort one is or was in, and who changed what when."""
    return render(request, "courses/my_parts.html", {"places": own_parts(request.user)})


# --- inside ---------------------------------------------------------------------------------------------------------


def _introduced(request: SignedInRequest, membership: Membership, form: IntroductionForm) -> bool:
    data = form.cleaned_data
    try:
        introduce(
            actor=request.user,
            membership=membership,
            words=data["words"],
            alt=data["alt"],
            upload=data["face"],
            remove_face=data.get("remove_face", False),
        )
    except ValidationError as refusal:
        form.add_error("face", refusal)
    return not form.errors
