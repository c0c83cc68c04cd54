import pytest
from django.test import Client
from django.urls import reverse

from forums.actions.forums import open_forums
from forums.actions.settings import set_forum
from forums.models import Forum
from lms.permissions import Part, Refused
from tests.factories import make_cohort, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(owner):
    cohort = make_cohort(members=[owner])
    open_forums(cohort=cohort)
    return cohort


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_forum_settings_are_kept_and_shown(cohort):
    client = client_of(make_membership(cohort=cohort, part=Part.TRAINER).person)
    forum = cohort.forums.get(kind=Forum.Kind.COHORT)
    where = reverse("forums:forum-settings", args=[cohort.slug, forum.pk])

    before = client.get(where).content.decode()
    response = client.post(where, {"allows_anonymous": "on"})
    after = client.get(where).content.decode()

    forum.refresh_from_db()
    assert (forum.allows_anonymous, forum.words_in_mail) == (True, False)
    assert response.url == f"{reverse('forums:forum', args=[cohort.slug])}?in={forum.pk}"
    assert [page.count(" checked") for page in (before, after)] == [0, 1]
    assert "the trainers see who it is" in before


def test_forum_settings_are_for_who_looks_after_the_forum(cohort, owner):
    forum = cohort.forums.get(kind=Forum.Kind.COHORT)
    elsewhere = make_membership(cohort=make_cohort(), part=Part.TRAINER).person

    for person in (owner, elsewhere):
        assert client_of(person).post(reverse("forums:forum-settings", args=[cohort.slug, forum.pk]), {}).status_code == 404
        with pytest.raises(Refused):
            set_forum(actor=person, forum=forum, allows_anonymous=True, words_in_mail=True)

    forum.refresh_from_db()
    assert (forum.allows_anonymous, forum.words_in_mail) == (False, False)
