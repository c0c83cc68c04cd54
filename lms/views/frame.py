"""What the frame around every page shows: the cohort one is in, the others, what may be reached."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from courses.models import Cohort
from courses.permissions import RECENT_PLACES, recent_places_of
from live import tickets
from lms.permissions import Part, Verb, may

SECTIONS = {
    "course": "course",
    "journal": "journal",
    "forum": "forum",
    "live": "live",
    "room": "live",
    "people": "people",
    "overview": "overview",
}


@dataclass
class Frame:
    """For templates/base.html."""

    cohort: Cohort | None = None
    part: Part | None = None
    cohorts: list[Cohort] = field(default_factory=list)
    section: str = ""
    bell_url: str = ""
    waiting: bool = False
    ticket: str = ""  # what the bell's socket comes in with

    @cached_property
    def drawn_from(self) -> str:
        """All that the bar shows of the cohorts and of where one is, for `{% cache %}`: equal text, equal bar."""
        here = self.cohort and (self.cohort.slug, self.cohort.title)
        return repr((here, self.part and self.part.value, self.section, [(cohort.slug, cohort.title) for cohort in self.cohorts]))

    @property
    def is_demo(self) -> bool:
        return settings.EMBEDDED

    @property
    def has_more_cohorts(self) -> bool:
        """There may be more than the bar shows."""
        return len(self.cohorts) == RECENT_PLACES

    def _may(self, verb: Verb) -> bool:
        return self.cohort is None or may(self.part, verb)

    @property
    def sees_course(self) -> bool:
        return self._may(Verb.SEE_COURSE)

    @property
    def sees_forum(self) -> bool:
        return self._may(Verb.SEE_FORUM)

    @property
    def sees_live(self) -> bool:
        return self._may(Verb.SEE_LIVE)

    @property
    def sees_people(self) -> bool:
        return self.cohort is not None and may(self.part, Verb.SEE_PEOPLE)

    @property
    def sees_overview(self) -> bool:
        return self.cohort is not None and may(self.part, Verb.SEE_OVERVIEW)

    @property
    def keeps_hours(self) -> bool:
        return self.cohort is not None and may(self.part, Verb.KEEP_HOURS)

    @property
    def answers_requests(self) -> bool:
        """Whoever may be on duty, too: a letter is not the only way to what waits for them."""
        return self.cohort is not None and may(self.part, Verb.PLAN_DUTY)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor. One query, and none for somebody signed out, or where a request was refused before anybody was asked for."""
    user = getattr(request, "user", None)
    return {"frame": _frame_of(request) if user is not None and user.is_authenticated else Frame()}


def _frame_of(request: HttpRequest) -> Frame:
    places = getattr(request.user, "places_shown", None)
    if places is None:
        places = recent_places_of(request.user)  # type: ignore[arg-type]  # signed in
    match = request.resolver_match
    slug = match.kwargs.get("cohort") if match else None
    here = next((place for place in places if place.cohort.slug == slug), places[0] if places else None)
    name = match.url_name or "" if match else ""
    steps = match.route.split("/") if match else []
    section = "today" if name in {"today", "cohort-today"} else next((SECTIONS[step] for step in reversed(steps) if step in SECTIONS), "")
    return Frame(
        cohort=here.cohort if here else None,
        part=Part(here.part) if here else None,
        cohorts=[place.cohort for place in places],
        section=section,
        bell_url=reverse("notifications"),
        waiting=request.user.waiting,  # type: ignore[union-attr]  # signed in
        ticket=tickets.sign_own(request.user.pk, request.session.session_key or ""),  # type: ignore[arg-type]
    )
