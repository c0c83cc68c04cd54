import pytest

from forums.actions.checking import Noticed
from forums.reading.files import check_of, files_of
from lms import identifying
from tests.factories import make_cohort
from tests.forums.factories import begin_thread, bring, say, say_with_file

BIRTH = identifying.Kind.BIRTH_DATE


def pieces(check):
    return [[[(piece.text, piece.phrase) for piece in line] for line in text.lines] for text in check.texts]


def test_check_of_marks_the_lines_in_which_something_was_noticed():
    text = "First line\nBorn 3 May 1984!\nLast"
    places = {"body": [identifying.Noticed(16, 26, BIRTH)]}

    check = check_of(Noticed(places), {"title": "Not this", "body": text})

    assert (check.what, [shown.label for shown in check.texts]) == ("a date of birth", ["Your words"])
    assert pieces(check) == [[[("Born ", ""), ("3 May 1984", "a date of birth"), ("!\n", "")]]]


def test_check_of_goes_on_over_the_end_of_a_line():
    check = check_of(Noticed({"title": [identifying.Noticed(2, 6, BIRTH)]}), {"title": "ab cd\nef"})

    assert pieces(check) == [[[("ab", ""), (" cd\n", "a date of birth")]]]


def test_check_of_says_what_is_the_matter_with_the_reason():
    places = {"alt-1": [identifying.Noticed(0, 1, BIRTH)]}

    troubles = [check_of(Noticed(places, given), {"alt-1": "x"}, "Otherwise").trouble for given in ("", "Too long")]

    assert troubles == ["Otherwise", "Too long"]


@pytest.mark.django_db
def test_files_of_asks_once_for_all_posts_of_a_page(owner, teammate, django_assert_num_queries):
    thread = begin_thread(cohort=make_cohort(members=[owner, teammate]), author=owner)
    files = [say_with_file(thread, teammate) for _time in range(2)]
    say(thread, teammate)
    bring(teammate, thread.forum)
    posts = list(thread.posts.all())

    with django_assert_num_queries(1):
        found = files_of(posts)

    assert found == {file.post_id: [file] for file in files}
