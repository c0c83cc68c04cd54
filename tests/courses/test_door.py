import datetime
import xml.etree.ElementTree as ElementTree

import pytest
from django.core import signing

from courses.door import GOOD_FOR, SALT, SHOWN, NotOurs, Over, code_for, picture, sitting_of


def test_sitting_of_finds_what_code_for_named():
    assert sitting_of(code_for(731)) == 731


def test_sitting_of_knows_no_code_that_is_too_old(monkeypatch):
    code = code_for(731)
    later = signing.time.time() + GOOD_FOR.total_seconds() + 1
    monkeypatch.setattr(signing.time, "time", lambda: later)

    with pytest.raises(Over):
        sitting_of(code)


@pytest.mark.parametrize("code", ["", "731", code_for(731) + "x", code_for(731).replace("731", "732", 1), "no-such-thing"])
def test_sitting_of_knows_no_code_that_was_made_elsewhere(code):
    with pytest.raises(NotOurs):
        sitting_of(code)


def test_sitting_of_knows_no_name_signed_for_something_else():
    with pytest.raises(NotOurs):
        sitting_of(signing.TimestampSigner(salt="another").sign("731"))
    with pytest.raises(NotOurs):
        sitting_of(signing.TimestampSigner(salt=SALT).sign("not a number"))


def test_a_code_is_good_for_longer_than_it_is_shown():
    assert datetime.timedelta() < SHOWN < GOOD_FOR <= datetime.timedelta(minutes=5)


def test_picture_is_dark_on_light_without_script_or_style():
    drawn = picture("https://example.org/c/cohort/attendance/here/1:2:3/")

    root = ElementTree.fromstring(drawn)
    assert root.tag.endswith("svg")
    assert (b"#000" in drawn, b"#fff" in drawn, b"<style" in drawn, b"<script" in drawn, b"style=" in drawn) == (
        True,
        True,
        False,
        False,
        False,
    )
