"""How files are given out."""

import pytest
from django.test import RequestFactory

from lms.files.kinds import Kind
from lms.files.serving import file_response, headers

CONTENT = bytes(range(256)) * 10


def answer(method: str = "GET", kind: Kind = Kind.PNG, **asked: str):
    asked_for = []

    def read(begin, end):
        asked_for.append((begin, end))
        for at in range(begin, end, 100):
            yield CONTENT[at : min(at + 100, end)]

    request = RequestFactory().generic(method, "/", headers={key.replace("_", "-"): value for key, value in asked.items()})
    response = file_response(request, kind=kind, name="a.png", size=len(CONTENT), read=read)
    return response, asked_for


def whole(response) -> bytes:
    with pytest.warns(Warning, match="asynchronous"):  # as it is meant to be on a server
        return b"".join(response)


def test_headers_let_a_picture_show_and_nothing_run():
    assert headers(Kind.PNG, "Garten ü.png") == {
        "Content-Type": "image/png",
        "Content-Disposition": "inline; filename*=utf-8''Garten%20%C3%BC.png",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Accept-Ranges": "bytes",
    }


@pytest.mark.parametrize("kind", Kind)
def test_headers_show_pictures_and_sounds_and_have_everything_else_saved(kind):
    shows = headers(kind, "x")["Content-Disposition"].startswith("inline")

    assert shows == (kind.mime.startswith(("image/", "audio/")))


def test_file_response_gives_the_file():
    response, asked_for = answer()

    assert (response.status_code, response["Content-Length"], whole(response)) == (200, "2560", CONTENT)
    assert asked_for == [(0, 2560)]


def test_file_response_to_head_reads_nothing():
    response, asked_for = answer("HEAD")

    assert (response.status_code, response["Content-Length"], response.content, asked_for) == (200, "2560", b"", [])


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-", 0, 2560),
        ("bytes=100-199", 100, 200),
        ("bytes=2500-9999", 2500, 2560),
        ("bytes=-60", 2500, 2560),
        ("bytes=-9999", 0, 2560),
    ],
)
def test_file_response_gives_a_part(asked, begin, end):
    response, asked_for = answer(range=asked)

    assert (response.status_code, response["Content-Range"]) == (206, f"bytes {begin}-{end - 1}/2560")
    assert (response["Content-Length"], whole(response), asked_for) == (str(end - begin), CONTENT[begin:end], [(begin, end)])


@pytest.mark.parametrize("asked", ["bytes=2560-", "bytes=5-4", "bytes=-0", "bytes=-"])
def test_file_response_says_where_there_is_no_such_part(asked):
    response, asked_for = answer(range=asked)

    assert (response.status_code, response["Content-Range"], asked_for) == (416, "bytes */2560", [])


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 40 + "-"])
def test_file_response_gives_the_whole_for_what_it_does_not_know(asked):
    response, asked_for = answer(range=asked)

    assert (response.status_code, whole(response), asked_for) == (200, CONTENT, [(0, 2560)])


def test_file_response_has_the_proxy_send_what_has_a_name_in_the_storage(settings):
    settings.FILES_BY_PROXY = True
    request = RequestFactory().get("/")

    sent = file_response(request, kind=Kind.PNG, name="a.png", size=9, read=None, stored_as="forum/ab/cü")  # type: ignore[arg-type]

    assert sent.headers == headers(Kind.PNG, "a.png") | {"X-Accel-Redirect": "/inside/media/forum/ab/c%C3%BC"}
    assert sent.content == b""


def test_file_response_streams_what_is_sealed_even_behind_the_proxy(settings):
    settings.FILES_BY_PROXY = True

    response, asked_for = answer()

    assert (whole(response), asked_for) == (CONTENT, [(0, len(CONTENT))])
    assert "X-Accel-Redirect" not in response
