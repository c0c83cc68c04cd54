"""Making up for a missed day: read, write, meet. Agreed between two people, decided by one of them; nothing here decides by a rule.

By the clock a day that was missed only opens the way; it is taken away again where the minutes turn out to be others and nobody has
written anything yet.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions.sealed_words import seal_words, unseal_words
from courses.models import Cohort, MakeUp, MakeUpPart, Membership, Sitting
from courses.permissions import can_agree_make_up
from courses.standing import Standing, standings_of
from lms.notifications.actions.notices import notify, take_back
from lms.notifications.models import Notice
from lms.permissions import Part, Verb, parts_that, require
from lms.users.models import User

SETTLED = datetime.timedelta(hours=6)  # after the end of a day: by then minutes are counted and sheets are sent
LOOKED_AFTER = datetime.timedelta(days=60)  # after the end of a cohort, days that were missed still open the way

Kind = MakeUpPart.Kind


@dataclass(frozen=True)
class ReadPart:
    """A part with its words; `readable` is False if they do not open any more."""

    part: MakeUpPart
    words: str = ""
    trainee_words: str = ""
    trainer_words: str = ""
    readable: bool = True


@dataclass(frozen=True)
class ReadMakeUp:
    make_up: MakeUp
    parts: list[ReadPart]
    sentence: str = ""
    readable: bool = True


# --- by the clock ---------------------------------------------------------------------------------------------------


def open_make_ups() -> int:
    """Opens the way for every day that was missed, in all cohorts that are not long over. Returns how many were opened."""
    since = timezone.localdate() - LOOKED_AFTER
    held = Sitting.objects.filter(block__cohort=OuterRef("pk"), ends_at__lte=timezone.now() - SETTLED)
    return sum(_look_after(cohort, None) for cohort in Cohort.objects.filter(Exists(held), ends_on__gte=since))


def look_after_days_of(cohort: Cohort, person: int) -> int:
    """The same for one person, whose minutes are others now. Returns how many were opened."""
    return _look_after(cohort, person)


@transaction.atomic
def _look_after(cohort: Cohort, person: int | None) -> int:
    members = Membership.objects.current().filter(cohort=cohort, part=Part.TRAINEE)
    members = members if person is None else members.filter(person=person)
    there = {member.pk: member.person_id for member in members}
    known = MakeUp.objects.filter(cohort=cohort, person__in=there.values())
    by_person: dict[int, dict[datetime.date, MakeUp]] = {}
    for make_up in known.annotate(begun=Exists(MakeUpPart.objects.filter(make_up=OuterRef("pk")))):
        by_person.setdefault(make_up.person_id, {})[make_up.day] = make_up
    standings = standings_of(cohort, members)
    return sum(_match(cohort, there[pk], standing, by_person.get(there[pk], {})) for pk, standing in standings.items())


def _match(cohort: Cohort, person: int, standing: Standing, known: Mapping[datetime.date, MakeUp]) -> int:
    settled = (timezone.now() - SETTLED).date()
    missed = {day.on: day for day in standing.missed}
    gone = [one for on, one in known.items() if on not in missed and not one.begun and one.decided_at is None]  # type: ignore[attr-defined]
    MakeUp.objects.filter(pk__in=[one.pk for one in gone]).delete()
    take_back(keys=[_opened_key(one) for one in gone])
    opened = 0
    for day in missed.values():
        if day.on in known or day.on > settled:
            continue
        make_up, fresh = MakeUp.objects.get_or_create(cohort=cohort, person_id=person, day=day.on, defaults={"block_id": day.block})
        opened += fresh
        if fresh:
            notify(people=[person], kind=Notice.Kind.HOURS, key=_opened_key(make_up), url=_address(make_up, cohort))
    return opened


# --- agreeing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_make_up(*, actor: User, make_up: MakeUp, words: Mapping[str, str], wording: int) -> MakeUp:
    """Says what of it could be read, written and talked about; a part without words is left out. The other is asked to agree.

    `wording` is the one that the actor has read: if it was put otherwise meanwhile, it is refused, so that nobody writes over words that
    they have not seen. What was done stays done where its words stay.
    """
    make_up = _locked(actor, make_up)
    require(make_up.decided_at is None, _("This is decided already."))
    require(make_up.wording == wording, _("It was put in other words meanwhile. Please read them first; yours are still here."))
    words = {kind: text.strip() for kind, text in words.items() if text.strip()}
    require(bool(words), _("Please write at least one of the three."))
    before = {part.part.kind: part for part in read_make_up(actor=actor, make_up=make_up).parts}
    for kind in Kind.values:
        if kind in before and (kind not in words or before[kind].words != words[kind]):
            before[kind].part.delete()
        if kind in words and (kind not in before or before[kind].words != words[kind]):
            part = MakeUpPart(make_up=make_up, kind=kind)
            seal_words(part, words=words[kind])
            part.save(force_insert=True)
    now = timezone.now()
    mine = make_up.person_id == actor.pk
    make_up.trainee_agreed_at, make_up.trainer_agreed_at = (now, None) if mine else (None, now)
    if not mine:
        make_up.trainer = actor
    make_up.wording, make_up.done_at = make_up.wording + 1, None
    make_up.save()
    _tell_the_other(actor, make_up, "proposed")
    return make_up


@transaction.atomic
def agree_make_up(*, actor: User, make_up: MakeUp, wording: int) -> MakeUp:
    """Agrees to these words, and to no others. Agreed twice is agreed."""
    make_up = _locked(actor, make_up)
    require(make_up.decided_at is None, _("This is decided already."))
    require(make_up.wording == wording, _("It was put in other words meanwhile. Please read them first."))
    require(make_up.parts.exists(), _("There is nothing to agree to yet."))
    now = timezone.now()
    if make_up.person_id == actor.pk:
        make_up.trainee_agreed_at = make_up.trainee_agreed_at or now
    else:
        make_up.trainer_agreed_at, make_up.trainer = make_up.trainer_agreed_at or now, make_up.trainer or actor
    make_up.done_at = _done_now(make_up)
    make_up.save()
    _tell_the_other(actor, make_up, "agreed")
    return make_up


@transaction.atomic
def do_part(*, actor: User, make_up: MakeUp, kind: str, words: str = "") -> MakeUp:
    """The actor did their side of a part, with a sentence if they like; that they met, both say. Said again, the newer sentence stands."""
    make_up = _locked(actor, make_up)
    require(make_up.state in (MakeUp.State.AGREED, MakeUp.State.DONE), _("First the two of you agree on it."))
    part = make_up.parts.filter(kind=kind).select_related("make_up").first()
    require(part is not None, _("That is not part of what you agreed on."))
    assert part is not None  # noqa: S101 (for the type checker: require has just asked)
    mine = make_up.person_id == actor.pk
    require(mine or kind == Kind.MEET, _("The trainee says so when this is done."))
    side, now = ("trainee" if mine else "trainer"), timezone.now()
    seal_words(part, **{f"{side}_words": words.strip()})
    setattr(part, f"{side}_done_at", getattr(part, f"{side}_done_at") or now)
    part.save()
    was_done, make_up.done_at = make_up.done_at, _done_now(make_up)
    make_up.save(update_fields=["done_at"])
    if make_up.done_at and not was_done:
        _tell_the_other(actor, make_up, "done")
    return make_up


@transaction.atomic
def decide_make_up(*, actor: User, make_up: MakeUp, made_up: bool, sentence: str) -> MakeUp:
    """A trainer says whether the day counts, with a sentence that the trainee reads. From when it is agreed on; the newer one stands."""
    make_up = _locked(actor, make_up)
    require(make_up.person_id != actor.pk, _("A trainer decides this."))
    require(make_up.state != MakeUp.State.OPEN, _("First the two of you agree on it."))
    require(bool(sentence.strip()), _("Please write a sentence. The trainee reads it."))
    seal_words(make_up, sentence=sentence.strip())
    make_up.made_up, make_up.decided_at, make_up.decided_by = made_up, timezone.now(), actor
    make_up.save()
    _tell_the_other(actor, make_up, f"decided:{make_up.decided_at:%Y%m%d%H%M%S}")
    return make_up


def read_make_up(*, actor: User, make_up: MakeUp) -> ReadMakeUp:
    """All of it with its words, for the two whose it is and the other trainers of the cohort."""
    require(can_agree_make_up(actor, make_up), _("These words are for others."))
    parts = list(make_up.parts.all())
    for part in parts:
        part.make_up = make_up
    opened = unseal_words(parts, "words", "trainee_words", "trainer_words")
    ((_row, sentence),) = unseal_words([make_up], "sentence")
    order = list(Kind.values)
    read = [_read_part(part, words) for part, words in opened]
    read.sort(key=lambda one: order.index(one.part.kind))
    return ReadMakeUp(make_up, read, sentence["sentence"] if sentence else "", sentence is not None)


def _read_part(part: MakeUpPart, words: Mapping[str, str] | None) -> ReadPart:
    if words is None:
        return ReadPart(part, readable=False)
    return ReadPart(part, words["words"], words["trainee_words"], words["trainer_words"])


# --- inside ---------------------------------------------------------------------------------------------------------


def _locked(actor: User, make_up: MakeUp) -> MakeUp:
    """The row as it stands now, for somebody whose business it is."""
    row = MakeUp.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=make_up.pk)
    require(can_agree_make_up(actor, row), _("This is between a trainee and the trainers of their cohort."))
    return row


def _done_now(make_up: MakeUp) -> datetime.datetime | None:
    """When all of it was done; from the first time on."""
    parts = list(make_up.parts.all())
    agreed = make_up.trainee_agreed_at and make_up.trainer_agreed_at
    return (make_up.done_at or timezone.now()) if agreed and parts and all(part.done for part in parts) else None


def _tell_the_other(actor: User, make_up: MakeUp, what: str) -> None:
    told: Iterable[int]
    if actor.pk != make_up.person_id:
        told = [make_up.person_id]
    elif make_up.trainer_id is not None:
        told = [make_up.trainer_id]
    else:
        here = Membership.objects.current().filter(cohort=make_up.cohort_id, part__in=parts_that(Verb.AGREE_MAKE_UPS))
        told = here.values_list("person", flat=True)
    key = f"courses.make_up:{make_up.pk}:{make_up.wording}:{what}"
    notify(people=told, kind=Notice.Kind.HOURS, key=key, url=_address(make_up, make_up.cohort), who=actor.display_name)


def _address(make_up: MakeUp, cohort: Cohort) -> str:
    return reverse("courses:make-up", args=[cohort.slug, make_up.pk])


def _opened_key(make_up: MakeUp) -> str:
    return f"courses.make_up:{make_up.pk}:opened"
