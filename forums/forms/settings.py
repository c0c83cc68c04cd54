"""What holds in a forum."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SettingsForm(forms.Form):
    allows_anonymous = forms.BooleanField(
        label=_("Posts may be anonymous to peers"),
        help_text=_(
            "Whoever writes may choose it for each post. Peers then read “Somebody” with a number that stays the same within one "
            "thread; the trainers see who it is. What was said by name stays by name, and what was said anonymously stays so, "
            "whatever you choose later."
        ),
        required=False,
    )
    words_in_mail = forms.BooleanField(
        label=_("Letters may carry the first words of a post"),
        help_text=_(
            "Otherwise a letter only says that somebody has written, and where. Mail is read on many devices, by more people than one "
            "thinks. The words of an anonymous post are in no letter, whatever you choose."
        ),
        required=False,
    )
