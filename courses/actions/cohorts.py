"""Beginning a cohort and looking after who is in it."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.years import year_changed
from courses.models import AftercareDuty, Block, Cohort, Group, Membership, Programme, PromisedPlace, Sitting
from courses.permissions import Place, may_in
from courses.planning.outlines import BlockOutline, SittingOutline, outline_of
from courses.signals import cohort_planned, group_formed, membership_changed, membership_ended
from lms.db import local_datetime
from lms.full_disk import trace
from lms.mail.actions import write_letter
from lms.notifications.actions.notices import forget_place
from lms.permissions import PART_LABELS, Part, Verb, require
from lms.users.actions import invite
from lms.users.models import Invitation, User

DAY, HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


@transaction.atomic
def begin_cohort(
    *,
    actor: User,
    programme: Programme,
    slug: str,
    title: str,
    time_zone: str,
    block_starts: list[datetime.date],
    like: Cohort | None = None,
) -> Cohort:
    """A cohort with its blocks and sittings as the programme's modules plan them, or `like` another cohort's: its days, hours and
    distances, nobody who was in it and nothing that was said. One first day for each block, in order."""
    require(actor.coordinates, _("Only a coordinator begins a cohort."))
    outline = outline_of(programme, like)
    if len(outline) != len(block_starts):
        raise ValueError(f"{len(outline)} modules need {len(outline)} first days, not {len(block_starts)}.")
    opens_on = block_starts[0] - outline[0].opens_before * DAY
    ends_on = block_starts[-1] + outline[-1].days * DAY
    cohort = Cohort.objects.create(
        programme=programme, slug=slug, title=title, time_zone=time_zone, starts_on=opens_on, ends_on=ends_on, like=like
    )
    for block, start in zip(outline, block_starts, strict=True):
        _plan_block(cohort, block, start)
    year_changed(Cohort.objects.filter(pk=cohort.pk))
    Membership.objects.create(cohort=cohort, person=actor, part=Part.COORDINATOR)
    cohort_planned.send(Cohort, cohort=cohort)
    return cohort


def _plan_block(cohort: Cohort, outline: BlockOutline, start: datetime.date) -> None:
    block = Block.objects.create(
        cohort=cohort,
        module=outline.module,
        opens_on=start - outline.opens_before * DAY,
        starts_on=start,
        ends_on=start + (outline.days - 1) * DAY,
    )
    sittings = Sitting.objects.bulk_create(_sitting(block, planned, start) for planned in outline.sittings)
    done_in = Sitting.activities.through
    done_in.objects.bulk_create(
        done_in(sitting=sitting, activity_id=activity)
        for sitting, planned in zip(sittings, outline.sittings, strict=True)
        for activity in planned.activities
    )


def _sitting(block: Block, planned: SittingOutline, start: datetime.date) -> Sitting:
    """At its hour by the clock of the course, whatever that is elsewhere on this day."""
    begins = datetime.datetime.combine(start + planned.day * DAY, planned.begins)
    ends = begins + planned.lasts
    starts_at, ends_at = (local_datetime(one.date(), one.time(), block.cohort.time_zone) for one in (begins, ends))
    return Sitting(block=block, title=planned.title, starts_at=starts_at, ends_at=max(ends_at, starts_at + MINUTE))


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
