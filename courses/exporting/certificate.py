"""A certificate as a page to print: one sheet of A4, its letters inside it, and a square code where its holder has a public page."""

from __future__ import annotations

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from courses.exporting.document import style_of
from courses.exporting.pdf import set_type
from courses.models import Certificate


def certificate_pdf(certificate: Certificate) -> bytes:
    """Raises OSError without Pango."""
    return set_type(certificate_html(certificate))


def certificate_html(certificate: Certificate) -> str:
    """Needs the certificate's cohort with its programme, and who gave it."""
    address = settings.SITE_URL + reverse("certificate-shown", args=[certificate.address]) if certificate.shown else ""
    context = {
        "certificate": certificate,
        "cohort": certificate.cohort,
        "site": settings.SITE_NAME,
        "style": style_of("certificate.css"),
        "address": address,
        "code": square_code(address) if address else "",
    }
    return render_to_string("courses/exported/certificate.html", context)


def square_code(address: str) -> SafeString:
    """A QR code (ISO/IEC 18004) as a drawing; a quarter of it may be lost and it can still be read."""
    drawn = segno.make(address, error="q", micro=False).svg_inline(border=2, dark="#1D2B28", light="#FFFFFF", omitsize=True)
    return mark_safe(drawn)  # noqa: S308  shapes alone, made here
