"""Notices in a text what may tell who somebody met at work is, so that nobody posts it by accident.

Rules only: nothing is stored, sent, logged or refused here, and what is found is a kind and a place, never the words. Whoever asks
decides what to do with it. How often the rules are wrong is measured on two collections of posts (docs/identifying.md).
Every pattern is bounded and begins where a word begins, so that time grows with the length of a text and no faster.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

Span = tuple[int, int]


class Kind(StrEnum):
    """What a piece of text looks like."""

    NHS_NUMBER = "nhs_number"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    ADDRESS = "address"
    HOSPITAL_NUMBER = "hospital_number"
    NAME_WITH_SERVICE = "name_with_service"


PHRASES = {
    Kind.NHS_NUMBER: _("what looks like an NHS number"),
    Kind.BIRTH_DATE: _("a date of birth"),
    Kind.PHONE: _("what looks like somebody’s phone number"),
    Kind.EMAIL: _("somebody’s e-mail address"),
    Kind.POSTCODE: _("a full postcode"),
    Kind.ADDRESS: _("what looks like a street address"),
    Kind.HOSPITAL_NUMBER: _("what looks like a hospital or case number"),
    Kind.NAME_WITH_SERVICE: _("what looks like a full name close to a service"),
}


@dataclass(frozen=True, order=True)
class Noticed:
    """One place in a text, `text[start:end]`, and what it looks like. It does not hold the words."""

    start: int
    end: int
    kind: Kind

    @property
    def phrase(self) -> str:
        """For people, to stand after "We noticed"; in the language that is active."""
        return str(PHRASES[self.kind])


def notice(text: str, known: Iterable[str] = ()) -> list[Noticed]:
    """Everything in this plain text that may tell who somebody is, in reading order and never overlapping.

    `known` are names that are ordinary here: those of the people who learn together. Never raises.
    """
    folded, origins = _folded(text)
    masked = _LINK.sub(lambda link: "\x00" * len(link[0]), folded)
    taken = bytearray(len(folded))
    found = []
    for kind, spans in (
        (Kind.EMAIL, _emails(folded)),  # in a link, too
        (Kind.PHONE, _phones_abroad(masked)),
        (Kind.BIRTH_DATE, _birth_dates(masked)),
        (Kind.NHS_NUMBER, _nhs_numbers(masked)),
        (Kind.HOSPITAL_NUMBER, _hospital_numbers(masked)),
        (Kind.PHONE, _phones(masked)),
        (Kind.POSTCODE, _postcodes(masked)),
        (Kind.ADDRESS, _addresses(masked)),
        (Kind.NAME_WITH_SERVICE, _names_with_service(masked, known)),
    ):
        for start, end in spans:
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(Noticed(origins[start], origins[end - 1] + 1, kind))
    return sorted(found)


# --- reading through how it is written ------------------------------------------------------------------------------


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text in plain letters, digits, spaces and hyphens, and for each of its characters where it came from."""
    if text.isascii():
        return text, range(len(text))
    parts, origins = [], []
    for place, char in enumerate(text):
        plain = char if char.isascii() else _fold(char)
        parts.append(plain)
        origins += [place] * len(plain)
    return "".join(parts), origins


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """Full-width and other digits as 0-9, letters without their marks, every dash and space as one; nothing for what nobody sees."""
    parts = []
    for part in unicodedata.normalize("NFKD", _BY_HAND.get(char, char)):
        category = unicodedata.category(part)
        if category in ("Mn", "Me", "Cf"):
            continue
        digit = unicodedata.decimal(part, None)
        parts.append(str(digit) if digit is not None else "-" if category == "Pd" else " " if category == "Zs" else part)
    return "".join(parts)[:4]  # one sign stands for eighteen letters, and a page of them would be eighteen pages


