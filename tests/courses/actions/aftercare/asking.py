"""How tests ask for contact."""

import uuid

from courses.actions.aftercare import ask_for_contact, tell_of_worry
from courses.models import Cohort
from lms.mail.models import Letter
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_membership

CANARY = "canary-7c1f words for one person only"


def ask(actor: User, cohort: Cohort | None, note: str = CANARY, client_id: uuid.UUID | None = None):
    return ask_for_contact(actor=actor, cohort=cohort, note=note, client_id=client_id or uuid.uuid4())


def member(cohort: Cohort, part: Part, **overrides) -> User:
    return make_membership(cohort=cohort, part=part, **overrides).person


def worry(actor: User, cohort: Cohort, about: User, client_id: uuid.UUID | None = None):
    place = {"name": "Somebody (voice 1)", "url": "/c/somewhere/", "client_id": client_id or uuid.uuid4()}
    return tell_of_worry(actor=actor, cohort=cohort, about=about, note=CANARY, **place)


def letters_to(person: User) -> list[str]:
    return list(Letter.objects.filter(to=person.email).order_by("written_at").values_list("subject", flat=True))
