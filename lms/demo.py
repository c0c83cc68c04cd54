"""A demo cohort in its fourth month, for embedded settings only. Everybody in it is plainly made up."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.actions.absences import say_absence
from courses.actions.agreements.proposals import propose, remark
from courses.actions.agreements.versions import freeze, mark_of, sign
from courses.actions.announcements import announce, send_out
from courses.actions.attendance import record_minutes
from courses.actions.certificates import give_certificate
from courses.actions.cohorts import begin_cohort
from courses.actions.duties import put_on_duty
from courses.actions.group_dates import set_date
from courses.actions.groups import form_group
from courses.actions.introductions import introduce
from courses.actions.ledger import keep_hours
from courses.actions.make_ups import open_make_ups, propose_make_up
from courses.actions.members import add_member, invite_member
from courses.actions.notes import write_note
from courses.actions.plans import describe_cohort, move_dates
from courses.actions.progress import mark_done, open_activity
from courses.actions.releases import set_release
from courses.models import Activity, Announcement, Cohort, Group, MakeUp, Membership, Programme, Proposal, Sitting
from courses.models.agreements import Covers
from courses.permissions import Place
from courses.planning import Plan, move_sitting
from courses.releasing import Wanted
from forums.actions.forums import forum_of, thread_for_prompt
from forums.actions.posting import Words, reply, start_thread
from live.actions import plan_conference, plan_talk
from lms import richtext
from lms.notifications.actions.notices import read
from lms.permissions import Part, Refused
from lms.users.models import User

PASSWORD = "open-dialogue"  # noqa: S105  printed by `make run`; these accounts exist nowhere else
COHORT, OTHER = "demo-cohort", "other-demo-cohort"
# First days of the eight blocks, counted from the Thursday of the block that begins now (the third).
STARTS = [-98, -56, 0, 35, 77, 119, 161, 203]
THURSDAY = 3
TALKS = [  # of a demo day of talks: room, from, until, title
    ("Hall", 10, 11, "Opening: what a pause makes room for"),
    ("Hall", 11, 12, "Who else is in the room? Inviting a network"),
    ("Library", 11, 12, "Being heard in a second language"),
    ("Hall", 13, 14, "A conversation between two services that do not exist"),
    ("Library", 13, 14, "Silence, on a screen and off it"),
]


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    part: Part
    zone: str = "Europe/London"
    country: str = "GB"
    signs_in: bool = True


COORDINATOR = Person("coordinator@example.org", "Coordinator A", Part.COORDINATOR)
PEOPLE = [
    Person("trainee@example.org", "Trainee A", Part.TRAINEE, "Europe/Tallinn", "EE"),
    Person("trainee2@example.org", "Trainee B", Part.TRAINEE),
    Person("trainer@example.org", "Trainer A", Part.TRAINER),
    Person("aftercare@example.org", "Trainer B", Part.AFTERCARE),
    Person("interpreter@example.org", "Interpreter A", Part.INTERPRETER, "Europe/Paris", "FR"),
    Person("trainee3@example.org", "Trainee C", Part.TRAINEE, signs_in=False),
    Person("trainee4@example.org", "Trainee D", Part.TRAINEE, "Australia/Melbourne", "AU", signs_in=False),
    Person("trainee5@example.org", "Trainee E", Part.TRAINEE, "Europe/Brussels", "BE", signs_in=False),
]
INTRODUCTIONS = {
    "Trainee A": "A demo nurse on nights. I write more easily than I speak before noon.",
    "Trainee B": "A demo peer worker. Please just call me B.",
    "Trainee D": "From a demo service far away: when you have breakfast, I go to bed.",
    "Trainer A": "A demo trainer.\n\nI am slow to answer and glad to be asked again.",
}
OUTSIDER = Person("outsider@example.org", "Trainee X", Part.TRAINEE)


@transaction.atomic
def load_demo() -> bool:
    """Makes the demo once; True if it was made now. What people wrote since is left as it is. Refuses outside embedded settings."""
    if not settings.EMBEDDED:
        raise Refused("The demo belongs to embedded settings only.")
    if Cohort.objects.filter(slug=COHORT).exists():
        return False
    coordinator = _person(COORDINATOR, coordinates=True)
    programme = Programme.objects.get(slug="foundation")
    cohort = _begin(coordinator, programme, COHORT, "Demo cohort")
    people = {person.name: _person(person) for person in PEOPLE}
    places = {person.name: add_member(cohort=cohort, person=people[person.name], part=person.part) for person in PEOPLE}
    peers = [places[name] for name in ("Trainee A", "Trainee B", "Trainee C", "Trainee D", "Trainee E")]
    group = form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.PEER_GROUP, title="Peer group one", members=peers)
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.TRIAD, title="Triad one", members=peers[:3])
    form_group(actor=coordinator, cohort=cohort, kind=Group.Kind.HOME_TEAM, title="Demo home team", members=peers[:2])
    put_on_duty(actor=coordinator, cohort=cohort, person=people["Trainer B"], from_on=cohort.starts_on, until_on=cohort.ends_on)
    _meet(group, people["Trainee A"])
    _release(coordinator, cohort, group)
    _agree(cohort, people)
    _introduce(places)
    invite_member(actor=coordinator, cohort=cohort, email="invited@example.org", part=Part.TRAINEE)
    _talk(cohort, people)
    _work_through(cohort, people["Trainee A"])
    _plan_day(cohort, people["Trainer A"])
    _announce(cohort, people["Trainer A"])
    _change_the_plan(coordinator, cohort)
    _hours(cohort, people)
    _look_after(cohort, people, places)
    other = _begin(coordinator, programme, OTHER, "Other demo cohort")
    _for_one_organisation(coordinator, other)
    add_member(cohort=other, person=_person(OUTSIDER), part=OUTSIDER.part)
    return True


def _person(person: Person, *, coordinates: bool = False) -> User:
    user = User.objects.create_user(
        email=person.email,
        password=PASSWORD if person.signs_in else None,
        display_name=person.name,
        time_zone=person.zone,
        country=person.country,
        coordinates=coordinates,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _begin(coordinator: User, programme: Programme, slug: str, title: str) -> Cohort:
    today = timezone.localdate()
    thursday = today + datetime.timedelta(days=(THURSDAY - today.weekday()) % 7)
    starts = [thursday + datetime.timedelta(days=days) for days in STARTS]
    return begin_cohort(actor=coordinator, programme=programme, slug=slug, title=title, time_zone="Europe/London", block_starts=starts)


def _meet(group: Group, member: User) -> None:
    """Two dates of the peer group, as one of it set them."""
    for days, about in ((5, "Demo: a reflecting conversation of our own"), (12, "")):
        starts_at = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0) + datetime.timedelta(days=days)
        ends_at = starts_at + datetime.timedelta(hours=1)
        set_date(actor=member, group=group, starts_at=starts_at, ends_at=ends_at, about=about, client_id=uuid.uuid4())


def _release(coordinator: User, cohort: Cohort, group: Group) -> None:
    """In the third block one activity waits for another, and one is for the peer group; a later one waits for the trainers."""
    activities = {
        one.slug: one for one in Activity.objects.current().filter(module__programme=cohort.programme_id).select_related("module")
    }
    ways = {
        "wondering": Wanted("after", after=activities["reflecting-rules"].pk),
        "reflecting-together": Wanted("group", groups={group.pk: None}),
        "held-silence": Wanted("hand"),
    }
    for slug, wanted in ways.items():
        if slug in activities:
            set_release(actor=coordinator, cohort=cohort, activity=activities[slug], wanted=wanted, version=0)


def _introduce(places: dict[str, Membership]) -> None:
    """What a few of them say of themselves; the others say nothing, as one may."""
    for name, words in INTRODUCTIONS.items():
        place = places[name]
        introduce(actor=place.person, membership=place, words=words, alt="", upload=None, remove_face=False)


def _words(words: str) -> Words:
    return Words(html=richtext.from_plain(words, "post"), client_id=uuid.uuid4())


def _talk(cohort: Cohort, people: dict[str, User]) -> None:
    """A few posts, so that nobody begins in an empty room."""
    prompts = Activity.objects.current().filter(module__programme=cohort.programme_id, type=Activity.Type.FORUM)
    first = thread_for_prompt(cohort=cohort, activity=prompts.get(module__number=1))
    opening = reply(
        actor=people["Trainee B"],
        thread=first,
        words=_words("“Pausing” is the word for me. In my demo week nobody pauses, and I noticed how glad I was to see it written down."),
    )
    reply(
        actor=people["Trainer A"],
        thread=first,
        words=_words("I heard how glad you were. I wonder what a pause of ten seconds would be like in that week."),
        answers=opening,
        quoted="nobody pauses",
    )
    thread = start_thread(
        actor=people["Trainee C"],
        forum=forum_of(cohort),
        title="Whose voice was missing on Tuesday?",
        words=_words(
            "In our practice meeting the grandmother was mentioned four times and spoken to not once. "
            "I keep thinking of the chair she was not sitting in.\n\n"
            "I wonder what it would have been like to ask what she might say if she were with us."
        ),
    )
    reply(
        actor=people["Trainee B"],
        thread=thread,
        words=_words("It stirred something. At home there was always such a chair."),
        answers=thread.posts.first(),
        quoted="the chair she was not sitting in",
    )
    start_thread(
        actor=people["Trainee D"],
        forum=forum_of(cohort),
        title="Silence on a screen",
        words=_words("In the last triad we were quiet for a while and I thought the connection had gone. How do you know it is silence?"),
    )


def _work_through(cohort: Cohort, trainee: User) -> None:
    """Two blocks done, the third begun."""
    activities = Activity.objects.current().filter(module__programme=cohort.programme_id).select_related("module")
    for activity in activities.filter(module__number__lte=2):
        mark_done(actor=trainee, cohort=cohort, activity=activity)
    current = list(activities.filter(module__number=3).order_by("position")[:2])
    mark_done(actor=trainee, cohort=cohort, activity=current[0])
    open_activity(actor=trainee, place=Place(cohort, Part.TRAINEE), activity=current[1])


def _agree(cohort: Cohort, people: dict[str, User]) -> None:
    """Frozen and signed by everybody, so that what is experiential is open; since then one proposal waits."""
    trainer = people["Trainer A"]
    passages = list(cohort.passages.all())
    covers = {key: passage.pk for passage in passages for key in passage.covers}
    version = freeze(actor=trainer, cohort=cohort, text=mark_of(passages), covers=covers)
    for membership in cohort.memberships.select_related("person"):
        sign(actor=membership.person, cohort=cohort, number=version.number, name=membership.person.display_name)
    cohort.refresh_from_db()
    place = next(passage for passage in passages if Covers.ROOM in passage.covers)
    words = place.words.replace("I switch off my sound and see to them.", "I switch off my sound, see to them, and say that I am back.")
    own: dict[str, Any] = {
        "title": place.title,
        "words": words,
        "why": "At the demo day I was away for ten minutes and nobody knew.",
        "version": 1,
    }
    proposal = propose(actor=people["Trainee C"], cohort=cohort, kind=Proposal.Kind.CHANGE, passage=place, client_id=uuid.uuid4(), **own)
    said = "I would have been glad to know, too. Perhaps a word in the room is enough."
    remark(actor=people["Trainee B"], cohort=cohort, proposal=proposal, words=said, client_id=uuid.uuid4())


def _announce(cohort: Cohort, trainer: User) -> None:
    """One that went out, which nobody of the demo has read, and one that is still to go out."""
    first = announce(
        actor=trainer,
        cohort=cohort,
        title="Demo: the practice room is always open",
        html=richtext.from_plain(
            "If you want to try out your headphones before the next block, the practice room is open day and night.", "post"
        ),
        client_id=uuid.uuid4(),
        goes_at=timezone.now(),
    )
    send_out(announcement_id=first.pk)
    announce(
        actor=trainer,
        cohort=cohort,
        title="Demo: what to bring for the third block",
        html=richtext.from_plain("Bring a situation of your own that may be looked at, disguised as our agreement says.", "post"),
        client_id=uuid.uuid4(),
        target=Announcement.Target.PART,
        part=Part.TRAINEE,
        goes_at=timezone.now() + datetime.timedelta(days=30),
    )


def _plan_day(cohort: Cohort, trainer: User) -> None:
    """A day of talks, the Saturday of next week."""
    today = timezone.localdate()
    thursday = today + datetime.timedelta(days=(THURSDAY - today.weekday()) % 7)
    about = "A demo of a day of talks: two rooms at a time, questions beside each. Nobody gives these talks."
    day = plan_conference(actor=trainer, cohort=cohort, title="Demo day of talks", day=thursday + datetime.timedelta(days=9), about=about)
    for hall, begins, ends, title in TALKS:
        plan_talk(
            actor=trainer,
            conference=day,
            title=title,
            hall=hall,
            begins=datetime.time(begins),
            ends=datetime.time(ends),
            keeps_text=True,
        )


def _change_the_plan(coordinator: User, cohort: Cohort) -> None:
    """The last sitting of the year begins a little later, so that the record has something to show."""
    plan = Plan.read(cohort)
    sitting = plan.sittings[-1]
    day = plan.wall(sitting).begins.date()
    later = move_sitting(plan, sitting, day, datetime.time(15, 45), datetime.time(16, 45))
    move_dates(actor=coordinator, cohort=cohort, proposal=later, version=cohort.plan_version, why="A demo of why: tea takes longer.")


def _for_one_organisation(coordinator: User, cohort: Cohort) -> None:
    words = "This is a demo of what an organisation says here.\n\nThursdays and Fridays of this course are working time."
    details = {"access": Cohort.Access.IN_HOUSE, "organisation": "A demo organisation", "contact_name": "Colleague A", "size": 24}
    details["organisation_words"] = words
    describe_cohort(actor=coordinator, cohort=cohort, version=cohort.plan_version, details=details)


def _look_after(cohort: Cohort, people: dict[str, User], places: dict[str, Membership]) -> None:
    """Others are in other places of the year; a trainer wrote a note, and gave a certificate long before its time, to be looked at."""
    activities = list(Activity.objects.current().filter(module__programme=cohort.programme_id, module__number__lte=2))
    for name, every in (("Trainee C", 1), ("Trainee D", 2), ("Trainee E", 5)):
        for activity in activities[::every]:
            mark_done(actor=people[name], cohort=cohort, activity=activity)
    trainer, trainee = people["Trainer A"], people["Trainee A"]
    words = "A demo of a note. In the round you waited until the quiet voice had spoken, and I saw how the others waited with you."
    write_note(actor=trainer, membership=places["Trainee A"], words=words, client_id=uuid.uuid4())
    why = "A demo: given before the year is over, so that you see what one looks like."
    given = give_certificate(actor=trainer, membership=places["Trainee A"], why=why)
    for page in (reverse("courses:notes"), reverse("courses:certificate", args=[given.pk])):
        read(actor=trainee, path=page)  # nobody begins with a bell that rings


def _hours(cohort: Cohort, people: dict[str, User]) -> None:
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
