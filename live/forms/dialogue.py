"""The form of the dialogue: phases, turns, seats."""

from __future__ import annotations

from django import forms

from live.forms.fields import ActForm, PeopleField, SeatsField
from lms.floor import PHASE_LABELS, Phase

HANDS = ("hand_up", "hand_down")


class MovePhaseForm(ActForm):
    """`minutes` of a silence: empty is until a facilitator ends it. `first`: with whom a round or a response begins."""

    phase = forms.TypedChoiceField(
        choices=[(phase.value, PHASE_LABELS[phase]) for phase in Phase if phase != Phase.CLOSED], coerce=Phase, empty_value=None
    )
    minutes = forms.IntegerField(required=False, min_value=1, max_value=5)
    first = PeopleField(required=False)


class GiveFloorForm(ActForm):
    person = forms.IntegerField(min_value=1, max_value=2**53)


class PassForm(ActForm):
    back = forms.BooleanField(required=False)


class HandForm(ActForm):
    up = forms.BooleanField(required=False)


class PartsForm(ActForm):
    seats = SeatsField(required=False)
    others_listen = forms.BooleanField(required=False)


class TurnForm(ActForm):
    """The same acts by a page: which of them is the button's value."""

    act = forms.ChoiceField(choices=[(act, act) for act in ("done", "pass", "pass_back", "nothing_now", *HANDS, "step_out", "step_in")])
