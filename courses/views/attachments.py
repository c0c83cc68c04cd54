"""What stands with an entry besides its words: adding it, looking at it, saying something of it, deleting it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions.attachments import (
    OpenedAttachment,
    OpenedFile,
    attach,
    delete_attachment,
    describe_attachment,
    open_attachment,
    open_shared_attachment,
    read_attachments,
)
from courses.forms.attachments import AttachmentForm, DescriptionForm, SortForm
from courses.models import Attachment, JournalEntry, SharedAttachment
from lms import crypto
from lms.files.serving import file_response
from lms.http import SignedInRequest, reads, reads_or_writes
from lms.permissions import Refused


@login_required
@reads_or_writes
def attachment_new(request: SignedInRequest, entry_id: uuid.UUID, sort: str) -> HttpResponse:
    """A page for one thing to add. A script is answered 201 with the entry's address, or 422 with sentences."""
    entry = get_object_or_404(JournalEntry.objects.visible_to(request.user), pk=entry_id)
    asked = SortForm({"sort": sort})
    if not asked.is_valid():
        raise Http404
    form = AttachmentForm(request.POST, request.FILES, sort=sort) if request.method == "POST" else AttachmentForm(sort=sort)
    if form.is_bound and form.is_valid() and _attached(request, entry, sort, form):
        return _arrived(request, entry)
    if form.is_bound and _is_script(request):
        return JsonResponse({"sentences": [sentence for errors in form.errors.values() for sentence in errors]}, status=422)
    context = {"entry": entry, "form": form, "sort": Attachment.Sort(sort)}
    return render(request, "courses/attachment_new.html", context, status=422 if form.is_bound else 200)


@login_required
@reads
def attachment(request: SignedInRequest, attachment_id: uuid.UUID) -> HttpResponseBase:
    """The file itself, for the author."""
    found = _mine_or_404(request, attachment_id)
    try:
        return _file(request, open_attachment(actor=request.user, attachment=found))
    except crypto.Unreadable:
        raise Http404 from None


@login_required
@reads
def shared_attachment(request: SignedInRequest, share_id: uuid.UUID, attachment_id: uuid.UUID) -> HttpResponseBase:
    """The file, for who may read the shared version that it goes along with. Only opening the version itself is written down."""
    visible = SharedAttachment.objects.visible_to(request.user).select_related("attachment__file", "attachment__entry")
    found = get_object_or_404(visible, share=share_id, attachment=attachment_id)
    try:
        return _file(request, open_shared_attachment(actor=request.user, shared=found))
    except crypto.Unreadable:
        raise Http404 from None


@login_required
@reads_or_writes
def attachment_describe(request: SignedInRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """What can be seen on it or is said in it, in words that can be changed."""
    found = _mine_or_404(request, attachment_id)
    shown = _shown(request, found)
    form = DescriptionForm(request.POST or None, sort=found.sort, initial={"words": shown.words})
    if request.method == "POST" and form.is_valid():
        describe_attachment(actor=request.user, attachment_id=found.pk, words=form.cleaned_data["words"])
        return redirect(address_of(found))
    return render(request, "courses/attachment_describe.html", {"shown": shown, "form": form}, status=422 if form.errors else 200)


@login_required
@reads_or_writes
def attachment_delete(request: SignedInRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """Asks once, then deletes for good."""
    found = _mine_or_404(request, attachment_id)
    if request.method != "POST":
        return render(request, "courses/attachment_delete.html", {"shown": _shown(request, found)})
    delete_attachment(actor=request.user, attachment_id=found.pk)
    messages.success(request, _("It is deleted. Nobody can bring it back."))
    return redirect("courses:entry", entry_id=found.entry_id)


# --- inside ---------------------------------------------------------------------------------------------------------


def address_of(attachment: Attachment) -> str:
    """Where it stands on its entry's page."""
    return f"{reverse('courses:entry', args=[attachment.entry_id])}#attachment-{attachment.pk}"


def _attached(request: SignedInRequest, entry: JournalEntry, sort: str, form: AttachmentForm) -> bool:
    data = form.cleaned_data
    try:
        attach(
            actor=request.user, entry_id=entry.pk, sort=sort, upload=data["file"], words=data["words"], client_id=data["client_id"]
        )  # fmt: skip
    except JournalEntry.DoesNotExist:  # deleted while the file was on its way
        raise Http404 from None
    except ValidationError as refusal:
        form.add_error("file", refusal)
    except Refused as refusal:
        form.add_error("file" if refusal.code == "file" else None, refusal.sentence)
    return not form.errors


def _arrived(request: SignedInRequest, entry: JournalEntry) -> HttpResponse:
    address = f"{reverse('courses:entry', args=[entry.pk])}#attachments"
    messages.success(request, _("It is kept with your entry. Only you can open it."))
    return HttpResponse(status=201, headers={"Location": address}) if _is_script(request) else redirect(address)


def _is_script(request: SignedInRequest) -> bool:
    return "X-Upload" in request.headers


def _mine_or_404(request: SignedInRequest, attachment_id: uuid.UUID) -> Attachment:
    return get_object_or_404(Attachment.objects.visible_to(request.user).select_related("entry", "file"), pk=attachment_id)


def _shown(request: SignedInRequest, found: Attachment) -> OpenedAttachment:
    return read_attachments(actor=request.user, entry=found.entry, attachments=[found])[0]


def _file(request: SignedInRequest, file: OpenedFile) -> HttpResponseBase:
    return file_response(request, kind=file.kind, name=file.name, size=file.size, read=file.read)
