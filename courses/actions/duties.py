"""Who is on duty for “Please contact me”, from one day to another: planned, and taken off again. Whoever it is hears of it by letter."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.answering import able_people
from courses.models import AftercareDuty, Cohort
from courses.permissions import may_in
from lms.mail.actions import write_letter
from lms.permissions import Verb, require
from lms.users.models import User

DAY = datetime.timedelta(days=1)


@transaction.atomic
def put_on_duty(*, actor: User, cohort: Cohort, person: User, from_on: datetime.date, until_on: datetime.date) -> AftercareDuty:
    """Somebody answers “Please contact me” on these days (both included). The same once more is the same row."""
    _require_plans(actor, cohort)
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)  # one at a time, so that a double press plans once
    require(
        able_people(cohort).filter(person=person).exists(), _("On duty is a trainer, a coordinator or an aftercare contact of this cohort.")
    )
    theirs = AftercareDuty.objects.filter(cohort=cohort, person=person)
    if already := theirs.filter(from_on=from_on, until_on=until_on).first():
        return already
    other = theirs.filter(from_on__lte=until_on, until_on__gte=from_on).first()
    if other is not None:
        words = {"who": person.display_name, "days": days_in_words(other.from_on, other.until_on)}
        require(False, _("%(who)s is on duty already: %(days)s. Take that off first, or choose other days.") % words)
    duty = AftercareDuty.objects.create(cohort=cohort, person=person, from_on=from_on, until_on=until_on)
    _write(duty, actor, planned=True)
    return duty


@transaction.atomic
def take_off_duty(*, actor: User, duty: AftercareDuty) -> None:
    """From today on they are not on duty on these days; days that are over stay as they were. Twice is once."""
    _require_plans(actor, duty.cohort)
    held = AftercareDuty.objects.select_for_update(of=("self",)).select_related("cohort", "person").filter(pk=duty.pk).first()
    today = duty.cohort.today()
    if held is None or held.until_on < today:
        return
    if held.from_on < today:
        AftercareDuty.objects.filter(pk=held.pk).update(until_on=today - DAY)
    else:
        held.delete()
    _write(held, actor, planned=False)


def days_in_words(first: datetime.date, last: datetime.date) -> str:
    """In the language that is active."""
    if first == last:
        return date_format(first, "D j F Y")
    return _("%(first)s to %(last)s") % {"first": date_format(first, "D j F Y"), "last": date_format(last, "D j F Y")}


def _require_plans(actor: User, cohort: Cohort) -> None:
    require(may_in(actor, cohort, Verb.PLAN_DUTY), _("Trainers, coordinators and aftercare contacts plan who is on duty."))


def _write(duty: AftercareDuty, actor: User, *, planned: bool) -> None:
    """Nobody finds out by chance, on the day itself; who did it to themselves knows."""
    person, place = duty.person, duty.cohort
    if person.pk == actor.pk or not person.is_active:
        return
    with translation.override(person.language):
        said = {"where": place.title, "days": days_in_words(duty.from_on, duty.until_on)}
        said["link"] = settings.SITE_URL + reverse("courses:duty", args=[place.slug])
        body = _on_duty() if planned else _off_duty()
        subject = _("You are on duty for “Please contact me”") if planned else _("You are no longer on duty for “Please contact me”")
        write_letter(to=person.email, subject=subject, body=body % said, about=reverse("cohort-today", args=[place.slug]), person=person)


def _on_duty() -> str:
    return _(
        "Hello,\n\nin %(where)s you are on duty for “Please contact me”: %(days)s, by the days where the course is held. When somebody "
        "asks, a letter comes to you at once. If you do not take a request on, it goes to whoever is next. Who is on duty when, and how "
        "to change it, stands here:\n\n%(link)s\n"
    )


def _off_duty() -> str:
    return _(
        "Hello,\n\nin %(where)s you were on duty for “Please contact me”: %(days)s. From now on you are not. What you took on before "
        "stays with you. Who is on duty when stands here:\n\n%(link)s\n"
    )
