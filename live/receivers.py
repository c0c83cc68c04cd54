"""News from below: somebody left, signed out, or a cohort was planned."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Cohort, Group, Membership, Sitting
from courses.signals import (
    DateChange,
    Dependent,
    Source,
    agreement_frozen,
    cohort_planned,
    dates_changed,
    dependents_asked,
    group_dates_changed,
    group_formed,
    languages_changed,
    membership_changed,
    membership_ended,
    sitting_renamed,
    sittings_removed,
    sources_asked,
)
from live.actions import end_access, end_unsigned, leave_group_room, move_seminars, plan_seminars
from live.actions.calendars.publishing import publish
from live.actions.calendars.telling import note_changes
from live.actions.lanes import follow_languages
from live.actions.seminars import call_off_sittings, follow_zone
from live.depending import dependents_of
from live.models import CalendarChoice, Room, RoomEvent
from live.permissions import rooms_readable_by
from live.preparing import details
from live.reminding import remind_late
from lms.notifications.models import Notice
from lms.notifications.signals import details_asked
from lms.queue import enqueue
from lms.users.models import User
from lms.users.signals import sessions_ended


@receiver(membership_changed)
@receiver(membership_ended)
def _part_changed(sender: Any, membership: Membership, **kwargs: Any) -> None:
    # Whoever may still come in comes back with a ticket that says what they are now.
    end_access(person=membership.person)
    if membership.ended_at is None:
        remind_late(person=membership.person, cohort=membership.cohort)
    if CalendarChoice.objects.filter(person=membership.person, by_mail=True).exists():
        enqueue("live.invite")  # who left has no more of the cohort's dates, and their calendar hears it


@receiver(sessions_ended)
def _sessions_ended(sender: Any, person: User, session_keys: Iterable[str] | None = None, **kwargs: Any) -> None:
    end_access(person=person, session_keys=session_keys)


@receiver(user_logged_out)
def _signed_out(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    key = request.session.session_key if request is not None and hasattr(request, "session") else None
    if key:
        end_access(session_keys=[key])


@receiver(agreement_frozen)
def _agreement_frozen(sender: Any, cohort: Cohort, **kwargs: Any) -> None:
    end_unsigned(cohort=cohort)


@receiver(cohort_planned)
def _cohort_planned(sender: Any, cohort: Cohort, **kwargs: Any) -> None:
    plan_seminars(cohort=cohort)
    publish(cohort=cohort)


@receiver(details_asked)
def _what_to_prepare(sender: Any, person: User, notices: Sequence[Notice], **kwargs: Any) -> dict[int, list[tuple[str, str]]]:
    return details(person, notices)


@receiver(dates_changed)
def _dates_changed(sender: Any, cohort: Cohort, actor: User | None, why: str, changes: list[DateChange], **kwargs: Any) -> None:
    """Rooms follow their sittings, calendar programs follow both, and everybody is told once."""
    of_sittings = [change for change in changes if change.sitting and change.now]
    if moved := [change.sitting for change in of_sittings if change.sitting and change.was]:
        move_seminars(sittings=moved)
    if fresh := [change.sitting for change in of_sittings if change.sitting and not change.was]:
        plan_seminars(cohort=cohort, sittings=fresh)
    follow_zone(cohort=cohort)
    publish(cohort=cohort)
    note_changes(cohort=cohort, actor=actor, why=why, changes=[one for one in changes if one.now or not one.is_off])


@receiver(sittings_removed)
def _sittings_removed(sender: Any, cohort: Cohort, actor: User, why: str, sittings: Sequence[int], **kwargs: Any) -> None:
    call_off_sittings(cohort=cohort, actor=actor, sittings=sittings, why=why)


@receiver(sitting_renamed)
def _sitting_renamed(sender: Any, cohort: Cohort, sitting: Sitting, **kwargs: Any) -> None:
    plan_seminars(cohort=cohort, sittings=[sitting.pk])
    publish(cohort=cohort)


@receiver(languages_changed)
def _languages_changed(sender: Any, cohort: Cohort, actor: User, was: Sequence[str], **kwargs: Any) -> None:
    follow_languages(cohort=cohort, actor=actor, was=was)


@receiver(dependents_asked)
def _what_depends(sender: Any, cohort: Cohort, changes: list[DateChange], **kwargs: Any) -> list[Dependent]:
    return dependents_of(cohort, changes)


@receiver(group_formed)
def _group_formed(sender: Any, group: Group, left: Iterable[User], **kwargs: Any) -> None:
    if group.kind != Group.Kind.TRIAD:  # a triad sits in the small rooms of its exercise
        leave_group_room(group=group, people=left)
    if group.dates.exists():  # they bear its name, and go with it
        publish(cohort=group.cohort)


@receiver(group_dates_changed)
def _group_dates_changed(sender: Any, group: Group, **kwargs: Any) -> None:
    publish(cohort=group.cohort)


@receiver(sources_asked)
def _where_messages_were_said(sender: Any, person: User, names: Iterable[str], **kwargs: Any) -> dict[str, Source]:
    """Rooms, and messages in them, that somebody kept words of, as long as they may be there or read them again."""
    wanted = {name: name.split(":")[1:] for name in names if name.startswith("room:")}
    if not wanted:
        return {}
    rooms = Room.objects.visible_to(person).with_seminar().filter(pk__in={uuid.UUID(key) for key, *_seq in wanted.values()})
    open_rooms = {str(room.pk): room for room in rooms_readable_by(person, rooms)}
    said = _messages(open_rooms, [(key, int(seq[0])) for key, *seq in wanted.values() if seq])
    found = {}
    for name, (key, *seq) in wanted.items():
        room = open_rooms.get(key)
        address = reverse("live:room", args=[key]) if room else ""
        if room and not seq:
            found[name] = Source(room.seminar.cohort, address, _("In a live room"), "")
        elif room and (event := said.get((key, int(seq[0])))):
            label = _("%(name)s, in a live room") % {"name": event.voice}
            at = f"{address}?before={event.seq + 1}#said-{event.seq}"
            found[name] = Source(room.seminar.cohort, at, label, event.text)
    return found


def _messages(rooms: dict[str, Room], wanted: list[tuple[str, int]]) -> dict[tuple[str, int], RoomEvent]:
    """Messages by room and number; what was taken back or not kept is not there."""
    numbers = {seq for _key, seq in wanted}
    if not numbers:
        return {}
    events = RoomEvent.objects.in_words().filter(room__in=list(rooms.values()), seq__in=numbers)
    return {(str(event.room_id), event.seq): event for event in events.select_related("author")}
