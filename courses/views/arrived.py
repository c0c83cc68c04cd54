"""Tells the browser, once, whose words have just come in, so that it may forget its draft of them."""

from uuid import UUID

from lms.http import SignedInRequest

KEPT = "kept_words"  # session: the client_id that the words were sent with


def say_arrived(request: SignedInRequest, client_id: UUID | str | None) -> None:
    """For the next page this person sees."""
    request.session[KEPT] = str(client_id or "")


def just_arrived(request: SignedInRequest) -> str | None:
    """The client_id of what came in just before; asked again, None. A page that has nothing to tell writes no session."""
    return request.session.pop(KEPT, None) if KEPT in request.session else None
