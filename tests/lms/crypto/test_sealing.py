"""Sealing and unsealing."""

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from lms import crypto
from lms.keys.models import PersonKey

BOTH = pytest.mark.django_db(databases=["default", "keys"])


@given(st.binary(max_size=200), st.text(max_size=30))
def test_unseal_gives_back_what_was_sealed(plain, place):
    key = crypto.new_key()

    assert crypto.unseal(crypto.seal(plain, key=key, place=place), key=key, place=place) == plain


@given(st.integers(min_value=0, max_value=60), st.integers(min_value=1, max_value=255))
def test_unseal_refuses_a_changed_byte_wherever_it_is(position, change):
    key = crypto.new_key()
    sealed = bytearray(crypto.seal(b"a canary in the coal mine, singing", key=key, place="here"))
    sealed[position] ^= change

    with pytest.raises(crypto.Unreadable):
        crypto.unseal(bytes(sealed), key=key, place="here")


@BOTH
def test_person_keys_are_those_of_each_person_in_one_query(owner, teammate, outsider, django_assert_num_queries):
    keys = {person.pk: crypto.person_key(person.pk, make=True) for person in (owner, teammate)}

    with django_assert_num_queries(1, connection=connections["keys"]):
        assert crypto.person_keys([owner.pk, teammate.pk, outsider.pk, owner.pk]) == keys


@pytest.mark.parametrize("place", ["", "there", "here ", "here:1"])
def test_unseal_refuses_another_place(place):
    key = crypto.new_key()
    sealed = crypto.seal(b"words", key=key, place="here")

    with pytest.raises(crypto.Unreadable) as refusal:
        crypto.unseal(sealed, key=key, place=place)

    assert "words" not in str(refusal.value)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 32, b"\x02" * 60])
def test_unseal_refuses_what_was_never_sealed(sealed):
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(sealed, key=crypto.new_key(), place="here")


def test_unseal_reads_what_a_database_gives():
    key = crypto.new_key()
    sealed = crypto.seal(b"words", key=key, place="here")

    assert crypto.unseal(memoryview(sealed), key=key, place="here") == b"words"


def test_seal_never_repeats_itself():
    key = crypto.new_key()

    assert len({crypto.seal(b"w", key=key, place="here")[5:17] for _ in range(100_000)}) == 100_000  # 5.3 (d)


@BOTH
def test_person_key_is_made_once_and_wrapped():
    key = crypto.person_key(1, make=True)

    row = PersonKey.objects.get()
    assert crypto.person_key(1) == crypto.person_key(1, make=True) == key
    assert key not in bytes(row.wrapped)
