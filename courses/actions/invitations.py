"""Letters that were sent and not answered yet: again, or back."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions.members import close_invitations, invite_member
from courses.models import PromisedPlace
from courses.permissions import may_in
from lms.permissions import Part, Verb, require
from lms.users.models import Invitation, User


@transaction.atomic
def send_again(*, actor: User, place: PromisedPlace) -> Invitation:
    """A new letter with a new link; the older one works no more. Raises Refused if it was answered, replaced or taken back meanwhile."""
    _require_pending(place)
    return invite_member(actor=actor, cohort=place.cohort, email=place.invitation.email, part=Part(place.part))


@transaction.atomic
def take_back(*, actor: User, place: PromisedPlace) -> None:
    """The link in the letter works no more. Raises Refused if it was answered meanwhile; again is harmless."""
    require(may_in(actor, place.cohort, Verb.INVITE_PEOPLE), _("Only a coordinator takes an invitation back."))
    require(place.invitation.accepted_at is None, _("They have come in meanwhile. Remove them on their own page if that is meant."))
    close_invitations(place.cohort, place.invitation.email)


def _require_pending(place: PromisedPlace) -> None:
    pending = PromisedPlace.objects.pending().select_for_update(of=("self",)).filter(pk=place.pk).exists()
    require(pending, _("This letter was answered, replaced or taken back meanwhile. Please look at the list again."))
