"""A shared version as its readers see it."""

import pytest
from django.utils import timezone

from courses.actions.journals import delete_entry
from courses.actions.shares import withdraw_share
from courses.models import Membership, SharedVersion, ShareReader
from lms import crypto
from lms.permissions import Part
from tests.courses.factories import HTML, make_share
from tests.courses.views.shares.pages import WITH_ME, address, page, signed_in
from tests.factories import make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_shared_shows_the_words_and_that_opening_is_seen(theirs, share):
    answer = theirs.get(address(share))

    assert HTML in page(answer)
    assert "Owner can see that you opened this, and when." in page(answer)
    assert ShareReader.objects.get().first_opened_at is not None


def test_shared_asked_for_its_head_is_not_opened(theirs, share):
    assert theirs.head(address(share)).status_code == 200
    assert ShareReader.objects.get().first_opened_at is None


def test_shared_is_seen_by_the_author_as_by_readers(mine, share):
    answer = mine.get(address(share))

    assert HTML in page(answer)
    assert ShareReader.objects.get().first_opened_at is None


@pytest.mark.parametrize("who", [*Part, "site coordinator", "outsider"])
def test_shared_does_not_exist_for_anybody_else(cohort, share, who):
    other = make_user(coordinates=who == "site coordinator")
    if who in list(Part):
        cohort.groups.get().members.add(make_membership(cohort=cohort, person=other, part=who))
    client = signed_in(other)

    codes = [client.get(address(share)), client.post(address(share, "respond/"), {"body": "x"}), client.get(f"/journal/{share.entry_id}/")]
    codes += [client.get(f"/journal/shares/{share.pk}/withdraw/"), client.post(f"/journal/shares/{share.pk}/withdraw/")]

    assert [answer.status_code for answer in codes] == [404] * 5
    assert SharedVersion.objects.get().withdrawn_at is None
    assert client.get(WITH_ME).context["lines"] == []


def test_shared_does_not_let_a_reader_into_the_entry_or_withdraw(theirs, share):
    entry = f"/journal/{share.entry_id}/"
    addresses = [entry, f"{entry}share/", f"{entry}delete/", f"/journal/shares/{share.pk}/withdraw/"]

    assert [theirs.get(one).status_code for one in addresses] == [404] * 4


def withdrawn(owner, share):
    withdraw_share(actor=owner, share_id=share.pk)


def ended(owner, share):
    SharedVersion.objects.update(ends_at=timezone.now())


def removed(owner, share):
    Membership.objects.exclude(person=owner).update(ended_at=timezone.now())


def deleted(owner, share):
    delete_entry(actor=owner, entry_id=share.entry_id)


@pytest.mark.parametrize("over", [withdrawn, ended, removed, deleted])
def test_shared_is_gone_for_readers_at_once(theirs, owner, share, over):
    assert theirs.get(address(share)).status_code == 200

    over(owner, share)

    assert theirs.get(address(share)).status_code == 404
    assert theirs.get(WITH_ME).context["lines"] == []


def test_shared_without_the_authors_key_says_that_a_voice_withdrew(theirs, owner, share):
    crypto.destroy_person_key(owner.pk)

    for answer in (theirs.get(address(share)), theirs.post(address(share, "respond/"), {"body": "x"})):
        assert (answer.status_code, "A voice withdrew" in page(answer)) == (410, True)


def test_shared_with_me_lists_what_one_may_read_and_what_is_new(theirs, owner, teammate, cohort, share):
    theirs.get(address(share))
    newer = make_share(author=owner, reader=teammate, cohort=cohort)
    make_share(author=teammate, reader=owner, cohort=cohort)

    lines = theirs.get(WITH_ME).context["lines"]

    assert [(line.share, line.is_new) for line in lines] == [(newer, True), (share, False)]


def test_journal_leads_to_what_is_shared_with_you(theirs):
    assert f'href="{WITH_ME}"' in page(theirs.get("/journal/"))
