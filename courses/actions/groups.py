"""Who does something together: forming groups by hand or from a plan, moving somebody from one to another, ending one.

What was said in a group stays there. Whoever leaves it no longer meets its forum and its room; whoever comes reads what is there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from courses.actions.years import year_changed
from courses.models import Activity, Cohort, Group, GroupExchange, Membership
from courses.permissions import may_in
from courses.signals import group_formed
from lms.notifications.actions.notices import notify
from lms.notifications.models import Notice
from lms.permissions import Verb, require
from lms.users.models import User

ELSEWHERE = "elsewhere"  # why forming a group was refused: somebody would be in two of them


@transaction.atomic
def form_group(
    *, actor: User, cohort: Cohort, kind: Group.Kind, title: str, members: Iterable[Membership], activity: Activity | None = None
) -> Group:
    """A peer group, triad or home team of current members. The same title again changes who is in it.

    Refused with the code `elsewhere` where somebody is in another peer group, which stays for the year, or in another triad of the
    exercise.
    """
    _require_forms(actor, cohort)
    _lock(cohort)
    here = activity if kind == Group.Kind.TRIAD else None
    wanted = [one for one in members if one.cohort_id == cohort.pk and one.ended_at is None]
    _require_in_no_other(cohort, kind, here, title, wanted)
    group, _fresh = Group.objects.get_or_create(cohort=cohort, kind=kind, title=title, activity=here)
    require(group.ended_at is None, _("There was a group of this name, and it has ended. Please choose another name."))
    _fill(group, wanted)
    return group


@transaction.atomic
def save_division(
    *,
    actor: User,
    cohort: Cohort,
    kind: Group.Kind,
    activity: Activity | None,
    groups: Sequence[Sequence[int]],
    client_id: uuid.UUID,
) -> list[Group]:
    """All groups of a plan at once, by the ids of memberships; all of them or none. The same client_id again is the same groups.

    Refused where somebody has left or is in another group of the kind by now: whoever planned looks at it once more.
    """
    _require_forms(actor, cohort)
    _lock(cohort)
    if already := list(Group.objects.filter(cohort=cohort, made_with=client_id).order_by("pk")):
        return already
    here = activity if kind == Group.Kind.TRIAD else None
    wanted = [pk for group in groups for pk in group]
    require(bool(wanted) and len(wanted) == len(set(wanted)), _("Everybody is in one group at most. Please look at the plan again."))
    members = {one.pk: one for one in Membership.objects.current().filter(cohort=cohort, pk__in=wanted).select_related("person")}
    require(len(members) == len(wanted), _("Somebody in this plan has left the cohort. Please make it again."))
    _require_free(cohort, kind, here, members.values())
    made = []
    for title, people in zip(_free_titles(cohort, kind, here), filter(None, groups), strict=False):
        group = Group.objects.create(cohort=cohort, kind=kind, title=title, activity=here, made_with=client_id)
        _fill(group, [members[pk] for pk in people])
        made.append(group)
    return made


@transaction.atomic
def exchange_member(
    *,
    actor: User,
    came_from: Group,
    went_to: Group,
    member: Membership,
    swapped_with: Membership | None = None,
    note: str = "",
    client_id: uuid.UUID,
) -> GroupExchange:
    """Somebody goes from one group to another of the same kind, perhaps for somebody who comes the other way. Both groups read the note."""
    cohort = came_from.cohort
    _require_forms(actor, cohort)
    _lock(cohort)
    if already := GroupExchange.objects.filter(cohort=cohort, client_id=client_id).first():
        return already
    alike = came_from.pk != went_to.pk and (came_from.cohort_id, came_from.kind, came_from.activity_id) == (
        went_to.cohort_id,
        went_to.kind,
        went_to.activity_id,
    )
    require(alike, _("An exchange goes from one group to another of the same kind."))
    _require_in(came_from, member)
    require(not went_to.members.filter(pk=member.pk).exists(), _("They are in this group already."))
    if swapped_with is not None:
        _require_in(went_to, swapped_with)
    _fill(came_from, [one for one in came_from.members.all() if one != member] + ([swapped_with] if swapped_with else []))
    _fill(went_to, [one for one in went_to.members.all() if one != swapped_with] + [member])
    fields = {"member": member, "swapped_with": swapped_with, "note": note, "made_by": actor, "client_id": client_id}
    return GroupExchange.objects.create(cohort=cohort, came_from=came_from, went_to=went_to, **fields)


@transaction.atomic
def end_group(*, actor: User, group: Group) -> None:
    """Nobody is in it any more. What was said in it stays, for those who look after the cohort's forums."""
    _require_forms(actor, group.cohort)
    _lock(group.cohort)
    if group.ended_at is None:
        Group.objects.filter(pk=group.pk).update(ended_at=timezone.now())
        _fill(group, [])


