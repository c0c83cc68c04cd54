"""The pages of sharing."""

import datetime
import html as entities
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from courses.actions.journals import delete_entry, edit_entry
from courses.actions.responses import answer_response, respond, withdraw_response
from courses.actions.shares import read_share, withdraw_share
from courses.models import JournalEntry, Membership, SharedVersion, ShareReader, ShareResponse
from courses.reading_shares import responses_waiting
from lms import crypto
from lms.permissions import Part
from tests.courses.factories import FIRST, HTML, SECOND, THIRD, TITLE, make_entry, make_peer_group, make_share
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

WITH_ME = "/journal/shared/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort()
    make_peer_group(cohort, owner, teammate)
    return cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer A")).person


@pytest.fixture
def mine(owner):
    return signed_in(owner)


@pytest.fixture
def theirs(teammate):
    return signed_in(teammate)


@pytest.fixture
def share(owner, teammate, cohort):
    return make_share(author=owner, reader=teammate, cohort=cohort)


def page(answer):
    return entities.unescape(answer.content.decode())


def words_on(answer):
    return " ".join(re.sub(r"<[^>]*>", " ", page(answer)).split())


def address(share, act=""):
    return f"/journal/shared/{share.pk}/{act}"


def sending(entry, *readers, **overrides):
    fields = {"what": "whole", "readers": [person.pk for person in readers], "manner": "reflect", "version": entry.version}
    return {**fields, "client_id": uuid4(), **overrides}


# --- choosing


def test_share_new_names_peers_and_trainers_and_nobody_is_chosen(mine, owner, cohort, teammate, trainer):
    for part in (Part.COORDINATOR, Part.INTERPRETER, Part.AFTERCARE, Part.TRAINEE):
        make_membership(cohort=cohort, part=part)

    form = mine.get(f"/journal/{make_entry(owner).pk}/share/").context["form"]

    assert dict(form.fields["readers"].choices) == {teammate.pk: "Teammate", trainer.pk: "Trainer A (Trainer)"}
    assert (form["readers"].value(), form["what"].value(), form["manner"].value()) == (None, None, None)
    assert [text for _number, text in form.fields["paragraphs"].choices] == [FIRST, SECOND, THIRD]


def test_share_new_of_who_belongs_nowhere_says_so(mine, owner):
    answer = mine.get(f"/journal/{make_entry(owner).pk}/share/")

    assert "There is nobody here you could share with" in page(answer)


def test_share_new_is_in_the_cohort_asked_for_else_in_that_of_the_entry(mine, owner, cohort):
    other = make_cohort(members=[owner])
    entry = make_entry(owner, cohort=cohort)

    assert mine.get(f"/journal/{entry.pk}/share/").context["cohort"] == cohort
    assert mine.get(f"/journal/{entry.pk}/share/?cohort={other.slug}").context["cohort"] == other
    assert mine.get(f"/journal/{entry.pk}/share/?cohort={make_cohort().slug}").context["cohort"] == cohort


def test_share_new_shows_exactly_what_they_will_see_before_anything_is_shared(mine, owner, teammate, cohort, trainer):
    entry = make_entry(owner)
    data = sending(entry, teammate, trainer, what="passage", paragraphs=["1"], ends_on=str(timezone.localdate()))

    answer = mine.post(f"/journal/{entry.pk}/share/", {**data, "preview": "1"})

    assert (answer.context["shown"].title, answer.context["shown"].html) == ("", "<p><em>My</em> shoulders came down.</p>")
    assert answer.context["names"] == ["Teammate", "Trainer A"]
    assert "<em>My</em> shoulders" in page(answer)
    assert FIRST not in page(answer)
    assert SharedVersion.objects.count() == 0
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page(answer))
    sent: dict[str, list[str]] = {}
    for name, value in hidden:
        sent.setdefault(name, []).append(value)

    assert mine.post(f"/journal/{entry.pk}/share/", sent)["Location"] == f"/journal/{entry.pk}/"
    share = SharedVersion.objects.get()
    assert read_share(actor=teammate, share=share) == answer.context["shown"]
    assert {reader.person for reader in share.readers.all()} == {teammate, trainer}
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert share.ends_at == timezone.make_aware(datetime.datetime.combine(tomorrow, datetime.time.min))


