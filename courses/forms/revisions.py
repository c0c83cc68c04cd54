"""What is asked of the list of earlier versions."""

from django import forms


class VersionsPageForm(forms.Form):
    """Which page of it: the one after this version."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
