"""Who is in a cohort: asking in, giving a part, another one, and the end."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Cohort, Membership, PromisedPlace
from courses.permissions import may_in
from courses.signals import membership_changed, membership_ended
from lms.mail.actions import write_letter
from lms.notifications.actions.notices import forget_place
from lms.permissions import PART_LABELS, Part, Verb, require
from lms.users.actions import invite
from lms.users.models import Invitation, User


@transaction.atomic
def invite_member(*, actor: User, cohort: Cohort, email: str, part: Part) -> Invitation:
    """Asks somebody in by a letter with a link; the place is theirs once they accept. Asked again, only the newest link works."""
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator invites people."))
    _close_invitations(cohort, email.strip().lower())
    invitation, token = invite(actor=actor, email=email)
    PromisedPlace.objects.create(invitation=invitation, cohort=cohort, part=part)
    link = settings.SITE_URL + reverse("invitation", args=[token])
    write_letter(to=invitation.email, subject=_("Your place on the course"), body=_letter(cohort, part, link))
    return invitation


def _close_invitations(cohort: Cohort, email: str) -> None:
    """An older link would bring somebody back who was removed, or give back another part."""
    Invitation.objects.open().filter(email=email, place__cohort=cohort).update(expires_at=timezone.now())


def _letter(cohort: Cohort, part: Part, link: str) -> str:
    return _(
        "Hello,\n\nYou are invited to %(cohort)s (%(programme)s). Your part: %(part)s.\n\n"
        "Follow this link to come in. It works for thirty days and only for this address:\n\n%(link)s\n\n"
        "If you did not expect this letter, you can leave it unanswered. Nothing will happen.\n"
    ) % {"cohort": cohort.title, "programme": cohort.programme.title, "part": PART_LABELS[part], "link": link}


@transaction.atomic
def add_member(*, cohort: Cohort, person: User, part: Part) -> Membership:
    """Gives the place; somebody who had left comes back, somebody with another part gets this one.

    Asks nobody: an accepted invitation (`courses.receivers`) and the demo are what call it.
    """
    membership, fresh = Membership.objects.get_or_create(cohort=cohort, person=person, defaults={"part": part})
    if not fresh:
        membership.part, membership.ended_at = part, None
        membership.save(update_fields=["part", "ended_at"])
    membership_changed.send(Membership, membership=membership)
    return membership


@transaction.atomic
def change_part(*, actor: User, membership: Membership, part: Part) -> None:
    """Another part in the same cohort, from now on; open rooms hear of it at once."""
    require(may_in(actor, membership.cohort, Verb.INVITE_PEOPLE), _("Only a coordinator changes somebody's part."))
    _close_invitations(membership.cohort, membership.person.email)
    Membership.objects.filter(pk=membership.pk).update(part=part)
    membership.part = part
    forget_place(person=membership.person, under=reverse("cohort-today", args=[membership.cohort.slug]))
    membership_changed.send(Membership, membership=membership)


@transaction.atomic
def remove_member(*, actor: User, membership: Membership) -> None:
    """Ends the membership. What they said stays theirs; their own journal stays open to them; rooms close within a second."""
    require(may_in(actor, membership.cohort, Verb.INVITE_PEOPLE), _("Only a coordinator removes somebody."))
    _close_invitations(membership.cohort, membership.person.email)
    Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=timezone.now())
    membership.refresh_from_db()
    forget_place(person=membership.person, under=reverse("cohort-today", args=[membership.cohort.slug]))
    membership_ended.send(Membership, membership=membership)
