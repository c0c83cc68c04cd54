"""What each address is asked for: the parts of its path for a cohort's things and for a person's own."""

import datetime
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.core import signing
from django.db import transaction
from django.utils import timezone

from courses.actions.absences import day_of
from courses.actions.aftercare import ask_for_contact
from courses.actions.exports import ask_for_export
from courses.actions.journals import keep_entry
from courses.actions.kept_words import keep_words
from courses.actions.maps import keep_map
from courses.actions.notes import answer_note
from courses.actions.responses import respond
from courses.actions.revisions import keep_revision
from courses.door import code_for
from courses.models import (
    Absence,
    Activity,
    AgreementVersion,
    AttendanceMark,
    ContactRequest,
    Conversation,
    JournalRevision,
    LedgerEntry,
    MakeUp,
)
from courses.models.maps import Circle, Drawing
from courses.permissions import may_in
from forums.actions.forums import forum_of
from forums.actions.moderating.hiding import ask_to_rework
from forums.actions.moderating.holds import hold_thread
from forums.models import Forum, Hold, Post
from live.actions.calendars.choosing import make_feed
from lms.notifications.links import SALT
from lms.permissions import Part, Verb
from lms.signing import signing_keys
from lms.users.models import User
from tests.courses.factories import (
    make_announcement,
    make_attachment,
    make_certificate,
    make_duty,
    make_entry,
    make_face,
    make_group_date,
    make_hour,
    make_hours,
    make_link_to,
    make_make_up,
    make_note,
    make_peer_group,
    make_promised,
    make_proposal,
    make_share,
    make_text,
)
from tests.factories import make_activity, make_cohort, make_membership, make_module, make_sitting, make_user
from tests.forums.factories import begin_thread, say_with_file
from tests.live.factories import (
    make_conference,
    make_dates_change,
    make_event,
    make_event_of,
    make_flag,
    make_question,
    make_room,
    make_seminar,
    make_small_room,
)
from tests.world import Side

WORDS = "<p>Words of somebody</p>"
COHORT_ONLY = {"cohort-today", "courses:course", "courses:people", "courses:people-invite", "courses:people-group"}
COHORT_ONLY |= {
    "forums:forum",
    "forums:forum-people",
    "forums:thread-new",
    "forums:draft",
    "forums:voices",
    "forums:voices-table",
    "forums:search",
    "live:flag-list",
    "live:seminar-list",
    "live:series-new",
    "live:conference-new",
}
COHORT_ONLY |= {"courses:agreement", "courses:agreement-freeze", "courses:agreement-text", "courses:agreement-begin"}
COHORT_ONLY |= {"courses:passage-new", "courses:announcements", "courses:announcement-new"}
COHORT_ONLY |= {"courses:hours", "courses:ledger", "courses:ledger-show", "courses:ledger-csv", "courses:ledger-pdf"}
COHORT_ONLY |= {"courses:attendance", "courses:attendance-rule"}
COHORT_ONLY |= {"overview"}
COHORT_ONLY |= {"courses:people-me", "courses:people-invitations", "courses:people-list", "courses:people-list-template"}
COHORT_ONLY |= {"courses:people-link-new", "courses:duty"}
COHORT_ONLY |= {"forums:moderation-queue", "forums:moderation-about-me", "courses:people-keeping"}
ACTIVITY = {"activity", "activity-done", "activity-place"}
COHORT_ONLY |= {"courses:groups", "courses:groups-divide", "courses:groups-exchange", "courses:groups-wishes"}
COHORT_ONLY |= {"courses:plan", "courses:plan-about", "courses:plan-shift", "courses:plan-zone"}
ROOM = {
    "live:questions",
    "live:question-ask",
    "live:room-slow",
    "live:room-host",
    "live:small-rooms",
    "live:small-rooms-open",
    "live:small-rooms-call-back",
    "live:lane-choose",
    "live:room-lanes",
    "live:room",
    "live:room-say",
    "live:room-news",
    "live:room-frame",
    "live:room-open",
    "live:room-close",
}
ROOM |= {"live:room-turn", "live:room-phase", "live:room-floor", "live:room-parts"}


