import resource

import pytest
from django.core.management import CommandError, call_command

from lms import crypto
from lms.keys.models import PersonKey
from lms.management.commands import run_web


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1", "tcp:port=8000:interface=127.0.0.1:backlog=2048"),
        ("::1", r"tcp6:port=8000:interface=\:\:1:backlog=2048"),
        ("0.0.0.0", "tcp:port=8000:interface=0.0.0.0:backlog=2048"),
    ],
)
def test_endpoint_speaks_twisted(address, words):
    assert run_web.endpoint(address, 8000) == words


@pytest.mark.parametrize(
    ("host", "has_six", "expected"),
    [("localhost", True, ["127.0.0.1", "::1"]), ("localhost", False, ["127.0.0.1"]), ("0.0.0.0", True, ["0.0.0.0"])],
)
def test_addresses_of_localhost_are_both_where_the_machine_has_both(monkeypatch, host, has_six, expected):
    monkeypatch.setattr(run_web, "has_address", lambda _: has_six)

    assert run_web.addresses(host) == expected


@pytest.mark.parametrize(
    ("now", "most", "then"),
    [
        (1024, 524_288, [(65_536, 524_288)]),
        (1024, resource.RLIM_INFINITY, [(65_536, resource.RLIM_INFINITY)]),
        (1024, 4096, [(4096, 4096)]),  # all that we may
        (100_000, 524_288, []),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, []),
    ],
)
def test_allow_many_sockets_raises_what_may_be_raised_and_lowers_nothing(monkeypatch, now, most, then):
    made = []
    monkeypatch.setattr(run_web.resource, "getrlimit", lambda _: (now, most))
    monkeypatch.setattr(run_web.resource, "setrlimit", lambda _, limits: made.append(limits))

    run_web.allow_many_sockets()

    assert made == then


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)  # the command closes what it opened
def test_run_web_does_not_begin_with_another_site_key(tmp_path, settings, monkeypatch):
    began = []
    monkeypatch.setattr(run_web.CommandLine, "run", lambda self, options: began.append(options))
    settings.SITE_KEYS_FILE = tmp_path / "site.keys"
    call_command("run_web")  # nobody has a key yet
    PersonKey.objects.create(person_id=1, wrapped=crypto.seal(b"k" * 32, key=crypto.new_key(), place="person:1", key_id=b"gone"))

    with pytest.raises(CommandError, match="put back the file that this site had before"):
        call_command("run_web")

    assert len(began) == 1


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_run_web_allows_many_sockets_before_it_serves(tmp_path, settings, monkeypatch):
    done = []
    monkeypatch.setattr(run_web, "allow_many_sockets", lambda: done.append("allows"))
    monkeypatch.setattr(run_web.CommandLine, "run", lambda self, options: done.append("serves"))
    settings.SITE_KEYS_FILE = tmp_path / "site.keys"

    call_command("run_web")

    assert done == ["allows", "serves"]
