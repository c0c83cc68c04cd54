"""“Please contact me”: asking, being told, taking it on. Words are sealed under the asker's key; no letter carries them."""

import datetime
import logging
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.answering import trainer_who_answers, who_answers, who_is_next
from courses.models import Cohort, ContactRequest, ContactTold
from courses.permissions import can_answer_request
from lms import crypto
from lms.audit import actions as audit
from lms.full_disk import trace
from lms.mail.actions import write_letter
from lms.permissions import require
from lms.users.models import User

log = logging.getLogger(__name__)

PROMISED_HOURS = 24  # for somebody who belongs to no cohort
MOST_A_DAY = 20  # requests of one person; a stuck key or a script must not fill somebody's mailbox


@dataclass(frozen=True)
class Asked:
    """What became of a request: the row, and who was told (nobody: the letter went to the site's own address)."""

    request: ContactRequest
    told: list[User]


@transaction.atomic
def ask_for_contact(*, actor: User, cohort: Cohort | None, note: str, client_id: uuid.UUID, about: str = "", url: str = "") -> Asked:
    """Keeps a request and tells whoever answers, by a letter without its words. The same client_id asks once.

    `about` "forum" asks a trainer instead. `url` is where on this site it arose, such as after a seminar; only of the cohort's.
    """
    told = trainer_who_answers(cohort, asker=actor) if about == "forum" else who_answers(cohort, asker=actor)
    where = url if cohort is not None and url.startswith(f"/c/{cohort.slug}/") else ""
    return _ask(actor, ContactRequest(person=actor, cohort=cohort, client_id=client_id, about_url=where), note, told)


@transaction.atomic
def tell_of_worry(*, actor: User, cohort: Cohort, about: User, name: str, url: str, note: str, client_id: uuid.UUID) -> Asked:
    """The same of a worry about somebody else: whoever answers learns who it is, and where on this site (`url`) the worry arose. The
    asker knows them by `name`, perhaps an alias; whom it is about meets it nowhere."""
    worry = ContactRequest(person=actor, cohort=cohort, client_id=client_id, about=about, about_name=name, about_url=url)
    return _ask(actor, worry, note, who_answers(cohort, asker=actor, about=about))


def _ask(actor: User, asked: ContactRequest, note: str, told: list[User]) -> Asked:
    require(actor.is_active, _("Please sign in to ask."))
    User.objects.select_for_update().get(pk=actor.pk)  # one at a time for each person, so that a double press asks once
    mine = ContactRequest.objects.filter(person=actor)
    if already := mine.filter(client_id=asked.client_id).first():
        return Asked(already, [already.sent_to] if already.sent_to else [])
    now = timezone.now()
    require(
        mine.filter(asked_at__gt=now - datetime.timedelta(days=1)).count() < MOST_A_DAY,
        _("You have asked several times today, and we know. If you need somebody now, please use one of the numbers above."),
    )
    hours = asked.cohort.promised_hours if asked.cohort else PROMISED_HOURS
    asked.asked_at, asked.promised_by = now, now + datetime.timedelta(hours=hours)
    key, asked.wrapped_key = crypto.wrap_new_key(actor.pk, place=_place(asked, "key"))
    asked.note_sealed = crypto.seal_text(note.strip(), key=key, place=_place(asked, "note"))
    asked.sent_to = told[0] if told else None
    asked.save(force_insert=True)
    _tell(asked, told)
    return Asked(asked, told)


# --- answering, handing on, closing ---------------------------------------------------------------------------------


@transaction.atomic
def take_request(*, actor: User, request_id: uuid.UUID) -> ContactRequest:
    """Somebody takes a request on; the asker is told. The first who does so keeps it, again is harmless."""
    asked = ContactRequest.objects.select_for_update(of=("self",)).select_related("cohort", "person").get(pk=request_id)
    require(can_answer_request(actor, asked), _("This request is for others to answer."))
    require(asked.closed_at is None, _("Whoever asked has closed this request: it is no longer needed."))
    if asked.taken_at is None:
        asked.taken_at, asked.taken_by = timezone.now(), actor
        asked.save(update_fields=["taken_at", "taken_by"])
        link = settings.SITE_URL + reverse("contact-me")
        body = (_worry_was_read() if asked.about_id else _request_was_read()) % {"link": link}
        write_letter(to=asked.person.email, subject=_("Your request was read"), body=body, person=asked.person)
    return asked


def hand_on_requests() -> int:
    """By the clock: what nobody has taken on by half of the promised time goes on to whoever is next, and at the promised time to
    everybody who could answer. Returns how many were handed on; trouble with one keeps no other waiting."""
    now = timezone.now()
    waiting = ContactRequest.objects.waiting().filter(handed_on__lt=2).order_by("promised_by")
    handed_on = 0
    for asked in [one for one in waiting if one.handed_on < _stage(one, now)]:
        try:
            handed_on += hand_on(request_id=asked.pk)
        except Exception as trouble:  # whatever it is: the clock comes again
            log.warning("Request %s was not handed on (%s); trying again.", asked.pk, type(trouble).__name__)
    return handed_on


def _stage(asked: ContactRequest, now: datetime.datetime) -> int:
    """How often others should have been asked by now."""
    half = asked.asked_at + (asked.promised_by - asked.asked_at) / 2
    return (now >= half) + (now >= asked.promised_by)


