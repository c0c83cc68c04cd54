"""Kinds of fields that several forms have."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.floor import Seat

# Marks that nobody sees and nobody types; line ends and tabs stay.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]")
PLACE = re.compile(r"([1-9]\d{0,14}):([1-9]\d?)?")
SEAT = re.compile(rf"([1-9]\d{{0,14}}):({Seat.SPEAKER}|{Seat.REFLECTOR}|{Seat.LISTENER})?")
MOST_PEOPLE = 600  # named in one frame


class PlainField(forms.CharField):
    """Plain words: line ends made one kind, invisible marks dropped, nothing parsed."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class PeopleField(forms.Field):
    """Some people by their numbers, in this order: a list in a frame, fields of one name on a page."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[int]:
        try:
            people = [int(one) for one in value or () if one != ""]
        except (TypeError, ValueError):
            raise ValidationError(_("That is nobody here.")) from None
        if len(people) > MOST_PEOPLE or not all(0 < person < 2**53 for person in people):
            raise ValidationError(_("That is nobody here."))
        return people


class SeatsField(forms.Field):
    """Who sits where, as "17:reflector"; nothing after the colon is the seat of their part in the cohort."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> dict[int, Seat]:
        if not isinstance(value or [], list) or len(value or ()) > MOST_PEOPLE:
            raise ValidationError(_("That is no seat."))
        pairs = [SEAT.fullmatch(one) for one in value or () if isinstance(one, str)]
        if len(pairs) != len(value or ()) or None in pairs:
            raise ValidationError(_("That is no seat."))
        return {int(pair[1]): Seat(pair[2]) for pair in pairs if pair and pair[2]}


class PlacesField(forms.Field):
    """Who sits in which small room, as "17:2"; nothing after the colon is none."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> dict[int, int]:
        if not isinstance(value or [], list) or len(value or ()) > MOST_PEOPLE:
            raise ValidationError(_("That is no small room."))
        pairs = [PLACE.fullmatch(one) for one in value or () if isinstance(one, str)]
        if len(pairs) != len(value or ()) or None in pairs:
            raise ValidationError(_("That is no small room."))
        return {int(pair[1]): int(pair[2]) for pair in pairs if pair and pair[2]}


class ActForm(forms.Form):
    """Something done in a room, with the browser's name for it: pressed twice it is done once."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
