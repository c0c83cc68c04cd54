"""What stands in somebody's journal, and who may read of it; agreements and announcements of a cohort."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from courses.actions.absences import say_absence
from courses.actions.agreements.proposals import propose
from courses.actions.agreements.versions import freeze, mark_of, sign
from courses.actions.announcements import announce, send_out
from courses.actions.attachments import attach
from courses.actions.attendance_marks import correct_minutes
from courses.actions.introductions import introduce
from courses.actions.invitation_links import make_link
from courses.actions.journals import keep_entry
from courses.actions.ledger import keep_hours
from courses.actions.make_ups import propose_make_up
from courses.actions.members import ask_in
from courses.actions.shares import share_entry
from courses.models import (
    Absence,
    AftercareDuty,
    AgreementVersion,
    Announcement,
    Attachment,
    Attendance,
    AttendanceMark,
    Block,
    Certificate,
    Cohort,
    Group,
    GroupDate,
    Introduction,
    InvitationLink,
    JournalEntry,
    LedgerEntry,
    MakeUp,
    Membership,
    Passage,
    PromisedPlace,
    Proposal,
    SharedVersion,
    Sitting,
    TrainerNote,
)
from lms.files.kinds import Kind
from lms.files.upload import Upload, look_at
from lms.permissions import Part
from lms.users.models import User, new_token
from tests.factories import make_block, make_cohort, make_membership, make_sitting, make_user
from tests.files import picture

FIRST, SECOND, THIRD = "I was frightened.", "My shoulders came down.", "I do not have to hold the sky."
HTML = f"<p>{FIRST}</p><p><em>My</em> shoulders came down.</p><p>{THIRD}</p>"
TITLE = "The room with two windows"


def make_peer_group(cohort: Cohort, *people: User, **overrides: Any) -> Group:
    """A peer group of people who are trainees of the cohort already or become so."""
    group = Group.objects.create(cohort=cohort, **{"kind": Group.Kind.PEER_GROUP, "title": f"Group {uuid.uuid4()}", **overrides})
    for person in people:
        group.members.add(cohort.memberships.filter(person=person).first() or make_membership(cohort=cohort, person=person))
    return group


def make_group_date(group: Group, **overrides: Any) -> GroupDate:
    """An hour in two days."""
    starts_at = timezone.now() + datetime.timedelta(days=2)
    return GroupDate.objects.create(
        group=group, **{"starts_at": starts_at, "ends_at": starts_at + datetime.timedelta(hours=1), **overrides}
    )


def make_entry(author: User, **overrides: Any) -> JournalEntry:
    return keep_entry(actor=author, **{"client_id": uuid.uuid4(), "title": TITLE, "html": HTML, **overrides})


def make_upload(content: bytes, name: str) -> Upload:
    return look_at(SimpleUploadedFile(name, content), Kind)


def make_attachment(entry: JournalEntry, content: bytes | None = None, name: str = "Garden.png", **overrides: Any) -> Attachment:
    """A small picture with an entry, or whatever content and name say; `sort` has to fit."""
    upload = make_upload(picture() if content is None else content, name)
    fields = {"sort": "photograph", "words": "A garden", "client_id": uuid.uuid4(), **overrides}
    return attach(actor=entry.author, entry_id=entry.pk, upload=upload, **fields)


def make_share(
    *, author: User | None = None, reader: User | None = None, entry: JournalEntry | None = None, **overrides: Any
) -> SharedVersion:
    """A whole entry, shared with one person of the author's peer group to reflect back; in a cohort of their own unless one is given."""
    author, reader = author or make_user(), reader or make_user()
    cohort = overrides.pop("cohort", None)
    if cohort is None:
        cohort = make_cohort()
        make_peer_group(cohort, author, reader)
        make_membership(cohort=cohort, part=Part.TRAINER)
    entry = entry or make_entry(author)
    fields = {"title": TITLE, "html": HTML, "passage": False, "readers": [reader.pk], "manner": "reflect", "ends_at": None}
    return share_entry(actor=author, entry_id=entry.pk, cohort=cohort, **{**fields, "client_id": uuid.uuid4(), **overrides})