def free_members(cohort: Cohort, kind: str, activity: Activity | None) -> list[Membership]:
    """The trainees who are in no group of this kind yet (a triad: for this exercise), by name."""
    here = activity if kind == Group.Kind.TRIAD else None
    placed = Group.objects.current().filter(cohort=cohort, kind=kind, activity=here).values("members")
    trainees = Membership.objects.current().filter(cohort=cohort, part="trainee", person__is_active=True)
    free = trainees.exclude(pk__in=placed.filter(members__isnull=False))
    return list(free.select_related("person").order_by("person__display_name", "pk"))


# --- inside ---------------------------------------------------------------------------------------------------------


def _require_forms(actor: User, cohort: Cohort) -> None:
    require(may_in(actor, cohort, Verb.FORM_GROUPS), _("Only trainers and coordinators form groups."))


def _lock(cohort: Cohort) -> None:
    """Who is in which group is decided by one at a time."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)


def _fill(group: Group, members: Iterable[Membership]) -> None:
    """These and nobody else are in it from now on; whoever is concerned hears of it."""
    before = set(group.members.select_related("person"))
    group.members.set(members)
    after = set(group.members.select_related("person"))
    if before != after:
        year_changed(Cohort.objects.filter(pk=group.cohort_id))
    group_formed.send(Group, group=group, left=[gone.person for gone in before - after])
    if came := [new.person_id for new in after - before]:
        url = reverse("group", args=[group.cohort.slug, group.pk])
        notify(people=came, kind=Notice.Kind.GROUP, key=f"courses.group:{group.pk}:{timezone.now():%Y%m%d%H%M}", url=url)


def _require_in(group: Group, member: Membership) -> None:
    here = group.ended_at is None and member.ended_at is None and group.members.filter(pk=member.pk).exists()
    require(here, _("Somebody has changed who is in these groups. Please choose again."))


def _require_free(cohort: Cohort, kind: str, activity: Activity | None, members: Iterable[Membership]) -> None:
    others = Group.objects.current().filter(cohort=cohort, kind=kind, activity=activity)
    placed = set(others.filter(members__in=list(members)).values_list("members", flat=True))
    names = [one.person.display_name for one in members if one.pk in placed]
    require(not names, _("By now in another group: %(names)s. Please make the plan again.") % {"names": get_text_list(names, _("and"))})


def _require_in_no_other(cohort: Cohort, kind: Group.Kind, activity: Activity | None, title: str, members: list[Membership]) -> None:
    """Nobody is in two peer groups, or in two triads of one exercise. In several home teams somebody may well be."""
    if kind != Group.Kind.PEER_GROUP and activity is None:
        return
    others = Group.objects.current().filter(cohort=cohort, kind=kind, activity=activity).exclude(title=title)
    placed = set(others.filter(members__in=members).values_list("members", flat=True))
    names = {"names": get_text_list([one.person.display_name for one in members if one.pk in placed], _("and"))}
    if kind == Group.Kind.PEER_GROUP:
        sentence = (
            _("In another peer group already: %(names)s. Peer groups stay together for the year; an exchange moves somebody.") % names
        )
    else:
        sentence = _("In another triad of this exercise already: %(names)s. An exchange moves somebody.") % names
    require(not placed, sentence, ELSEWHERE)


def _free_titles(cohort: Cohort, kind: Group.Kind, activity: Activity | None) -> Iterable[str]:
    """“Peer group 1” and so on, without those that were there already: nobody comes into somebody else's forum by a name."""
    taken = set(Group.objects.filter(cohort=cohort, kind=kind, activity=activity).values_list("title", flat=True))
    for number in range(1, 1000):
        title = f"{Group.Kind(kind).label} {number}"
        if title not in taken:
            yield title
