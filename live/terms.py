"""The words of the course that have one meaning here, for those who interpret: what is meant, and what it is not to become."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Term(NamedTuple):
    word: Promise | str
    meant: Promise | str


TERMS = (
    Term(_("Open Dialogue"), _("A way of being with people in a crisis, together with their network. A name; it stays as it is.")),
    Term(_("Network"), _("Everybody who matters to the concern, not the family only.")),
    Term(_("Network meeting"), _("The conversation of the network with usually two facilitators; not a session or a consultation.")),
    Term(_("Person at the centre"), _("Whom the meeting is about. Not a patient, and not a case.")),
    Term(_("Facilitator"), _("Who looks after the conversation. Not a chair, and not a therapist.")),
    Term(_("Reflecting"), _("Talking with each other about what was heard, while the others listen. Not feedback, and no judgement.")),
    Term(_("Wondering"), _("Saying aloud what one asks oneself, without wanting to be right. Not advice, and no interpretation.")),
    Term(_("Round"), _("Each in turn; anybody may pass. Not a poll.")),
    Term(_("Held silence"), _("A pause that all share. Not a break, and nobody is muted.")),
    Term(_("Arriving, landing"), _("The opening and the closing round: coming into being here together, and coming back from it.")),
    Term(_("Polyphony"), _("Many voices side by side, without one that is right; also the voices within one person.")),
    Term(_("Bearing uncertainty"), _("Staying with not knowing, without deciding early.")),
    Term(_("Relational world"), _("The people and voices that somebody carries with them. Not a genogram.")),
    Term(_("Peer worker"), _("Who works with experience of a crisis of their own; what they call themselves is theirs to say.")),
    Term(_("Peer group, triad"), _("Four or five who meet all year; three people of one exercise.")),
)
