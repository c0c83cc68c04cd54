import datetime

import pytest

from courses.actions.progress import (
    keep_place,
    mark_done,
    mark_done_by_post,
    mark_present,
    open_activity,
    show_kept,
    unmark_done,
)
from courses.models import Activity, JournalEntry, Progress, ResumePoint
from courses.permissions import Place
from lms.permissions import Part, Refused
from tests.courses.factories import make_entry
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_module, make_sitting

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def activity(cohort):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module)
    return make_activity(module=module)


def state(person, activity):
    row = Progress.objects.filter(person=person, activity=activity).first()
    return row and (row.done_at is not None, row.how)


def test_open_activity_notes_begun_and_where_to_carry_on(owner, cohort, activity):
    open_activity(actor=owner, place=Place(cohort, Part.TRAINEE), activity=activity)

    assert state(owner, activity) == (False, "")
    assert ResumePoint.objects.get(person=owner, cohort=cohort).activity == activity


def test_open_activity_keeps_the_place_in_the_text_on_a_second_visit(owner, cohort, activity):
    open_activity(actor=owner, place=Place(cohort, Part.TRAINEE), activity=activity)
    keep_place(actor=owner, cohort=cohort, activity=activity, anchor="part-one")

    open_activity(actor=owner, place=Place(cohort, Part.TRAINEE), activity=activity)

    assert ResumePoint.objects.get(person=owner, cohort=cohort).anchor == "part-one"


def test_open_activity_writes_the_same_place_at_most_once_a_minute(owner, cohort, activity):
    open_activity(actor=owner, place=Place(cohort, Part.TRAINEE), activity=activity)
    at = ResumePoint.objects.get().at

    open_activity(actor=owner, place=Place(cohort, Part.TRAINEE), activity=activity)
    assert ResumePoint.objects.get().at == at

    ResumePoint.objects.update(at=at - datetime.timedelta(minutes=2))
    open_activity(actor=owner, place=Place(cohort, Part.TRAINEE), activity=activity)
    assert ResumePoint.objects.get().at > at - datetime.timedelta(minutes=1)


def test_open_activity_leaves_no_trace_for_an_alumnus(cohort, activity):
    alumnus = make_membership(cohort=cohort, part=Part.ALUMNUS).person

    open_activity(actor=alumnus, place=Place(cohort, Part.ALUMNUS), activity=activity)

    assert (Progress.objects.count(), ResumePoint.objects.count()) == (0, 0)


def test_mark_done_twice_keeps_the_first_time(owner, cohort, activity):
    first = mark_done(actor=owner, cohort=cohort, activity=activity)

    second = mark_done(actor=owner, cohort=cohort, activity=activity)

    assert (second.pk, second.done_at, second.how) == (first.pk, first.done_at, "by_hand")


def test_unmark_done_takes_the_ticks_of_entries_off(owner, cohort, activity):
    Activity.objects.update(type="journal")
    activity.refresh_from_db()
    make_entry(owner, cohort=cohort, activity=activity, shown_kept=True)

    unmark_done(actor=owner, cohort=cohort, activity=activity)

    assert (state(owner, activity), JournalEntry.objects.get().shown_kept) == ((False, ""), False)


def test_show_kept_taken_back_leaves_what_another_entry_or_a_hand_says(owner, cohort, activity):
    Activity.objects.update(type="journal")
    activity.refresh_from_db()
    first, second = (make_entry(owner, cohort=cohort, activity=activity, shown_kept=True) for _ in range(2))
    states = []
    for entry in (first, second):
        show_kept(actor=owner, kept=entry, shown=False)
        states.append(state(owner, activity))
    mark_done(actor=owner, cohort=cohort, activity=activity)
    for shown in (True, False):
        show_kept(actor=owner, kept=first, shown=shown)

    assert states == [(True, "entry"), (False, "")]
    assert state(owner, activity) == (True, "by_hand")


def test_show_kept_is_the_authors(owner, teammate, cohort, activity):
    entry = make_entry(owner, cohort=cohort, activity=activity)

    with pytest.raises(Refused):
        show_kept(actor=teammate, kept=entry, shown=True)


def test_unmark_done_leaves_it_begun(owner, cohort, activity):
    mark_done(actor=owner, cohort=cohort, activity=activity)

    unmark_done(actor=owner, cohort=cohort, activity=activity)

    assert state(owner, activity) == (False, "")


def test_mark_done_refuses_before_the_block_opens(owner, cohort):
    module = make_module(programme=cohort.programme)
    make_block(cohort=cohort, module=module, opens_in=1)
    activity = make_activity(module=module)

    with pytest.raises(Refused, match="This opens on"):
        mark_done(actor=owner, cohort=cohort, activity=activity)


def test_mark_done_refuses_an_outsider(outsider, cohort, activity):
    with pytest.raises(Refused):
        mark_done(actor=outsider, cohort=cohort, activity=activity)


@pytest.mark.parametrize(
    ("type_", "by_entry", "by_post", "by_presence"),
    [
        ("reading", None, None, None),
        ("video", None, None, None),
        ("journal", (True, "entry"), None, None),
        ("map", (True, "entry"), None, None),
        ("forum", None, (True, "post"), None),
        ("live", None, None, (True, "present")),
        ("exercise", None, None, (True, "present")),
    ],
)
def test_what_makes_an_activity_done_follows_from_its_type(owner, cohort, activity, type_, by_entry, by_post, by_presence):
    Activity.objects.update(type=type_)
    activity.refresh_from_db()
    sitting = make_sitting(block=cohort.blocks.get(), activities=[activity])
    acts = [
        (lambda: make_entry(owner, cohort=cohort, activity=activity, shown_kept=True), by_entry),
        (lambda: mark_done_by_post(actor=owner, cohort=cohort, activity=activity), by_post),
        (lambda: mark_present(actor=owner, sitting=sitting), by_presence),
    ]
    for act, outcome in acts:
        Progress.objects.all().delete()
        act()
        assert state(owner, activity) == outcome


@pytest.mark.parametrize(
    ("completes", "expected"),
    [("hand", [None, None, None]), ("entry", ["entry", None, None]), ("post", [None, "post", None]), ("present", [None, None, "present"])],
)
def test_what_makes_an_activity_done_is_what_the_course_says(owner, cohort, activity, completes, expected):
    Activity.objects.update(type="exercise", completes=completes)
    activity.refresh_from_db()
    sitting = make_sitting(block=cohort.blocks.get(), activities=[activity])
    hows = []
    for act in (
        lambda: make_entry(owner, cohort=cohort, activity=activity, shown_kept=True),
        lambda: mark_done_by_post(actor=owner, cohort=cohort, activity=activity),
        lambda: mark_present(actor=owner, sitting=sitting),
    ):
        Progress.objects.all().delete()
        act()
        hows.append(Progress.objects.filter(done_at__isnull=False).values_list("how", flat=True).first())

    assert hows == expected


def test_mark_present_does_nothing_for_an_interpreter(cohort, activity):
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person
    Activity.objects.update(type="live")
    sitting = make_sitting(block=cohort.blocks.get(), activities=[activity])

    mark_present(actor=interpreter, sitting=sitting)

    assert Progress.objects.count() == 0


def test_progress_of_one_cohort_is_not_that_of_another(owner, cohort, activity):
    other = make_cohort(programme=cohort.programme, members=[owner])
    make_block(cohort=other, module=activity.module)

    mark_done(actor=owner, cohort=cohort, activity=activity)

    assert list(Progress.objects.filter(done_at__isnull=False).values_list("cohort", flat=True)) == [cohort.pk]
