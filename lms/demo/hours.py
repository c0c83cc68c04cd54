"""Hours attended, missed, made up and kept in the demo cohort."""

import datetime
import uuid

from django.utils import timezone

from courses.actions.absences import say_absence
from courses.actions.attendance import record_minutes
from courses.actions.ledger import keep_hours
from courses.actions.make_ups import open_make_ups, propose_make_up
from courses.models import Cohort, MakeUp, Sitting
from lms.users.models import User


def attend(cohort: Cohort, people: dict[str, User]) -> None:
    """Two blocks attended, with one day that Trainee B missed and makes up, and one hour that waits for its sheet; a few hours in a
    ledger; somebody who cannot come."""
    now = timezone.now()
    trainees = [people[f"Trainee {letter}"] for letter in "ABCDE"]
    held = list(Sitting.objects.filter(block__cohort=cohort, ends_at__lt=now).order_by("starts_at"))
    missed = timezone.localdate(held[-1].starts_at)
    for sitting in [one for one in held if one != held[4]]:
        there = {person.pk: 60 for person in trainees}
        if timezone.localdate(sitting.starts_at) == missed:
            there |= {people["Trainee A"].pk: 58, people["Trainee B"].pk: 0}
        record_minutes(sitting=sitting, minutes_by_person=there)
    open_make_ups()
    words = {"read": "The handout of that day (a demo).", "meet": "Half an hour with Trainer A about what the others tried."}
    propose_make_up(actor=people["Trainer A"], make_up=MakeUp.objects.get(cohort=cohort), words=words, wording=0)
    kept = [("peer_meeting", 9, 120, "Peer group one"), ("supervision", 16, 90, "A demo supervisor"), ("reading", 20, 45, "A handout")]
    for kind, ago, minutes, with_whom in kept:
        on = timezone.localdate() - datetime.timedelta(days=ago)
        who = people["Trainee A"]
        keep_hours(actor=who, cohort=cohort, kind=kind, on=on, minutes=minutes, with_whom=with_whom, client_id=uuid.uuid4())
    coming = Sitting.objects.filter(block__cohort=cohort, starts_at__gt=now + datetime.timedelta(days=30)).order_by("starts_at").first()
    assert coming is not None  # noqa: S101  the year has eight blocks
    say_absence(actor=people["Trainee C"], cohort=cohort, day=timezone.localdate(coming.starts_at), words="A demo of a day off.")
