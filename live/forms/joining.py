"""Coming in, and how somebody will be there."""

from __future__ import annotations

from django import forms

from live.models import (
    Participant,
)


class RecordKeptForm(forms.Form):
    keeps = forms.BooleanField(required=False)


class HaveForm(forms.Form):
    seq = forms.IntegerField(min_value=0, max_value=2**53)


class ComeInForm(forms.Form):
    ticket = forms.CharField(max_length=2000, strip=False)


class JoinForm(ComeInForm):
    epoch = forms.IntegerField(min_value=0, max_value=2**31)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**53)


class NewsForm(forms.Form):
    """Where a page stands that asks what happened since."""

    epoch = forms.IntegerField(min_value=0, max_value=2**31)
    after = forms.IntegerField(min_value=0, max_value=2**53)


class WayForm(forms.Form):
    """The answer to the before-you-join card."""

    way = forms.ChoiceField(choices=Participant.Way.choices)
