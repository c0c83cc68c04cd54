"""Small rooms, and who goes where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.models import Group
from live.forms.fields import ActForm, PlacesField


class SmallRoomsForm(ActForm):
    """Small rooms for the groups of a kind, at random, or by hand."""

    way = forms.ChoiceField(choices=[(way, way) for way in ("groups", "random", "hand")])
    kind = forms.ChoiceField(choices=Group.Kind.choices, required=False)
    size = forms.IntegerField(required=False, min_value=2, max_value=12)
    places = PlacesField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        missing = {"groups": not data.get("kind"), "random": not data.get("size"), "hand": not data.get("places")}
        if missing.get(data.get("way", "")):
            raise ValidationError(_("Please choose how the small rooms are made."))
        return data


class PlaceForm(forms.Form):
    person = forms.IntegerField(min_value=1, max_value=2**53)
