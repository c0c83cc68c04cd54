"""Who may do what in a cohort. Predicates ask; they never raise and never write."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, Q, QuerySet
from django.http import Http404

from courses.models.absences import MakeUp
from courses.models.aftercare import ContactRequest
from courses.models.agreements import AgreementSignature
from courses.models.certificates import Certificate
from courses.models.cohorts import Block, Cohort, Membership
from courses.models.groups import Group
from courses.models.journals import JournalEntry
from courses.models.kept_words import KeptWords
from courses.models.maps import RelationalMap
from courses.models.modules import Activity
from courses.models.notes import TrainerNote
from lms.permissions import STAFF_PARTS, Part, Verb, may
from lms.prepared import Prepared
from lms.users.models import User

_TEACHERS = (Part.TRAINER, Part.GUEST_TRAINER)
_PEERS = (Part.TRAINEE, Part.ALUMNUS, *_TEACHERS)  # who of a peer group may be asked to read


@dataclass(frozen=True)
class Footing:
    """What somebody is in a cohort, and the version of its agreement that they signed last (0: none)."""

    part: Part | None
    signed: int = 0


def footing_in(user: User | AnonymousUser, cohort: Cohort) -> Footing:
    """What the person is in this cohort now; who coordinates the site is coordinator of every cohort. One query; two for the latter."""
    if not user.is_authenticated or not user.is_active:
        return Footing(None)
    return footing_by(_footing(person=user.pk, cohort=cohort.pk), user, cohort)


def footing_by(rows: Iterable[tuple[str, int]], user: User, cohort: Cohort) -> Footing:
    """The same by what was read of an active person's membership (`part`, `signed_version`) together with something else."""
    for part, signed in rows:
        return Footing(Part(part), signed)
    return Footing(Part.COORDINATOR, _signed_without_place(user, cohort)) if user.coordinates else Footing(None)


def standing_in(user: User | AnonymousUser, cohort: Cohort) -> Place | None:
    """The same as a place to ask with; None for whoever is not in it."""
    footing = footing_in(user, cohort)
    return None if footing.part is None else Place(cohort, footing.part, signed=footing.signed)


def part_in(user: User | AnonymousUser, cohort: Cohort) -> Part | None:
    """Only the part of it. Never more than one query."""
    if not user.is_authenticated or not user.is_active:
        return None
    for part, _signed in _footing(person=user.pk, cohort=cohort.pk):
        return Part(part)
    return Part.COORDINATOR if user.coordinates else None


@Prepared
def _footing(*, person: int, cohort: int) -> QuerySet[Membership, tuple[str, int]]:
    return Membership.objects.current().filter(cohort=cohort, person=person).values_list("part", "signed_version")


def _signed_without_place(user: User, cohort: Cohort) -> int:
    """The version that somebody signed who coordinates the site and has no membership that could say so."""
    mine = AgreementSignature.objects.filter(person=user, version__cohort=cohort).order_by("-version__number")
    return mine.values_list("version__number", flat=True).first() or 0


def is_signed(cohort: Cohort, signed: int) -> bool:
    """Whether somebody whose last signature is under this version has signed the agreement as it holds now. Before a first version was
    frozen nobody has: nothing experiential opens unsigned."""
    return signed != 0 and signed == cohort.agreement_version


def may_bring_oneself(cohort: Cohort, part: Part | None, signed: int) -> bool:
    """Whether somebody meets the texts of what is experiential. Those who prepare the course read them before there is anything to sign;
    into a room nobody comes unsigned (live.permissions)."""
    return is_signed(cohort, signed) or (cohort.agreement_version == 0 and may(part, Verb.PREVIEW_COURSE))


def may_in(user: User | AnonymousUser, cohort: Cohort, verb: Verb | str) -> bool:
    """The table's answer for this person in this cohort."""
    return may(part_in(user, cohort), Verb(verb))