def things_of(name: str, side: Side) -> dict[str, Any] | None:
    """The path's parts for this side's thing; None where the address has no parts."""
    cohort = {"cohort": side.cohort.slug}
    activity = {**cohort, "module": side.activity.module.slug, "activity": side.activity.slug}
    if name in COHORT_ONLY:
        return cohort
    if name in ACTIVITY:
        return activity
    if name in ROOM:
        return {"room": make_room(seminar=make_seminar(cohort=side.cohort)).pk}
    match name:
        case "group" | "courses:group-end" | "courses:group-date-new":
            return {**cohort, "group": make_peer_group(side.cohort, side.teammate).pk}
        case "courses:group-date-call-off":
            date = make_group_date(make_peer_group(side.cohort, side.teammate))
            return {**cohort, "group": date.group_id, "date": date.pk}
        case "overview-table":
            return {**cohort, "sheet": "waiting"}
        case "courses:conversation-new":
            talked = make_activity(module=side.activity.module, completes=Activity.Completes.MEETING)
            return {**activity, "activity": talked.slug}
        case "courses:releases":
            return {**cohort, "module": side.activity.module.slug}
        case "courses:release" | "courses:release-now":
            return activity
        case "courses:handout":
            return {**activity, "handout": side.handout.slug}
        case "courses:film":
            return {**activity, "part": "transcript"}
        case "courses:trainee":
            return {**cohort, "membership": side.membership.pk}
        case "courses:certificate-give":
            return {**cohort, "membership": side.membership.pk}
        case "courses:certificate-revoke":
            return {**cohort, "certificate_id": make_certificate(make_user(), side.cohort).pk}
        case "certificate-shown":
            return {"address": make_certificate(make_user(), side.cohort, shown="nobody").address}
        case "certificate-key":
            return {"name": signing_keys()[0].name}
        case "courses:note":
            return {"note_id": make_note(side.teammate, side.cohort).pk}
        case "courses:people-member":
            return {**cohort, "membership": side.membership.pk}
        case "courses:agreement-version":  # a number that only this side has
            fields = {"cohort": side.cohort, "number": side.cohort.pk, "passages": [], "frozen_by": side.teammate}
            return {**cohort, "number": AgreementVersion.objects.create(**fields).number}
        case "courses:passage" | "courses:passage-propose" | "courses:passage-remove" | "courses:passage-remark":
            return {**cohort, "passage": make_text(side.cohort)[0].pk}
        case "courses:proposal" | "courses:proposal-answer" | "courses:proposal-remark" | "courses:proposal-take-back":
            return {**cohort, "proposal": make_proposal(make_text(side.cohort)[0], side.teammate).pk}
        case "courses:duty-end":
            return {**cohort, "duty": make_duty(side.cohort, side.teammate).pk}
        case "courses:announcement" | "courses:announcement-read" | "courses:announcement-change" | "courses:announcement-take-back":
            return {**cohort, "announcement": make_announcement(side.cohort).pk}
        case "courses:cannot-come":
            days = 2 + side.cohort.pk % 50  # other days than the other cohort has
            make_hour(side.cohort, days=days)
            return {**cohort, "day": f"{side.cohort.today() + datetime.timedelta(days=days):%Y-%m-%d}"}
        case "courses:make-up" | "courses:make-up-act":
            parts = {**cohort, "make_up": _make_up(side).pk}
            return parts | ({"act": "propose"} if name == "courses:make-up-act" else {})
        case "courses:attendance-person":
            return {**cohort, "membership": side.membership.pk}
        case "courses:sheet" | "courses:door" | "courses:door-code":
            return {**cohort, "sitting": make_hour(side.cohort).pk}
        case "courses:sheet-mark" | "courses:attendance-correct":
            return {**cohort, "sitting": make_hour(side.cohort).pk, "membership": side.membership.pk}
        case "courses:here":
            return {**cohort, "code": code_for(make_hour(side.cohort).pk)}
        case "courses:people-face":
            make_face(side.membership)
            return {**cohort, "membership": side.membership.pk}
        case "courses:people-invitation-again" | "courses:people-invitation-back":
            return {**cohort, "promised": make_promised(side.cohort).pk}
        case "courses:people-link-revoke":
            return {**cohort, "link": make_link_to(side.cohort)[0].pk}
        case "courses:plan-day-add" | "courses:plan-day-remove":
            block, day = side.cohort.blocks.get(), make_sitting(block=side.cohort.blocks.get()).starts_at
            return {**cohort, "block": block.pk} | ({"day": day.date().isoformat()} if name.endswith("remove") else {})
        case "courses:plan-day-interpreted":
            begins = timezone.now() + datetime.timedelta(days=1)
            sitting = make_sitting(block=side.cohort.blocks.get(), starts_at=begins, ends_at=begins + datetime.timedelta(minutes=1))
            return {**cohort, "block": sitting.block_id, "day": day_of(sitting, side.cohort).isoformat()}
        case "courses:plan-block-add":
            return {**cohort, "module": make_module(programme=side.cohort.programme).pk}
        case "courses:plan-block" | "courses:plan-day" | "courses:plan-sitting-add":
            return {**cohort, "block": side.cohort.blocks.get().pk}
        case "courses:plan-sitting" | "courses:plan-sitting-name" | "courses:plan-sitting-remove":
            return {**cohort, "sitting": make_sitting(block=side.cohort.blocks.get()).pk}
        case "live:lobby" | "live:record-announce" | "live:way-choose" | "live:attendance" | "live:come-in":
            return {**cohort, "seminar": make_room(seminar=make_seminar(cohort=side.cohort)).seminar.pk}
        case "live:date-file":
            seminar = make_room(seminar=make_seminar(cohort=side.cohort)).seminar
            make_event_of(side.cohort, key=f"seminar:{seminar.pk}")
            return {**cohort, "seminar": seminar.pk}
        case "live:seminar-edit" | "live:seminar-call-off":
            return {**cohort, "seminar": make_room(seminar=make_seminar(cohort=side.cohort, kind="open_seminar")).seminar.pk}
        case "live:day-call-off":
            begins = timezone.now() + datetime.timedelta(days=1 + side.cohort.pk)  # on a day on which the other cohort has nothing
            planned = make_seminar(cohort=side.cohort, starts_at=begins, ends_at=begins + datetime.timedelta(hours=1))
            day = make_room(seminar=planned).seminar.starts_at.astimezone(ZoneInfo(side.cohort.time_zone)).date()
            return {**cohort, "on": day.isoformat()}
        case "live:conference" | "live:talk-new" | "live:conference-edit":
            return {**cohort, "conference": make_conference(side.cohort).pk}
        case "live:question-act":
            question = make_question(room=make_room(seminar=make_seminar(cohort=side.cohort, kind="talk")), author=side.teammate)
            return {"room": question.room_id, "question": question.pk, "act": "take-up"}
        case "live:record" | "live:record-file":
            place = make_seminar(cohort=side.cohort)
            make_room(seminar=place, phase="closed", closed_at=timezone.now())
            return {**cohort, "seminar": place.pk} | ({"form": "text"} if name == "live:record-file" else {})
        case "live:small-room-place" | "live:room-bring-back":
            return {"room": make_small_room(main=make_room(seminar=make_seminar(cohort=side.cohort)), people=[side.teammate]).pk}
        case "live:flag":
            room = make_room(seminar=make_seminar(cohort=side.cohort))
            return {**cohort, "flag": make_flag(room=room, author=side.teammate).pk}
        case "live:said" | "live:said-act":
            room = make_room(seminar=make_seminar(cohort=side.cohort))
            parts = {"room": room.pk, "seq": make_event(room=room, author=side.teammate).seq}
            return parts | ({"act": "react"} if name == "live:said-act" else {})
        case "forums:thread-anywhere":
            return {"thread": _thread(side.teammate, side).pk}
        case "forums:thread-form" | "forums:my-share" | "forums:thread-level" | "forums:thread" | "forums:reply" | "forums:people":
            return {**cohort, "thread": _thread(side.teammate, side).pk}
        case "forums:moderation-flag" | "forums:moderation-post":
            return {**cohort, "post": _post(side.teammate, side).pk}
        case "forums:moderation-post-act":
            return {**cohort, "post": _post(side.teammate, side).pk, "act": "claim"}
        case "forums:moderation-thread":
            return {**cohort, "thread": _thread(side.teammate, side).pk}
        case "forums:moderation-thread-act":
            return {**cohort, "thread": _thread(side.teammate, side).pk, "act": "pin"}
        case "forums:moderation-log":
            return {**cohort, "forum": forum_of(side.cohort).pk}
        case "forums:moderation-act":
            return {**cohort, "act": _asked_back(side.teammate, side).acts.get().pk}
        case "forums:moderation-hold-end":
            return {**cohort, "hold": _hold(side).pk}
        case "forums:post-earlier" | "forums:post-react":
            return {**cohort, "post": _thread(side.teammate, side).posts.get().pk}
        case "forums:file":
            return {**cohort, "file": say_with_file(_thread(side.teammate, side), side.teammate).pk}
        case "forums:forum-level" | "forums:forum-settings":
            return {**cohort, "forum": side.cohort.forums.get(kind=Forum.Kind.COHORT).pk}
        case "contact-request" | "contact-request-take":
            return {"request_id": _request(side.teammate, side).pk}
        case "crisis-edit-country":
            return {"code": "gb"}
        case "calendar-feed":
            return {"token": make_feed(actor=side.teammate)}
        case "invitation" | "invitation-elsewhere" | "join":
            return {"token": "not-a-token"}
        case "unsubscribe":
            return {"token": signing.dumps(side.teammate.pk, salt=SALT)}
        case "outbox-letter":
            return {"letter_id": uuid.uuid4()}
    return None


