"""What is added to an entry, and what is said of it."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Attachment
from courses.models.attachments import KINDS
from lms.files.upload import UploadField

Sort = Attachment.Sort
LONGEST_WORDS = 5_000  # characters

FILE_LABELS = {
    Sort.PHOTOGRAPH: _("Photograph or picture"),
    Sort.DRAWING: _("A picture of a drawing"),
    Sort.VOICE: _("Sound file"),
    Sort.DOCUMENT: _("PDF"),
}
FILE_HELPS = {
    Sort.PHOTOGRAPH: _("JPEG, PNG, WebP or GIF, up to 20 MB. Where, when and with what it was taken is left out."),
    Sort.DRAWING: _("If you drew on paper or elsewhere: JPEG, PNG, WebP or GIF, up to 20 MB."),
    Sort.VOICE: _("WebM, Ogg, M4A, MP3 or WAV, up to 20 MB. It is kept as it is, with whatever your device wrote into it."),
    Sort.DOCUMENT: _("Up to 20 MB. It is kept as it is, with whatever is written in it."),
}
WORDS_LABELS = {
    Sort.PHOTOGRAPH: _("What can be seen on it"),
    Sort.DRAWING: _("What can be seen on it"),
    Sort.VOICE: _("What is said in it"),
    Sort.DOCUMENT: _("What it is"),
}
WORDS_HELPS = {
    Sort.PHOTOGRAPH: _("A sentence for whoever cannot see it, and for yourself in some years. You can change it later."),
    Sort.DRAWING: _("A sentence for whoever cannot see it, and for yourself in some years. You can change it later."),
    Sort.VOICE: _("If you like: a few words, or all of them. For whoever cannot hear it, and for finding it again."),
    Sort.DOCUMENT: _("If you like."),
}
NO_FILE = {
    Sort.PHOTOGRAPH: _("Please choose a picture."),
    Sort.DRAWING: _("There is nothing drawn yet. Draw something, or choose a picture of a drawing."),
    Sort.VOICE: _("There is nothing recorded yet. Record something, or choose a sound file."),
    Sort.DOCUMENT: _("Please choose a PDF."),
}


def _words_field() -> forms.CharField:
    return forms.CharField(
        required=False, max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
    )  # fmt: skip


class SortForm(forms.Form):
    """What is to be added, as the address says it."""

    sort = forms.ChoiceField(choices=Sort.choices)


class ThenForm(forms.Form):
    """What somebody wants to do once the words of the page are kept: to add something to them."""

    then = forms.ChoiceField(choices=Sort.choices, required=False)


class AttachmentForm(forms.Form):
    """A file of one sort with words to it. What a script drew or recorded comes in as the same file."""

    use_required_attribute = False  # a script brings the file when the form is sent

    words = _words_field()
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False)

    def __init__(self, *args: Any, sort: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sort = Sort(sort)
        errors = {"required": NO_FILE[sort]}
        self.fields["file"] = UploadField(kinds=KINDS[sort], label=FILE_LABELS[sort], help_text=FILE_HELPS[sort], error_messages=errors)
        self.fields["words"].label, self.fields["words"].help_text = WORDS_LABELS[sort], WORDS_HELPS[sort]
        self.fields["client_id"].initial = uuid.uuid4
        self.order_fields(["file", "words", "client_id"])

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()


class DescriptionForm(forms.Form):
    """The words alone."""

    words = _words_field()

    def __init__(self, *args: Any, sort: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].help_text = WORDS_LABELS[Sort(sort)], WORDS_HELPS[Sort(sort)]
