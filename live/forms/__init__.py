"""Everything that may come into a room, by page or by frame."""

from live.forms.dialogue import HANDS, GiveFloorForm, HandForm, MovePhaseForm, PartsForm, PassForm, TurnForm
from live.forms.fields import MOST_PEOPLE, PLACE, SEAT, ActForm, PeopleField, PlacesField, PlainField, SeatsField
from live.forms.joining import ComeInForm, HaveForm, JoinForm, NewsForm, RecordKeptForm, WayForm
from live.forms.lanes import LANGUAGE, InterpretForm, LaneForm, LanesForm
from live.forms.planning import (
    CallOffDayForm,
    CallOffForm,
    ConferenceChangeForm,
    ConferenceForm,
    SeminarChangeForm,
    SeriesForm,
    TalkChangeForm,
    TalkForm,
)
from live.forms.questions import AfterForm, HostForm, QuestionForm, SetAsideForm, SlowForm, TakeUpForm
from live.forms.small_rooms import PlaceForm, SmallRoomsForm
from live.forms.words import MOST_WORDS, BringBackForm, EarlierForm, FlagForm, ReactForm, RecordForm, SayForm, SettleForm, WithdrawForm

__all__ = [
    "HANDS",
    "LANGUAGE",
    "MOST_PEOPLE",
    "MOST_WORDS",
    "PLACE",
    "SEAT",
    "ActForm",
    "AfterForm",
    "BringBackForm",
    "CallOffDayForm",
    "CallOffForm",
    "ComeInForm",
    "ConferenceChangeForm",
    "ConferenceForm",
    "EarlierForm",
    "FlagForm",
    "GiveFloorForm",
    "HandForm",
    "HaveForm",
    "HostForm",
    "InterpretForm",
    "JoinForm",
    "LaneForm",
    "LanesForm",
    "MovePhaseForm",
    "NewsForm",
    "PartsForm",
    "PassForm",
    "PeopleField",
    "PlaceForm",
    "PlacesField",
    "PlainField",
    "QuestionForm",
    "ReactForm",
    "RecordForm",
    "RecordKeptForm",
    "SayForm",
    "SeatsField",
    "SeminarChangeForm",
    "SeriesForm",
    "SetAsideForm",
    "SettleForm",
    "SlowForm",
    "SmallRoomsForm",
    "TakeUpForm",
    "TalkChangeForm",
    "TalkForm",
    "TurnForm",
    "WayForm",
    "WithdrawForm",
]
