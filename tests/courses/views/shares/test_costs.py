"""What these pages ask of the database."""

from uuid import uuid4

import pytest

from courses.actions.responses import answer_response, respond
from tests.courses.factories import make_peer_group, make_share
from tests.courses.views.shares.pages import WITH_ME, address
from tests.factories import make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def grow(owner, cohort, entry, number):
    people = [make_user() for _ in range(number)]
    make_peer_group(cohort, owner, *people)
    for person in people:
        share = make_share(author=owner, entry=entry, cohort=cohort, readers=[person.pk])
        said = respond(actor=person, share=share, html="<p>x</p>", quoted="", client_id=uuid4())
        answer_response(actor=owner, response=said, html="<p>y</p>", client_id=uuid4())


@pytest.mark.parametrize(
    "where", ["/journal/{entry}/", "/journal/{entry}/share/", "/journal/shares/{share}/withdraw/", "/journal/{entry}/delete/"]
)
def test_an_authors_pages_cost_the_same_whatever_is_shared(mine, owner, cohort, share, django_assert_max_num_queries, where):
    entry, counts = share.entry, []
    mine.get("/journal/")
    for number in (1, 4):
        grow(owner, cohort, entry, number)
        with django_assert_max_num_queries(12) as captured:
            assert mine.get(where.format(entry=entry.pk, share=share.pk)).status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_a_readers_pages_cost_the_same_whatever_is_shared(theirs, owner, teammate, cohort, share, django_assert_max_num_queries):
    theirs.get(address(share))
    counts = []
    for number in (1, 5):
        for _ in range(number):
            said = respond(actor=teammate, share=share, html="<p>x</p>", quoted="", client_id=uuid4())
            answer_response(actor=owner, response=said, html="<p>y</p>", client_id=uuid4())
            make_share(author=owner, reader=teammate, cohort=cohort)
        for where in (WITH_ME, address(share)):
            with django_assert_max_num_queries(12) as captured:
                theirs.get(where)
            counts.append(len(captured))

    assert counts[:2] == counts[2:]
