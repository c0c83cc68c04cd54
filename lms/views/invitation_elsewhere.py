"""For whoever was invited at one address and signs in with another: one press asks for the letter to be sent there."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lms.http import SignedInRequest, writes
from lms.mail.actions import write_letter
from lms.users.models import Invitation


@login_required
@writes
def invitation_elsewhere(request: SignedInRequest, token: str) -> HttpResponse:
    """A letter to whoever invited, with both addresses. Nothing is given: they decide, and write anew."""
    found = Invitation.objects.open().with_token(token).select_related("invited_by").first()
    if found is None or found.email == request.user.email.lower():
        return redirect("invitation", token=token)
    if not ratelimit.consume(request, action="invitation_elsewhere", key=str(found.pk)):
        messages.warning(request, _("We have written about this already. Please wait for the answer."))
        return redirect("invitation", token=token)
    inviter = found.invited_by if found.invited_by and found.invited_by.is_active else None
    body = _(
        "Hello,\n\nAn invitation went to %(other)s. The person who opened it uses this site as %(mine)s and asks for a letter to that "
        "address.\n\nIf you know that both are theirs, please invite %(mine)s. The letter to %(other)s still works for %(other)s alone.\n"
    )
    words = {"other": found.email, "mine": request.user.email}
    to = inviter.email if inviter else settings.CONTACT_EMAIL
    write_letter(to=to, subject=_("Somebody asks for an invitation to another address"), body=body % words, person=inviter)
    messages.success(request, _("We have asked whoever invited you to write to %(mine)s. You need do nothing more.") % words)
    return redirect("today")
