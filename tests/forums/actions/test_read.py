import pytest

from forums.actions.read import mark_read
from forums.models import ThreadRead
from tests.factories import make_cohort
from tests.forums.factories import begin_thread, fill, say


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.mark.django_db
def test_mark_read_moves_forwards_and_never_over_what_was_not_shown(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner)
    first, second, third, fourth = fill(thread, teammate, 4)

    def place():
        return ThreadRead.objects.get(person=owner, thread=thread).last_read

    places = []
    for shown in [(first, first), (third, fourth), (first, second), (first, first), (third, fourth)]:
        mark_read(actor=owner, thread=thread, first=shown[0].pk, last=shown[1].pk)
        places.append(place())

    assert places == [first.pk, first.pk, second.pk, second.pk, fourth.pk]


@pytest.mark.django_db
def test_reply_marks_ones_own_post_read_unless_others_were_not_read_before_it(cohort, owner, teammate):
    thread = begin_thread(cohort=cohort, author=owner)
    after_opening = ThreadRead.objects.get(person=owner).last_read
    answer = say(thread, teammate)

    mine = say(thread, owner)

    skipping = ThreadRead.objects.get(person=owner).last_read
    mark_read(actor=owner, thread=thread, first=answer.pk, last=mine.pk)
    assert (after_opening, skipping, ThreadRead.objects.get(person=owner).last_read) == (
        thread.posts.first().pk,
        thread.posts.first().pk,
        mine.pk,
    )
