"""Files of posts: given out, and received with what a composer sends."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render

from courses.permissions import Place, place_or_404
from forums.actions.checking import Noticed, texts_of
from forums.actions.files import bring_file, keep_alts, reader_of, remove_file
from forums.forms.files import ADD, ANYWAY, LIST, NO_FILE, NOT_SAID_WHY, REMOVE, DescriptionsForm, PartsForm
from forums.models import Forum, Post, PostFile
from forums.reading.files import Composing, check_of, files_to_come
from lms.files.serving import file_response
from lms.http import SignedInRequest, reads
from lms.permissions import Refused, Verb
from lms.words import one_line


@login_required
@reads
def file(request: SignedInRequest, cohort: str, file: uuid.UUID) -> HttpResponseBase:
    """A picture or file, for who may read the words it stands with; before there are any, for who brought it."""
    place = place_or_404(request.user, cohort, Verb.SEE_FORUM)
    found = get_object_or_404(PostFile.objects.visible_to(request.user, place.cohort, place.part), pk=file)
    try:
        read = reader_of(found)
    except OSError:
        raise Http404 from None
    return file_response(request, kind=found.kind, name=found.name, size=found.size, read=read, stored_as=found.stored_as)


@dataclass
class Received:
    """What came with a composer's words. `data` is the form as it was sent; it always names the post to come."""

    data: QueryDict
    composing: Composing
    only_files: bool  # nothing is to be posted yet: the page comes back with the words as they were
    good: bool

    def words(self) -> dict[str, Any]:
        """For `forums.actions.posting.Words` and `edit_post`."""
        return {"reason": self.composing.parts.cleaned_data.get("reason", ""), "alts": self.composing.alts}

    def show_check(self, noticed: Noticed, html: str, title: str = "") -> None:
        """The page will say what was noticed, and where in what was sent."""
        alts = {f"alt-{pk}": one_line(said or "") for pk, said in self.composing.alts.items()}
        wants = self.composing.parts.cleaned_data.get("then") == ANYWAY and not self.words()["reason"].strip()
        self.composing.check = check_of(noticed, texts_of(html=html, title=one_line(title), alts=alts), str(NOT_SAID_WHY) if wants else "")


def receive(request: SignedInRequest, forum: Forum, post: Post | None = None) -> Received:
    """Brings and removes files as the composer asks, and reads what is said of them. What is refused stands in the forms."""
    data = _named(request.POST, post)
    client_id = uuid.UUID(str(data["client_id"]))
    parts = PartsForm(data, request.FILES)
    good = parts.is_valid()
    then = parts.cleaned_data.get("then", "")
    if good and then.startswith(REMOVE):
        _remove(request, then.removeprefix(REMOVE))
    elif parts.cleaned_data.get("file"):
        good = _bring(request, forum, client_id, parts, data) and good
    elif then == ADD and good:
        parts.add_error("file", NO_FILE)
    descriptions = DescriptionsForm(data, files=files_to_come(request.user, client_id, post))
    good = descriptions.is_valid() and good
    if good:
        keep_alts(actor=request.user, forum=forum, client_id=client_id, alts=descriptions.alts())
    only_files = then in (ADD, LIST) or then.startswith(REMOVE)
    return Received(data, Composing(parts, descriptions, asked=only_files, of_post=post is not None), only_files, good)


def part_of_page(request: SignedInRequest, place: Place, received: Received) -> HttpResponse:
    """The files of a composer alone, for a script that puts them in their place (js/forum-files.js)."""
    context = {"cohort": place.cohort, "composing": received.composing}
    return render(request, "forums/partials/composer_files.html", context, status=200 if received.good else 422)


def asks_for_part(request: SignedInRequest) -> bool:
    return "X-Files" in request.headers


# --- inside ---------------------------------------------------------------------------------------------------------


def _named(sent: QueryDict, post: Post | None) -> QueryDict:
    """With a name of the post to come, or of the post that is changed, whatever was sent."""
    data = sent.copy()
    try:
        data["client_id"] = str(post.client_id if post else uuid.UUID(sent.get("client_id", "")))
    except ValueError:
        data["client_id"] = str(uuid.uuid4())
    return data


def _bring(request: SignedInRequest, forum: Forum, client_id: uuid.UUID, parts: PartsForm, data: QueryDict) -> bool:
    """Whether it is kept; then what was said of it stands beside it, and there is room for another one."""
    alt, upload = parts.cleaned_data["alt"], parts.cleaned_data["file"]
    try:
        brought = bring_file(actor=request.user, forum=forum, client_id=client_id, upload=upload, alt=alt)
    except ValidationError as refusal:
        parts.add_error("file", refusal)
    except Refused as refusal:
        parts.add_error("file", refusal.sentence)
    else:
        data[f"alt-{brought.pk}"] = alt
        data[f"undescribed-{brought.pk}"] = "on" if parts.cleaned_data["undescribed"] else ""
        parts.data = data  # the next one begins empty
        data["alt"], data["undescribed"] = "", ""
    return not parts.errors


def _remove(request: SignedInRequest, pk: str) -> None:
    """What is gone already is as good as removed."""
    try:
        remove_file(actor=request.user, file_id=uuid.UUID(pk))
    except (ValueError, PostFile.DoesNotExist):
        return
