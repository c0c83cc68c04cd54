"""Why an activity is closed to somebody, if it is: asked by every page and every action that gives something of it.

What somebody may not open yet has one reason, in words. Whoever adds another kind of reason adds it to `why_closed_to_trainees`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Activity, Cohort, Progress
from courses.permissions import Place
from courses.releasing import WITH_BLOCK, Closed, why_closed
from courses.years import year_of
from lms.permissions import Part, Verb
from lms.users.models import User


def why_closed_to(place: Place, person: User, activity: Activity, done: Collection[int] | None = None) -> Closed | None:
    """None if it is open to them here. `done` are the activities they have done, if that is known; else one query where the answer
    depends on it. Those who prepare the course open everything, but what is experiential only as others do once there is an agreement
    to sign; whose part has no course is nowhere near."""
    closed = _why_not_released(place, person, activity, done)
    if closed is None and activity.experiential and not place.brings_self:
        return _until_signed(place.cohort)
    return closed


def _why_not_released(place: Place, person: User, activity: Activity, done: Collection[int] | None) -> Closed | None:
    if place.may(Verb.PREVIEW_COURSE):
        return None
    if not place.may(Verb.SEE_COURSE):
        return Closed(_("not for your part"), _("Your part in this cohort does not include the course."))
    return why_closed_to_trainees(place.cohort, person, activity, done)


def why_closed_to_trainees(cohort: Cohort, person: User, activity: Activity, done: Collection[int] | None = None) -> Closed | None:
    """The same for whoever works through the course as a trainee does."""
    year = year_of(cohort)
    rule = year.releases.get(activity.pk, WITH_BLOCK)
    if done is None:
        done = {rule.after} if rule.after and _have_done([person.pk], cohort, rule.after) else ()
    closed = why_closed(rule, block=year.opens.get(activity.module_id), today=cohort.today(), person=person.pk, done=done)
    if closed and closed.after in year.urls:
        return dataclasses.replace(closed, url=year.urls[closed.after], word=rule.after_title)
    return closed


def _until_signed(cohort: Cohort) -> Closed:
    url, words = reverse("courses:agreement", args=[cohort.slug]), _("once you have signed the agreement")
    if cohort.agreement_version:
        text = _("Here people bring themselves. So everybody who is there has signed the agreement of this cohort as it stands now.")
        title, word = _("This opens once you have signed the agreement."), _("Read and sign the agreement")
    else:
        text = _("Here people bring themselves. First this cohort writes an agreement, and everybody signs it.")
        title, word = _("This opens once there is an agreement, and you have signed it."), _("To the agreement")
    return Closed(words, title, text, url=url, word=word, state="unsigned")


def who_may_open(cohort: Cohort, activity: Activity, parts: Mapping[int, str]) -> set[int]:
    """Those of these people (id -> part in the cohort) to whom it is open. One query where that depends on what they have done."""
    rule = year_of(cohort).releases.get(activity.pk, WITH_BLOCK)
    have_done = _have_done(list(parts), cohort, rule.after) if rule.after else set()
    return {
        person
        for person, part in parts.items()
        if why_closed_to(Place(cohort, Part(part)), User(pk=person), activity, {rule.after} if person in have_done else ()) is None
    }


def _have_done(people: Collection[int], cohort: Cohort, activity: int) -> set[int]:
    rows = Progress.objects.filter(person__in=people, cohort=cohort, activity=activity, done_at__isnull=False)
    return set(rows.values_list("person", flat=True))
