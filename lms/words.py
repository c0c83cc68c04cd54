"""The form part every page with a composer shares: words from the editor or a bare textarea, cleaned on their way in."""

import re
import uuid
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms import richtext

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# No width, or the order of letters turned round. Joiners (\u200c, \u200d) and plain marks of direction stay: some languages need them.
_TRICKS = re.compile(r"[\u200b\u202a-\u202e\u2060-\u206f\ufeff]")


def one_line(text: str) -> str:
    """One line, whatever was pasted, without characters that nobody sees; nothing if there would be nothing to see."""
    line = " ".join(_CONTROLS.sub(" ", _TRICKS.sub("", text)).split())
    return "" if richtext.shows_nothing(line) else line


class LineField(forms.CharField):
    """A name or title: one line, whatever was pasted, without characters that nobody sees."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return one_line(text)


class LinesField(forms.CharField):
    """Plain words of several lines: line ends made one kind, no more than one empty line together, nothing that nobody sees."""

    widget = forms.Textarea(attrs={"rows": 6, "autocomplete": "off"})

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n").replace("\u2028", "\n").split("\n")
        kept = re.sub(r"\n{3,}", "\n\n", "\n".join(_CONTROLS.sub(" ", _TRICKS.sub("", line)).rstrip() for line in lines)).strip()
        return "" if richtext.shows_nothing(kept) else kept


class WordsForm(forms.Form):
    """`body` is what was written; `body_form` is "html" only once the editor really stood; `client_id` makes a retry harmless.

    After validation `cleaned_data["html"]` holds cleaned HTML. What was typed stays in the form when it is refused.
    """

    use: ClassVar[richtext.Use] = "post"
    body_required: ClassVar[bool] = True

    # Without autocomplete="off" Chromium writes what stands in a field into its profile, readable, and leaves it there after sign-out.
    body = forms.CharField(
        label=_("Your words"),
        widget=forms.Textarea(attrs={"rows": 6, "data-editor": "note", "autocomplete": "off"}),
        required=False,
        strip=False,
    )
    body_form = forms.ChoiceField(
        choices=[("text", "text"), ("html", "html")],
        widget=forms.HiddenInput(attrs={"data-body-form": "", "autocomplete": "off"}),
        required=False,
        initial="text",
    )
    # Browsers put old values back into hidden fields on reload; an old name would make new words a retry of old ones.
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-client-id": "", "autocomplete": "off"}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_id"].initial = uuid.uuid4
        # What a browser sends as "client_id" stays on a refused form, so that the next try is the same one.

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        form = "html" if data.get("body_form") == "html" else "text"
        try:
            data["html"] = richtext.clean(data.get("body") or "", form=form, use=self.use)  # type: ignore[arg-type]
        except ValidationError as refusal:
            self.add_error("body", refusal)
            return data
        if self.body_required and richtext.is_empty(data["html"]):
            self.add_error("body", _("There are no words here yet. A first sentence is enough."))
        return data
