"""A link by which several people may come in: made, taken back, followed. How often it was used is counted under its own row's lock."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.members import add_member, address_of, ask_in, close_places
from courses.models import Cohort, InvitationLink, Membership, PromisedPlace
from courses.models.invitations import LONGEST, MOST_USES
from courses.permissions import may_in
from lms.mail.actions import take_back_letters, write_letter
from lms.permissions import LINK_PARTS, Part, Verb, require
from lms.users.models import User, hash_token


@transaction.atomic
def make_link(*, actor: User, cohort: Cohort, part: Part, uses: int, ends_at: datetime.datetime, token: str) -> InvitationLink:
    """A link with this token (of `lms.users.models.new_token`), of which only a hash is kept. The same token makes it once."""
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator invites people."))
    require(part in LINK_PARTS, _("A part that sees other people's affairs is given by a letter to one address, never by a link."))
    require(0 < uses <= MOST_USES, _("A link may let in from one to %(most)s people.") % {"most": MOST_USES})
    require(timezone.now() < ends_at <= timezone.now() + LONGEST, _("A link ends within %(days)s days.") % {"days": LONGEST.days})
    link, _fresh = InvitationLink.objects.get_or_create(
        token_hash=hash_token(token), cohort=cohort, defaults={"part": part, "uses": uses, "ends_at": ends_at, "made_by": actor}
    )
    return link


@transaction.atomic
def revoke_link(*, actor: User, link: InvitationLink) -> None:
    """Nobody comes in by it any more, nor by a letter that was asked for through it. Who came in stays. Again is harmless."""
    require(may_in(actor, link.cohort, Verb.INVITE_PEOPLE), _("Only a coordinator takes a link back."))
    InvitationLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())
    _close_letters(link)


@transaction.atomic
def join_by_link(*, actor: User, link: InvitationLink) -> Membership:
    """Somebody who is signed in says yes. Raises Refused, with a sentence, if the link is over or they are or were in the cohort."""
    require(actor.is_active, _("Please sign in first."))
    return use_link(link, person=actor)


def use_link(link: InvitationLink, *, person: User) -> Membership:
    """Counts one use and gives the place, or raises Refused. For `join_by_link`, and for a letter that was asked for by the link."""
    row = InvitationLink.objects.select_for_update(of=("self",)).open().filter(pk=link.pk).select_related("cohort", "made_by").first()
    require(row is not None, _("This link is over: it has ended, was used as often as it allows, or was taken back. Ask for a new one."))
    assert row is not None  # noqa: S101 (for the type checker: require has refused)
    already = Membership.objects.filter(cohort=row.cohort, person=person).first()
    require(already is None or already.ended_at is not None, _("You are in this cohort already; nothing has changed."))
    require(already is None, _("You were in this cohort before. To come back, ask its coordinators for a letter."))
    row.used += 1
    row.save(update_fields=["used"])
    if not row.is_open:
        _close_letters(row)
    return add_member(cohort=row.cohort, person=person, part=Part(row.part), by=row.made_by, link=row)


@transaction.atomic
def ask_by_link(*, link: InvitationLink, email: str) -> None:
    """Somebody without a sign-in follows the link: a letter goes to their address, which proves that it is theirs. The page that
    calls this says the same whatever we know of the address; only the letter tells."""
    known = Membership.objects.filter(cohort=link.cohort, person__email=email.strip().lower()).first()
    if known is None:
        ask_in(by=link.made_by, cohort=link.cohort, email=email, part=Part(link.part), link=link)
        return
    back = _("You were in it before. To come back, please ask its coordinators for a letter.")
    here = _("You are in it already. Just sign in:") + f"\n\n{settings.SITE_URL}{address_of(link.cohort)}"
    body = _("Hello,\n\nsomebody followed an invitation to %(cohort)s with your address. %(rest)s\n\nIf it was not you, do nothing.\n")
    words = {"cohort": link.cohort.title, "rest": back if known.ended_at else here}
    write_letter(to=email, subject=_("Your place on the course"), body=body % words)


def _close_letters(link: InvitationLink) -> None:
    places = PromisedPlace.objects.pending().filter(link=link)
    for email in places.values_list("invitation__email", flat=True):
        take_back_letters(about=[address_of(link.cohort)], to=email)
    close_places(places)
