"""Who is in a cohort: asking in, giving a part, another one, the end, and the way back. Each change is written down."""

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.group_wishes import forget_wishes
from courses.actions.introductions import forget_introduction
from courses.models import Cohort, InvitationLink, Membership, MembershipChange, PromisedPlace, SharedVersion
from courses.permissions import may_in
from courses.signals import membership_changed, membership_ended
from lms.audit.actions import What, note
from lms.mail.actions import take_back_letters, write_letter
from lms.notifications.actions.notices import forget_pages, forget_place
from lms.permissions import PART_LABELS, Part, Verb, require
from lms.users.actions import invite
from lms.users.models import Invitation, User


def address_of(cohort: Cohort) -> str:
    """Under which everything of the cohort stands; what a letter is `about` that is of the cohort."""
    return reverse("cohort-today", args=[cohort.slug])


# --- asking in ------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_member(*, actor: User, cohort: Cohort, email: str, part: Part) -> Invitation:
    """Asks somebody in by a letter with a link; the place is theirs once they accept. Asked again, only the newest link works."""
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator invites people."))
    return ask_in(by=actor, cohort=cohort, email=email, part=part)


def ask_in(*, by: User | None, cohort: Cohort, email: str, part: Part, link: InvitationLink | None = None) -> Invitation:
    """The same without asking whether `by` may: for actions that have. With `link`, accepting is a use of that link, and over with it."""
    close_invitations(cohort, email.strip().lower(), link=link)
    invitation, token = invite(actor=by, email=email)
    if link is not None:
        invitation.expires_at = min(invitation.expires_at, link.ends_at)
        invitation.save(update_fields=["expires_at"])
    PromisedPlace.objects.create(invitation=invitation, cohort=cohort, part=part, link=link)
    address = settings.SITE_URL + reverse("invitation", args=[token])
    body = _letter(cohort, part, address, days=(invitation.expires_at - invitation.invited_at).days)
    write_letter(to=invitation.email, subject=_("Your place on the course"), body=body, about=address_of(cohort))
    return invitation


def close_invitations(cohort: Cohort, email: str, *, link: InvitationLink | None = None) -> None:
    """An older link would bring somebody back who was removed, or give back another part. Its letter does not leave any more.

    With `link`, only what was asked for by it: whoever types an address there must not undo what a coordinator promised to it.
    """
    places = PromisedPlace.objects.pending().filter(cohort=cohort, invitation__email=email)
    close_places(places if link is None else places.filter(link=link))
    if link is None:
        take_back_letters(about=[address_of(cohort)], to=email)


def close_places(places: QuerySet[PromisedPlace]) -> None:
    """What was promised is promised no more."""
    closed = list(places.values_list("pk", flat=True))
    Invitation.objects.open().filter(place__in=closed).update(expires_at=timezone.now())
    PromisedPlace.objects.filter(pk__in=closed).update(closed_at=timezone.now())


def _letter(cohort: Cohort, part: Part, link: str, days: int) -> str:
    return _(
        "Hello,\n\nYou are invited to %(cohort)s (%(programme)s). Your part: %(part)s.\n\n"
        "Follow this link to come in. It works for %(days)s days and only for this address:\n\n%(link)s\n\n"
        "If you did not expect this letter, you can leave it unanswered. Nothing will happen.\n"
    ) % {"cohort": cohort.title, "programme": cohort.programme.title, "part": PART_LABELS[part], "link": link, "days": max(1, days)}


# --- parts ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_member(*, cohort: Cohort, person: User, part: Part, by: User | None = None, link: InvitationLink | None = None) -> Membership:
    """Gives the place; somebody who had left comes back, somebody with another part gets this one. `by` is who invited them.

    Asks nobody: an accepted invitation (`courses.receivers`), a link that was followed and the demo are what call it.
    """
    membership, fresh = Membership.objects.select_for_update().get_or_create(cohort=cohort, person=person, defaults={"part": part})
    before = "" if fresh or membership.ended_at else membership.part
    if not fresh:
        membership.part, membership.ended_at = part, None
        membership.save(update_fields=["part", "ended_at"])
    if before != part:
        MembershipChange.objects.create(membership=membership, by=by, link=link, before=before, after=part)
        _note(by, membership, before, part)
    membership_changed.send(Membership, membership=membership)
    return membership


