import pytest
from django.test import Client

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

FROM_A_PAGE = {"origin": "http://testserver", "accept": "text/html,*/*;q=0.8", "sec-fetch-mode": "navigate"}
WORDS = {"title": "One", "body": "It stirred me", "client_id": "11111111-1111-1111-1111-111111111111", "csrfmiddlewaretoken": "stale"}


def send(client: Client, address: str = "/journal/new/", words: dict[str, str] = WORDS, **headers: str):
    return client.post(address, words, headers=FROM_A_PAGE | headers)


def test_a_form_sent_signed_out_keeps_the_words_and_asks_to_sign_in(client):
    response = send(client)

    html = response.content.decode()
    assert (response.status_code, response.context["words"], response.context["signed_out"]) == (403, ["One", "It stirred me"], True)
    assert '<form class="form" method="post" action="/journal/new/">' in html
    assert 'name="client_id" value="11111111-1111-1111-1111-111111111111"' in html
    assert ('href="/accounts/login/"' in html, 'target="_blank" rel="noopener"' in html) == (True, True)


def test_a_form_sent_signed_out_with_a_stale_token_does_the_same():
    response = send(Client(enforce_csrf_checks=True))

    assert (response.status_code, response.context["words"], response.context["signed_out"]) == (403, ["One", "It stirred me"], True)


def test_short_words_are_shown_when_the_token_is_stale(owner):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)

    response = send(strict)

    assert (response.context["words"], response.context["signed_out"]) == (["One", "It stirred me"], False)


def test_what_the_editor_sent_is_shown_as_words_and_sent_again_as_it_was(client):
    response = send(client, words=WORDS | {"body": "<p>It <em>stirred</em> me</p>", "body_form": "html"})

    assert response.context["words"] == ["One", "It stirred me"]
    assert 'name="body" value="&lt;p&gt;It &lt;em&gt;stirred&lt;/em&gt; me&lt;/p&gt;"' in response.content.decode()


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-mode": "cors"}, {"accept": "application/json"}, {"origin": "http://elsewhere.example"}],
    ids=["by a script", "not for a page", "from elsewhere"],
)
def test_only_a_page_of_ours_gets_its_words_back(client, headers):
    response = send(client, **headers)

    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/?next=/journal/new/")


def test_a_form_without_words_leads_to_the_sign_in(client):
    response = send(client, "/theme/", {"theme": "dark", "next": "/"})

    assert response.status_code == 302


def test_a_password_is_never_kept(client):
    response = send(client, words=WORDS | {"password": "SECRET-CANARY"})

    assert (response.status_code, "SECRET-CANARY" in response.content.decode()) == (302, False)


@pytest.mark.parametrize("address", ["/cannot-get-in/", "/accounts/password/reset/", "/accounts/login/"])
def test_where_nobody_signs_in_a_stale_token_does_not_ask_for_it(address):
    response = send(Client(enforce_csrf_checks=True), address, {"message": "I am stuck", "csrfmiddlewaretoken": "stale"})

    assert (response.status_code, response.context["signed_out"], response.context["words"]) == (403, False, ["I am stuck"])


def test_words_sent_again_after_signing_in_arrive(client, owner):
    send(client)
    client.force_login(owner)

    response = send(client)

    assert response.status_code == 302
    assert "It stirred me" in client.get(response.headers["Location"]).content.decode()
