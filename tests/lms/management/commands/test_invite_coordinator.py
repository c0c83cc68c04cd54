import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from lms.mail.models import Letter
from lms.users.models import Invitation


def test_invite_coordinator_writes_the_letter_and_prints_its_link(db, capsys) -> None:
    call_command("invite_coordinator", "Ana@Example.org")

    link = capsys.readouterr().out.split()[-1]
    letter = Letter.objects.get()
    assert (letter.to, link in letter.body) == ("ana@example.org", True)
    assert Client().get(link)["Location"] == "/accounts/signup/"
    assert Invitation.objects.get().coordinates is True


def test_invite_coordinator_again_makes_the_newest_link_count(db, capsys) -> None:
    links = []
    for _ in range(2):
        call_command("invite_coordinator", "ana@example.org")
        links.append(capsys.readouterr().out.split()[-1])

    assert [Client().get(link).status_code for link in links] == [410, 302]


def test_invite_coordinator_refuses_what_is_no_address(db) -> None:
    with pytest.raises(CommandError, match="does not look like an e-mail address"):
        call_command("invite_coordinator", "ana")

    assert not Invitation.objects.exists()
    assert not Letter.objects.exists()
