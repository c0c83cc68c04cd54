"""The site's key, and a wrong one."""

import base64
import stat
from multiprocessing.pool import ThreadPool

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from lms import crypto
from lms.keys.models import PersonKey

BOTH = pytest.mark.django_db(databases=["default", "keys"])


def test_site_keys_are_made_for_their_owner_only(keys_file):
    (key,) = crypto.site_keys().values()

    assert len(key) == 32
    assert stat.S_IMODE(keys_file.stat().st_mode) == 0o600
    assert list(keys_file.parent.iterdir()) == [keys_file]


def test_site_keys_made_by_several_at_once_are_one(keys_file):
    with ThreadPool(8) as pool:
        pool.map(crypto._make_site_keys, [keys_file] * 8)

    assert len(keys_file.read_text().split()) == 1
    assert list(keys_file.parent.iterdir()) == [keys_file]


def test_make_site_keys_never_replaces_a_key(keys_file):
    crypto._make_site_keys(keys_file)
    before = keys_file.read_text()

    crypto._make_site_keys(keys_file)

    assert keys_file.read_text() == before


def test_site_keys_missing_on_a_server_are_said_and_not_made(keys_file, settings):
    settings.TESTING = False

    with pytest.raises(ImproperlyConfigured, match="make_site_key"):
        crypto.site_keys()

    assert not keys_file.exists()


@pytest.mark.parametrize("text", ["", "short\n", base64.urlsafe_b64encode(b"x" * 31).decode(), "ä" * 44])
def test_site_keys_refuse_a_damaged_file_in_one_sentence(keys_file, text):
    keys_file.parent.mkdir()
    keys_file.write_text(text)

    with pytest.raises(ImproperlyConfigured, match=r"site\.keys"):
        crypto.site_keys()


@BOTH
def test_person_keys_of_an_older_site_key_still_open(keys_file):
    old = crypto.person_key(1, make=True)
    newer = base64.urlsafe_b64encode(crypto.new_key()).decode()
    keys_file.write_text(f"{newer}\n{keys_file.read_text()}")
    crypto._read_site_keys.cache_clear()

    assert crypto.person_key(1) == old
    crypto.person_key(2, make=True)
    newest = next(iter(crypto.site_keys()))
    assert bytes(PersonKey.objects.get(person_id=2).wrapped)[1:5] == newest


@BOTH
def test_check_site_keys_is_content_with_any_key_that_opens_the_last(keys_file, put_above):
    crypto.check_site_keys()  # nobody has a key yet
    crypto.person_key(1, make=True)
    put_above()
    crypto._read_site_keys.cache_clear()

    crypto.check_site_keys()


@BOTH
@pytest.mark.parametrize("others", [0, 1])
def test_check_site_keys_names_another_file_in_one_sentence(keys_file, others):
    crypto.person_key(1, make=True)
    keys_file.unlink()
    crypto._read_site_keys.cache_clear()
    for _ in range(others):
        crypto._make_site_keys(keys_file)

    with pytest.raises(ImproperlyConfigured) as said:
        crypto.check_site_keys()

    assert str(said.value) == f"None of the keys in {keys_file} opens what is kept here: put back the file that this site had before."
    assert said.value.__suppress_context__


def test_check_site_keys_leaves_a_database_that_is_away_to_the_health_page(keys_file, monkeypatch):
    def away(*args):
        raise OperationalError

    monkeypatch.setattr(PersonKey.objects, "order_by", away)

    crypto.check_site_keys()


def test_site_keys_that_cannot_be_read_are_said_in_one_sentence(keys_file):
    keys_file.mkdir(parents=True)

    with pytest.raises(ImproperlyConfigured) as said:
        crypto.site_keys()

    assert str(said.value) == f"The file with the site's keys, {keys_file}, cannot be read: Is a directory."


def test_site_keys_never_say_what_stands_in_the_file(keys_file):
    keys_file.parent.mkdir()
    keys_file.write_bytes(b"\xff\xfeSECRET-HALF-OF-A-KEY\n")

    with pytest.raises(ImproperlyConfigured) as said:
        crypto.site_keys()

    assert str(said.value) == f"{keys_file}, line 1: a site key is 32 bytes in base64."
