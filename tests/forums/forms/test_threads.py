import pytest

from forums.forms.threads import ListPlaceForm, ThreadPlaceForm, as_typed, list_key
from lms import richtext
from tests.factories import make_cohort
from tests.forums.factories import begin_thread


@pytest.mark.parametrize("typed", ["One", "One\ntwo", "One\n\nTwo < three & four\nfive", "x<y and y>z"])
def test_as_typed_gives_back_what_was_typed(typed):
    assert as_typed(richtext.from_plain(typed, "post")) == typed


def test_as_typed_keeps_the_lines_of_a_list():
    assert as_typed("<p>So:</p><ul><li>one</li><li>two</li></ul><p>Yes</p>").split() == ["So:", "one", "two", "Yes"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({}, (None, None, None)),
        ({"from": "7", "answers": "9"}, (7, None, 9)),
        ({"before": "8"}, (None, 8, None)),
        ({"from": "0", "before": "-1", "answers": "x"}, (None, None, None)),
        ({"from": str(2**63)}, (None, None, None)),
    ],
)
def test_place_reads_what_makes_sense(query, place):
    assert tuple(ThreadPlaceForm(query).place().values()) == place


@pytest.mark.django_db
def test_list_key_names_a_place_exactly(owner):
    thread = begin_thread(cohort=make_cohort(members=[owner]), author=owner)
    thread.refresh_from_db()

    assert ListPlaceForm({"after": list_key(thread)}).place() == (False, True, thread.last_post_at, thread.pk)