@pytest.mark.parametrize(
    ("changes", "html", "title"),
    [
        ({}, HTML, TITLE),
        ({"what": "passage", "paragraphs": ["2", "0"]}, f"<p>{FIRST}</p><p>{THIRD}</p>", ""),
        ({"what": "passage", "words": "frightened.\n\nMy shoulders", "with_title": "on"}, "<p>frightened.</p><p>My shoulders</p>", TITLE),
    ],
)
def test_share_new_shares_what_was_chosen(mine, owner, teammate, cohort, changes, html, title):
    entry = make_entry(owner)

    mine.post(f"/journal/{entry.pk}/share/", sending(entry, teammate, **changes))

    words = read_share(actor=teammate, share=SharedVersion.objects.get())
    assert (words.html, words.title) == (html, title)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": ""}, "what"),
        ({"what": "passage"}, "paragraphs"),
        ({"what": "passage", "paragraphs": ["7"]}, "paragraphs"),
        ({"what": "passage", "words": "from elsewhere"}, "words"),
        ({"what": "passage", "words": "frightened", "paragraphs": ["0"]}, "words"),
        ({"readers": []}, "readers"),
        ({"readers": ["999999999"]}, "readers"),
        ({"manner": "grade"}, "manner"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"version": "2"}, "version"),
    ],
)
@pytest.mark.parametrize("preview", [{}, {"preview": "1"}])
def test_share_new_keeps_the_form_and_shares_nothing_if_something_is_wrong(mine, owner, teammate, cohort, changes, field, preview):
    entry = make_entry(owner)

    answer = mine.post(f"/journal/{entry.pk}/share/", {**sending(entry, teammate), **changes, **preview})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert SharedVersion.objects.count() == 0


def test_share_new_after_an_edit_elsewhere_asks_to_look_once_more_and_then_shares(mine, owner, teammate, cohort):
    entry = make_entry(owner)
    data = sending(entry, teammate)
    edit_entry(actor=owner, entry_id=entry.pk, title=TITLE, html="<p>Other words</p>", version=1)

    answer = mine.post(f"/journal/{entry.pk}/share/", data)

    assert (answer.status_code, answer.context["form"]["version"].value()) == (422, "2")
    mine.post(f"/journal/{entry.pk}/share/", {**data, "version": "2"})
    assert read_share(actor=teammate, share=SharedVersion.objects.get()).html == "<p>Other words</p>"


def test_share_new_to_change_something_comes_back_with_what_was_chosen(mine, owner, teammate, cohort):
    entry = make_entry(owner)

    answer = mine.post(f"/journal/{entry.pk}/share/", sending(entry, teammate, change="1"))

    assert (answer.status_code, answer.context["form"]["readers"].value()) == (200, [str(teammate.pk)])
    assert SharedVersion.objects.count() == 0


# --- reading


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


# --- responding


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


# --- beside one's own entry


def test_entry_names_who_can_read_of_it_now(mine, owner, teammate, cohort, trainer):
    entry = make_entry(owner)
    line = f"/journal/{entry.pk}/"
    assert "Only you can read this page." in words_on(mine.get(line))

    first = make_share(author=owner, entry=entry, cohort=cohort, readers=[teammate.pk, trainer.pk])
    make_share(author=owner, entry=entry, cohort=cohort, readers=[trainer.pk])
    assert mine.get(line).context["shared"].names == ["Teammate", "Trainer A"]
    assert "Teammate, Trainer A can read what you shared; the rest is yours alone." in words_on(mine.get(line))

    withdraw_share(actor=owner, share_id=first.pk)
    assert mine.get(line).context["shared"].names == ["Trainer A"]
    Membership.objects.filter(person=trainer).update(ended_at=timezone.now())
    assert "Only you can read this page." in words_on(mine.get(line))


