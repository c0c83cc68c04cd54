"""The two ways to ask who meets a forum agree."""

import pytest

from courses.actions.groups import form_group
from courses.models import Group
from forums.actions.forums import open_forums
from forums.models import Forum
from forums.people import people_in, people_of
from lms.permissions import Part
from lms.users.models import User
from tests.factories import make_cohort, make_membership

pytestmark = pytest.mark.django_db


def test_people_in_are_those_to_whom_the_forum_is_visible(outsider):
    cohort = make_cohort()
    members = {part: make_membership(cohort=cohort, part=part) for part in Part}
    fellow, gone, asleep = (make_membership(cohort=cohort) for _ in range(3))
    groups = {"title": "Peers", "members": [fellow, gone]}
    form_group(actor=members[Part.COORDINATOR].person, cohort=cohort, kind=Group.Kind.PEER_GROUP, **groups)
    open_forums(cohort=cohort)
    cohort.memberships.filter(pk=gone.pk).update(ended_at=gone.joined_at)
    User.objects.filter(pk=asleep.person_id).update(is_active=False)

    for forum in Forum.objects.all():
        sees = {person for person in User.objects.all() if forum in Forum.objects.visible_to(person, cohort)}
        assert (forum.kind, set(people_in(forum))) == (forum.kind, sees)
        assert people_of(forum, among=[person.pk for person in User.objects.all()]) == {person.pk for person in sees}
    assert Forum.objects.count() == 4


def test_people_in_the_commons_come_once_from_every_cohort_of_the_programme(owner, outsider):
    first = make_cohort()
    second, other = make_cohort(programme=first.programme), make_cohort()
    for cohort, person in ((first, owner), (second, owner), (other, outsider)):
        make_membership(cohort=cohort, person=person, part=Part.ALUMNUS)
        open_forums(cohort=cohort)

    assert list(people_in(Forum.objects.get(kind="commons", programme=first.programme))) == [owner]