@transaction.atomic
def change_part(*, actor: User, membership: Membership, part: Part) -> None:
    """Another part in the same cohort, from now on; open rooms hear of it at once, the person by letter. The same part is no change."""
    require(may_in(actor, membership.cohort, Verb.INVITE_PEOPLE), _("Only a coordinator changes somebody's part."))
    before = _locked(membership)
    require(before.ended_at is None, _("They are no longer in this cohort. Give them their place back first."))
    close_invitations(membership.cohort, membership.person.email)
    if before.part == part:
        return
    _become(actor, membership, before=before.part, part=part, ended=False)
    _forget(membership)
    membership_changed.send(Membership, membership=membership)
    _tell(membership, _("Your part in a course"), _("Your part in %(cohort)s is now: %(part)s."))


@transaction.atomic
def remove_member(*, actor: User, membership: Membership) -> None:
    """Ends the membership: nothing of the cohort is theirs to see any more, from this moment on; rooms close within a second.

    What they said stays theirs; their own journal and its export stay open to them, which a letter says. Their face and what they
    said of themselves here go, and with whom they wished to be, or others with them. Again is harmless.
    """
    require(may_in(actor, membership.cohort, Verb.INVITE_PEOPLE), _("Only a coordinator removes somebody."))
    before = _locked(membership)
    close_invitations(membership.cohort, membership.person.email)
    if before.ended_at is not None:
        return
    _become(actor, membership, before=before.part, part=Part(before.part), ended=True)
    _forget(membership)
    _forget_shares(membership)
    forget_introduction(membership)
    forget_wishes(membership)
    membership_ended.send(Membership, membership=membership)
    _tell(membership, _("Your place on a course has ended"), _("You are no longer in %(cohort)s, so its pages are closed to you now."))


@transaction.atomic
def bring_back(*, actor: User, membership: Membership, part: Part) -> None:
    """Gives somebody who was removed their place back, with whatever part; a letter tells them. Of who is there already, no change."""
    require(may_in(actor, membership.cohort, Verb.INVITE_PEOPLE), _("Only a coordinator gives a place back."))
    before = _locked(membership)
    close_invitations(membership.cohort, membership.person.email)
    if before.ended_at is None:
        return
    _become(actor, membership, before="", part=part, ended=False)
    membership_changed.send(Membership, membership=membership)
    _tell(membership, _("Your place on a course"), _("Your place in %(cohort)s is yours again. Your part: %(part)s."))


# --- inside ---------------------------------------------------------------------------------------------------------


def _locked(membership: Membership) -> Membership:
    """The row as it stands, for this transaction alone."""
    return Membership.objects.select_for_update().get(pk=membership.pk)


def _become(actor: User, membership: Membership, *, before: str, part: Part, ended: bool) -> None:
    membership.part, membership.ended_at = part, timezone.now() if ended else None
    membership.save(update_fields=["part", "ended_at"])
    after = "" if ended else part
    MembershipChange.objects.create(membership=membership, by=actor, before=before, after=after)
    _note(actor, membership, before, after)


def _note(actor: User | None, membership: Membership, before: str, after: str) -> None:
    detail = f"{before or 'none'} > {after or 'none'}"
    note(actor=actor, what=What.PART, about=membership, person=membership.person_id, detail=detail)


def _forget(membership: Membership) -> None:
    """Notices that lead into the cohort, and letters about it that have not left: the part they were written for is over."""
    place = address_of(membership.cohort)
    forget_place(person=membership.person, under=place)
    take_back_letters(about=[place], to=membership.person.email, person=membership.person)


def _forget_shares(membership: Membership) -> None:
    """Where shares from journals ended with the membership, nothing leads to them any more: for the person, and for their readers."""
    person = membership.person
    shares = SharedVersion.objects.filter(Q(entry__author=person) | Q(readers__person=person), cohort=membership.cohort).distinct()
    given: list[str] = []
    received: list[str] = []
    for pk, author in shares.order_by().values_list("pk", "entry__author"):
        (given if author == person.pk else received).append(reverse("courses:shared", args=[pk]))
    forget_pages(paths=given)
    take_back_letters(about=given)
    forget_pages(paths=received, person=person)
    take_back_letters(about=received, to=person.email, person=person)


def _tell(membership: Membership, subject: str, sentence: str) -> None:
    words = {"cohort": membership.cohort.title, "part": PART_LABELS[Part(membership.part)]}
    yours = settings.SITE_URL + reverse("courses:my-parts")
    rest = _("Your own journal and its export stay yours in any case. What changed when is written down here:")
    body = _("Hello,\n\n%(sentence)s\n\n%(rest)s\n\n%(link)s\n") % {"sentence": sentence % words, "rest": rest, "link": yours}
    write_letter(to=membership.person.email, subject=subject, body=body, person=membership.person)
