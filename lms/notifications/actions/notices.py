"""Telling people that something waits for them, and noting that they have been there."""

import datetime
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from lms.mail.actions import take_back_letters
from lms.mail.models import Letter
from lms.notifications import when
from lms.notifications.models import LONGEST_WORDS, Notice, Preference, PushSubscription
from lms.realtime import publish_on_commit
from lms.users.models import User

DIGEST = "notices"  # what a letter is `about` that tells of notices
GROUP = "notices"  # what every process with open pages listens to
READ_KEPT = datetime.timedelta(days=90)
KEPT = datetime.timedelta(days=365)  # unread ones too: after a year nobody waits for them


@transaction.atomic
def notify(
    *,
    people: Iterable[int],
    kind: Notice.Kind,
    key: str,
    url: str,
    who: str = "",
    words: str = "",
    starts_at: datetime.datetime | None = None,
    was_at: datetime.datetime | None = None,
    only_now: bool = False,
    own_letter: bool = False,
) -> int:
    """Tells these people (their ids) once of what `key` names; returns how many had not been told before. Two queries.

    Call it in the transaction that caused it. Asks nobody: who may see what lies behind `url` is the caller's business. `who` is
    a name or an alias, empty for somebody unnamed; `words` are a plain excerpt and only given where the forum lets its words go
    out by letter. Without a name there are no words. `was_at` is when something would have begun that does not take place. What is
    worth something `only_now` stands on the page and rings at once or not at all: no letter tells of it, and no ring waits for the
    end of quiet hours. Of what has its `own_letter` no other tells. Raises ValueError for an address that is not on this site.
    """
    path = urlsplit(url).path
    if not url.startswith("/") or url.startswith("//") or urlsplit(url).netloc:
        raise ValueError("A notice leads to a page of this site.")
    now = timezone.now()
    excerpt = " ".join(words.split())[:LONGEST_WORDS] if who else ""
    told = [
        Notice(
            person=person,
            kind=kind,
            key=key,
            url=url,
            path=path,
            who=who,
            words=excerpt,
            starts_at=starts_at,
            was_at=was_at,
            at=now,
            **(_due_now(person, kind, now) if only_now else _due(person, kind, now, by_letter=not own_letter)),
        )
        for person in _not_told(people, key)
    ]
    Notice.objects.bulk_create(told, ignore_conflicts=True)
    if told:
        publish_on_commit(GROUP, {"type": "notice", "people": [notice.person_id for notice in told]})
    return len(told)


def take_from_pages(*, people: Iterable[int], anchor: str) -> None:
    """Asks the open pages of these people to take away what stands at an anchor, once the transaction has happened. Who is not there
    meets it so with the next page."""
    if someone := list(people):
        publish_on_commit(GROUP, {"type": "gone", "people": someone, "anchor": anchor})


def read(*, actor: User, path: str | None = None) -> int:
    """Notes that the actor has seen what leads to this page, or everything. Returns how many that were; again is harmless."""
    mine = Notice.objects.visible_to(actor).unread()
    if path is not None:
        mine = mine.filter(path=path)
        if not mine.exists():  # looking must not wait for whoever is writing
            return 0
    return mine.update(read_at=timezone.now())


def is_waiting(person: User) -> bool:
    """Whether something is unread."""
    return Notice.objects.visible_to(person).unread().exists()


@transaction.atomic
def take_back(*, keys: Collection[str]) -> int:
    """What these keys name is no longer there, such as a response that was withdrawn, or a day that moved: nobody is told of it any
    more. A letter that tells of it and has not left is taken back; what else it told of goes into the next."""
    people = _told_by_a_letter_here(keys) if keys else []
    count, _kinds = Notice.objects.filter(key__in=keys).delete()
    for person in people:
        _write_anew(person)
    return count


def forget_words(*, keys: Collection[str]) -> int:
    """Letters still to come tell of these without words: they are others now, or may no longer go out. Returns how many notices."""
    return Notice.objects.filter(key__in=keys, mailed_at=None).exclude(words="").update(words="")


def forget_place(*, person: User, under: str) -> int:
    """The person may no longer see what lies under this address, such as a cohort they have left. Returns how many notices led there.

    A letter that tells of them and has not left is taken back; what else it told of goes into the next.
    """
    count, _kinds = Notice.objects.filter(person=person, path__startswith=under).delete()
    _write_anew(person)
    return count


def forget_pages(*, paths: Collection[str], person: User | None = None) -> int:
    """What lies at these addresses is closed to this person, or, without one, to everybody who was told of it."""
    led = Notice.objects.filter(path__in=paths)
    count, _kinds = (led if person is None else led.filter(person=person)).delete()
    return count


def sweep_notices() -> int:
    """Forgets what was read long ago, by the clock. Returns how many."""
    now = timezone.now()
    count, _kinds = Notice.objects.filter(Q(read_at__lt=now - READ_KEPT) | Q(at__lt=now - KEPT)).delete()
    return count


def preference_of(person: User) -> Preference:
    """What the person chose, or the defaults. No query if it was selected with the person."""
    try:
        return person.preference
    except Preference.DoesNotExist:
        return Preference(person=person)


# --- inside ---------------------------------------------------------------------------------------------------------


def _told_by_a_letter_here(keys: Collection[str]) -> list[User]:
    """Who was told by letter of one of these, and has a letter of that kind that has not left. One query."""
    told = Notice.objects.filter(person=OuterRef("pk"), key__in=keys, mailed_at__isnull=False)
    here = Letter.objects.filter(sent_at=None, about=DIGEST, person=OuterRef("pk"))
    return list(User.objects.filter(Exists(told), Exists(here)).order_by("pk"))


def _write_anew(person: User) -> None:
    """The letters that have not left go to nobody; what is still to be told by them is told by the next."""
    written_at = take_back_letters(about=[DIGEST], to=person.email, person=person)
    if written_at:
        Notice.objects.visible_to(person).unread().filter(mailed_at__gte=written_at).update(mailed_at=None)


def _not_told(people: Iterable[int], key: str) -> list[User]:
    told = Notice.objects.filter(person=OuterRef("pk"), key=key)
    rung = PushSubscription.objects.filter(person=OuterRef("pk"))
    found = User.objects.filter(~Exists(told), pk__in=set(people), is_active=True).order_by("pk")
    return list(found.select_related("preference").annotate(has_push=Exists(rung)))


def _due(person: User, kind: str, now: datetime.datetime, *, by_letter: bool = True) -> dict[str, datetime.datetime | None]:
    chosen, zone = preference_of(person), person.time_zone
    rings = when.push_at(chosen, kind=kind, zone=zone, now=now) if person.has_push else None  # type: ignore[attr-defined]
    return {"mail_at": when.mail_at(chosen, kind=kind, zone=zone, now=now) if by_letter else None, "push_at": rings}


def _due_now(person: User, kind: str, now: datetime.datetime) -> dict[str, datetime.datetime | None]:
    due = _due(person, kind, now)
    return {"mail_at": None, "push_at": due["push_at"] if due["push_at"] == now else None}