_BY_HAND = {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss", "’": "'", "‘": "'", "ʼ": "'", "−": "-"}
# Numbers in links, references and invitations to a call are nobody's. An ISBN of ten digits has the check digit of an NHS number.
_LINK = re.compile(
    r"(?<!\w)(?:https?://\S++|www\.\S++|(?:doi:? ?)?10\.\d{4,9}/\S++|ISBN(?:-1[03])?:? ?[\dX][\dX -]{8,17}"
    r"|(?:(?:zoom|webex)(?: meeting| call)?(?: id| number)?|(?:meeting|call|webinar) (?:id|code|number))(?: is)?[:#]? ?[1-9][\d -]{7,14})",
    re.IGNORECASE,
)


# --- e-mail ----------------------------------------------------------------------------------------------------------

_EMAIL = re.compile(
    r"(?<![\w.+%-])([\w.+%-]{1,64})(?: ?@ ?| ?[(\[] ?at ?[)\]] ?)(?:[\w-]{1,63}(?:\.| ?[(\[] ?dot ?[)\]] ?)){1,6}[a-z]{2,24}(?!\w)",
    re.IGNORECASE,
)
# The door of a house, not a person.
_OFFICE = re.compile(
    r"(?:admin|admissions?|applications?|bookings?|contact|coordinators?|courses?|enquir(?:y|ies)|events?|feedback|hello|help|info|learning|mail"
    r"|no-?reply|office|reception|secretariat|seminars?|support|team|trainers?|training|welcome)(?:[.+_-]\w{1,30})?",
    re.IGNORECASE,
)


def _emails(text: str) -> Iterator[Span]:
    return (found.span() for found in _EMAIL.finditer(text) if not _OFFICE.fullmatch(found[1]))


# --- phone -----------------------------------------------------------------------------------------------------------

_ABROAD = re.compile(r"(?<![\w+])(?:\+ ?|00 ?(?=44|353|33|32|372|61))([1-9](?:[ ().\-/]{0,3}\d){8,14})(?!\d)")
_AT_HOME = re.compile(r"(?<![\w.,+/:-])\(?0[1-9]\d{0,9}\)?(?:[ .-]{1,3}\d{2,8}(?!\d)){0,5}(?!\w)")
_BELGIAN = re.compile(r"(?<![\w.,+/:-])0\d{1,3}/\d{2,3}[. ]?\d{2}[. ]?\d{2}(?:[. ]?\d{2})?(?![\w/])")
_LABELLED = re.compile(
    r"(?<!\w)(?:tel(?:ephone|efon|efoon)?|(?:tele)?phone|mob(?:ile|iil)?|cell|landline|whatsapp|gsm|portable"
    r"|(?:ring|call|text|phone|reach)(?: (?:him|her|them|me|us))? on|(?:his|her|their) number)"
    r"(?: (?:number|no|nr))?\.?(?: is| was| on| est)?[ :]{1,3}\(?(\d(?:[ ().-]{0,2}\d){6,11})(?!\w)",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(
    r"(?<!\w)(?:orders?|tickets?|invoice|booking|account|ref|reference|model|serial|version)(?: (?:number|no|code))?[.:#]{0,2} ?\Z",
    re.IGNORECASE,
)
# Lines for everybody that do not begin like one (courses/content/crisis_numbers.yaml): Helsinki (2), Milan, Oslo, Copenhagen.
_HELPLINES = {"0925250111", "0925250116", "0223272327", "22400040", "70201201"}
_PUBLIC_ABROAD = re.compile("440?(?:3|80|84|87)|3531[58]|330?8[01]|320?800|611[38]|(?:1|[349][0-9]|3[578][0-9])800")


def _phones_abroad(text: str) -> Iterator[Span]:
    """With a country: any after +, those where the course is given after 00."""
    for found in _ABROAD.finditer(text):
        digits = _digits(found[1])
        if not _PUBLIC_ABROAD.match(digits) and not digits.endswith(tuple(line.lstrip("0") for line in _HELPLINES)):
            yield found.span()


def _phones(text: str) -> Iterator[Span]:
    for found in _AT_HOME.finditer(text):
        end = _end_of_phone(found[0])
        if end and not _OTHER_NUMBER.search(text, max(0, found.start() - 25), found.start()):
            yield found.start(), found.start() + end
    yield from (found.span() for found in _BELGIAN.finditer(text))
    yield from (found.span(1) for found in _LABELLED.finditer(text) if not _is_public(_digits(found[1])))


def _end_of_phone(written: str) -> int:
    """How much of this row of numbers is one somebody can be reached by; 0 for none. The longest counts."""
    best, digits, between = 0, "", []
    for group in re.finditer(r"([ .)(-]*)(\d+)\)?", written):
        digits += group[2]
        between.append(group[1].strip(")("))
        # "01.12.26 14.30" is a day and an hour: behind the area code one separator is used throughout.
        if len(set(between[2:])) < 2 and _is_national(digits, groups=len(between)):
            best = group.end()
    return best


def _is_national(digits: str, groups: int) -> bool:
    """By length: 11 the UK; 10 the UK, Ireland, France, Australia and Belgian mobiles; 9 Ireland and Belgium, only in groups."""
    if _is_public(digits):
        return False
    return {11: digits[1] in "127", 10: digits[:3] not in ("081", "082"), 9: groups > 2}.get(len(digits), False)


def _is_public(digits: str) -> bool:
    """Freephone, shared-cost and other lines that belong to nobody in particular."""
    if digits in _HELPLINES or digits.startswith(("080", "1800", "1850", "1890", "1300")):
        return True
    return len(digits) == 11 and digits.startswith(("03", "05", "084", "087", "09"))


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


# --- NHS and CHI numbers ---------------------------------------------------------------------------------------------

_TEN_DIGITS = re.compile(r"(?<![\w+./-])(?:\d{3}([ .-]{0,3})\d{3}\1\d{4}|\d{6} \d{4})(?!\w|-\d)")
_NHS_LABEL = re.compile(
    r"(?<!\w)(?:NHS|CHI|H ?& ?C|health and care)(?: (?:number|num|no|id|nr))?[.:#]{0,2}(?: is| was)?[ :#(-]{1,4}"
    r"(\d(?:[ .-]{0,3}\d){9})(?!\w)",
    re.IGNORECASE,
)


def _nhs_numbers(text: str) -> Iterator[Span]:
    """Named as one, or ten digits that can be one."""
    yield from (found.span(1) for found in _NHS_LABEL.finditer(text))
    yield from (found.span() for found in _TEN_DIGITS.finditer(text) if _may_be_nhs_number(_digits(found[0])))


def _may_be_nhs_number(digits: str) -> bool:
    """Check digit modulus 11, source: NHS Data Dictionary, "NHS Number". Northern Ireland and Scotland reckon alike.

    320-399 Northern Ireland, 4, 6 and 7 England, Wales and the Isle of Man, 9 for tests; Scotland's CHI begins with a day of birth.
    """
    rest = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    if (11 - rest) % 11 != int(digits[9]):
        return False
    return digits[0] in "4679" or "32" <= digits[:2] <= "39" or ("01" <= digits[:2] <= "31" and "01" <= digits[2:4] <= "12")


# --- hospital and case numbers ---------------------------------------------------------------------------------------

_NUMBER = r"(?:number|num|no|nr|id|ref|reference|code)"
_HOSPITAL_NUMBER = re.compile(
    rf"(?<!\w)(?:(?:hospital|hosp|patient|client|case|unit|record|medical record|file|referral|PAS|Paris|Lorenzo|SystmOne|EMIS|RiO|K"
    rf"|insurance|national insurance|NI|PPS|PPSN|medicare|URN?) {_NUMBER}|MRN|URN|PPSN|RiO|SystmOne|EMIS|isikukood|dossiernummer"
    r"|patientnummer|rijksregisternummer|(?:numero|n°|no) (?:de |du )?(?:dossier|patient|securite sociale))"
    r"[.:#]{0,2}(?: (?:is|was|on|est))?[ :#(-]{1,4}"
    r"((?:[A-Z]{1,4}[ /-]?)?\d(?:[ ./-]?\d){3,14}(?:[/-]?[A-Z]{1,2})?)(?!\w)",
    re.IGNORECASE,
)


def _hospital_numbers(text: str) -> Iterator[Span]:
    """Only with a word that says so, and not a year."""
    return (found.span(1) for found in _HOSPITAL_NUMBER.finditer(text) if not re.fullmatch("(?:19|20)[0-9]{2}", found[1]))


# --- date of birth ---------------------------------------------------------------------------------------------------

_MONTH = (
    r"(?:jan(?:uary|vier|uari|uar)?|feb(?:ruary|ruari|ruar)?|fevrier|mar(?:ch|s|ts)?|maart|apr(?:il|ill)?|avril|may|mai|mei|june?|juin|juni|juuni"
    r"|july?|juillet|juli|juuli|aug(?:ust|ustus)?|aout|sept?(?:ember|embre)?|okt(?:ober|oober)?|oct(?:ober|obre)?|nov(?:ember|embre)?"
    r"|de[cz](?:ember|embre)?|detsember)"
)
_YEAR = r"(?:(?:19|20)\d{2}|'?\d{2})"
_DATE = (
    rf"(?:\d{{1,2}} ?[/. -] ?\d{{1,2}} ?[/. -] ?{_YEAR}|(?:19|20)\d{{2}}[/.-]\d{{1,2}}[/.-]\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: of| de)?[ -]{_MONTH}\.?,?[ -]{_YEAR}|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR})(?!\w)"
)
_BORN = (
    r"(?:born|d\.? ?o\.? ?b\.?|date of birth|birth ?date|birthday|nee? le"
    r"|date de naissance|geboren|geboortedatum|sundinud|sunnikuupaev|sunniaeg)"
)
_BIRTH_DATE = re.compile(
    rf"(?<!\w){_BORN}(?: (?:is|was|as|on|op|am|est|the|le)){{0,2}}[ :=(,-]{{1,4}}(?:(?:in|at) [a-z]{{2,20}},? )?(?:on (?:the )?)?({_DATE})"
    rf"|(?<![\w/.-])({_DATE}) ?[(,-]? ?(?:is |was |= ?)?(?:(?:his|her|their|the) )?(?:d\.?o\.?b|date of birth|birth ?date)(?!\w)",
    re.IGNORECASE,
)


def _birth_dates(text: str) -> Iterator[Span]:
    """A date that is said to be somebody's birth; a date alone is ordinary. People in books were born, too, and before 1900."""
    for found in _BIRTH_DATE.finditer(text):
        before = text[max(0, found.start() - 60) : found.start()]
        if not any(word.lower() in _AUTHORS for word in re.findall("[A-Za-z]+", before)):
            yield found.span(1 if found[1] else 2)


# --- where somebody lives --------------------------------------------------------------------------------------------

_POSTCODE = re.compile(r"(?<![\w./-])([A-Z]{1,2})\d(?:\d|[A-HJKMNP-Y])?( ?)\d[ABD-HJLNP-UW-Z]{2}(?![\w/])", re.IGNORECASE)
_EIRCODE = re.compile(r"(?<!\w)(?:[AC-FHKNPRTV-Y]\d\d|D6W) ?(?=[0-9]{0,3}[AC-FHKNPRTV-Y])[0-9AC-FHKNPRTV-Y]{4}(?!\w)")
_ORDINAL = re.compile(r"(?:1st|2nd|3rd|\dth|\dhr)\Z")

_STREET = (
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Close|Drive|Crescent|Terrace|Court|Gardens|Grove|Place|Square|Way|Hill|Row|Mews|Parade|Rise|Walk"
    r"|Green|Quay|Boulevard|Highway|Villas|Esplanade)"
)
_ADDRESSES = (
    re.compile(
        r"(?<![\w.,:/-])(?:(?:[Ff]lat|[Aa]partment|[Aa]pt|[Uu]nit) \d{1,4}[a-z]?,? )?\d{1,4}[A-Za-z]?,? "
        rf"(?:(?:[A-Z][a-z'-]{{1,20}}|St\.) ){{1,3}}(?i:{_STREET})(?!\w)"
    ),
    re.compile(
        rf"(?<!\w)(?:lives?|living|lived|stay(?:s|ed|ing)|home|address|moved to|resides)(?: is| are)?(?: at| on)?:? (?:number |no\.? )?"
        rf"(\d{{1,4}}[a-z]?,? (?:[\w'-]{{2,20}} ){{1,3}}{_STREET})(?!\w)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![\w.,:/-])\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|av\.|boulevard|bd|place|impasse|allee|chemin|quai|route|cours)"
        r"(?: de| du| des| la| le| les){0,2} (?:[ld]')?[A-Z][a-z'-]{1,25}"
    ),
    re.compile(r"(?<!\w)[A-Z][a-z-]{1,25}(?:straat|laan|steenweg|plein|dreef|kaai|weg) \d{1,4}(?: ?[a-zA-Z])?(?!\w)"),
    re.compile(
        r"(?<!\w)[A-Z][a-z-]{1,25}(?: [A-Z]?[a-z-]{1,25})? (?:tn|tanav|mnt|maantee|pst|puiestee|tee)\.? \d{1,3}[a-z]?(?:-\d{1,4})?(?!\w)"
    ),
)
# "On page 12 Park Lane is named", "in 2008 Station Road had"
_COUNTED = re.compile(r"(?:pages?|p\.|pp\.|chapter|room|block|module|session|volume|figure)\Z", re.IGNORECASE)
_YEAR_OF = re.compile(r"(?:19|20)[0-9]{2} ")


def _postcodes(text: str) -> Iterator[Span]:
    for found in _POSTCODE.finditer(text):
        written = found[0].isupper() or (found[0].islower() and found[2] and not _ORDINAL.search(found[0]))
        if written and found[1].upper() in _AREAS:
            yield found.span()
    yield from (found.span() for found in _EIRCODE.finditer(text))


def _addresses(text: str) -> Iterator[Span]:
    for pattern in _ADDRESSES:
        for found in pattern.finditer(text):
            before = text[max(0, found.start() - 10) : found.start()].rstrip()
            if not _YEAR_OF.match(found[0]) and not (found[0][0].isdigit() and _COUNTED.search(before)):
                yield found.span(pattern.groups)


# --- a full name close to a service ----------------------------------------------------------------------------------

NEAR = 120  # characters between a name and the word for a service: a sentence or so
_SERVICE = re.compile(
    r"(?<!\w)(?:wards?|hospitals?|clinics?|teams?|services?|units?|CMHTs?|CAMHS|HTT|CRHTT?|EIP|PICU|A ?& ?E|ICU|GP|surgery"
    r"|psychiatr(?:y|ic)|in-?patients?|out-?patients?|care home|hostel|supported (?:housing|living)|rehab|day centre|caseload|sectioned"
    r"|admitted|discharged|referred|early intervention|crisis house|home treatment|ambulance|hopital|clinique|CMP|urgences"
    r"|centre medico-psychologique|ziekenhuis|afdeling|kliniek|crisisteam|haigla\w{0,5}|osakon[dn]\w{0,5}|kliinik\w{0,6})(?!\w)",
    re.IGNORECASE,
)
_BOOK = r"(?:books?|papers?|articles?|chapters?|films?|songs?|poems?|novels?|lectures?|essays?)"
_BEFORE_AUTHOR = re.compile(rf"(?<!\w)(?:{_BOOK}|documentary|authors?|podcasts?|philosopher|poet)(?!\w)", re.IGNORECASE)
_AFTER_AUTHOR = re.compile(rf"'s (?:\w{{1,15}} )?(?:{_BOOK}|theory|ideas?|concept|notion)(?!\w)|,? ?\(?(?:19|20)\d\d(?!\w)")
_PRONOUN = re.compile(r"(?<!\w)(?:he|she|his|her|hers|him)(?!\w)", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.!?]\s")
_WORD = re.compile(r"([^\W\d_]+(?:['-][^\W\d_]+)*+)([^\w]*+)")


class _Word(NamedTuple):
    text: str
    start: int
    end: int
    gap: str  # up to the next word

    @property
    def plain(self) -> str:
        return self.text.lower().removesuffix("'s")

    @property
    def goes_on(self) -> bool:
        """Whether the next word may belong to the same name: "Mr. T. Hale"."""
        return self.gap in (" ", "  ") or (self.gap == ". " and (len(self.text) == 1 or self.plain in _TITLES))


def _read(text: str) -> list[_Word]:
    return [_Word(found[1], found.start(1), found.end(1), found[2][:3]) for found in _WORD.finditer(text)]


def _names_with_service(text: str, known: Iterable[str]) -> Iterator[Span]:
    services = [found.span() for found in _SERVICE.finditer(text)]
    if not services:
        return
    ours = [{word.plain for word in _read(_folded(name)[0])} for name in known]
    starts = [start for start, _end in services]
    words = _read(text)
    at = 0
    while at < len(words):
        last = _end_of_name(words, at)
        name = words[at : last + 1]
        if last and _is_near(text, name, services, starts) and _is_spoken_of(text, words, at, last) and _is_somebody(text, name, ours):
            yield name[0].start, name[-1].end
        at = max(last, at) + 1


def _end_of_name(words: list[_Word], at: int) -> int:
    """Which word the name that begins with this one ends with; 0 if none begins here."""
    if not words[at].text[0].isupper():
        return 0
    if _is_surname_first(words[at : at + 2]):
        return at + 1
    if not _begins_name(words, at):
        return 0
    unheard = not _is_heard_of(words[at])
    for end in range(at + 1, min(at + 4, len(words))):  # up to two initials, particles or middle names between
        word = words[end]
        if not words[end - 1].goes_on:
            return 0
        if word.plain in _PARTICLES or (len(word.text) == 1 and word.text.isupper() and word.text != "I"):
            continue
        if not _may_be_surname(word) or (unheard and word.text.isupper()):
            return 0
        if word.plain in _GIVEN and (unheard or words[at].plain in _VERBS):
            return 0  # "Poor Mary Jones", where the name begins later; "Will Anna come"
        if word.plain in _GIVEN and word.goes_on and end + 1 < len(words) and _may_be_surname(words[end + 1]):
            continue  # "Mary Ann Jones"
        return end
    return 0


def _begins_name(words: list[_Word], at: int) -> bool:
    """A given name, a title, or any word with a capital that has no reason to be there, unless the one before it has one, too."""
    if _is_heard_of(words[at]):
        return True
    first_of_run = at == 0 or words[at - 1].gap != " " or not words[at - 1].text[0].isupper() or words[at - 1].plain in _NO_SURNAME
    return first_of_run and _may_be_surname(words[at]) and not words[at].text.isupper()


def _is_spoken_of(text: str, words: list[_Word], at: int, last: int) -> bool:
    """Whether what may be a name is a person's, and no house's. A name nobody has heard of needs a sign: "Talking Mats" has none."""
    behind = words[last + 1] if last + 1 < len(words) and words[last].gap in (" ", ", ") else None
    if behind and words[last].gap == " " and behind.plain in _PLACES:
        return False  # "Elizabeth Fry Ward", "Rose Hill unit"
    if _is_heard_of(words[at]) or _is_surname_first(words[at : at + 2]) or words[last].text.endswith("'s"):
        return True
    if behind and words[last].gap == " " and behind.text[0].isupper():
        return False  # "Clear Mutual Expectations"
    before = words[at - 1].plain if at and words[at - 1].gap in (" ", ", ") else ""
    after = behind.plain if behind else ""
    return before in _PERSON or after in _DOES or bool(_PRONOUN.search(text, words[last].end, words[last].end + 60))


def _is_heard_of(word: _Word) -> bool:
    return word.plain in _GIVEN or word.plain in _TITLES or word.plain.split("-")[0] in _GIVEN


def _is_surname_first(words: list[_Word]) -> bool:
    """ "OKAFOR, Grace" """
    if len(words) < 2 or words[0].gap != ", " or len(words[0].text) < 3 or not words[0].text.isupper():
        return False
    return _may_be_surname(words[0]) and words[1].plain in _GIVEN and words[1].text[0].isupper()


def _may_be_surname(word: _Word) -> bool:
    return word.text[0].isupper() and len(word.text) > 1 and word.plain not in _NO_SURNAME and not _SERVICE.fullmatch(word.text)


def _is_somebody(text: str, name: list[_Word], ours: list[set[str]]) -> bool:
    """Neither one of those who learn together nor somebody who is read here."""
    first, last = name[0].plain, name[-1].plain
    if any(last in member and (first in member or first in _TITLES) for member in ours):
        return False
    if last in _AUTHORS or (first, last) in _AUTHORS_IN_FULL:
        return False
    end = name[-1].start + len(name[-1].plain)  # before "'s"
    return not _BEFORE_AUTHOR.search(text, max(0, name[0].start - 40), name[0].start) and not _AFTER_AUTHOR.match(text, end)


def _is_near(text: str, name: list[_Word], services: list[Span], starts: list[int]) -> bool:
    """Whether the next word for a service on either side stands in the same sentence or the one beside it."""
    begin, end = name[0].start, name[-1].end
    place = bisect_left(starts, end)
    gaps = [text[end:start] for start, _end in services[place : place + 1] if start - end <= NEAR]
    gaps += [text[before:begin] for _start, before in services[max(0, place - 1) : place] if begin - before <= NEAR]
    return any(len(_SENTENCE_ENDS.findall(gap)) <= 1 and "\n\n" not in gap for gap in gaps)


# --- words ------------------------------------------------------------------------------------------------------------


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


_TITLES = _words("mr mrs ms miss mx monsieur madame mme mevrouw meneer mevr dhr")
_PARTICLES = _words("van von de der den di da del della dos la le el al bin ibn ter ten du")
# Given names that begin a question or a request as well.
_PERSON = _words(
    """
    patient client inpatient outpatient resident user named about met meet saw see visited with man woman boy girl lady brother sister
    mother father son daughter husband wife mum dad carer grandmother grandfather aunt uncle niece nephew teenager tenant patiente
    """
)
# What a person does in a sentence about them, and a thing rarely.
_DOES = _words(
    """
    is was has had asked asks told tells said says came comes left went sat sits died lives lived wants wanted never stopped who whose
    whom rang calls called cried laughed spoke speaks refused agreed needs needed feels felt thinks thought joined started began
    """
)
_VERBS = _words("will mark sue bill rob")
_GIVEN = _words(
    """
    aaron abena abigail abimbola adaeze adam ade adebayo adele adrian agnes agnieszka ahmed aidan aileen aino aisha aivar akosua alain
    alan alana alasdair alastair albert aleksander aleksandra alex alexander alexandra alfie alfred ali alice alison allan amanda
    amandine amara amber amelia amelie amina amir amit amy anais andrea andrei andres andrew andrus angela angus anita anjali anke ann
    anna anne anneleen anneli annie ans anthony antoine anton antonia ants anu anya aoife archie arjun arnaud arthur arvo asha ashleigh
    ashley astrid audrey aurelie aurora ayesha ayo babatunde balwinder baptiste barbara barry bart bashir beatrice becky belinda ben
    benjamin benoit bernadette bernard beryl beth bethany betty beverley bilal bill billy bjorn blessing bobby bogdan boris bram brandon
    brenda brendan brian bridget bronagh bronislaw bronwen bronwyn brooke bruce caitlin callum cameron camille carl carla carlos carmel
    carmela carmen carol caroline cassandra catherine cathy cecile celia chantal chantelle charles charlie charlotte chelsea chen cheryl
    chiara chidi chinedu chioma chloe chris christina christine christophe christopher ciara ciaran claire clara clare clarence claude
    clement clifford clive clodagh colin colm comfort connor conor cora corinne courtney craig cynthia daisy damien dan daniel danielle
    daphne dariusz darragh darren daryl dave david dawn dean debbie deborah declan deepa deepak deirdre delphine delroy denis denise
    denzel derek dermot derrick desmond diana diane didier diego dirk dmitri dolores dominic donald donna donovan dora doreen doris
    dorothy doug douglas duncan dwayne dylan eamon edith edna edward eero eeva eileen eilidh ekaterina elaine eleanor elena elias elina
    elise eliza elizabeth ella ellen ellie elo elodie els elsie emeka emer emile emilie emily emma endel eoin eric erik erin erki ernest
    errol esi esther ethan ethel etienne eugene eva evan eve evelin evelyn evie ewa fabien faith farah farid fatima fay felicity felix
    femi femke fergus fernanda fernando filip finn fiona fionnuala florence florian folake frances francis francois francoise frank
    fraser fred freja freya funmi gabriel gabriela gareth gary gavin geert gemma genevieve geoffrey george georgia georgina gerald
    gerard ghislaine gilles gillian gita gladys glenn gloria gordana gordon grace graeme graham grainne greet greg griet guillaume
    gunnar gurpreet gustav guy gwen hakon hamish hamza hana hannah hanne hanneke harjit harold harpreet harriet harry hasan hassan
    hayley hazel heather hector heiki heikki helen helene heli helle hendrik henn henrik henry herbert herve hilary hilde hille holly
    hope howard hugh hugo hui hussein ian ibrahim ifeoma igor ilmar ilse imogen imran indrek ineke ines ingeborg ingrid irene irina iris
    isaac isabel isabella isabelle isla ismail isobel ivan ivor ivy jaak jaan jack jackie jacob jacqueline jacques jade jadwiga jake
    jamal james jamie jan jana jane janek janet janice jarmo jasmine jason jasper jaswinder javier jean jeff jemma jenna jennifer jenny
    jeremy jermaine jeroen jerome jerry jess jessica jia jill jim jimmy jing jo joan joanna joanne jodi jodie joe joel johan johannes
    john johnny joke jolanta jonas jonathan joost jorge joris jose joseph josephine josh joshua joy joyce juan jude judit judith judy
    juha juhan jukka julia julian julie julien juliette june jurgen juri justin kaarel kadri kai kaido kaie kaisa kalev kalle kamal
    karel karen karim karin karl kaspar katarzyna kate katherine kathleen kathryn katie katrien katrin kay keisha keith kelly kelvin ken
    kenneth kenny kerry kersti kevin khadija kiera kieran kim kiran kirk kirsten kirsty koen kofi krista kristel kristi kristiina
    kristjan kristof krzysztof kulli kulwinder kumar kwabena kwaku kwame kwesi kyle laetitia lakshmi lance lara lars latoya laura lauren
    laurence laurent lauri layla leah lee leena leida leila leo leon leonard leonie leroy lesley leslie levi lewis li liam lieve lieven
    liina liis liisa lily linda ling lionel lisa liz lizzie lloyd logan lois lola lorna lorraine lotte lottie louis louise luc luca
    lucas lucia lucian lucie lucy ludmila luis luke lydia lynda lynn lynne maarja maarten mabel madeleine maeve magda magdalena maggie
    magnus maie mairead mait malcolm malgorzata malik malle mandla mandy manjit manon manuel marc marcia marcus mare marek margaret
    margaux marguerite margus mari maria mariam marie marieke marijke marika marine marion marju mark marlene mart martha martin marvin
    mary maryam mathieu mathilde matilda matt matthew matti maud maureen maurice mavis max may meelis meena megan mehmet mei melanie
    melissa melvin mercy merike merle mia michael michaela michelle mick mieke miguel mihai mihkel mike mikhail mikko milan mildred
    millie ming minna miriam mitchell mohamad mohamed mohammad mohammed moira molly mona monica monika monique morag morgan muhammad
    muriel mustafa myra nadia nadine nancy naomi nasreen natalia natalie natasha nathalie nathan nathaniel neha neil nele nelson neve
    ngozi nguyen niall niamh nicholas nick nicola nicolas nicole nigel nikita nikolai nils nina nisha nkechi nneka noah noel nora
    norbert noreen norma norman nuala obi odile oksana olaf ole olena olga olive oliver olivia olivier olu oluwaseun omar omari oonagh
    orla oscar owen pablo paddy padraig pam pamela parveen pascal patience patricia patrick paul paula paulina pauline pavel pearl pedro
    peggy pekka penny percy peter petra phil philip philippe phoebe phyllis pierre piers pieter piotr piret polly pooja poppy pradeep
    precious priit priya quentin rachel radu rafael rahul raivo raj rajesh rajinder ralph ramesh randall raphael rasheed rashid rasmus
    ravi ray raymond rebecca reece reg rein remi rene renee rhian rhoda rhona rhys richard riina riitta rita rob robbie robert roberta
    robin roger roisin roland romain ron ronald rory rosa rose rosemary rosie ross rowan roxanne roy ruben ruby rukhsana rupert russell
    rutger ruth ryan sabine sadie saima salim sally salma sam samantha samira samuel sander sandra sanjay saoirse sara sarah saskia
    scott sean sebastien segun selma serge sergei severine shabana shane shanice shannon sharifa sharon shaun sheena sheila sherry
    shirley sian sidney signe sigrid siim simon simran sinead siobhan sirje sofie solange solveig sonia sonja sophia sophie sorcha
    stacey stanley stella stephane stephanie stephen steve steven stewart stijn stuart sue sukhdeep suki sunita suresh susan suzanne
    sven svetlana sybil sylvia sylvie taavi tadhg tamara tamika tamsin tara tariq tarmo tatenda tatiana ted temitope tendai terence
    teresa terry tess thandi thelma theo theresa therese thi thibault thierry thomas tia tiffany tiina tiit tiiu tim timo timothy tina
    tine tobias toby toivo tom tomasz tommy toni tony toomas tracey tracy trevor triin tristan trudy tunde tuula tyrone ulle una urmas
    ursula urve usha vaike valdur valentin valeria valerie vanessa veerle veiko vera vernon veronica veronique victor victoria vijay
    vikram villem vincent viola violet virve vivien vladimir walter wanda warren wayne wei wendy wesley whitney wilfred will william
    wilma wim winifred winston wojciech wout wouter xavier xiao yan yann yasmin yaw yetunde yin yolanda yuri yusra yusuf yves yvonne
    zachary zainab zara zoe zofia zuzanna
    """
)
# Whom one reads or hears of. A surname that stands alone is rare enough to mean the author; the others count with their given name.
_AUTHORS = _words(
    """
    seikkula andersen bakhtin arnkil alakare haarakangas aaltonen ziedonis razzaque mosher bateson shotter rober epston freire vygotsky
    buber levinas gergen palazzoli boscolo cecchin minuchin satir winnicott bion bowlby yalom frankl laing basaglia goolishian
    wittgenstein voloshinov trevarthen gadamer derrida foucault goffman dostoevsky escher romme longden stockmann trimble borchers
    laitila holma kolb schon bentall moncrieff arendt
    """
)
_AUTHORS_IN_FULL = {
    tuple(name.split("_"))
    for name in _words(
        """
        aaron_beck adam_phillips agatha_christie albert_einstein anna_freud anthony_bateman arlene_katz atul_gawande audre_lorde
        barack_obama bessel_kolk birgitta_alakare bob_dylan boris_johnson brene_brown brian_martindale carl_jung carl_rogers
        carlo_rovelli charles_darwin charles_dickens chris_johns daniel_fisher daniel_mackler daniel_stern darian_leader david_bowie
        donald_schon donald_trump edmund_husserl emily_dickinson felix_guattari florence_nightingale frantz_fanon gabor_mate
        george_orwell graham_gibbs hannah_arendt harlene_anderson henry_marsh hilary_mantel jaakko_seikkula james_baldwin
        james_joyce james_wilson jane_austen janet_frame jean_oury johann_hari john_bowlby john_bunyan john_dewey john_driscoll
        john_read john_shotter johnny_cash joni_mitchell judith_herman katherine_shear kenneth_gergen leonard_cohen lev_vygotsky
        lucy_johnstone lynn_hoffman margaret_mead margaret_thatcher marie_curie marsha_linehan marshall_rosenberg martin_buber
        martin_heidegger mary_boyle mary_oliver mary_olson maya_angelou melanie_klein michael_white michelle_obama nelson_mandela
        nick_cave nick_putman nina_simone oliver_sacks patricia_deegan paul_watzlawick paulo_freire peggy_penn peter_fonagy
        rachel_aviv robert_whitaker russell_razzaque sally_rooney samuel_beckett seamus_heaney sigmund_freud simone_beauvoir
        simone_weil susan_sontag sylvia_plath tom_andersen toni_morrison tony_blair ursula_guin val_jackson virginia_woolf
        wilfred_bion will_hall william_shakespeare zadie_smith
        """
    )
}
# Capitalised words that are no surname: days, months, places, what services are called, how sentences begin, what this course is about.
_NO_SURNAME = _words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
    november december easter christmas ramadan london leeds bristol manchester birmingham liverpool sheffield nottingham newcastle york
    oxford cambridge brighton kent essex devon somerset norfolk wales scotland england ireland britain belfast dublin cork galway
    limerick edinburgh glasgow aberdeen dundee cardiff swansea paris lyon lille marseille brussels bruxelles brussel ghent gent antwerp
    antwerpen liege namur tallinn tartu parnu narva estonia tornio kemi lapland finland helsinki oulu melbourne sydney brisbane perth
    hobart canberra victoria australia france belgium europe western northern southern eastern north south east west ward hospital
    clinic team service services unit centre center house home trust nhs cmht camhs street road avenue lane station college university
    school church park court community mental health crisis early intervention group foundation network meeting open dialogue dialogic
    family therapy reflecting module block sitting journal forum trainer trainers trainee room zoom teams prize theory institute the a
    an and or but so if as at in on of for from with to by is was were are be been has had have do does did i you he she it we they my
    your his her its our their this that these those there here what when where who why how which while then thank thanks hello hi dear
    yes no not maybe perhaps because after before during since until today tomorrow yesterday just also even still only all some any
    every each both one two three good morning could would should can will might must let please sorry well now again once said says
    asked about listening hearing voices world war day book new zealand united kingdom states royal black lives matter research
    contemporary psychotherapy act law bill project programme course certificate care social work worker years hall library museum hotel
    cross national international european british english welsh scottish irish french belgian dutch flemish estonian finnish australian
    german american asian african google microsoft whatsapp facebook youtube instagram netflix council county city river lake hill
    bridge lower upper great old prime minister peer support senior junior clinical psychologist psychologists psychiatrist
    psychotherapist psychotherapists occupational therapist therapists approved professional professionals practitioner practitioners
    coordinator coordinators nurse nurses nursing doctor doctors consultant lead manager director chief executive officer assistant
    deputy head matron student recovery adult adults older people young child children adolescent families forensic acute perinatal
    learning disability eating disorder disorders liaison outreach assertive rehabilitation substance drug alcohol safe haven suite plan
    planning approach model pathway review board committee commission quality safety risk assessment form training seminar conference
    annual spring summer autumn winter week weekend bank holiday psychosis schizophrenia depression anxiety trauma treatment experience
    experiences practice practices process processes principles elements psychology psychiatry medicine press alliance society
    association federation god lord bible
    """
)
# What stands behind a name that is a house's or a street's: "Elizabeth Fry Ward"
_PLACES = _words(
    """
    ward unit hospital clinic team service surgery hostel hospice house centre center road street avenue lane court park school college
    university trust foundation institute building room
    """
)
# Where post is brought: the letters a British postcode begins with.
_AREAS = _words(
    """
    AB AL BA BB BD BF BH BL BN BR BS BT BX B CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY EC EH EN EX E FK FY GL GU GY G HA
    HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY LA LD LE LL LN LS LU L ME MK ML M NE NG NN NP NR NW N OL OX PA PE PH PL PO PR RG RH
    RM SA SE SG SK SL SM SN SO SP SR SS ST SW SY S TA TD TF TN TQ TR TS TW UB WA WC WD WF WN WR WS WV W YO ZE
    """
)
