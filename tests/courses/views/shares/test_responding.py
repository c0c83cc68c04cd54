"""Responding to what was shared."""

from uuid import uuid4

import pytest

from courses.actions.responses import respond
from courses.actions.shares import withdraw_share
from courses.models import SharedVersion, ShareResponse
from tests.courses.factories import FIRST, make_share
from tests.courses.views.shares.pages import WITH_ME, address, page, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_shared_respond_stands_beside_the_words(theirs, mine, teammate, share):
    answer = theirs.post(address(share, "respond/"), {"body": "I heard <the weather>", "quoted": FIRST})

    said = ShareResponse.objects.get()
    assert answer["Location"] == f"{address(share)}#response-{said.pk}"
    for seen in (theirs.get(address(share)), mine.get(f"/journal/{share.entry_id}/")):
        assert "<p>I heard &lt;the weather&gt;</p>" in seen.content.decode()
        assert f"data-taken>{FIRST}</span>" in page(seen)


@pytest.mark.parametrize(("data", "field"), [({"body": ""}, "body"), ({"body": "x", "quoted": "from elsewhere"}, "quoted")])
def test_shared_respond_that_is_refused_comes_back_with_its_words(theirs, share, data, field):
    answer = theirs.post(address(share, "respond/"), data)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer.context["form"]["body"].value() == data["body"]
    assert ShareResponse.objects.count() == 0


@pytest.mark.parametrize(("manner", "offered"), [("read", False), ("talk", False), ("reflect", True)])
def test_shared_offers_words_only_to_who_was_asked_for_them(theirs, share, manner, offered):
    SharedVersion.objects.update(manner=manner)

    assert ('id="composer"' in page(theirs.get(address(share)))) == offered
    assert (theirs.post(address(share, "respond/"), {"body": "x"}).status_code == 302) == offered


def test_shared_respond_of_the_author_answers_a_response(mine, theirs, teammate, share):
    said = respond(actor=teammate, share=share, html="<p>I wonder</p>", quoted="", client_id=uuid4())
    place = f"{address(share)}?answers={said.pk}"

    assert f'href="{place}#composer"' in page(mine.get(f"/journal/{share.entry_id}/"))
    assert "Your answer to Teammate" in page(mine.get(place))
    mine.post(address(share, "respond/"), {"body": "So do I", "answers": said.pk})

    answer = ShareResponse.objects.get(answers=said)
    (beside,) = theirs.get(address(share)).context["responses"]
    assert [(one.response, one.words.html) for one in beside.answers] == [(answer, "<p>So do I</p>")]


def test_shared_respond_of_the_author_to_nothing_is_refused(mine, share):
    for answers in ("", str(uuid4()), "x"):
        answer = mine.post(address(share, "respond/"), {"body": "words", "answers": answers})
        assert answer.status_code == 422
    assert ShareResponse.objects.count() == 0


def test_shared_shows_a_reader_nothing_of_other_readers(owner, teammate, cohort, trainer):
    share = make_share(author=owner, cohort=cohort, readers=[teammate.pk, trainer.pk])
    respond(actor=teammate, share=share, html="<p>Between us</p>", quoted="", client_id=uuid4())

    assert signed_in(trainer).get(address(share)).context["responses"] == []


def test_response_withdraw_leaves_the_place(mine, theirs, teammate, share):
    said = respond(actor=teammate, share=share, html="<p>I wonder</p>", quoted=FIRST, client_id=uuid4())

    answer = theirs.post(f"/journal/responses/{said.pk}/withdraw/", {"next": address(share)})

    assert answer["Location"] == address(share)
    seen = page(mine.get(f"/journal/{share.entry_id}/"))
    assert ("A voice withdrew." in seen, "I wonder</p>" in seen, "data-taken" in seen) == (True, False, False)


def test_response_withdraw_is_not_for_the_author_of_the_entry(mine, teammate, share):
    said = respond(actor=teammate, share=share, html="<p>I wonder</p>", quoted="", client_id=uuid4())

    assert mine.post(f"/journal/responses/{said.pk}/withdraw/").status_code == 404
    assert ShareResponse.objects.get().withdrawn_at is None


def test_shared_with_me_lets_one_withdraw_words_about_what_is_gone(theirs, owner, teammate, share):
    said = respond(actor=teammate, share=share, html="<p>I wonder</p>", quoted=FIRST, client_id=uuid4())
    assert theirs.get(WITH_ME).context["given_back"] == []
    withdraw_share(actor=owner, share_id=share.pk)

    answer = theirs.get(WITH_ME)
    assert answer.context["given_back"] == [said]
    assert (FIRST in page(answer), f"/journal/responses/{said.pk}/withdraw/" in page(answer)) == (False, True)
    theirs.post(f"/journal/responses/{said.pk}/withdraw/")
    assert theirs.get(WITH_ME).context["given_back"] == []