def make_text(cohort: Cohort) -> list[Passage]:
    """A text of three passages, which speak of everything that has to be spoken of."""
    spoken = [["confidentiality", "disguise"], ["room", "pictures"], ["interpreters"]]
    return [
        Passage.objects.create(
            cohort=cohort, position=number, title=f"Passage {number}", words=f"We keep the words of {number}.", covers=covers
        )
        for number, covers in enumerate(spoken, start=1)
    ]


def covers_of(passages: Iterable[Passage]) -> dict[str, int]:
    """Where a text speaks of what it has to speak of, as whoever freezes it says."""
    return {key: passage.pk for passage in passages for key in passage.covers}


def make_agreement(cohort: Cohort, *signed: User) -> AgreementVersion:
    """The next version of the cohort's agreement, frozen by a new trainer, and signed by these people."""
    if not cohort.passages.exists():
        make_text(cohort)
    passages = list(cohort.passages.standing())
    for passage in passages[:1] if cohort.agreement_version else []:
        passage.words, passage.version = f"{passage.words} Once more.", passage.version + 1
        passage.save()
    trainer = make_membership(cohort=cohort, part=Part.TRAINER).person
    version = freeze(actor=trainer, cohort=cohort, text=mark_of(passages), covers=covers_of(passages))
    cohort.refresh_from_db()
    for person in signed:
        sign(actor=person, cohort=cohort, number=version.number, name=person.display_name)
    return version


def make_proposal(passage: Passage, author: User, **overrides: Any) -> Proposal:
    """Other words for a passage, by a member of its cohort."""
    fields = {"kind": Proposal.Kind.CHANGE, "version": passage.version, "title": passage.title, "words": "We keep other words."}
    return propose(actor=author, cohort=passage.cohort, passage=passage, client_id=uuid.uuid4(), **{**fields, **overrides})


def make_announcement(cohort: Cohort, *, author: User | None = None, sent: bool = True, **overrides: Any) -> Announcement:
    """To everybody in the cohort; gone out already, unless it is not to be."""
    author = author or make_membership(cohort=cohort, part=Part.TRAINER).person
    fields = {"title": "The room has moved", "html": "<p>We meet upstairs.</p>", "client_id": uuid.uuid4(), **overrides}
    made = announce(actor=author, cohort=cohort, **fields)
    if sent:
        send_out(announcement_id=made.pk)
        made.refresh_from_db()
    return made


# --- hours ----------------------------------------------------------------------------------------------------------


def make_duty(cohort: Cohort, person: User, days: int = 0, until: int | None = None) -> AftercareDuty:
    """From so many days after today on, until so many (both included)."""
    first, last = (cohort.today() + datetime.timedelta(days=number) for number in (days, days if until is None else until))
    return AftercareDuty.objects.create(cohort=cohort, person=person, from_on=first, until_on=last)


def make_hour(cohort: Cohort, days: int = -2, hour: int = 10, **overrides: Any) -> Sitting:
    """An hour of the course, so many days from now, at that hour of the cohort's clock."""
    day = cohort.today() + datetime.timedelta(days=days)
    starts = datetime.datetime.combine(day, datetime.time(hour), tzinfo=ZoneInfo(cohort.time_zone))
    block = Block.objects.filter(cohort=cohort).first() or make_block(cohort=cohort)
    return make_sitting(block=block, **{"starts_at": starts, "ends_at": starts + datetime.timedelta(hours=1), **overrides})


def make_noted(sitting: Sitting, person: User, minutes: int = 60, source: str = "sheet") -> Attendance:
    room = minutes if source == "room" else None
    return Attendance.objects.create(sitting=sitting, person=person, minutes=minutes, of_minutes=60, source=source, room_minutes=room)