def own_thing(name: str, owner: User, side: Side) -> dict[str, Any]:
    """The path's parts for something that belongs to this person."""
    match name:
        case "courses:entry" | "courses:entry-delete":
            return {"entry_id": keep_entry(actor=owner, client_id=uuid.uuid4(), title="Mine", html=WORDS).pk}
        case "courses:attachment-new":
            return {"entry_id": keep_entry(actor=owner, client_id=uuid.uuid4(), title="Mine", html=WORDS).pk, "sort": "photograph"}
        case "courses:attachment" | "courses:attachment-describe" | "courses:attachment-delete":
            return {"attachment_id": make_attachment(make_entry(owner)).pk}
        case "courses:shared-attachment":
            entry = make_entry(owner)
            attachment = make_attachment(entry)
            return {"share_id": make_share(author=owner, entry=entry, attachments=[attachment.pk]).pk, "attachment_id": attachment.pk}
        case "courses:revisions":
            return {"entry_id": _revision(owner).entry_id}
        case "courses:revision" | "courses:revision-restore":
            revision = _revision(owner)
            return {"entry_id": revision.entry_id, "version": revision.version}
        case "courses:map" | "courses:map-delete":
            circle: Circle = {"id": "me", "name": "Me", "kind": "me", "x": 500, "y": 500, "size": 2, "note": ""}
            drawing: Drawing = {"circles": [circle], "lines": []}
            return {"map_id": keep_map(actor=owner, client_id=uuid.uuid4(), title="Mine", drawing=drawing).pk}
        case "courses:journal-keeping-extend":
            cohort = make_cohort()
            keep_entry(actor=owner, client_id=uuid.uuid4(), title="Mine", html=WORDS, cohort=cohort)
            return {"cohort_id": cohort.pk}
        case "courses:words" | "courses:words-add" | "courses:words-delete":
            return {"words_id": keep_words(actor=owner, source="", words="Mine", note="", client_id=uuid.uuid4()).pk}
        case "contact-request-close":
            return {"request_id": _request(owner, side).pk}
        case "dates-changed":
            return {"change": make_dates_change(side.cohort, owner).pk}
        case "courses:conversation" | "courses:conversation-take-back":
            fields = {
                "cohort": side.cohort,
                "activity": side.activity,
                "first": owner,
                "second": make_membership(cohort=side.cohort).person,
            }
            talked = Conversation.objects.create(**fields)
            return {"cohort": side.cohort.slug, "conversation_id": talked.pk}
        case "courses:share-new":
            return {"entry_id": keep_entry(actor=owner, client_id=uuid.uuid4(), title="Mine", html=WORDS).pk}
        case "courses:share-withdraw" | "courses:shared" | "courses:shared-respond":
            return {"share_id": make_share(author=owner).pk}
        case "courses:response-withdraw":
            share = make_share(author=make_user(), reader=owner)
            words = {"html": WORDS, "quoted": "", "client_id": uuid.uuid4()}
            return {"response_id": respond(actor=owner, share=share, **words).pk}
        case "courses:can-come":
            return {"cohort": side.cohort.slug, "absence": _absence(owner, side).pk}
        case "courses:correction-answer":
            return {"cohort": side.cohort.slug, "mark": _correction(owner, side).pk}
        case "courses:ledger-entry" | "courses:ledger-delete":
            hours = _hours(owner, side)
            return {"cohort": hours.cohort.slug, "entry": hours.pk}
        case "courses:hours-kept-csv" | "courses:hours-kept-pdf":
            return {"cohort_id": make_hours(make_cohort(members=[owner]), owner).cohort_id}
        case "courses:export":
            keep_entry(actor=owner, client_id=uuid.uuid4(), title="Mine", html=WORDS)
            return {"export_id": ask_for_export(actor=owner, form="markdown").pk}
        case "forums:post-edit" | "forums:post-withdraw":
            post = Post.objects.get(thread=_thread(owner, side))
            return {"cohort": side.cohort.slug, "post": post.pk}
        case "forums:moderation-rework":
            return {"cohort": side.cohort.slug, "post": _asked_back(owner, side).pk}
        case "courses:certificate" | "courses:certificate-pdf" | "courses:certificate-credential":
            return {"certificate_id": make_certificate(owner, side.cohort).pk}
        case "courses:said-take-back":
            return {"said_id": answer_note(actor=owner, note=make_note(owner, side.cohort), words="Mine", client_id=uuid.uuid4()).pk}
        case "sign-in-end":
            row = UserSession.objects.create(user=owner, ip="127.0.0.1", user_agent="", session_key=uuid.uuid4().hex)
            return {"sign_in_id": row.pk}
    raise KeyError(name)


