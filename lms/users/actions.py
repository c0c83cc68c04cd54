"""Asking people in, letting them in, and what they say about themselves."""

from collections.abc import Iterable
from importlib import import_module

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.audit.actions import What, note
from lms.permissions import require
from lms.users.models import Invitation, User, hash_token, new_token
from lms.users.second_factor import resealed
from lms.users.signals import invitation_accepted, sessions_ended

PROFILE = ("display_name", "time_zone", "country", "language", "theme")


# --- invitations ----------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(*, actor: User | None, email: str, coordinates: bool = False) -> tuple[Invitation, str]:
    """An invitation and the token for its link; the caller writes the letter. actor None is whoever runs the server.

    Whether the actor may invite into something is asked by the app that has it. An open invitation to coordinate is
    replaced, so that only the newest link works. Raises ValidationError for what is no address.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("This does not look like an e-mail address. It needs the form name@example.org.")) from None
    if coordinates:
        require(actor is None or actor.coordinates, _("Only somebody who coordinates can ask in somebody who will."))
        Invitation.objects.open().filter(email=address, coordinates=True).update(expires_at=timezone.now())
    token = new_token()
    invitation = Invitation.objects.create(email=address, token_hash=hash_token(token), coordinates=coordinates, invited_by=actor)
    return invitation, token


@transaction.atomic
def accept_invitation(*, actor: User, invitation: Invitation) -> None:
    """Takes up what an invitation promised, once, and only for the address it went to. Receivers act in the same transaction."""
    row = Invitation.objects.select_for_update().open().filter(pk=invitation.pk).first()
    require(row is not None, _("This invitation is no longer open. Ask for a new one."))
    assert row is not None  # noqa: S101 (for the type checker: require has refused)
    require(row.email == actor.email.lower(), _("This invitation is for another address."))
    row.accepted_at, row.accepted_by = timezone.now(), actor
    row.save(update_fields=["accepted_at", "accepted_by"])
    if row.coordinates and not actor.coordinates:
        actor.coordinates = True
        actor.save(update_fields=["coordinates"])
        note(actor=row.invited_by, what=What.COORDINATES, about=actor, person=actor.pk)
    invitation_accepted.send(Invitation, invitation=row, person=actor)


# --- the person -----------------------------------------------------------------------------------------------------


@transaction.atomic
def describe_person(*, actor: User, **about: str) -> None:
    """Sets what a person says about themselves: display_name, time_zone, country, language, theme."""
    unknown = set(about) - set(PROFILE)
    if unknown:
        raise TypeError(f"A person is not described by {', '.join(sorted(unknown))}.")
    for name, value in about.items():
        setattr(actor, name, value)
    actor.save(update_fields=list(about))


@transaction.atomic
def deactivate(*, actor: User | None, person: User) -> None:
    """Closes an account: nobody gets in, and every sign-in and socket ends. What they wrote stays theirs."""
    require(actor is None or actor.coordinates, _("Only somebody who coordinates can close an account."))
    person.is_active = False
    person.save(update_fields=["is_active"])
    note(actor=actor, what=What.CLOSED, about=person, person=person.pk)
    _end(UserSession.objects.filter(user=person))
    sessions_ended.send(User, person=person, session_keys=None)


# --- sign-ins -------------------------------------------------------------------------------------------------------


@transaction.atomic
def end_sign_ins(*, actor: User, session_keys: Iterable[str]) -> int:
    """Ends the actor's sign-ins with these keys, here and on other devices. Returns how many there were."""
    rows = list(UserSession.objects.filter(user=actor, session_key__in=list(session_keys)))
    _end(rows)
    keys = [row.session_key for row in rows]
    if keys:
        sessions_ended.send(User, person=actor, session_keys=keys)
    return len(keys)


@transaction.atomic
def end_other_sign_ins(*, actor: User, session_key: str | None) -> int:
    """Ends every sign-in of the actor but the one with this key. Returns how many there were."""
    others = UserSession.objects.filter(user=actor).exclude(session_key=session_key or "")
    return end_sign_ins(actor=actor, session_keys=list(others.values_list("session_key", flat=True)))


@transaction.atomic
def end_all_sign_ins() -> int:
    """Ends everybody's, for whoever runs the server: after a restore, sign-ins that had ended would count again. Returns how many."""
    UserSession.objects.all().delete()
    ended, _ = Session.objects.all().delete()
    return ended


def _end(rows: Iterable[UserSession]) -> None:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
    for row in rows:
        store.delete(row.session_key)
        row.delete()


# --- changing the site's key ----------------------------------------------------------------------------------------


@transaction.atomic
def reseal_second_factor(*, authenticator_id: int) -> None:
    """Seals the secrets of one authenticator anew under the newest site key; for whoever runs the server. Locked for a moment.

    Raises lms.crypto.Unreadable, and changes nothing, if no site key that is here opens them.
    """
    row = Authenticator.objects.select_for_update().filter(pk=authenticator_id).first()
    if row is None:  # taken away meanwhile
        return
    row.data = resealed(row.data)
    row.save(update_fields=["data"])
