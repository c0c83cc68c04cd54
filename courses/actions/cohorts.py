"""Beginning a cohort and looking after who is in it."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.agreements.text import lay_out
from courses.models import Activity, AftercareDuty, Block, Cohort, Group, Membership, Module, Programme, PromisedPlace, Sitting
from courses.permissions import Place, may_in
from courses.signals import cohort_planned, group_formed, membership_changed, membership_ended
from lms.db import local_datetime
from lms.full_disk import trace
from lms.mail.actions import write_letter
from lms.notifications.actions.notices import forget_place
from lms.permissions import PART_LABELS, Part, Verb, require
from lms.users.actions import invite
from lms.users.models import Invitation, User

# A day of five sittings, 10:00 to 16:30 where the course is held, with breaks of 15, 45, 15 and 15 minutes.
DAY = [datetime.time(10, 0), datetime.time(11, 15), datetime.time(13, 0), datetime.time(14, 15), datetime.time(15, 30)]
HOUR = datetime.timedelta(hours=1)
READ_BEFORE = datetime.timedelta(days=14)  # texts of a block open this long before its first day


@transaction.atomic
def begin_cohort(*, actor: User, programme: Programme, slug: str, title: str, time_zone: str, block_starts: list[datetime.date]) -> Cohort:
    """A cohort with its blocks and sittings, as the programme's modules plan them; one first day for each module, in order."""
    require(actor.coordinates, _("Only a coordinator begins a cohort."))
    modules = list(programme.modules.order_by("number"))
    if len(modules) != len(block_starts):
        raise ValueError(f"{len(modules)} modules need {len(modules)} first days, not {len(block_starts)}.")
    last = block_starts[-1] + datetime.timedelta(days=len(modules[-1].days))
    cohort = Cohort.objects.create(
        programme=programme, slug=slug, title=title, time_zone=time_zone, starts_on=block_starts[0] - READ_BEFORE, ends_on=last
    )
    for module, start in zip(modules, block_starts, strict=True):
        _plan_block(cohort, module, start)
    Membership.objects.create(cohort=cohort, person=actor, part=Part.COORDINATOR)
    lay_out(cohort=cohort)
    cohort_planned.send(Cohort, cohort=cohort)
    return cohort


def _plan_block(cohort: Cohort, module: Module, start: datetime.date) -> None:
    days = max(1, len(module.days))
    block = Block.objects.create(
        cohort=cohort, module=module, opens_on=start - READ_BEFORE, starts_on=start, ends_on=start + datetime.timedelta(days=days - 1)
    )
    activities = {activity.slug: activity for activity in module.activities.all()}
    for number, day in enumerate(module.days):
        for clock, plan in zip(DAY, day, strict=False):
            starts_at = local_datetime(start + datetime.timedelta(days=number), clock, cohort.time_zone)
            sitting = Sitting.objects.create(block=block, title=plan["title"], starts_at=starts_at, ends_at=starts_at + HOUR)
            sitting.activities.set(_named(activities, plan["activities"]))


def _named(activities: dict[str, Activity], slugs: Iterable[str]) -> list[Activity]:
    return [activities[slug] for slug in slugs if slug in activities]


# --- people ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_member(*, actor: User, cohort: Cohort, email: str, part: Part) -> Invitation:
    """Asks somebody in by a letter with a link; the place is theirs once they accept. Asked again, only the newest link works."""
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator invites people."))
    _close_invitations(cohort, email.strip().lower())
    invitation, token = invite(actor=actor, email=email)
    PromisedPlace.objects.create(invitation=invitation, cohort=cohort, part=part)
    link = settings.SITE_URL + reverse("invitation", args=[token])
    write_letter(to=invitation.email, subject=_("Your place on the course"), body=_letter(cohort, part, link))
    return invitation


def _close_invitations(cohort: Cohort, email: str) -> None:
    """An older link would bring somebody back who was removed, or give back another part."""
    Invitation.objects.open().filter(email=email, place__cohort=cohort).update(expires_at=timezone.now())


def _letter(cohort: Cohort, part: Part, link: str) -> str:
    return _(
        "Hello,\n\nYou are invited to %(cohort)s (%(programme)s). Your part: %(part)s.\n\n"
        "Follow this link to come in. It works for thirty days and only for this address:\n\n%(link)s\n\n"
        "If you did not expect this letter, you can leave it unanswered. Nothing will happen.\n"
    ) % {"cohort": cohort.title, "programme": cohort.programme.title, "part": PART_LABELS[part], "link": link}


@transaction.atomic
def add_member(*, cohort: Cohort, person: User, part: Part) -> Membership:
    """Gives the place; somebody who had left comes back, somebody with another part gets this one.

    Asks nobody: an accepted invitation (`courses.receivers`) and the demo are what call it.
    """
    membership, fresh = Membership.objects.get_or_create(cohort=cohort, person=person, defaults={"part": part})
    if not fresh:
        membership.part, membership.ended_at = part, None
        membership.save(update_fields=["part", "ended_at"])
    membership_changed.send(Membership, membership=membership)
    return membership


@transaction.atomic
def change_part(*, actor: User, membership: Membership, part: Part) -> None:
    """Another part in the same cohort, from now on; open rooms hear of it at once."""
    require(may_in(actor, membership.cohort, Verb.INVITE_PEOPLE), _("Only a coordinator changes somebody's part."))
    _close_invitations(membership.cohort, membership.person.email)
    Membership.objects.filter(pk=membership.pk).update(part=part)
    membership.part = part
    forget_place(person=membership.person, under=reverse("cohort-today", args=[membership.cohort.slug]))
    membership_changed.send(Membership, membership=membership)


@transaction.atomic
def remove_member(*, actor: User, membership: Membership) -> None:
    """Ends the membership. What they said stays theirs; their own journal stays open to them; rooms close within a second."""
    require(may_in(actor, membership.cohort, Verb.INVITE_PEOPLE), _("Only a coordinator removes somebody."))
    _close_invitations(membership.cohort, membership.person.email)
    Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=timezone.now())
    membership.refresh_from_db()
    forget_place(person=membership.person, under=reverse("cohort-today", args=[membership.cohort.slug]))
    membership_ended.send(Membership, membership=membership)


@transaction.atomic
def form_group(*, actor: User, cohort: Cohort, kind: Group.Kind, title: str, members: Iterable[Membership]) -> Group:
    """A peer group, triad or home team of current members. The same title again changes who is in it."""
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator forms groups."))
    group, _fresh = Group.objects.get_or_create(cohort=cohort, kind=kind, title=title)
    before = set(group.members.select_related("person"))
    group.members.set(membership for membership in members if membership.cohort_id == cohort.pk and membership.ended_at is None)
    group_formed.send(Group, group=group, left=[gone.person for gone in before - set(group.members.all())])
    return group


@transaction.atomic
def put_on_duty(*, actor: User, cohort: Cohort, person: User, from_on: datetime.date, until_on: datetime.date) -> AftercareDuty:
    """Who answers "Please contact me" on these days (both included)."""
    require(may_in(actor, cohort, Verb.INVITE_PEOPLE), _("Only a coordinator plans who is on duty."))
    return AftercareDuty.objects.create(cohort=cohort, person=person, from_on=from_on, until_on=until_on)


def use_cohort(*, actor: User, place: Place) -> None:
    """Remembers the cohort used last, which /course/, /forum/ and /live/ lead to. At most once an hour, as a trace of reading."""
    now = timezone.now()
    if place.used_at is None or now - place.used_at > HOUR:
        with trace():
            Membership.objects.current().filter(cohort=place.cohort, person=actor).update(last_used_at=now)
