"""The sign-ins of a person, in words one recognises."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.users.models import User

# First match counts: browsers also name those they resemble.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
]
PHONES = {"iPhone", "iPad", "Android"}


@dataclass(frozen=True)
class Device:
    """One sign-in, for the list."""

    pk: int
    name: str
    icon: str
    since: datetime
    seen_at: datetime
    here: bool


def devices_of(person: User, *, session_key: str | None) -> list[Device]:
    """The person's open sign-ins, this one first, then the most recent. Two queries."""
    rows = list(UserSession.objects.filter(user=person).order_by("-last_seen_at"))
    open_keys = set(
        Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    devices = [_device(row, here=row.session_key == session_key) for row in rows if row.session_key in open_keys]
    return sorted(devices, key=lambda device: not device.here)


def _device(row: UserSession, *, here: bool) -> Device:
    browser = _first(BROWSERS, row.user_agent)
    system = _first(SYSTEMS, row.user_agent)
    if browser and system:
        name = _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    else:
        name = browser or system or _("A browser we do not recognise")
    return Device(
        pk=row.pk,
        name=name,
        icon="smartphone" if system in PHONES else "monitor",
        since=row.created_at,
        seen_at=row.last_seen_at,
        here=here,
    )


def _first(names: list[tuple[str, str]], text: str) -> str:
    return next((name for mark, name in names if mark in text), "")
