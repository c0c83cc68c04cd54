"""Who tells, who reflects, and what happens next in a reflecting thread."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.forms.threads import ManyField
from forums.models import Thread
from forums.people import people_in
from lms.floor import Phase, Seat
from lms.users.models import User

ORDINARY = ""
NEXT = [
    (Phase.CONVERSATION.value, _("Telling: who tells has the floor")),
    (Phase.SILENCE.value, _("Listening: nobody writes, everybody lets it settle")),
    (Phase.REFLECTING.value, _("Reflecting: those who reflect write to each other")),
    (Phase.RESPONSE.value, _("Answering: who told answers, as far as they wish")),
    (ORDINARY, _("An ordinary thread again: everybody may write")),
]


def _name_of(person: User) -> str:
    return person.display_name


class SeatsForm(forms.Form):
    """One person tells, two to four reflect, everybody else listens."""

    teller = forms.ModelChoiceField(
        label=_("Who tells"), queryset=User.objects.none(), error_messages={"required": _("Please choose who tells.")}
    )
    reflectors = ManyField(
        label=_("Who reflects"),
        help_text=_("Two, three or four. They write to each other about what they heard; everybody else listens."),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose two, three or four people to reflect.")},
    )

    def __init__(self, data: Any = None, *, thread: Thread) -> None:
        seats = dict(thread.seats.values_list("person", "seat")) if thread.phase else {}
        reflecting = [person for person, seat in seats.items() if seat == Seat.REFLECTOR]
        telling = next((person for person, seat in seats.items() if seat == Seat.SPEAKER), None)
        super().__init__(data, initial={"teller": telling, "reflectors": reflecting})
        for name in ("teller", "reflectors"):
            field = cast("forms.ModelChoiceField[User]", self.fields[name])
            field.queryset = people_in(thread.forum)
            field.label_from_instance = _name_of  # type: ignore[assignment]


class PhaseForm(forms.Form):
    """What happens now."""

    phase = forms.ChoiceField(label=_("What happens now"), choices=NEXT, required=False, widget=forms.RadioSelect)

    def clean_phase(self) -> Phase | None:
        value = self.cleaned_data["phase"]
        return Phase(value) if value else None
