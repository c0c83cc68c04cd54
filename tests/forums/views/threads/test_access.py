"""Who meets the pages of a forum."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forums.models import Post
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, prompt_thread
from tests.forums.views.threads.pages import address, signed_in, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("trainee", 200),
        ("trainer", 200),
        ("coordinator", 200),
        ("aftercare", 200),
        ("interpreter", 404),
        ("removed", 404),
        ("other cohort", 404),
        ("outsider", 404),
    ],
)
def test_pages_by_part(cohort, owner, who, status, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = False
    thread, person = begin_thread(cohort=cohort, author=owner), make_user()
    if who == "other cohort":
        make_cohort(members=[person])
    elif who == "removed":
        make_membership(cohort=cohort, person=person, ended_at=timezone.now())
    elif who != "outsider":
        make_membership(cohort=cohort, person=person, part=Part(who))
    client = signed_in(person)

    got = [
        client.get(address(name, cohort, *args)).status_code for name, args in [("forum", []), ("thread-new", []), ("thread", [thread.pk])]
    ]
    edit = client.get(address("post-edit", cohort, thread.posts.get().pk)).status_code
    posted = [
        client.post(address(name, cohort, *args), words(title="T")).status_code
        for name, args in [("thread-new", []), ("reply", [thread.pk])]
    ]

    assert (got, edit) == ([status] * 3, 404)
    assert posted == ([302, 302] if status == 200 else [404, 404])
    assert Post.objects.count() == (3 if status == 200 else 1)


def test_pages_ask_who_is_not_signed_in_to_sign_in(cohort, owner, client):
    thread = begin_thread(cohort=cohort, author=owner)

    for name, args in [
        ("forum", []),
        ("thread-new", []),
        ("thread", [thread.pk]),
        ("reply", [thread.pk]),
        ("post-edit", [thread.posts.get().pk]),
    ]:
        response = client.get(address(name, cohort, *args))
        assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))


def test_thread_under_another_cohort_or_absent_is_the_same_404(cohort, owner, teammate, as_owner):
    other = make_cohort(members=[owner])
    elsewhere = begin_thread(cohort=other, author=owner)
    not_mine = begin_thread(cohort=make_cohort(members=[teammate]), author=teammate)

    pages = []
    for pk in (elsewhere.pk, not_mine.pk, 10**6, 10**17):
        response = as_owner.get(address("thread", cohort, pk))
        pages.append(
            (response.status_code, re.sub(r"csrf\S+ value=\S+|data-bell=\S+", "", response.content.decode()).replace(f"/forum/{pk}/", ""))
        )

    assert pages == [pages[0]] * 4
    assert pages[0][0] == 404


def test_thread_of_a_question_not_open_is_404_and_not_in_the_list(cohort, as_owner):
    later, now = prompt_thread(cohort=cohort, opens_in=3), prompt_thread(cohort=cohort)

    statuses = [as_owner.get(address("thread", cohort, thread.pk)).status_code for thread in (later, now)]
    listed = as_owner.get(address("forum", cohort)).content.decode()

    assert statuses == [404, 200]
    assert [f'href="{address("thread", cohort, thread.pk)}"' in listed for thread in (later, now)] == [False, True]


def test_forms_need_the_token_of_their_page(cohort, owner):
    thread = begin_thread(cohort=cohort, author=owner)
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    tries = [("thread-new", []), ("reply", [thread.pk]), ("post-edit", [thread.posts.get().pk])]

    assert [client.post(address(name, cohort, *args), words(title="T")).status_code for name, args in tries] == [403, 403, 403]


def test_forms_carry_the_token_of_their_page(cohort, owner):
    thread = begin_thread(cohort=cohort, author=owner)
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    post = thread.posts.get()
    forms = [("thread-new", "thread-new", []), ("thread", "reply", [thread.pk]), ("post-edit", "post-edit", [post.pk])]

    statuses = []
    for page, target, args in forms:
        html = client.get(address(page, cohort, *args)).content.decode()
        form = html[html.index("<main") : html.index("</main")]
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[-1]
        statuses.append(client.post(address(target, cohort, *args), words(title="T", csrfmiddlewaretoken=token)).status_code)

    assert statuses == [302, 302, 302]
