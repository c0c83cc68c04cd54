"""Deciding on a certificate, taking one back; and what its holder makes of it."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.completion import completion_of
from courses.models import Certificate, Membership
from courses.models.certificates import NAME_LENGTH, WHY_LENGTH
from courses.permissions import can_choose_for, can_decide_on
from lms.audit.actions import What, note
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice
from lms.permissions import Verb, may, require
from lms.users.models import User

NOT_YOURS = gettext_lazy("Only another trainer of this cohort decides on a certificate.")
NEEDS_WHY = gettext_lazy("Not everything that is asked for is there. Please say in a sentence why you give it all the same.")


@transaction.atomic
def give_certificate(*, actor: User, membership: Membership, why: str = "") -> Certificate:
    """A trainer decides that somebody has completed the year; with a sentence where the rule alone would not say so.

    Given twice it is one certificate. The holder is told. Raises Refused with a sentence for the trainer.
    """
    cohort, person = membership.cohort, membership.person
    require(can_decide_on(actor, cohort, person.pk), str(NOT_YOURS))
    require(may(membership.part, Verb.KEEP_HOURS), _("A certificate is for somebody who learned here."))
    # Of two trainers who decide at the same moment the second finds what the first has given.
    Membership.objects.select_for_update().get(pk=membership.pk)
    if already := Certificate.objects.valid().filter(cohort=cohort, person=person).first():
        return already
    stands, said = completion_of(membership), why.strip()
    require(stands.met or bool(said), str(NEEDS_WHY), "why")
    _require_short(said)
    certificate = Certificate.objects.create(
        cohort=cohort,
        person=person,
        name=person.display_name[:NAME_LENGTH],
        live_minutes=stands.standing.there,
        given_by=actor,
        met=stands.met,
        why="" if stands.met else said,
    )
    note(actor=actor, what=What.CERTIFICATE_GIVEN, about=certificate, person=person.pk)
    _tell(certificate, "given")
    return certificate


@transaction.atomic
def revoke_certificate(*, actor: User, certificate: Certificate, why: str) -> None:
    """Takes it back, with a reason that its holder and the trainers read. It stays revoked; another may be given.

    Again changes nothing. Raises Refused with a sentence for the trainer.
    """
    require(can_decide_on(actor, certificate.cohort, certificate.person_id), str(NOT_YOURS))
    said = why.strip()
    require(bool(said), _("Please say why. Whose certificate it is reads it, and the trainers do; nobody else."), "why")
    _require_short(said)
    valid = Certificate.objects.valid().filter(pk=certificate.pk)
    if valid.update(revoked_by=actor, revoked_at=timezone.now(), revoked_why=said):
        note(actor=actor, what=What.CERTIFICATE_REVOKED, about=certificate, person=certificate.person_id)
        _tell(certificate, "revoked")
    certificate.refresh_from_db()


@transaction.atomic
def choose_for_certificate(
    *, actor: User, certificate: Certificate, name: str, shown: str, shows_programme: bool, shows_dates: bool, shows_hours: bool
) -> None:
    """The name that is printed, and what the public page says; `shown` empty: there is no page, as if there never had been one."""
    require(can_choose_for(actor, certificate), _("Only its holder chooses what a certificate shows, while it is valid."))
    require(bool(name.strip()), _("Please write the name that is to stand on it."), "name")
    chosen = name.strip()[:NAME_LENGTH]
    if chosen != certificate.name:  # a paper with another name is another paper: that there was one stays to be seen, not which
        note(actor=actor, what=What.CERTIFICATE_NAMED, about=certificate, person=certificate.person_id)
    Certificate.objects.filter(pk=certificate.pk).update(
        name=chosen,
        shown=Certificate.Shown(shown),
        shows_programme=shows_programme,
        shows_dates=shows_dates,
        shows_hours=shows_hours,
    )
    certificate.refresh_from_db()


def _tell(certificate: Certificate, what: str) -> None:
    url = reverse("courses:certificate", args=[certificate.pk])
    notify(people=[certificate.person_id], kind=Notice.Kind.CERTIFICATE, key=f"courses.certificate:{certificate.pk}:{what}", url=url)


def _require_short(words: str) -> None:
    require(len(words) <= WHY_LENGTH, _("Please use at most %(limit)s characters.") % {"limit": WHY_LENGTH}, "long")
