import pytest

from forums.forms.posts import EarlierPlaceForm, EditForm, ReactionForm
from forums.forms.threads import KeptWordsForm


@pytest.mark.parametrize(
    ("sent", "valid"),
    [
        ({"react": "heard"}, True),
        ({"take_back": "with_you"}, True),
        ({"react": "heard", "take_back": "moved"}, False),
        ({"react": "loved"}, False),
        ({}, False),
    ],
)
def test_reaction_takes_exactly_one_word(sent, valid):
    assert ReactionForm(sent).is_valid() is valid


@pytest.mark.parametrize("asks_why", [True, False])
def test_edit_asks_why_only_where_it_is_wanted(asks_why):
    assert ("why" in EditForm(asks_why=asks_why).fields) is asks_why


@pytest.mark.parametrize(("query", "place"), [({}, None), ({"before": "7"}, 7), ({"before": "x"}, None), ({"before": str(2**63)}, None)])
def test_earlier_place_reads_what_makes_sense(query, place):
    assert EarlierPlaceForm(query).place() == place


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"body": "One <b>\n\ntwo"}, "One <b>\n\ntwo"),
        ({"body": "<p>One &amp;</p><p>two</p><script>x</script>", "body_form": "html"}, "One &\n\ntwo\n\nx"),
        ({}, ""),
    ],
)
def test_kept_words_are_plain(sent, words):
    assert KeptWordsForm(sent).words() == words
