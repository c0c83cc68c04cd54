"""Everything that changes in the live rooms. Page, socket and task all enter here, so each action asks for itself."""

from live.actions.access import end_access, end_unsigned, sweep_revocations
from live.actions.attendance import count_minutes, sweep_minutes
from live.actions.conferences import plan_conference, plan_series, plan_talk, slow_down
from live.actions.days import call_off_day
from live.actions.doors import come_in, has_place, places_taken
from live.actions.flags import flag_message, settle_flag, sweep_flags
from live.actions.floor import answer_nothing, finish_turn, give_floor, move_hand, pass_turn
from live.actions.lanes import choose_lane, interpret, set_lanes
from live.actions.log import say, withdraw
from live.actions.phases import move_phase
from live.actions.planned import call_off, change_conference, change_open_seminar, change_talk
from live.actions.presence import count_attendance, keep_stays, note_reader, time_here, vouch_for_facilitators
from live.actions.questions import ask_question, bring_in, forget_questions, name_host, set_aside, take_back, take_up
from live.actions.reactions import react
from live.actions.rooms import close_room, close_what_is_over, open_room, renumber_rooms
from live.actions.seats import set_parts, step_in, step_out
from live.actions.seminars import announce_record, leave_group_room, move_seminars, open_group_room, plan_seminars
from live.actions.small_rooms import bring_back, call_back, open_small_rooms, place_person
from live.actions.tending import tend_rooms
from live.actions.ways import choose_way

__all__ = [
    "announce_record",
    "answer_nothing",
    "ask_question",
    "bring_back",
    "bring_in",
    "call_back",
    "call_off",
    "call_off_day",
    "change_conference",
    "change_open_seminar",
    "change_talk",
    "choose_lane",
    "choose_way",
    "close_room",
    "close_what_is_over",
    "come_in",
    "count_attendance",
    "count_minutes",
    "end_access",
    "end_unsigned",
    "finish_turn",
    "flag_message",
    "forget_questions",
    "give_floor",
    "has_place",
    "interpret",
    "keep_stays",
    "leave_group_room",
    "move_hand",
    "move_phase",
    "move_seminars",
    "name_host",
    "note_reader",
    "open_group_room",
    "open_room",
    "open_small_rooms",
    "pass_turn",
    "place_person",
    "places_taken",
    "plan_conference",
    "plan_seminars",
    "plan_series",
    "plan_talk",
    "react",
    "renumber_rooms",
    "say",
    "set_aside",
    "set_lanes",
    "set_parts",
    "settle_flag",
    "slow_down",
    "step_in",
    "step_out",
    "sweep_flags",
    "sweep_minutes",
    "sweep_revocations",
    "take_back",
    "take_up",
    "tend_rooms",
    "time_here",
    "vouch_for_facilitators",
    "withdraw",
]
