"""Taking one's journal along: asking for a file, seeing it made, taking it once."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from courses.actions.exports import NotHere, ask_for_export, take_export
from courses.exporting.pdf import is_possible as pdf_is_possible
from courses.forms.exports import ExportForm
from courses.models import JournalExport, LedgerEntry
from lms.http import SignedInRequest, reads_or_writes, writes
from lms.permissions import Refused

SHOWN = 20


@login_required
@reads_or_writes
def exports(request: SignedInRequest) -> HttpResponse:
    """What was asked for and how far it is; below it the form that asks. The page's script looks at this same page again."""
    form = ExportForm(request.POST or None, pdf=pdf_is_possible())
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_export(actor=request.user, **form.cleaned_data)
            return redirect("courses:exports")
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    mine = JournalExport.objects.visible_to(request.user).defer("content_sealed", "wrapped_key")
    kept = LedgerEntry.objects.visible_to(request.user).order_by("cohort__title", "cohort")
    context = {"form": form, "exports": list(mine[:SHOWN]), "pdf_is_possible": pdf_is_possible()}
    context["hours_in"] = list(kept.values_list("cohort", "cohort__title").distinct())
    context["waits"] = any(export.state == "making" for export in context["exports"])  # type: ignore[attr-defined]
    return render(request, "courses/exports.html", context, status=422 if form.errors else 200)


@login_required
@writes
def export(request: SignedInRequest, export_id: uuid.UUID) -> HttpResponse:
    """Gives the file, once. Where there is none any more, or not yet, a page says so."""
    try:
        file = take_export(actor=request.user, export_id=export_id)
    except JournalExport.DoesNotExist:
        raise Http404 from None
    except NotHere as nothing:
        status = 409 if nothing.export.state == "making" else 410
        return render(request, "courses/export_not_here.html", {"export": nothing.export}, status=status)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)
