"""Addresses of the live rooms."""

from django.urls import URLPattern, path

from live.views import (
    attendance,
    calendars,
    conferences,
    dialogue,
    feeds,
    flags,
    lanes,
    lobby,
    questions,
    record,
    rooms,
    said,
    schedule,
    small_rooms,
)

# Without the app's name: the frame around every page leads there.
site: list[URLPattern] = [
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/list/", calendars.calendar_list, name="calendar-list"),
    path("calendar/elsewhere/", calendars.calendar_elsewhere, name="calendar-elsewhere"),
    path("calendar/elsewhere/address/", calendars.calendar_address_make, name="calendar-address-make"),
    path("calendar/elsewhere/address/end/", calendars.calendar_address_end, name="calendar-address-end"),
    path("calendar/changes/<int:change>/", calendars.dates_changed, name="dates-changed"),
    path("calendar/feed/<str:token>.ics", feeds.calendar_feed, name="calendar-feed"),
]
app_name = "live"

urlpatterns = [
    path("c/<slug:cohort>/live/", schedule.seminar_list, name="seminar-list"),
    path("c/<slug:cohort>/live/flags/", flags.flag_list, name="flag-list"),
    path("c/<slug:cohort>/live/flags/<int:flag>/", flags.flag, name="flag"),
    path("c/<slug:cohort>/live/<uuid:seminar>/", lobby.lobby, name="lobby"),
    path("c/<slug:cohort>/live/<uuid:seminar>/date.ics", feeds.date_file, name="date-file"),
    path("c/<slug:cohort>/live/<uuid:seminar>/record/", record.record, name="record"),
    path("c/<slug:cohort>/live/<uuid:seminar>/record/announce/", lobby.record_announce, name="record-announce"),
    path("c/<slug:cohort>/live/<uuid:seminar>/record/<slug:form>/", record.record_file, name="record-file"),
    path("c/<slug:cohort>/live/<uuid:seminar>/way/", lobby.way_choose, name="way-choose"),
    path("c/<slug:cohort>/live/<uuid:seminar>/attendance/", attendance.attendance, name="attendance"),
    path("c/<slug:cohort>/live/<uuid:seminar>/come-in/", lobby.come_in, name="come-in"),
    path("c/<slug:cohort>/live/plan/", conferences.series_new, name="series-new"),
    path("c/<slug:cohort>/live/day/new/", conferences.conference_new, name="conference-new"),
    path("c/<slug:cohort>/live/day/<uuid:conference>/", conferences.conference, name="conference"),
    path("c/<slug:cohort>/live/day/<uuid:conference>/talk/", conferences.talk_new, name="talk-new"),
    path("room/<uuid:room>/questions/", questions.questions, name="questions"),
    path("room/<uuid:room>/questions/ask/", questions.question_ask, name="question-ask"),
    path("room/<uuid:room>/questions/<uuid:question>/<slug:act>/", questions.question_act, name="question-act"),
    path("room/<uuid:room>/slow/", questions.room_slow, name="room-slow"),
    path("room/<uuid:room>/host/", questions.room_host, name="room-host"),
    path("room/<uuid:room>/", rooms.room, name="room"),
    path("room/<uuid:room>/say/", rooms.room_say, name="room-say"),
    path("room/<uuid:room>/said/<int:seq>/", said.said, name="said"),
    path("room/<uuid:room>/said/<int:seq>/<slug:act>/", said.said_act, name="said-act"),
    path("room/<uuid:room>/turn/", dialogue.room_turn, name="room-turn"),
    path("room/<uuid:room>/phase/", dialogue.room_phase, name="room-phase"),
    path("room/<uuid:room>/floor/", dialogue.room_floor, name="room-floor"),
    path("room/<uuid:room>/parts/", dialogue.room_parts, name="room-parts"),
    path("room/<uuid:room>/lane/", lanes.lane_choose, name="lane-choose"),
    path("room/<uuid:room>/lanes/", lanes.room_lanes, name="room-lanes"),
    path("room/<uuid:room>/small/", small_rooms.small_rooms, name="small-rooms"),
    path("room/<uuid:room>/small/open/", small_rooms.small_rooms_open, name="small-rooms-open"),
    path("room/<uuid:room>/small/back/", small_rooms.small_rooms_call_back, name="small-rooms-call-back"),
    path("room/<uuid:room>/place/", small_rooms.small_room_place, name="small-room-place"),
    path("room/<uuid:room>/bring/", small_rooms.room_bring_back, name="room-bring-back"),
    path("room/<uuid:room>/open/", rooms.room_open, name="room-open"),
    path("room/<uuid:room>/close/", rooms.room_close, name="room-close"),
]