@dataclass(frozen=True)
class Place:
    """Where somebody stands: a cohort and their part in it."""

    cohort: Cohort
    part: Part
    used_at: datetime.datetime | None = None  # when the person was here last, to the hour
    signed: int = 0  # the version of the agreement they signed last
    pinned: tuple[int, ...] = ()  # announcements they have not read yet

    def may(self, verb: Verb) -> bool:
        return may(self.part, verb)

    @property
    def is_signed(self) -> bool:
        """They have signed the agreement as it holds now."""
        return is_signed(self.cohort, self.signed)

    @property
    def owes_signature(self) -> bool:
        """There is a version that waits for theirs."""
        return self.cohort.agreement_version > 0 and not self.is_signed

    @property
    def brings_self(self) -> bool:
        """What is experiential is open to them, if its day has come."""
        return may_bring_oneself(self.cohort, self.part, self.signed)


def place_of(member: Membership) -> Place:
    """Where a current membership lets its person stand."""
    return Place(member.cohort, Part(member.part), member.last_used_at, member.signed_version, tuple(member.pinned))


RECENT_PLACES = 8  # more than almost anybody has; who has a hundred does not pay for them on every page


def places_of(user: User) -> QuerySet[Membership]:
    """The person's current memberships with their cohorts, the one used last first."""
    mine = Membership.objects.current().filter(person=user).select_related("cohort")
    return mine.order_by(F("last_used_at").desc(nulls_last=True), "-joined_at")


def recent_places_of(user: User) -> list[Membership]:
    """The first few of them: what the frame around every page shows. One query."""
    return _recent(person=user.pk)


def places_shown_to(user: User) -> list[Membership]:
    """Those of whoever asks for a page, kept for the frame around it; asked anew unless lms.views.second_factor did for this request."""
    user.places_shown = getattr(user, "places_asked", None) or recent_places_of(user)
    return user.places_shown


@Prepared
def _recent(*, person: int) -> QuerySet[Membership]:
    """Each with `staff_somewhere`, because those that are not shown count too."""
    staff = Membership.objects.current().filter(person=person, part__in=STAFF_PARTS)
    return places_of(User(pk=person)).annotate(staff_somewhere=Exists(staff))[:RECENT_PLACES]  # type: ignore[no-redef]


def has_staff_part(recent: list[Membership]) -> bool:
    """Whether somebody with these recent places has a part that sees other people's affairs, in any cohort."""
    return bool(recent) and recent[0].staff_somewhere


def place_or_404(user: User, slug: str, verb: Verb) -> Place:
    """The person's place in the cohort with this address. Raises Http404 for everybody whose part has no such verb, and alike
    when there is no such cohort: the same queries either way."""
    shown = places_shown_to(user)
    member = next((member for member in shown if member.cohort.slug == slug), None)
    if member is None and len(shown) == RECENT_PLACES:
        member = places_of(user).filter(cohort__slug=slug).first()
    if member is not None and user.is_active and may(member.part, verb):
        return place_of(member)
    if member is None and user.coordinates and may(Part.COORDINATOR, verb):
        cohort = Cohort.objects.filter(slug=slug).first()
        if cohort is not None:
            return Place(cohort, Part.COORDINATOR, signed=_signed_without_place(user, cohort))
    raise Http404


def standing_for(cohort: int, programme: int, today: datetime.date) -> Cohort:
    """A cohort as far as a question needs it that is put together beforehand (lms.prepared): no row, three marks."""
    standing = Cohort(pk=cohort, programme_id=programme)
    standing.today = lambda: today  # type: ignore[method-assign]
    return standing


def can_open_block(part: Part | None, block: Block, today: datetime.date) -> bool:
    """A block opens on its date; those who prepare the course see it before. Of a single activity `courses.opening` knows more."""
    if may(part, Verb.PREVIEW_COURSE):
        return True
    return may(part, Verb.SEE_COURSE) and block.opens_on <= today


def can_edit_entry(user: User | AnonymousUser, entry: JournalEntry) -> bool:
    """Only the author, and only while signed in."""
    return user.is_authenticated and entry.author_id == user.pk


def can_show_kept(user: User | AnonymousUser, cohort: Cohort | None, activity: Activity | None) -> bool:
    """Whether there is a course that could learn that something was kept for this activity."""
    return (
        cohort is not None
        and activity is not None
        and activity.done_by == Activity.Completes.ENTRY
        and may_in(user, cohort, Verb.MARK_DONE)
    )


