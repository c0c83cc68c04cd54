import pytest
from django.db import OperationalError

from lms import queue

TOKEN = "a-token-of-those-who-watch"


@pytest.fixture
def token(settings) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN


@pytest.mark.django_db
def test_metrics_tells_who_has_the_token(client, token):
    client.get("/healthz")

    response = client.get("/metrics", headers={"authorization": f"Bearer {token}"})

    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    told = response.content.decode()
    assert ('lms_requests_total{status="2xx"}' in told, 'lms_waiting{what="tasks"} 0.0' in told) == (True, True)


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", "Bearer no", f"Basic {TOKEN}", TOKEN])
def test_metrics_does_not_exist_for_anybody_else(client, token, said):
    absent = client.get("/no-such-page")

    assert (client.get("/metrics", headers={"authorization": said}).status_code, absent.status_code) == (404, 404)


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["", "Bearer "])
def test_metrics_does_not_exist_where_there_is_no_token(client, settings, said):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"authorization": said}).status_code == 404


@pytest.mark.django_db
def test_metrics_tells_the_rest_while_the_database_is_away(client, token, monkeypatch):
    def away():
        raise OperationalError("away")

    monkeypatch.setattr(queue, "waiting", away)

    response = client.get("/metrics", headers={"authorization": f"Bearer {token}"})

    assert 'lms_waiting{what="tasks"} NaN' in response.content.decode()


@pytest.mark.django_db
def test_metrics_answers_by_any_name_to_who_has_the_token_alone(client, token):
    by_address = {"host": "10.0.0.7:8000"}

    told = client.get("/metrics", headers=by_address | {"authorization": f"Bearer {token}"})
    strangers = [
        client.get(path, headers=by_address | {"authorization": "Bearer no"}).status_code for path in ("/metrics", "/no-such-page")
    ]

    assert (told.status_code, strangers) == (200, [400, 400])
