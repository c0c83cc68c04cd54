"""Which invitation a browser came by. The session keeps its number only; the token stays in the letter."""

from django.http import HttpRequest

from lms.users.models import Invitation

KEY = "invitation"


def remember_invitation(request: HttpRequest, invitation: Invitation) -> None:
    request.session[KEY] = invitation.pk


def forget_invitation(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The open invitation whose link this browser followed, if any."""
    pk = request.session.get(KEY)
    return Invitation.objects.open().filter(pk=pk).first() if pk else None
