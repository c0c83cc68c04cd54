"""Words about a trainee, and words that answer them."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models.notes import NOTE_LENGTH


class NoteForm(forms.Form):
    """Plain words. client_id is the browser's name for them, so a retry says them once."""

    words = forms.CharField(
        label=_("Your words"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        error_messages={"required": _("There are no words here yet. A first sentence is enough.")},
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), required=False, initial=uuid.uuid4)

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()