def _make_up(side: Side) -> MakeUp:
    """There is one for each day that somebody missed."""
    return MakeUp.objects.filter(cohort=side.cohort, person=side.teammate).first() or make_make_up(side.cohort, side.teammate)


def _revision(owner: User) -> JournalRevision:
    entry = keep_entry(actor=owner, client_id=uuid.uuid4(), title="Mine", html=WORDS)
    return keep_revision(actor=owner, entry=entry)


def _absence(owner: User, side: Side) -> Absence:
    """As a trainee said it, whatever part its owner has by now."""
    day = side.cohort.today() + datetime.timedelta(days=3)
    return Absence.objects.create(cohort=side.cohort, person=owner, day=day)


def _correction(owner: User, side: Side) -> AttendanceMark:
    fields = {"person": owner, "source": "corrected", "minutes": 60, "of_minutes": 60}
    return AttendanceMark.objects.create(sitting=make_hour(side.cohort), **fields)


def _hours(owner: User, side: Side) -> LedgerEntry:
    """In a cohort where the owner keeps a ledger: this one, or else another."""
    keeps = may_in(owner, side.cohort, Verb.KEEP_HOURS)
    return make_hours(side.cohort if keeps else make_cohort(members=[owner]), owner)


def _thread(author: User, side: Side) -> Any:
    return begin_thread(cohort=side.cohort, author=author, title="A thread", html=WORDS)


def _post(author: User, side: Side) -> Post:
    return Post.objects.get(thread=_thread(author, side))


def _asked_back(author: User, side: Side) -> Post:
    """A post for which a trainer asked for other words."""
    trainer = make_membership(cohort=side.cohort, part=Part.TRAINER).person
    return ask_to_rework(actor=trainer, post=_post(author, side), why="Please leave the name out")


def _hold(side: Side) -> Hold:
    trainer = make_membership(cohort=side.cohort, part=Part.TRAINER).person
    until = timezone.now() + datetime.timedelta(days=2)
    return hold_thread(actor=trainer, thread=_thread(side.teammate, side), until=until, why="For a while")


def _request(asker: User, side: Side) -> ContactRequest:
    with transaction.atomic():
        ask_for_contact(actor=asker, cohort=side.cohort, note="Please call", client_id=uuid.uuid4())
    return ContactRequest.objects.filter(person=asker).latest("asked_at")
