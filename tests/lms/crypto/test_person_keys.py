"""Keys of people."""

import pytest
from django.db import transaction

from lms import crypto
from lms.keys.models import PersonKey

BOTH = pytest.mark.django_db(databases=["default", "keys"])


@BOTH
def test_person_keys_leave_out_one_that_does_not_open(owner, teammate):
    mine, _theirs = (crypto.person_key(person.pk, make=True) for person in (owner, teammate))
    PersonKey.objects.filter(person_id=teammate.pk).update(wrapped=PersonKey.objects.get(person_id=owner.pk).wrapped)

    assert crypto.person_keys([owner.pk, teammate.pk]) == {owner.pk: mine}


@BOTH
def test_person_key_of_somebody_without_one_is_unreadable():
    with pytest.raises(crypto.Unreadable):
        crypto.person_key(1)

    assert PersonKey.objects.count() == 0


@BOTH
def test_person_key_moved_to_another_person_does_not_open():
    crypto.person_key(1, make=True)
    PersonKey.objects.create(person_id=2, wrapped=PersonKey.objects.get(person_id=1).wrapped)

    with pytest.raises(crypto.Unreadable):
        crypto.person_key(2)


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_person_key_stays_when_the_words_are_rolled_back():
    with pytest.raises(RuntimeError), transaction.atomic():
        key = crypto.person_key(1, make=True)
        raise RuntimeError

    assert crypto.person_key(1) == key


@BOTH
def test_unwrap_key_opens_for_its_owner_in_its_place_only():
    key, wrapped = crypto.wrap_new_key(1, place="entry:1")
    crypto.person_key(2, make=True)

    assert crypto.unwrap_key(wrapped, 1, place="entry:1") == key
    for person, place in [(2, "entry:1"), (1, "entry:2")]:
        with pytest.raises(crypto.Unreadable):
            crypto.unwrap_key(wrapped, person, place=place)


@BOTH
def test_destroy_person_key_closes_everything_under_it():
    _, wrapped = crypto.wrap_new_key(1, place="entry:1")

    crypto.destroy_person_key(1)

    with pytest.raises(crypto.Unreadable):
        crypto.unwrap_key(wrapped, 1, place="entry:1")
    crypto.person_key(1, make=True)  # a new one is another one
    with pytest.raises(crypto.Unreadable):
        crypto.unwrap_key(wrapped, 1, place="entry:1")


@BOTH
def test_derived_key_differs_by_person_and_purpose_and_is_not_the_persons_key():
    keys = [crypto.derived_key(person, purpose=purpose) for person in (1, 2) for purpose in ("a", "b")]

    assert len({*keys, crypto.person_key(1), crypto.person_key(2)}) == 6
    assert crypto.derived_key(1, purpose="a") == keys[0]
    assert len(crypto.derived_key(1, purpose="a", length=16)) == 16
