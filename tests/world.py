"""Two cohorts with everybody who could ask for something: what the tests of the policy table walk through."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from courses.models import Activity, Cohort, Membership
from forums.actions.forums import open_forums
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_programme, make_user

ANONYMOUS = "anonymous"
ACTORS = {  # actor -> (which cohort, part); None: nowhere
    ANONYMOUS: (None, None),
    "trainee": ("a", Part.TRAINEE),
    "trainer": ("a", Part.TRAINER),
    "guest_trainer": ("a", Part.GUEST_TRAINER),
    "interpreter": ("a", Part.INTERPRETER),
    "coordinator": ("a", Part.COORDINATOR),
    "aftercare": ("a", Part.AFTERCARE),
    "alumnus": ("a", Part.ALUMNUS),
    "removed": (None, None),
    "other_trainee": ("b", Part.TRAINEE),
    "other_trainer": ("b", Part.TRAINER),
    "other_aftercare": ("b", Part.AFTERCARE),
    "site_coordinator": (None, None),
}


@dataclass
class Side:
    """One cohort and one of everything that stands in it."""

    cohort: Cohort
    activity: Activity
    forum_activity: Activity
    handout: Any
    teammate: User
    membership: Membership


@dataclass
class World:
    a: Side
    b: Side
    people: dict[str, User]
    made: dict[str, dict[Any, Any]] = field(default_factory=dict)  # things that were made for an address, by whose they are

    def part_of(self, actor: str, side: str) -> Part | None:
        """The part this actor has on that side; who coordinates the site is coordinator wherever they have no other part."""
        where, part = ACTORS[actor]
        if actor == "site_coordinator":
            return Part.COORDINATOR
        return part if where == side else None


def make_side(name: str) -> Side:
    cohort = make_cohort(programme=make_programme())
    module = make_module(programme=cohort.programme, slug=f"module-{name}")
    make_block(cohort=cohort, module=module)
    activity = make_activity(module=module, slug=f"activity-{name}", transcript_html="<p>What is said</p>")
    forum_activity = make_activity(module=module, type=Activity.Type.FORUM, prompt="What?", thread_title="What?")
    handout = activity.handouts.create(slug=f"page-{name}", position=1, title="Page", html="<p>Page</p>")
    membership = make_membership(cohort=cohort)
    open_forums(cohort=cohort)
    return Side(cohort, activity, forum_activity, handout, membership.person, membership)


def make_world() -> World:
    world = World(make_side("a"), make_side("b"), {})
    for actor, (where, part) in ACTORS.items():
        if actor == ANONYMOUS:
            continue
        person = make_user(display_name=actor, coordinates=actor == "site_coordinator")
        world.people[actor] = person
        if where and part:
            make_membership(cohort=getattr(world, where).cohort, person=person, part=part)
    gone = make_membership(cohort=world.a.cohort, person=world.people["removed"])
    Membership.objects.filter(pk=gone.pk).update(ended_at=gone.joined_at)
    return world


def absent_uuid() -> uuid.UUID:
    return uuid.UUID(int=0)
