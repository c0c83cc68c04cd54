import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from courses.actions.invitation_links import join_by_link
from courses.actions.members import remove_member
from courses.invited_lists import LARGEST
from courses.models import InvitationLink, PromisedPlace
from lms.files.upload import LARGEST as NOT_HELD
from lms.mail.models import Letter
from lms.permissions import Part
from lms.users.models import Invitation
from tests.courses.factories import make_link_to, make_promised
from tests.factories import make_cohort, make_membership, make_user
from tests.files import picture

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner):
    cohort = make_cohort()
    make_membership(cohort=cohort, person=owner, part=Part.COORDINATOR)
    return cohort


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


def address(cohort, name, *args):
    return reverse(f"courses:people-{name}", args=[cohort.slug, *args])


# --- the list of invitations ----------------------------------------------------------------------------------------


def test_invitations_shows_letters_links_and_who_has_left(signed_in, cohort):
    make_promised(cohort, email="new@example.org")
    make_promised(make_cohort(), email="elsewhere@example.org")
    link, _token = make_link_to(cohort)
    join_by_link(actor=make_user(display_name="Ana"), link=link)
    remove_member(actor=make_user(coordinates=True), membership=make_membership(cohort=cohort, person=make_user(display_name="Bo")))

    page = signed_in.get(address(cohort, "invitations")).content.decode()

    assert "new@example.org" in page and "elsewhere@example.org" not in page
    assert "1 of 3 have come in" in page and "Came in by it: Ana." in page
    assert page.count("Bo") >= 1 and "No longer in this cohort" in page


def test_invitations_asks_the_same_questions_of_any_number(signed_in, cohort, django_assert_num_queries):
    def fill(times):
        for _number in range(times):
            make_promised(cohort)
            link, _token = make_link_to(cohort)
            join_by_link(actor=make_user(), link=link)
            make_membership(cohort=cohort, ended_at="2026-01-01T00:00Z")

    fill(1)
    signed_in.get(address(cohort, "invitations"))
    with django_assert_num_queries(7):
        signed_in.get(address(cohort, "invitations"))
    fill(10)
    with django_assert_num_queries(7):
        signed_in.get(address(cohort, "invitations"))


def test_invitation_again_and_back(signed_in, cohort):
    place = make_promised(cohort, email="new@example.org")
    signed_in.post(address(cohort, "invitation-again", place.pk))
    newest = PromisedPlace.objects.pending().get()
    assert newest.pk != place.pk

    late = signed_in.post(address(cohort, "invitation-again", place.pk), follow=True).content.decode()
    assert "This letter was answered, replaced or taken back meanwhile. Please look at the list again." in late

    signed_in.post(address(cohort, "invitation-back", newest.pk))
    assert (Invitation.objects.open().count(), PromisedPlace.objects.pending().count()) == (0, 0)


# --- a list of addresses --------------------------------------------------------------------------------------------


def csv(words: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("people.csv", words)


def send(client, cohort, words: bytes, **sent):
    return client.post(address(cohort, "list"), {"file": csv(words), "otherwise": "trainee", **sent})


def press(client, cohort, looked):
    sent = dict(re.findall(r'name="(lines|otherwise|client_id)" value="([^"]*)"', looked.content.decode()))
    return client.post(address(cohort, "list"), {name: value.replace("&quot;", '"') for name, value in sent.items()}, follow=True)


def test_a_list_is_looked_at_and_then_invited_with_one_press(signed_in, cohort):
    looked = send(signed_in, cohort, "Name;E-mail;Part\r\nZoë;ana@example.org;Trainer\r\nBo;bo@example.org;\r\n".encode("cp1252"))
    page = looked.content.decode()
    assert (looked.status_code, Letter.objects.count(), Invitation.objects.count()) == (200, 0, 0)
    assert "one press writes 2 letters, all or none" in page and "Columns that were not read: Name." in page
    assert "Zoë" not in page

    pressed = [press(signed_in, cohort, looked).content.decode() for _twice in range(2)]

    assert ["2 letters are on their way." in page for page in pressed] == [True, True]
    assert sorted(Letter.objects.values_list("to", flat=True)) == ["ana@example.org", "bo@example.org"]
    assert set(PromisedPlace.objects.values_list("invitation__email", "part")) == {
        ("ana@example.org", "trainer"),
        ("bo@example.org", "trainee"),
    }


def test_a_list_with_a_wrong_line_has_no_button(signed_in, cohort):
    looked = send(signed_in, cohort, b"email,part\nana@example.org,trainee\nbo,trainee\n")

    page = looked.content.decode()
    assert "Nobody was invited: 1 line cannot be taken as it is." in page and "This does not look like an e-mail address." in page
    assert 'name="lines"' not in page


def test_a_list_that_fits_no_more_is_shown_again(signed_in, cohort):
    looked = send(signed_in, cohort, b"email\nana@example.org\n")
    make_membership(cohort=cohort, person=make_user(email="ana@example.org"))

    page = press(signed_in, cohort, looked)

    assert (page.status_code, Letter.objects.count()) == (422, 0)
    assert "The list does not fit any more. Nobody was invited" in page.content.decode()
    assert "Is in the cohort already." in page.content.decode()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (picture(), "This file is not text."),
        (b"", "This file is empty."),
        (b"a" * (LARGEST + 1), "This file is larger than a list may be: the limit is 200 kB."),
        (b"a" * (NOT_HELD + 1), "This file is larger than a list may be: the limit is 200 kB."),
    ],
)
def test_a_file_that_is_no_list_gets_one_sentence(signed_in, cohort, file, sentence):
    page = send(signed_in, cohort, file)

    assert (page.status_code, Letter.objects.count()) == (422, 0)
    assert sentence in page.content.decode()


