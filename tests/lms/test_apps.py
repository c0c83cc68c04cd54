"""How forms word what is missing or looks wrong."""

from django import forms


class Asked(forms.Form):
    name = forms.CharField()
    address = forms.EmailField()
    day = forms.DateField()


def test_forms_say_what_to_do() -> None:
    form = Asked({"name": "", "address": "ana@", "day": "soon"})

    assert form.errors == {
        "name": ["Please fill this in."],
        "address": ["This does not look like an e-mail address."],
        "day": ["Please give a date, such as 2027-02-04."],
    }
