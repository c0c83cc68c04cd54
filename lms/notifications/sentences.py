"""What is said of a notice: with a name on the page, without one wherever others may be looking (letters, lock screens)."""

import datetime
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.notifications.models import Notice

Kind = Notice.Kind

NAMED: dict[str, str | Promise] = {
    Kind.ANNOUNCEMENT: gettext_lazy("%(who)s announces something"),
    Kind.ANSWER: gettext_lazy("%(who)s answered you"),
    Kind.MENTION: gettext_lazy("%(who)s mentioned you"),
    Kind.FOLLOWED: gettext_lazy("%(who)s wrote in a thread you follow"),
    Kind.HOURS: gettext_lazy("News from %(who)s about hours or a day of the course"),
    Kind.JOURNAL_RESPONSE: gettext_lazy("%(who)s responded to something shared from a journal"),
    Kind.NOTE: gettext_lazy("%(who)s wrote in a note about a trainee"),
    Kind.CONVERSATION: gettext_lazy("%(who)s says that the two of you talked"),
}
PLAIN: dict[str, str | Promise] = {
    Kind.ANSWER: gettext_lazy("Somebody answered you"),
    Kind.MENTION: gettext_lazy("Somebody mentioned you"),
    Kind.FOLLOWED: gettext_lazy("There is something new in a thread you follow"),
    Kind.MODERATION: gettext_lazy("Something you wrote, or pointed out, was looked at"),
    Kind.CARE: gettext_lazy("Something waits in a forum you look after"),
    Kind.JOURNAL_RESPONSE: gettext_lazy("Somebody responded to something shared from a journal"),
    Kind.NOTE: gettext_lazy("Somebody wrote in a note about a trainee"),
    Kind.CERTIFICATE: gettext_lazy("There is something to see about your certificate"),
    Kind.CONVERSATION: gettext_lazy("Somebody says that the two of you talked"),
    Kind.GROUP: gettext_lazy("There is something new in your group"),
    Kind.REMINDER: gettext_lazy("A live day is near"),
    Kind.CHANGED: gettext_lazy("Something live was moved or called off"),
    Kind.SOON: gettext_lazy("A live room begins in a few minutes"),
    Kind.AGREEMENT: gettext_lazy("Something in your agreement waits for you"),
    Kind.ANNOUNCEMENT: gettext_lazy("There is an announcement for you"),
    Kind.HOURS: gettext_lazy("There is news about hours or a day of the course"),
    Kind.AFTERWARDS: gettext_lazy("A question after a live day: how are you?"),
    Kind.DATES: gettext_lazy("Dates of your course have changed"),
}
TIMED: dict[str, str | Promise] = {
    Kind.GROUP: gettext_lazy("Your group meets: %(when)s"),
    Kind.REMINDER: gettext_lazy("A live day is near: %(when)s"),
    Kind.CHANGED: gettext_lazy("Something live was moved. Its time now: %(when)s"),
    Kind.SOON: gettext_lazy("A live room begins in a few minutes: %(when)s"),
    Kind.AFTERWARDS: gettext_lazy("How are you after %(weekday)s?"),
}
OFF: dict[str, str | Promise] = {
    Kind.GROUP: gettext_lazy("Your group does not meet: %(when)s"),
}


def named(notice: Notice) -> str:
    """For the person's own page. What has a time says when, in the zone that is active."""
    if notice.was_at is not None and notice.kind in OFF:
        return str(OFF[notice.kind]) % {"when": _moment(notice.was_at)}
    if notice.starts_at is not None and notice.kind in TIMED:
        weekday = date_format(timezone.localtime(notice.starts_at), "l")
        return str(TIMED[notice.kind]) % {"when": _moment(notice.starts_at), "weekday": weekday}
    if notice.who and notice.kind in NAMED:
        return str(NAMED[notice.kind]) % {"who": notice.who}
    return str(PLAIN[notice.kind])


def for_letter(notice: Notice) -> str:
    """Names nobody, unless the words may go out too."""
    return named(notice) if notice.words or notice.starts_at or notice.was_at else str(PLAIN[notice.kind])


def together(notices: Iterable[Notice]) -> str:
    """One fixed sentence for all of them, without names, words or titles: subjects and lock screens."""
    kinds = {notice.kind for notice in notices}
    return str(PLAIN[kinds.pop()]) if len(kinds) == 1 else _("Something is waiting for you")


def subject(notices: Iterable[Notice]) -> str:
    """Of the letter that tells of them."""
    sentence = together(notices)
    return f"{settings.SITE_NAME}: {sentence[0].lower()}{sentence[1:]}"


def _moment(moment: datetime.datetime) -> str:
    zone = timezone.get_current_timezone()
    local = timezone.localtime(moment, zone)
    place = zone.key if isinstance(zone, ZoneInfo) else str(zone)
    return f"{date_format(local, 'l j F, H:i')} ({place.rsplit('/', 1)[-1].replace('_', ' ')})"