def readers_for(author: User, cohort: Cohort) -> QuerySet[Membership]:
    """Whom somebody may ask to read a journal entry: the fellows of their peer groups, and who teaches there, by name.

    Nobody while the author does not belong to the cohort. Whoever interprets, coordinates or looks after others reads no journals.
    """
    here = Membership.objects.current().filter(cohort=cohort)
    mine = here.filter(person=author)
    groups = Group.objects.filter(cohort=cohort, kind=Group.Kind.PEER_GROUP, members__in=mine)
    fellows = here.filter(groups__in=groups, part__in=_PEERS).values("pk")
    asked = here.filter(mine.exists_here(), Q(part__in=_TEACHERS) | Q(pk__in=fellows), person__is_active=True)
    return asked.exclude(person=author).select_related("person").order_by("person__display_name", "pk")


def can_have_talked(person: User, cohort: Cohort) -> QuerySet[Membership]:
    """With whom somebody of this cohort may say that they talked: its trainees and who teaches there."""
    here = Membership.objects.current().filter(cohort=cohort, part__in=(Part.TRAINEE, *_TEACHERS), person__is_active=True)
    return here.exclude(person=person).select_related("person").order_by("person__display_name", "pk")


def can_edit_map(user: User | AnonymousUser, relational_map: RelationalMap) -> bool:
    """Only who drew it, and only while signed in."""
    return user.is_authenticated and relational_map.author_id == user.pk


def can_open_words(user: User | AnonymousUser, kept: KeptWords) -> bool:
    """Only who kept them; nobody else, not even whose words they were."""
    return user.is_authenticated and kept.author_id == user.pk


def cohort_written_in(user: User) -> Cohort | None:
    """Which cohort's journal something written now belongs to: the one used last, also for somebody who has left it."""
    places = Membership.objects.filter(person=user).select_related("cohort").alias(left=Q(ended_at__isnull=False))
    member = places.order_by("left", F("last_used_at").desc(nulls_last=True), "-joined_at").first()
    return member.cohort if member else None


def can_answer_request(user: User | AnonymousUser, asked: ContactRequest) -> bool:
    """Whom a letter went to while they belong to the cohort or coordinate, and its aftercare contacts; never the asker, nor whom a
    worry is about."""
    if not user.is_authenticated or not user.is_active or user.pk in (asked.person_id, asked.about_id):
        return False
    if asked.cohort is None:
        return user.coordinates
    part = part_in(user, asked.cohort)
    if may(part, Verb.TAKE_CONTACT_REQUESTS):
        return True
    return part is not None and (asked.sent_to_id == user.pk or asked.told.filter(person=user).exists())


def can_agree_make_up(user: User | AnonymousUser, make_up: MakeUp) -> bool:
    """Whose day it is while they have hours of their own in the cohort, and its trainers. Nobody else, coordinators neither."""
    if not user.is_authenticated or not user.is_active:
        return False
    part = part_in(user, make_up.cohort)
    return may(part, Verb.KEEP_HOURS) if make_up.person_id == user.pk else may(part, Verb.AGREE_MAKE_UPS)


def can_answer_note(user: User | AnonymousUser, note: TrainerNote) -> bool:
    """Whom it is about, wherever they are now; and the trainers of its cohort. Nobody, once its words were taken back."""
    if not user.is_authenticated or not user.is_active or note.taken_back_at is not None:
        return False
    return user.pk == note.about_id or may_in(user, note.cohort, Verb.WRITE_NOTES)


def can_decide_on(user: User | AnonymousUser, cohort: Cohort, person_id: int) -> bool:
    """Who gives certificates in this cohort, and takes them back; nobody decides on their own."""
    return user.is_authenticated and user.pk != person_id and may_in(user, cohort, Verb.GIVE_CERTIFICATES)


def can_choose_for(user: User | AnonymousUser, certificate: Certificate) -> bool:
    """Whose certificate it is, while it is valid: the name on it and its public page."""
    return user.is_authenticated and user.is_active and certificate.person_id == user.pk and certificate.revoked_at is None