def test_entry_names_nobody_once_its_author_has_left_or_it_has_ended(mine, owner, share):
    line = f"/journal/{share.entry_id}/"
    assert mine.get(line).context["shared"].names == ["Teammate"]
    SharedVersion.objects.update(ends_at=timezone.now())
    assert mine.get(line).context["shared"].names == []
    SharedVersion.objects.update(ends_at=None)
    Membership.objects.filter(person=owner).update(ended_at=timezone.now())
    assert mine.get(line).context["shared"].names == []


def test_entry_shows_who_opened_it_and_when(mine, teammate, share):
    line = f"/journal/{share.entry_id}/"
    assert "Teammate has not opened it." in words_on(mine.get(line))

    first, last = (datetime.datetime(2026, 11, day, 12, tzinfo=datetime.UTC) for day in (23, 24))
    ShareReader.objects.update(first_opened_at=first, last_opened_at=first)
    assert "Teammate opened it on 23 November, 12:00." in words_on(mine.get(line))
    ShareReader.objects.update(last_opened_at=last)
    for seen in (mine.get(line), mine.get(f"/journal/shares/{share.pk}/withdraw/")):
        assert "Teammate opened it first on 23 November, 12:00 and last on 24 November, 12:00." in words_on(seen)


def test_share_withdraw_asks_first_and_takes_it_back(mine, share):
    place = f"/journal/shares/{share.pk}/withdraw/"
    assert "Withdraw what you shared?" in page(mine.get(place))
    assert SharedVersion.objects.get().withdrawn_at is None

    assert mine.post(place)["Location"] == f"/journal/{share.entry_id}/"

    assert SharedVersion.objects.get().withdrawn_at is not None
    assert "withdrawn on" in words_on(mine.get(f"/journal/{share.entry_id}/"))


def test_entry_delete_says_what_goes_with_it(mine, owner, teammate, share):
    line = f"/journal/{share.entry_id}/delete/"
    gone = respond(actor=teammate, share=share, html="<p>gone</p>", quoted="", client_id=uuid4())
    withdraw_response(actor=teammate, response_id=gone.pk)
    assert mine.get(line).context["goes"] == {"shares": 1, "responses": 0, "files": 0}
    respond(actor=teammate, share=share, html="<p>I wonder</p>", quoted="", client_id=uuid4())

    seen = words_on(mine.get(line))

    assert "What you shared from it goes with it: nobody can open it any more. So does the response to it." in seen
    other = make_entry(owner)
    assert "goes with it" not in words_on(mine.get(f"/journal/{other.pk}/delete/"))
    mine.post(line)
    assert (JournalEntry.objects.count(), SharedVersion.objects.count(), ShareResponse.objects.count()) == (1, 0, 0)


def test_every_form_beside_an_entry_carries_its_token(mine, theirs, owner, teammate, share):
    said = respond(actor=teammate, share=share, html="<p>I wonder</p>", quoted="", client_id=uuid4())
    answer_response(actor=owner, response=said, html="<p>y</p>", client_id=uuid4())

    for client, place, forms in [(mine, f"/journal/{share.entry_id}/", 2), (mine, address(share), 1), (theirs, address(share), 2)]:
        shown = re.findall(r"<form.*?</form>", page(client.get(place)).split("<main")[1], re.DOTALL)
        assert [len(shown), *("csrfmiddlewaretoken" in form for form in shown)] == [forms, *[True] * forms]


# --- Today


def test_responses_waiting_are_those_of_others_not_answered_yet(owner, teammate, share):
    said, other, gone = (respond(actor=teammate, share=share, html="<p>x</p>", quoted="", client_id=uuid4()) for _ in range(3))
    answer_response(actor=owner, response=said, html="<p>y</p>", client_id=uuid4())
    withdraw_response(actor=teammate, response_id=gone.pk)

    (waiting,) = responses_waiting(owner, 3)

    assert (waiting.name, waiting.at, waiting.url) == ("Teammate", other.said_at, f"/journal/{share.entry_id}/")
    assert responses_waiting(teammate, 3) == []
    withdraw_share(actor=owner, share_id=share.pk)
    assert responses_waiting(owner, 3) == []


# --- what it costs


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
