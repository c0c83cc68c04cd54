import pytest
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_healthz_says_that_the_process_answers(client):
    assert client.get("/healthz").json() == {"process": "ok"}


def test_readyz_asks_database_migrations_and_layer(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"database": "ok", "migrations": "ok", "layer": "ok"})


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 200), ("/metrics", 400), ("/", 400), ("/healthz/x", 400)])
def test_what_watches_a_process_may_ask_by_its_address_and_nobody_else(client, path, status):
    assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code == status


def test_readyz_is_503_while_a_migration_waits(client):
    MigrationRecorder.Migration.objects.filter(app="mail").delete()

    response = client.get("/readyz")

    assert (response.status_code, response.json()["migrations"]) == (503, "waiting")


def test_readyz_names_a_layer_that_is_down_and_not_why(client, monkeypatch):
    def broken():
        raise ConnectionError("redis at secret-host refused")

    monkeypatch.setattr("lms.views.health.get_channel_layer", broken)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"database": "ok", "migrations": "ok", "layer": "down"})