BROKEN = ["", "[]", "{", "[1]", '[[1,"a@example.org"]]', "null", "[" * 100_000, '[["x","a@example.org",""]]']
BROKEN += [
    '[[Infinity,"a@example.org",""]]',
    '[[NaN,"a@example.org",""]]',
    '[[1,"\\ud800@example.org",""]]',
    '[[1,"a@example.org","\\udfff"]]',
]


@pytest.mark.parametrize("lines", BROKEN)
def test_what_comes_back_broken_invites_nobody(signed_in, cohort, lines):
    page = signed_in.post(address(cohort, "list"), {"lines": lines, "otherwise": "trainee", "client_id": uuid.uuid4()})

    assert (page.status_code, Letter.objects.count()) == (422, 0)
    assert "The list did not arrive whole." in page.content.decode()


def test_what_comes_back_changed_is_looked_at_anew(signed_in, cohort):
    lines = '[[2, "a@example.org\\r\\nBcc: b@example.org", "trainee"], [3, "c@example.org", "god"]]'

    page = signed_in.post(address(cohort, "list"), {"lines": lines, "otherwise": "trainee", "client_id": uuid.uuid4()})

    assert (page.status_code, Letter.objects.count()) == (422, 0)


def test_the_template_can_be_saved(signed_in, cohort):
    response = signed_in.get(address(cohort, "list-template"))

    assert (response["Content-Type"], response["Content-Disposition"]) == ("text/csv; charset=utf-8", 'attachment; filename="people.csv"')
    assert "1 letter" in send(signed_in, cohort, response.content).content.decode()


# --- links ----------------------------------------------------------------------------------------------------------


def make_by_page(client, cohort, **sent):
    page = client.get(address(cohort, "link-new")).content.decode()
    fields = {name: re.search(f'name="{name}" value="([^"]*)"', page).group(1) for name in ("made", "ends_on")}
    return {**fields, "part": "trainee", "uses": 2, **sent}


def test_link_new_shows_the_link_once_and_makes_it_once(signed_in, cohort):
    sent = make_by_page(signed_in, cohort)

    pages = [signed_in.post(address(cohort, "link-new"), sent).content.decode() for _twice in range(2)]

    links = [re.search(r"http[^<\s]*/join/[^<\s]*", page).group(0) for page in pages]
    assert (links[0], InvitationLink.objects.count()) == (links[1], 1)
    assert Client().get(links[0].split("//", 1)[1].partition("/")[2].join(["/", ""])).status_code == 200
    assert links[0].rsplit("/", 2)[1] not in signed_in.get(address(cohort, "invitations")).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"part": "trainer"}, "Select a valid choice."),
        ({"uses": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"uses": "101"}, "Ensure this value is less than or equal to 100."),
        ({"ends_on": "2020-01-01"}, "Please choose a day from today to"),
        ({"ends_on": "2099-01-01"}, "Please choose a day from today to"),
        ({"made": "chosen-by-somebody"}, "This page was open for long. Please open it anew and make the link there."),
    ],
)
def test_link_new_refuses_with_a_sentence(signed_in, cohort, wrong, sentence):
    page = signed_in.post(address(cohort, "link-new"), make_by_page(signed_in, cohort, **wrong))

    assert (page.status_code, InvitationLink.objects.count()) == (422, 0)
    assert sentence in page.content.decode()


def test_link_revoke_closes_it(signed_in, cohort):
    link, token = make_link_to(cohort)

    signed_in.post(address(cohort, "link-revoke", link.pk))

    assert (InvitationLink.objects.open().count(), Client().get(reverse("join", args=[token])).status_code) == (0, 410)
