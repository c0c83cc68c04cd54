"""“Please contact me.”"""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _


class ContactForm(forms.Form):
    """Words are welcome and not needed. client_id is the browser's name for the request, so a retry asks once.

    `about` "forum" asks a trainer of the cohort, before something is posted; else it is whoever is there for people this week.
    `place` is the page of a live seminar after which somebody asks; whoever answers sees which it was.
    """

    note = forms.CharField(
        label=_("Is there something you want to say beforehand?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_("Only you and whoever answers can read this. You can also leave it empty."),
    )
    about = forms.ChoiceField(choices=[("", ""), ("forum", "forum")], widget=forms.HiddenInput, required=False)
    place = forms.RegexField(r"^/c/[-\w]+/live/[-0-9a-f]{36}/$", max_length=200, widget=forms.HiddenInput, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data.get("client_id") or uuid.uuid4()
