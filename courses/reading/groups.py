"""What pages show of groups: when they meet by each member's clock, and what is known of people who are to be placed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

from courses.dividing import One
from courses.models import Cohort, Group, GroupDate, GroupWish, Membership
from lms.permissions import Part
from lms.templatetags.lms import zone_words
from lms.users.models import User

SHOWN = 6  # dates to come on one page, and as many that are over


@dataclass(frozen=True)
class Clock:
    """What clocks show somewhere, and who lives by them."""

    words: str
    place: str
    names: list[str]


def has_trainees(cohort: Cohort) -> bool:
    """Whether there is anybody to put into groups. One query."""
    return Membership.objects.current().filter(cohort=cohort, part=Part.TRAINEE).exists()


def clocks_of(moment: datetime.datetime, members: Iterable[Membership]) -> list[Clock]:
    """A moment by the clock of each zone in which a member lives, from the west to the east."""
    by_zone: dict[str, list[str]] = {}
    for member in members:
        by_zone.setdefault(member.person.time_zone, []).append(member.person.display_name)
    there = {zone: moment.astimezone(ZoneInfo(zone)) for zone in by_zone}
    order = sorted(by_zone, key=lambda zone: (there[zone].utcoffset() or datetime.timedelta(), zone))
    return [Clock(date_format(there[zone], "l j F, H:i"), zone_words(zone), by_zone[zone]) for zone in order]


def dates_of(group: Group, user: User) -> tuple[list[GroupDate], list[GroupDate]]:
    """Those to come, the next one first, and those that are over or were called off, the last one first; a few of each. Two queries."""
    now = timezone.now()
    seen = GroupDate.objects.visible_to(user).filter(group=group).select_related("set_by")
    coming = list(seen.to_come(now)[:SHOWN])
    return coming, list(seen.exclude(pk__in=[one.pk for one in coming]).order_by("-starts_at")[:SHOWN])


def ones_of(cohort: Cohort, members: Sequence[Membership]) -> list[One]:
    """What a division asks of each of these people. Four queries; for whoever may form groups here."""
    teams: dict[int, set[int]] = {}
    placed = Group.members.through.objects.filter(group__cohort=cohort, group__kind=Group.Kind.HOME_TEAM, group__ended_at=None)
    for group, member in placed.values_list("group", "membership"):
        teams.setdefault(member, set()).add(group)
    wishes = {one.member_id: one for one in GroupWish.objects.filter(member__cohort=cohort).prefetch_related("people")}
    now = timezone.now()
    return [
        One(
            pk=one.pk,
            name=one.person.display_name,
            teams=frozenset(teams.get(one.pk, ())),
            languages=frozenset(wishes[one.pk].languages) if one.pk in wishes else frozenset(),
            offset=(now.astimezone(ZoneInfo(one.person.time_zone)).utcoffset() or datetime.timedelta()) / datetime.timedelta(hours=1),
            wishes=frozenset(person.pk for person in wishes[one.pk].people.all()) if one.pk in wishes else frozenset(),
        )
        for one in members
    ]
