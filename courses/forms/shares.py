"""What is to be shared, with whom, how and until when; and words beside it."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Membership, SharedVersion
from lms import richtext
from lms.permissions import PART_LABELS, Part
from lms.words import WordsForm

LONGEST_QUOTE = 500  # characters, as in courses.actions.responses
SHOWN_OF_A_BLOCK = 300  # characters of a paragraph beside its box


class CohortForm(forms.Form):
    """In which cohort somebody shares."""

    cohort = forms.SlugField(required=False)


class ShareForm(forms.Form):
    """The whole entry or a passage of it: paragraphs that are ticked, or words that were selected or copied.

    After validation `shared_title` and `shared_html` are what readers would see and `ends_at` is the end of the chosen day in
    the person's own zone. `version` is that of the entry on the page: another one means that it has changed since. `files` are
    the entry's attachments, id and words.
    """

    WHAT: ClassVar = [("whole", _("The whole entry as it stands")), ("passage", _("A passage of it"))]

    what = forms.ChoiceField(label=_("What"), choices=WHAT, widget=forms.RadioSelect)
    paragraphs = forms.TypedMultipleChoiceField(
        label=_("The passage: paragraphs"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=_("Or only these words of it"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_("Copied from your entry exactly as they stand there."),
    )
    with_title = forms.BooleanField(label=_("Show the title above the passage"), required=False)
    attachments = forms.TypedMultipleChoiceField(
        label=_("What goes along"),
        coerce=uuid.UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing does unless you choose it here."),
    )
    readers = forms.TypedMultipleChoiceField(
        label=_("Who may read it"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose who is to read it.")},
    )
    manner = forms.ChoiceField(label=_("What you ask of them"), choices=SharedVersion.Manner.choices, widget=forms.RadioSelect)
    ends_on = forms.DateField(
        label=_("Until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After this day nobody but you can open it. You can withdraw it earlier at any time."),
    )
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False)

    def __init__(
        self,
        sent: QueryDict | None = None,
        *,
        title: str,
        html: str,
        version: int,
        people: Iterable[Membership],
        files: Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(sent)
        self.sent = sent if sent is not None else QueryDict()
        self.entry_title, self.entry_html, self.entry_version = title, html, version
        self.blocks = richtext.blocks(html)
        self.fields["version"].initial = version
        self.fields["client_id"].initial = uuid.uuid4
        self.fields["paragraphs"].choices = list(enumerate(_beginning(block) for block in self.blocks))  # type: ignore[attr-defined]
        self.fields["readers"].choices = [(member.person_id, _name(member)) for member in people]  # type: ignore[attr-defined]
        self.fields["attachments"].choices = list(files)  # type: ignore[attr-defined]
        if not self.fields["attachments"].choices:  # type: ignore[attr-defined]
            del self.fields["attachments"]
        if not title:
            del self.fields["with_title"]
        if not self.blocks:
            for name in ("paragraphs", "words", "with_title"):
                self.fields.pop(name, None)
            self.fields["what"].choices = self.WHAT[:1]  # type: ignore[attr-defined]

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()

    def clean_version(self) -> int:
        version: int = self.cleaned_data["version"]
        if version != self.entry_version:
            self.data = sent = self.sent.copy()
            sent["version"] = str(self.entry_version)  # the next try is about the entry as it stands now
            raise ValidationError(
                _("Your entry has been changed since you opened this page. Here it is as it stands now; please look once more.")
            )
        return version

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data.setdefault("attachments", [])
        data["ends_at"] = self._end(data.get("ends_on"))
        data["passage"] = data.get("what") == "passage"
        data["shared_title"] = self.entry_title if not data["passage"] or data.get("with_title") else ""
        data["shared_html"] = self.entry_html
        if data["passage"]:
            data["shared_html"] = self._passage(data)
        return data

    def as_sent(self) -> list[tuple[str, str]]:
        """Every field as it was sent, name and value, to be carried along."""
        return [(name, value) for name in self.fields for value in self.sent.getlist(name)]

    def _end(self, day: datetime.date | None) -> datetime.datetime | None:
        if day is None:
            return None
        if not timezone.localdate() <= day <= timezone.localdate() + datetime.timedelta(days=3660):
            self.add_error("ends_on", _("Please choose a day from today on, within ten years."))
            return None
        return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min))

    def _passage(self, data: dict[str, Any]) -> str:
        ticked, words = data.get("paragraphs") or [], " ".join((data.get("words") or "").split())
        if words and ticked:
            self.add_error("words", _("Please tick paragraphs or copy words, not both."))
        elif words:
            html = richtext.from_plain(data["words"], "entry")
            if richtext.folded(html) in richtext.folded(self.entry_html):
                return html
            self.add_error("words", _("These words do not stand in your entry like this. Please copy them exactly as they are."))
        elif ticked:
            return "".join(self.blocks[number] for number in sorted(ticked))
        elif "paragraphs" not in self.errors:
            self.add_error("paragraphs", _("Please tick the paragraphs of the passage, or copy its words below."))
        return ""


class ResponseForm(WordsForm):
    """What a reader gives back, or what the author answers to it (`answers`: the response)."""

    quoted = forms.CharField(
        label=_("The words you answer"),
        max_length=LONGEST_QUOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        help_text=_("Select them above, or copy them here. Your response will stand beside them."),
    )
    answers = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))


class AnswerPlaceForm(forms.Form):
    """Which response the author is about to answer."""

    answers = forms.UUIDField(required=False)


def _beginning(block: str) -> str:
    text = richtext.folded(block)
    return text if len(text) <= SHOWN_OF_A_BLOCK else f"{text[:SHOWN_OF_A_BLOCK]} …"


def _name(member: Membership) -> str:
    teaches = member.part in (Part.TRAINER, Part.GUEST_TRAINER)
    return f"{member.person.display_name} ({PART_LABELS[Part(member.part)]})" if teaches else member.person.display_name
