import pytest
from django.test import Client

from forums.actions.forums import open_forums
from tests.factories import make_cohort

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def strict(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    return client


def post(client, **headers):
    cohort = make_cohort()
    data = {"title": "A title", "body": "Words I would <b>miss</b>", "csrfmiddlewaretoken": "stale", "password": "SECRET-CANARY"}
    return client.post(f"/c/{cohort.slug}/forum/new/", data, headers=headers)


def test_a_stale_token_keeps_the_words_and_never_shows_a_password(strict):
    response = post(strict, origin="http://testserver")

    html = response.content.decode()
    assert response.status_code == 403
    assert "Words I would &lt;b&gt;miss&lt;/b&gt;" in html
    assert "SECRET-CANARY" not in html


def test_a_form_from_elsewhere_gets_no_button_that_works(strict):
    response = post(strict, origin="http://elsewhere.example")

    assert (response.status_code, "Words I would" in response.content.decode()) == (403, False)
    assert response.context["kept"] == []


def test_not_found_says_the_same_for_every_reason(client, owner):
    client.force_login(owner)
    other = make_cohort()

    pages = [client.get(address) for address in (f"/c/{other.slug}/course/", "/c/none/course/", "/nowhere/")]

    assert [page.status_code for page in pages] == [404, 404, 404]


def test_more_than_a_page_takes_is_refused_with_the_limit_named(client, owner):
    cohort = make_cohort(members=[owner])
    open_forums(cohort=cohort)
    client.force_login(owner)

    response = client.post(f"/c/{cohort.slug}/forum/new/", {"title": "Long", "body": "x" * 1_100_000})

    assert response.status_code == 413
    assert "more than 1000 kB" in response.content.decode()


def test_a_stale_token_keeps_every_value_of_a_name(strict):
    response = strict.post("/account/", {"members": ["1", "2", "3"]}, headers={"origin": "http://testserver"})

    kept = [(one.name, one.value) for one in response.context["kept"]]
    assert kept == [("members", "1"), ("members", "2"), ("members", "3")]
