import io

import pytest
from pytest import importorskip

from courses.exporting.certificate import certificate_html, certificate_pdf, square_code
from tests.courses.factories import make_certificate
from tests.factories import make_cohort, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate():
    return make_certificate(make_user(), make_cohort(), name="<b>Õie</b> Mari & Tamm")


def test_certificate_html_has_the_name_as_its_holder_wrote_it(certificate):
    html = certificate_html(certificate)

    assert "&lt;b&gt;Õie&lt;/b&gt; Mari &amp; Tamm" in html
    assert certificate.person.display_name not in html


def test_certificate_html_has_a_square_code_only_where_there_is_a_page(certificate):
    without = certificate_html(certificate)
    certificate.shown = "nobody"

    shown = certificate_html(certificate)

    assert (certificate.address in without, "Check it at" in without) == (False, False)
    assert (f"http://testserver/certified/{certificate.address}/" in shown, "Check it at" in shown) == (True, True)


def test_certificate_html_needs_nothing_from_elsewhere(certificate):
    html = certificate_html(certificate)

    assert "url(" in html
    assert html.count("url(") == html.count('url("data:font/woff2')


@pytest.mark.parametrize(
    "name", ["Ana", "Maximilianus Bartholomäus von und zu Hohenlohe-Waldenburg-Schillingsfürst der Jüngere zu Õ", "x" * 120]
)
def test_certificate_pdf_is_one_page_of_a4_whatever_the_name(certificate, name):
    weasyprint = importorskip("weasyprint")
    certificate.name, certificate.shown = name, "name"

    pages = weasyprint.HTML(string=certificate_html(certificate)).render().pages

    assert [(round(page.width / 96 * 25.4), round(page.height / 96 * 25.4)) for page in pages] == [(210, 297)]


def test_certificate_pdf_is_a_pdf(certificate):
    assert io.BytesIO(certificate_pdf(certificate)).read(5) == b"%PDF-"


def test_square_code_is_a_drawing_without_words():
    drawn = square_code("http://testserver/certified/x/")

    assert drawn.startswith("<svg") and "script" not in drawn and "<text" not in drawn