@transaction.atomic
def hand_on(*, request_id: uuid.UUID) -> bool:
    """Tells whoever is next of one request, once for each half of the promised time, and the asker to whom it went. False if that was
    done, or somebody answers by now. The time that was promised stays."""
    asked = ContactRequest.objects.select_for_update(of=("self",)).select_related("cohort", "person", "about").get(pk=request_id)
    now = timezone.now()
    stage = _stage(asked, now)
    if asked.taken_at or asked.closed_at or asked.handed_on >= stage:
        return False
    told = who_is_next(asked, everybody=stage == 2)
    asked.handed_on = stage
    if told or stage == 2:  # half-way there may be nobody else yet, and then nothing went on
        asked.handed_on_at, asked.sent_to = now, told[0] if told else asked.sent_to
        _tell(asked, told)
    asked.save(update_fields=["handed_on", "handed_on_at", "sent_to"])
    if told:
        link = settings.SITE_URL + reverse("contact-me")
        body = _request_went_on() % {"link": link}
        write_letter(to=asked.person.email, subject=_("Your request went on to somebody else"), body=body, person=asked.person)
    return True


@transaction.atomic
def close_request(*, actor: User, request_id: uuid.UUID) -> ContactRequest:
    """Whoever asked says that it is done, or no longer needed; those who were told or took it on hear so. Again is harmless."""
    asked = ContactRequest.objects.select_for_update(of=("self",)).select_related("taken_by").get(pk=request_id)
    require(asked.person_id == actor.pk, _("Only whoever asked closes a request."))
    if asked.closed_at is None:
        asked.closed_at = timezone.now()
        asked.save(update_fields=["closed_at"])
        told = [row.person for row in asked.told.select_related("person")]
        link = settings.SITE_URL + reverse("contact-request", args=[asked.pk])
        for person in [asked.taken_by] if asked.taken_by else told:
            write_letter(to=person.email, subject=_("A request was closed"), body=_request_closed() % {"link": link}, person=person)
    return asked


def read_note(*, actor: User, contact_request: ContactRequest) -> str:
    """The words of a request, for the asker and whoever answers, who leaves a trace. Raises lms.crypto.Unreadable if their key is gone."""
    own = contact_request.person_id == actor.pk
    require(own or can_answer_request(actor, contact_request), _("These words are for others."))
    key = crypto.unwrap_key(contact_request.wrapped_key, contact_request.person_id, place=_place(contact_request, "key"))
    words = crypto.unseal_text(contact_request.note_sealed, key=key, place=_place(contact_request, "note"))
    if not own:
        with trace():
            audit.note(actor=actor, what=audit.What.REQUEST_OPENED, about=contact_request, person=contact_request.person_id)
    return words


def _place(asked: ContactRequest, field: str) -> str:
    return f"courses.contact:{asked.pk}:{asked.person_id}:{field}"


def _request_was_read() -> str:
    return _(
        "Hello,\n\nYour request to be contacted was read, and somebody will be in touch with you. Who it is stands here:\n\n%(link)s\n"
    )


def _request_went_on() -> str:
    return _(
        "Hello,\n\nnobody has taken on your request so far, so it went on to somebody else. The time by which we promised an answer stays "
        "as it was. Who it is stands here:\n\n%(link)s\n"
    )


def _request_closed() -> str:
    return _("Hello,\n\nwhoever asked to be contacted has closed the request. There is nothing more to do. It stands here:\n\n%(link)s\n")


def _worry_was_read() -> str:
    return _("Hello,\n\nWhat you are worried about was read, and somebody is looking after it. Who it is stands here:\n\n%(link)s\n")


def _tell(asked: ContactRequest, told: list[User]) -> None:
    subject = _("Somebody is worried about another person") if asked.about_id else _("Somebody asks to be contacted")
    ContactTold.objects.bulk_create([ContactTold(request=asked, person=person) for person in told], ignore_conflicts=True)
    place = reverse("cohort-today", args=[asked.cohort.slug]) if asked.cohort else ""
    for person in told:
        write_letter(to=person.email, subject=subject, body=_letter(asked), about=place, person=person)
    if not told:
        write_letter(to=settings.CONTACT_EMAIL, subject=subject, body=_letter_to_nobody(asked))


def _letter(asked: ContactRequest) -> str:
    link = settings.SITE_URL + reverse("contact-request", args=[asked.pk])
    where = asked.cohort.title if asked.cohort else settings.SITE_NAME
    contact = _("Hello,\n\nSomebody in %(where)s asks to be contacted. We promised an answer by %(until)s. Open it here:\n\n%(link)s\n")
    worry = _(
        "Hello,\n\nSomebody in %(where)s is worried about another person there. We promised that somebody looks by %(until)s. Open it "
        "here:\n\n%(link)s\n"
    )
    return (worry if asked.about_id else contact) % {"where": where, "until": _moment(asked), "link": link}


def _letter_to_nobody(asked: ContactRequest) -> str:
    """There is nobody yet who could open the request, so the letter says whom to write to."""
    contact = _(
        "Hello,\n\nSomebody asks to be contacted, and nobody on the site looks after that yet. We promised an answer by %(until)s. "
        "Please write to:\n\n%(address)s\n"
    )
    worry = _(
        "Hello,\n\nSomebody is worried about another person, and nobody on the site looks after that yet. We promised an answer by "
        "%(until)s. Please write to whoever is worried:\n\n%(address)s\n"
    )
    return (worry if asked.about_id else contact) % {"until": _moment(asked), "address": asked.person.email}


def _moment(asked: ContactRequest) -> str:
    """In UTC, and so named: a letter does not know where it is read."""
    return f"{asked.promised_by.astimezone(datetime.UTC):%d %B %Y, %H:%M} UTC"
