"""What pages show of people: who is in a cohort, what each shows of themselves, who was asked in, and how parts changed."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, ngettext

from courses.models import Cohort, Introduction, InvitationLink, Membership, MembershipChange, PromisedPlace
from lms.permissions import Part
from lms.templatetags.lms import zone_words
from lms.users.models import User

# In the order in which somebody new looks for them.
PARTS = {
    Part.TRAINER: gettext_lazy("Trainers"),
    Part.GUEST_TRAINER: gettext_lazy("Guest trainers"),
    Part.TRAINEE: gettext_lazy("Trainees"),
    Part.AFTERCARE: gettext_lazy("Aftercare contact"),
    Part.INTERPRETER: gettext_lazy("Interpreters"),
    Part.COORDINATOR: gettext_lazy("Coordinators"),
    Part.ALUMNUS: gettext_lazy("Alumni"),
}


@dataclass(frozen=True)
class Shown:
    """Somebody as the people of their cohort see them: name, face, words, zone. Nothing else."""

    membership: Membership
    introduction: Introduction | None
    zone: str
    clock: str  # their time when the page was made, and how far that is from the reader's

    @property
    def name(self) -> str:
        return self.membership.person.display_name


def people_of(cohort: Cohort, reader: User) -> list[tuple[str, list[Shown]]]:
    """Everybody who is in the cohort now, by part, each in the order of names. Two queries."""
    members = Membership.objects.current().filter(cohort=cohort, person__is_active=True)
    members = members.select_related("person").order_by("person__display_name", "pk")
    introductions = {one.membership_id: one for one in Introduction.objects.visible_to(reader).filter(membership__cohort=cohort)}
    now = timezone.now()
    shown = [_shown(member, introductions.get(member.pk), reader, now) for member in members]
    return [(str(label), [one for one in shown if one.membership.part == part]) for part, label in PARTS.items()]


@dataclass(frozen=True)
class ShownLink:
    """A link with the names of who came in by it."""

    link: InvitationLink
    names: list[str]


def links_of(cohort: Cohort, reader: User) -> list[ShownLink]:
    """The newest first. Two queries."""
    came = MembershipChange.objects.exclude(after="").select_related("membership__person").order_by("at", "pk")
    links = InvitationLink.objects.visible_to(reader).filter(cohort=cohort).select_related("made_by")
    links = links.prefetch_related(Prefetch("changes", queryset=came))[:50]
    return [ShownLink(link, [change.membership.person.display_name for change in link.changes.all()]) for link in links]


def invitations_of(cohort: Cohort, reader: User) -> QuerySet[PromisedPlace]:
    """Letters that nobody has answered yet, the newest first; also those whose link is too old by now. One query."""
    pending = PromisedPlace.objects.visible_to(reader).pending().filter(cohort=cohort)
    return pending.select_related("invitation__invited_by", "link", "cohort").order_by("-invitation__invited_at", "-pk")


def former_members_of(cohort: Cohort) -> QuerySet[Membership]:
    """Who has left or was removed, the last first. One query."""
    return Membership.objects.filter(cohort=cohort, ended_at__isnull=False).select_related("person").order_by("-ended_at", "-pk")


def record_of(membership: Membership, reader: User) -> QuerySet[MembershipChange]:
    """How somebody's part changed, in order. One query."""
    changes = MembershipChange.objects.visible_to(reader).filter(membership=membership)
    return changes.select_related("by", "link").order_by("at", "pk")


def own_parts(person: User) -> Sequence[Membership]:
    """Every cohort somebody is or was in, with the record of it, the newest first. Two queries."""
    record = MembershipChange.objects.visible_to(person).select_related("by", "link").order_by("at", "pk")
    mine = Membership.objects.filter(person=person).select_related("cohort__programme")
    return list(mine.prefetch_related(Prefetch("changes", queryset=record)).order_by("-joined_at", "-pk"))


# --- inside ---------------------------------------------------------------------------------------------------------


def _shown(membership: Membership, introduction: Introduction | None, reader: User, now: datetime.datetime) -> Shown:
    zone = membership.person.time_zone
    return Shown(membership, introduction, zone_words(zone), _clock(zone, reader.time_zone, now))


def _clock(zone: str, mine: str, now: datetime.datetime) -> str:
    """Such as: Thu 14:05, 2 hours ahead of you."""
    there, here = (now.astimezone(ZoneInfo(one)) for one in (zone, mine))
    offset = (there.utcoffset() or datetime.timedelta()) - (here.utcoffset() or datetime.timedelta())
    clock = date_format(there, "D H:i")
    if not offset:
        return clock
    hours = abs(offset).total_seconds() / 3600
    number = f"{hours:g}"
    sentences = {
        True: ngettext("%(clock)s, %(hours)s hour ahead of you", "%(clock)s, %(hours)s hours ahead of you", 1 if hours == 1 else 2),
        False: ngettext("%(clock)s, %(hours)s hour behind you", "%(clock)s, %(hours)s hours behind you", 1 if hours == 1 else 2),
    }
    return sentences[offset > datetime.timedelta()] % {"clock": clock, "hours": number}
