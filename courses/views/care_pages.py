"""The pages for a crisis and on safeguarding, and changing them."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from courses import crisis as numbers
from courses import safeguarding as page
from courses.actions.care_pages import change_numbers, give_back_numbers, newest_numbers, write_safeguarding
from courses.forms.care_pages import ChooseCountryForm, CountryForm, LineForm, Lines, SafeguardingForm, SeenForm, kept_lines
from courses.reading.care import changes_of_numbers, texts_before
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused
from lms.users.places import countries as every_country


@reads
def crisis(request: HttpRequest) -> HttpResponse:
    """Every country's numbers, that of the reader first."""
    here = numbers.of_country(request.user.country) if request.user.is_authenticated else None
    others = [country for country in numbers.countries().values() if country != here]
    checked = datetime.date.fromisoformat(f"{numbers.checked()}-01")
    return render(request, "courses/crisis.html", {"here": here, "countries": others, "checked": checked})


@reads
def safeguarding(request: HttpRequest) -> HttpResponse:
    """What happens when somebody may come to harm. Open to everybody, also before they sign in."""
    return render(request, "courses/safeguarding.html", {"text": page.current()})


@login_required
@reads_or_writes
def safeguarding_edit(request: SignedInRequest) -> HttpResponse:
    _coordinators_only(request)
    now = page.current()
    form = SafeguardingForm(request.POST or None, initial={"source": now.source, "seen": now.version})
    theirs = ""
    if request.method == "POST" and form.is_valid():
        try:
            write_safeguarding(actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
            theirs = now.html
            _over(form, now.version)
        else:
            messages.success(request, _("Kept. This is what everybody reads now."))
            return redirect("safeguarding")
    context = {"form": form, "theirs": theirs, "before": texts_before()}
    return render(request, "courses/safeguarding_edit.html", context, status=422 if form.errors else 200)


@login_required
@reads
def crisis_edit(request: SignedInRequest) -> HttpResponse:
    """All countries, and a way to one more."""
    _coordinators_only(request)
    asked = ChooseCountryForm(request.GET)
    if "code" in request.GET and asked.is_valid():
        return redirect("crisis-edit-country", code=asked.cleaned_data["code"].lower())
    context = {"countries": numbers.countries().values(), "form": ChooseCountryForm(), "changes": changes_of_numbers()}
    return render(request, "courses/crisis_edit.html", context)


@login_required
@reads_or_writes
def crisis_edit_country(request: SignedInRequest, code: str) -> HttpResponse:
    _coordinators_only(request)
    code = code.upper()
    name = dict(every_country()).get(code)
    if name is None:
        raise Http404
    now, seen = numbers.of_country(code), newest_numbers(code)
    shown = {"emergency": now.emergency if now else "", "seen": seen}
    lines = [vars(line) for line in now.lines] if now else []
    if request.method == "POST" and "as_delivered" in request.POST:
        return _given_back(request, code)
    data = request.POST if request.method == "POST" else None
    form, forms = CountryForm(data, initial=shown), Lines(data, initial=lines, prefix="lines")
    if data is not None and _kept(request, code, form, forms):
        return redirect("crisis-edit")
    theirs = now if form.non_field_errors() else None
    if theirs is not None:
        _over(form, seen)
    context = {
        "code": code.lower(),
        "name": name,
        "form": form,
        "lines": forms,
        "theirs": theirs,
        "delivered": numbers.delivered().get(code),
        "was_changed": bool(now and now.changed_on),
        "changes": changes_of_numbers(code),
    }
    return render(request, "courses/crisis_edit_country.html", context, status=422 if form.errors or not _fine(forms) else 200)


# --- inside ---------------------------------------------------------------------------------------------------------


def _coordinators_only(request: SignedInRequest) -> None:
    """Everybody else meets nothing."""
    if not request.user.coordinates:
        raise Http404


def _over(form: SeenForm, seen: int) -> None:
    """Theirs stands beside it now, so the next press keeps one's own over theirs."""
    form.data = {**form.data.dict(), "seen": str(seen)}  # type: ignore[attr-defined]


def _fine(forms: BaseFormSet[LineForm]) -> bool:
    return not forms.is_bound or forms.is_valid()


def _given_back(request: SignedInRequest, code: str) -> HttpResponse:
    """What came with this site holds again, unless somebody else has changed it meanwhile."""
    form = SeenForm(request.POST)
    try:
        if form.is_valid():
            give_back_numbers(actor=request.user, code=code, **form.cleaned_data)
            messages.success(request, _("What came with this site holds again."))
            return redirect("crisis-edit")
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("crisis-edit-country", code=code.lower())


def _kept(request: SignedInRequest, code: str, form: CountryForm, forms: BaseFormSet[LineForm]) -> bool:
    """Whether it was; the reason why not stands in the forms."""
    if not (form.is_valid() and forms.is_valid()):
        return False
    try:
        change_numbers(actor=request.user, code=code, lines=kept_lines(forms), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    messages.success(request, _("Kept. Everybody sees these numbers now."))
    return True
