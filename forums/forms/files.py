"""What comes in with a post besides its words: pictures and files, what they show, and why something may stand."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from forums.models import ALT_LENGTH, REASON_LENGTH, TITLE_LENGTH, PostFile
from lms.files.kinds import DOCUMENTS, PICTURES
from lms.files.upload import UploadField
from lms.words import LineField, WordsForm

ADD, LIST, ANYWAY, REMOVE = "add", "list", "anyway", "remove-"

NOT_SAID_WHY = _("Please say in a sentence why it may stand.")
NO_FILE = _("Please choose a file first.")
ALT_LABEL = _("What the picture shows")
ALT_HELP = _("A sentence for whoever does not see it.")
TICK_LABEL = _("I cannot describe it")


class PartsForm(forms.Form):
    """A file to be brought, what is to be done with the form (`then`), and the reason why something noticed may stand."""

    use_required_attribute = False

    then = forms.RegexField(regex=rf"^({ADD}|{LIST}|{ANYWAY}|{REMOVE}[0-9a-f-]{{36}})$", required=False, widget=forms.HiddenInput)
    file = UploadField(
        kinds=PICTURES | DOCUMENTS,
        required=False,
        label=_("A picture or file"),
        help_text=_(
            "JPEG, PNG, WebP or GIF; PDF, plain text, Word, Excel or OpenDocument. Up to 20 MB each, six with a post. Where a picture was"
            " taken is left out. What is not posted within a day is deleted."
        ),
    )
    alt = LineField(label=_("If it is a picture: what it shows"), help_text=ALT_HELP, max_length=ALT_LENGTH, required=False)
    undescribed = forms.BooleanField(label=TICK_LABEL, required=False)
    reason = forms.CharField(
        label=_("Why it may be posted as it is"),
        help_text=_("Kept for the trainers, without the words themselves. For example: the name is from a published book."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": REASON_LENGTH}),  # how long it may be is part of the check
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alt"].widget.attrs["autocomplete"] = "off"


@dataclass(frozen=True)
class Described:
    """A file that was brought, as the composer shows it. `alt` and `tick` are None for what is no picture."""

    file: PostFile
    alt: forms.BoundField | None
    tick: forms.BoundField | None


class DescriptionsForm(forms.Form):
    """What the pictures brought for one post show; for each a sentence, or a tick that there can be none."""

    use_required_attribute = False

    def __init__(self, data: QueryDict | None = None, *, files: Iterable[PostFile]) -> None:
        sent = data.copy() if data is not None else None
        super().__init__(sent)
        self.brought = list(files)
        for file in self.brought:
            if file.picture:
                posted_without = file.post_id is not None and not file.alt
                if sent is not None and f"alt-{file.pk}" not in sent:  # brought from another window
                    sent.update({f"alt-{file.pk}": file.alt, f"undescribed-{file.pk}": "on" if posted_without else ""})
                self.fields[f"alt-{file.pk}"] = LineField(
                    label=ALT_LABEL, help_text=ALT_HELP, initial=file.alt, max_length=ALT_LENGTH, required=False
                )
                self.fields[f"undescribed-{file.pk}"] = forms.BooleanField(label=TICK_LABEL, initial=posted_without, required=False)

    @property
    def shown(self) -> list[Described]:
        return [
            Described(file, self[f"alt-{file.pk}"] if file.picture else None, self[f"undescribed-{file.pk}"] if file.picture else None)
            for file in self.brought
        ]

    def alts(self) -> dict[uuid.UUID, str | None]:
        """For `forums.actions.posting.Words`; only after validation. None where somebody ticked that they cannot describe it."""
        found: dict[uuid.UUID, str | None] = {}
        for file in self.brought:
            if file.picture:
                said = self.cleaned_data.get(f"alt-{file.pk}", "")
                found[file.pk] = None if not said and self.cleaned_data.get(f"undescribed-{file.pk}") else said
        return found


class DraftForm(WordsForm):
    """What stands in a composer, as js/autosave-forum.js sends it while somebody writes."""

    body_required = False

    place = forms.RegexField(regex=r"^(reply|new):[1-9][0-9]{0,17}$")
    title = forms.CharField(max_length=TITLE_LENGTH, required=False)
    quoted = forms.CharField(max_length=2_000, required=False)
    answers = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    anonymous = forms.BooleanField(required=False)
    version = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)  # of what it replaces

    def kept(self) -> dict[str, Any]:
        """For `forums.actions.drafts.keep_draft`; only after validation. What the editor wrote is kept cleaned, the rest as typed."""
        data = self.cleaned_data
        form = "html" if data.get("body_form") == "html" else "text"
        return {
            "title": data["title"],
            "body": data["html"] if form == "html" else data["body"],
            "body_form": form,
            "quoted": data["quoted"],
            "answers": data["answers"],
            "anonymous": data["anonymous"],
            "client_id": str(data["client_id"]),
        }

    def where(self) -> tuple[str, int]:
        """("reply", a thread's id) or ("new", a forum's)."""
        sort, _colon, pk = self.cleaned_data["place"].partition(":")
        return sort, int(pk)
