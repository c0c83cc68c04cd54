"""Changing the site's key."""

import base64

import pytest

from lms import crypto
from lms.keys.models import PersonKey

BOTH = pytest.mark.django_db(databases=["default", "keys"])


def test_site_key_lines_are_those_of_the_file(keys_file, put_above):
    newest = put_above()
    keys_file.write_text("\n" + keys_file.read_text().replace("\n", "\n\n"))

    assert list(crypto.site_key_lines().values()) == [2, 4]
    assert crypto.site_key_lines()[newest] == 2


@BOTH
def test_a_process_that_began_before_a_key_was_put_in_opens_what_it_wraps(keys_file, put_above):
    key = crypto.person_key(1, make=True)
    newest = put_above()
    newer = base64.urlsafe_b64decode(keys_file.read_text().split()[0])
    assert newest not in crypto.site_keys()  # remembered from before

    PersonKey.objects.update(wrapped=crypto.seal(key, key=newer, place="person:1", key_id=newest))  # by another process

    assert crypto.person_key(1) == key
    assert next(iter(crypto.site_keys())) == newest


@BOTH
def test_rewrap_person_key_keeps_the_key_and_changes_its_wrapping_once(put_above):
    key = crypto.person_key(1, make=True)
    newest = put_above()
    crypto._read_site_keys.cache_clear()

    assert [crypto.rewrap_person_key(1), crypto.rewrap_person_key(1)] == [True, False]
    assert crypto.person_key(1) == key
    assert crypto.person_keys_by_site_key() == {newest: 1}


@BOTH
def test_rewrap_person_key_of_somebody_erased_brings_nothing_back(put_above):
    assert crypto.rewrap_person_key(1) is False
    assert PersonKey.objects.count() == 0


@BOTH
def test_rewrap_person_key_that_does_not_open_changes_nothing(put_above):
    crypto.person_key(1, make=True)
    PersonKey.objects.create(person_id=2, wrapped=PersonKey.objects.get().wrapped)
    put_above()
    crypto._read_site_keys.cache_clear()
    before = PersonKey.objects.values().get(person_id=2)

    with pytest.raises(crypto.Unreadable):
        crypto.rewrap_person_key(2)

    assert PersonKey.objects.values().get(person_id=2) == before


@BOTH
def test_people_with_older_keys_come_in_pages_and_without_those_under_the_newest(put_above):
    for person in (5, 3, 9):
        crypto.person_key(person, make=True)
    put_above()
    crypto._read_site_keys.cache_clear()
    crypto.person_key(4, make=True)

    assert crypto.people_with_older_keys(limit=2) == [3, 5]
    assert crypto.people_with_older_keys(after=5, limit=2) == [9]
