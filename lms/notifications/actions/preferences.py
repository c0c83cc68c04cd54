"""How somebody wants to hear of things, and which of their browsers may be rung."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.notifications import pushing, when
from lms.notifications.models import Notice, Preference, PushSubscription
from lms.permissions import require
from lms.users.models import User

MOST_BROWSERS = 20  # of one person
CHOICES = {"mail", "hour", "weekday", "quiet_from", "quiet_until", "no_mail", "no_push", "asked_afterwards"}
CHOICES |= {"remind_week", "remind_day", "remind_soon"}


@transaction.atomic
def prefer(*, actor: User, **choices: Any) -> Preference:
    """Keeps what the person chose (the fields of Preference); what already waits to be told follows it."""
    if unknown := set(choices) - CHOICES:
        raise TypeError(f"Nobody chooses {', '.join(sorted(unknown))}.")
    chosen, _fresh = Preference.objects.update_or_create(person=actor, defaults=choices)
    now, zone = timezone.now(), actor.time_zone
    waiting = Notice.objects.filter(person=actor).unread()
    for kind in Notice.Kind:
        mail = when.mail_at(chosen, kind=kind, zone=zone, now=now)
        push = when.push_at(chosen, kind=kind, zone=zone, now=now)
        waiting.filter(kind=kind, mailed_at=None, mail_at__isnull=False).update(mail_at=mail)
        waiting.filter(kind=kind, pushed_at=None, push_at__isnull=False).update(push_at=push)
    return chosen


def stop_letters(*, actor: User) -> None:
    """No letter tells this person of anything any more. Letters they need to get in still come."""
    prefer(actor=actor, mail=Preference.Mail.NEVER)


@transaction.atomic
def ring_browser(*, actor: User, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Lets us ring a browser. The same browser again, by whoever uses it now, is one row; it is theirs from then on.

    Refuses an address that is not a browser maker's own service: the server would otherwise call whatever it is told to.
    """
    require(pushing.is_service(endpoint), _("This browser cannot be rung from here."), "endpoint")
    known = hashlib.sha256(endpoint.encode()).hexdigest()
    others = PushSubscription.objects.filter(person=actor).exclude(endpoint_hash=known)
    require(others.count() < MOST_BROWSERS, _("That is many browsers already. Turn it off everywhere, then on again where you need it."))
    fields = {"person": actor, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "failed": 0}
    return PushSubscription.objects.update_or_create(endpoint_hash=known, defaults=fields)[0]


def leave_browser(*, actor: User, endpoint: str = "") -> int:
    """Rings one of the person's browsers no more, or none of them. Returns how many that were."""
    mine = PushSubscription.objects.filter(person=actor)
    if endpoint:
        mine = mine.filter(endpoint_hash=hashlib.sha256(endpoint.encode()).hexdigest())
    count, _kinds = mine.delete()
    return count
