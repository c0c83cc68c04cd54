"""What is measured: a year with its people, threads of any length."""

import datetime
import itertools
import uuid

from django.utils import timezone

from courses.actions.progress import mark_done
from courses.models import Activity, Attendance, Cohort, Progress
from forums.actions.forums import forum_of, open_forums
from forums.actions.posting import Words, start_thread
from forums.models import Post, Thread
from live.actions import say
from live.models import BY_PAGE, PresenceSpan, Room
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting
from tests.live.crowds import make_crowd
from tests.live.factories import make_seminar

WORDS = "<p>I heard the chair she was not sitting in, and I wonder what she might have said if we had asked her.</p>"


def a_year(reader: User) -> tuple[Cohort, Activity]:
    """A cohort of eight blocks with seven activities each, and twenty people."""
    cohort = make_cohort(members=[reader])
    for _ in range(19):
        make_membership(cohort=cohort)
    for number in range(8):
        module = make_module(programme=cohort.programme)
        block = make_block(cohort=cohort, module=module, opens_in=-100 + number * 45)
        activities = [make_activity(module=module, html="<p>" + "Words of the course. " * 300 + "</p>") for _ in range(7)]
        start = timezone.now() + datetime.timedelta(days=number + 1)
        end = start + datetime.timedelta(hours=1)
        sitting = make_sitting(block=block, activities=activities[:1], starts_at=start, ends_at=end)
        make_seminar(cohort=cohort, sitting=sitting, title=sitting.title, starts_at=start, ends_at=end)
        cohort.refresh_from_db()  # its year is another one now
        if block.opens_on <= cohort.today():
            for activity in activities[:5]:
                mark_done(actor=reader, cohort=cohort, activity=activity)
    open_forums(cohort=cohort)
    return cohort, Activity.objects.filter(module__programme=cohort.programme).order_by("pk")[3]


def a_crowded_year(trainer: User) -> Cohort:
    """Sixty trainees and sixty activities in eight blocks; everybody has done half of them and was in every sitting so far."""
    cohort = make_cohort()
    make_membership(cohort=cohort, person=trainer, part=Part.TRAINER)
    people = [make_membership(cohort=cohort).person for _ in range(60)]
    done, there = [], []
    for number in range(8):
        module = make_module(programme=cohort.programme)
        block = make_block(cohort=cohort, module=module, opens_in=-200 + number * 30)
        activities = [make_activity(module=module, closing=False) for _ in range(8 if number < 4 else 7)]
        for day in range(4):
            start = timezone.now() - datetime.timedelta(days=200 - number * 30, hours=day * 2)
            sitting = make_sitting(block=block, activities=activities[:1], starts_at=start, ends_at=start + datetime.timedelta(hours=1))
            there += [Attendance(sitting=sitting, person=one, minutes=60 - day * 5, of_minutes=60, room_minutes=60) for one in people]
        for (order, activity), person in itertools.product(enumerate(activities), people):
            if order % 2:
                done.append(Progress(person=person, cohort=cohort, activity=activity, done_at=timezone.now(), how="entry"))
            elif order == 0:
                done.append(Progress(person=person, cohort=cohort, activity=activity))
    Progress.objects.bulk_create(done)
    Attendance.objects.bulk_create(there)
    open_forums(cohort=cohort)
    for person in people[:12]:
        start_thread(actor=person, forum=forum_of(cohort), title="Waiting", words=Words(html=WORDS, client_id=uuid.uuid4()))
    _each_answers_ten(cohort, people)
    for day in range(5):
        start = timezone.now() + datetime.timedelta(days=day, hours=1)
        make_seminar(cohort=cohort, title="Coming", starts_at=start, ends_at=start + datetime.timedelta(hours=1))
    return cohort


def a_room_by_requests(people: int, said: int) -> tuple[Room, User]:
    """A room in which so many are by its page, and so much was said; and one of them."""
    room, crowd = make_crowd(people)
    now = timezone.now()
    times = {"started_at": now, "seen_until": now + datetime.timedelta(days=1), "seat": "speaker", "process": BY_PAGE}
    PresenceSpan.objects.bulk_create(PresenceSpan(room=room, person=person, **times) for person in crowd)
    for number in range(said):
        say(actor=crowd[number % people], room_id=room.pk, text=f"Something said, {number}", client_id=uuid.uuid4())
    return Room.objects.get(pk=room.pk), crowd[0]


def _each_answers_ten(cohort: Cohort, people: list[User]) -> None:
    """So that the picture of voices has some six hundred lines."""
    words = Words(html=WORDS, client_id=uuid.uuid4())
    thread = start_thread(actor=people[0], forum=forum_of(cohort), title="All together", words=words)
    pairs = [(one, people[(number + step * step) % len(people)]) for number, one in enumerate(people) for step in range(1, 11)]
    Post.objects.bulk_create(
        [
            Post(thread=thread, author=one, speaks_to=other, client_id=uuid.uuid4(), html=WORDS, posted_at=timezone.now())
            for one, other in pairs
            if one != other
        ]
    )


def a_thread(cohort: Cohort, posts: int) -> Thread:
    people = [membership.person for membership in cohort.memberships.select_related("person")]
    words = Words(html=WORDS, client_id=uuid.uuid4())
    thread = start_thread(actor=people[0], forum=forum_of(cohort), title=f"{posts} posts", words=words)
    yesterday = timezone.now() - datetime.timedelta(days=1)
    Post.objects.bulk_create(
        [
            Post(thread=thread, author=people[n % len(people)], client_id=uuid.uuid4(), html=WORDS, posted_at=yesterday)
            for n in range(posts - 1)
        ],
        batch_size=1000,
    )
    return thread