def make_make_up(cohort: Cohort, person: User, *, proposed_by: User | None = None, **overrides: Any) -> MakeUp:
    """For the day before yesterday, which that person missed."""
    sitting = make_hour(cohort)
    make_noted(sitting, person, 0)
    day = cohort.today() - datetime.timedelta(days=2)
    make_up = MakeUp.objects.create(**{"cohort": cohort, "person": person, "block": sitting.block, "day": day, **overrides})
    if proposed_by is not None:
        words = {"read": "The handout of the day", "meet": "Half an hour with a trainer"}
        make_up = propose_make_up(actor=proposed_by, make_up=make_up, words=words, wording=0)
    return make_up


def make_absence(cohort: Cohort, person: User, **overrides: Any) -> Absence:
    sitting = make_hour(cohort, days=3)
    day = sitting.starts_at.astimezone(ZoneInfo(cohort.time_zone)).date()
    return say_absence(actor=person, cohort=cohort, **{"day": day, "words": "My sister marries", **overrides})


def make_hours(cohort: Cohort, person: User, **overrides: Any) -> LedgerEntry:
    fields = {"kind": "supervision", "on": cohort.today(), "minutes": 90, "with_whom": "Supervisor A", "note": "It stirred something"}
    return keep_hours(actor=person, cohort=cohort, **{**fields, "client_id": uuid.uuid4(), **overrides})


def make_correction(cohort: Cohort, person: User, trainer: User, **overrides: Any) -> AttendanceMark:
    sitting = make_hour(cohort)
    make_noted(sitting, person, 20)
    member = cohort.memberships.get(person=person)
    fields = {"minutes": 60, "reason": "The line dropped", "client_id": uuid.uuid4(), **overrides}
    return correct_minutes(actor=trainer, sitting=sitting, membership=member, **fields)


def make_note(about: User, cohort: Cohort, **overrides: Any) -> TrainerNote:
    """What a trainer of the cohort wrote about somebody."""
    author = overrides.pop("author", None) or make_membership(cohort=cohort, part=Part.TRAINER).person
    return TrainerNote.objects.create(about=about, cohort=cohort, author=author, **{"words": "I noticed how you waited.", **overrides})


def make_certificate(person: User, cohort: Cohort, **overrides: Any) -> Certificate:
    """Given by a trainer of the cohort who is no longer asked; one valid one for a person and cohort."""
    if already := Certificate.objects.valid().filter(person=person, cohort=cohort).first():
        return already
    given_by = overrides.pop("given_by", None) or make_membership(cohort=cohort, part=Part.TRAINER).person
    fields = {"name": person.display_name, "live_minutes": 95 * 60, "met": True, "given_by": given_by, **overrides}
    return Certificate.objects.create(person=person, cohort=cohort, **fields)


def make_face(membership: Membership, **overrides: Any) -> Introduction:
    """A person of this membership with a picture and a few words."""
    upload = make_upload(picture(), "Me.png")
    fields = {"words": "I listen for a living.", "alt": "Somebody laughing", "upload": upload, "remove_face": False, **overrides}
    introduce(actor=membership.person, membership=membership, **fields)
    return Introduction.objects.get(membership=membership)


def make_promised(cohort: Cohort, **overrides: Any) -> PromisedPlace:
    """An invitation that nobody has answered yet."""
    fields = {"email": f"{uuid.uuid4().hex}@example.org", "part": Part.TRAINEE, "by": make_user(coordinates=True), **overrides}
    return PromisedPlace.objects.get(invitation=ask_in(cohort=cohort, **fields))


def make_link_to(cohort: Cohort, **overrides: Any) -> tuple[InvitationLink, str]:
    """A link for three trainees that is open for a week, and its token."""
    token = new_token()
    fields = {"part": Part.TRAINEE, "uses": 3, "ends_at": timezone.now() + datetime.timedelta(days=7), "token": token, **overrides}
    actor = fields.pop("actor", None) or make_user(coordinates=True)
    return make_link(actor=actor, cohort=cohort, **fields), fields["token"]
