"""The code at the door of a building: a signed name of one sitting that is good for minutes.

A screen shows a new one every half minute. Somebody whose phone has to sign in first needs a little longer than that; a picture of the
code that is sent to somebody at home is worth nothing by the time it is of use to them the second time.
"""

from __future__ import annotations

import datetime
from io import BytesIO

import segno
from django.core import signing

SALT = "courses.door"
SHOWN = datetime.timedelta(seconds=30)  # then the screen shows the next
GOOD_FOR = datetime.timedelta(minutes=3)


class Over(Exception):
    """The code was good, and is too old by now."""


class NotOurs(Exception):
    """No code that this site ever showed."""


def code_for(sitting: int) -> str:
    return signing.TimestampSigner(salt=SALT).sign(str(sitting))


def sitting_of(code: str) -> int:
    """Which sitting's door it was shown at. Raises Over or NotOurs."""
    try:
        return int(signing.TimestampSigner(salt=SALT).unsign(code, max_age=GOOD_FOR))
    except signing.SignatureExpired:
        raise Over from None
    except (signing.BadSignature, ValueError):
        raise NotOurs from None


def picture(address: str) -> bytes:
    """The address as a QR code in SVG, dark on light in every theme, with the quiet space that cameras need."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, dark="#000000", light="#FFFFFF", scale=8, xmldecl=False)
    return out.getvalue()
