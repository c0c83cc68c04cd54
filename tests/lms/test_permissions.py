import pytest

from lms.permissions import PART_LABELS, TABLE, Part, Refused, Verb, may, require

YES, NO = True, False
#                          trainee trainer guest  interp coord  after  alumnus
EXPECTED = {
    "belong":                [YES, YES, YES, YES, YES, YES, YES],
    "see_course":            [YES, YES, YES, NO, YES, YES, YES],
    "preview_course":        [NO, YES, YES, NO, YES, NO, NO],
    "mark_done":             [YES, YES, YES, NO, YES, YES, NO],
    "see_forum":             [YES, YES, YES, NO, YES, YES, YES],
    "see_cohort_forum":      [YES, YES, NO, NO, YES, YES, NO],
    "see_trainers_forum":    [NO, YES, YES, NO, NO, NO, NO],
    "see_commons":           [NO, YES, NO, NO, NO, NO, YES],
    "post":                  [YES, YES, YES, NO, YES, YES, YES],
    "moderate":              [NO, YES, NO, NO, NO, NO, NO],
    "see_live":              [YES, YES, YES, YES, YES, YES, NO],
    "enter_room":            [YES, YES, YES, YES, YES, YES, NO],
    "speak":                 [YES, YES, YES, YES, YES, YES, NO],
    "sit_in_small_room":     [YES, YES, YES, YES, NO, YES, NO],
    "visit_small_rooms":     [NO, YES, YES, NO, NO, NO, NO],
    "facilitate":            [NO, YES, YES, NO, NO, NO, NO],
    "plan_live":             [NO, YES, NO, NO, YES, NO, NO],
    "see_attendance":        [NO, YES, NO, NO, YES, NO, NO],
    "mark_attendance":       [NO, YES, NO, NO, YES, NO, NO],
    "set_attendance_rule":   [NO, NO, NO, NO, YES, NO, NO],
    "agree_make_ups":        [NO, YES, NO, NO, NO, NO, NO],
    "keep_hours":            [YES, NO, NO, NO, NO, NO, YES],
    "see_overview":          [NO, YES, NO, NO, NO, NO, NO],
    "write_notes":           [NO, YES, NO, NO, NO, NO, NO],
    "give_certificates":     [NO, YES, NO, NO, NO, NO, NO],
    "form_groups":           [NO, YES, NO, NO, YES, NO, NO],
    "release":               [NO, YES, NO, NO, YES, NO, NO],
    "see_people":            [YES, YES, YES, NO, YES, YES, NO],
    "invite_people":         [NO, NO, NO, NO, YES, NO, NO],
    "see_plan":              [NO, YES, NO, NO, YES, NO, NO],
    "plan_year":             [NO, NO, NO, NO, YES, NO, NO],
    "take_contact_requests": [NO, NO, NO, NO, NO, YES, NO],
    "plan_duty":             [NO, YES, NO, NO, YES, YES, NO],
    "sign_agreement":        [YES, YES, YES, YES, YES, YES, YES],
    "write_agreement":       [YES, YES, YES, YES, YES, YES, NO],
    "keep_agreement":        [NO, YES, NO, NO, YES, NO, NO],
    "announce":              [NO, YES, NO, NO, YES, NO, NO],
}  # fmt: skip
PARTS = [Part.TRAINEE, Part.TRAINER, Part.GUEST_TRAINER, Part.INTERPRETER, Part.COORDINATOR, Part.AFTERCARE, Part.ALUMNUS]


def test_the_table_is_the_one_people_agreed_on():
    assert {str(verb): [may(part, verb) for part in PARTS] for verb in Verb} == EXPECTED


def test_nobody_may_nothing():
    assert [verb for verb in Verb if may(None, verb)] == []


def test_every_verb_has_a_line_and_every_part_a_label():
    assert (set(TABLE), set(PART_LABELS)) == (set(Verb), set(Part))


def test_require_carries_the_sentence_and_the_code():
    with pytest.raises(Refused) as refused:
        require(False, "You are listening just now.", "not_your_turn")
    assert (refused.value.sentence, refused.value.code) == ("You are listening just now.", "not_your_turn")
