"""Pictures are drawn anew: what goes out shows the same and tells nothing else; what could do harm is refused in a sentence."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms, ImageFile

from lms import pictures
from tests.files import CANARY, DOCX, HEIC, PDF, SVG, ZIP, photograph, picture


def opened(made: pictures.Picture) -> Image.Image:
    return Image.open(io.BytesIO(made.data))


def refusal(data: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        pictures.reencode(data)
    return refused.value.messages[0]


def png_saying(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head promises this size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("form", "mime"), [("JPEG", "image/jpeg"), ("WEBP", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/png")])
def test_reencode_takes_what_browsers_show(form, mime):
    made = pictures.reencode(picture(form, (40, 30)))

    assert (made.mime, made.width, made.height) == (mime, 40, 30)
    assert opened(made).size == (40, 30)


@pytest.mark.parametrize(
    ("mode", "colour", "shown"),
    [
        ("1", 1, 255),
        ("L", 200, 200),
        ("LA", (200, 255), (200, 200, 200, 255)),
        ("P", 0, (0, 0, 0)),
        ("RGB", "teal", (0, 128, 128)),
        ("RGBA", (0, 128, 128, 255), (0, 128, 128, 255)),
        ("I;16", 51_400, 200),
    ],
)
def test_reencode_takes_every_kind_of_png(mode, colour, shown):
    made = opened(pictures.reencode(picture("PNG", mode=mode, colour=colour)))

    assert made.getpixel((1, 1)) == shown


def test_reencode_keeps_clear_places():
    made = opened(pictures.reencode(picture("WEBP", mode="RGBA", colour=(10, 20, 30, 0), lossless=True, exact=True)))

    assert (made.format, made.mode, made.getchannel("A").getextrema()) == ("PNG", "RGBA", (0, 0))


def test_reencode_takes_the_first_of_moving_pictures():
    red, blue = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    file = io.BytesIO()
    red.save(file, "GIF", save_all=True, append_images=[blue], duration=100, loop=0)

    made = opened(pictures.reencode(file.getvalue()))

    assert getattr(made, "n_frames", 1) == 1
    assert made.convert("RGB").getpixel((1, 1)) == (255, 0, 0)


def test_reencode_drops_place_device_comment_and_whatever_else_is_written_in_it():
    sent = photograph()
    assert CANARY.encode() in sent and b"Exif" in sent and Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)

    made = pictures.reencode(sent)

    for word in (CANARY.encode(), b"Telephone", b"Exif", b"xmpmeta", b"http://ns.adobe.com"):
        assert word not in made.data
    assert dict(opened(made).getexif()) == {} and set(opened(made).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_reencode_drops_the_words_in_a_png():
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Author", CANARY)
    words.add_itxt("XML:com.adobe.xmp", CANARY, zip=True)
    exif = Image.Exif()
    exif[0x010F] = CANARY

    made = pictures.reencode(picture("PNG", pnginfo=words, exif=exif))

    assert CANARY.encode() not in made.data
    assert opened(made).info == {}


def test_reencode_turns_as_the_camera_meant_it():
    corner = Image.new("RGB", (40, 20), "white")
    corner.paste((255, 0, 0), (0, 0, 10, 10))  # red in the upper left, as it lies in the file
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to see it upright
    file = io.BytesIO()
    corner.save(file, "JPEG", quality=95, exif=exif)

    made = opened(pictures.reencode(file.getvalue()))

    assert made.size == (20, 40)
    upper_right, upper_left = (made.crop(box).getchannel("B").tobytes() for box in ((14, 2, 18, 6), (2, 2, 6, 6)))
    assert max(upper_right) < 60 and min(upper_left) > 200  # red there, white here


def test_reencode_scales_down_and_never_up():
    long, small = pictures.reencode(picture("JPEG", (4800, 1200))), pictures.reencode(picture("PNG", (5, 5)))

    assert (long.width, long.height) == (2400, 600)
    assert (small.width, small.height) == (5, 5)


def test_reencode_brings_colours_into_srgb_and_drops_the_profile():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = picture("JPEG", icc_profile=profile)
    assert "icc_profile" in Image.open(io.BytesIO(sent)).info

    made = opened(pictures.reencode(sent))

    assert "icc_profile" not in made.info
    assert made.mode == "RGB"


def test_reencode_passes_by_a_profile_that_is_none():
    assert pictures.reencode(picture("JPEG", icc_profile=b"nothing like a profile" * 20)).mime == "image/jpeg"


def test_reencode_takes_colours_for_printing():
    assert opened(pictures.reencode(picture("JPEG", mode="CMYK", colour=(0, 0, 0, 0)))).getpixel((1, 1)) == (255, 255, 255)


def test_reencode_writes_a_photograph_that_came_as_png_as_jpeg(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST_PNG", 10)
    clear = picture("PNG", (64, 64), mode="RGBA", colour=(0, 0, 0, 0))

    made = pictures.reencode(clear)

    assert made.mime == "image/jpeg"
    assert opened(made).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("tail", [ZIP, SVG, b"<script>alert(1)</script>", PDF])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_reencode_drops_what_hangs_behind_a_picture(form, tail):
    made = pictures.reencode(picture(form, (300, 300)) + tail)

    assert tail[:20] not in made.data
    assert made.width == 300


def test_reencode_drops_what_hides_inside_a_picture():
    made = pictures.reencode(picture("JPEG", comment=b"<?php system($_GET[0]); ?><script>alert(1)</script>"))

    assert b"<script" not in made.data and b"<?php" not in made.data


@pytest.mark.parametrize("size", [(20_000, 20_000), (10_000, 4_001), (65_000, 65_000), (2**31 - 1, 1)])
def test_reencode_refuses_a_picture_of_too_many_points_before_it_is_decoded(size):
    sentence = refusal(png_saying(*size))

    assert sentence == "This picture has too many points: the limit is 40 million. Please choose a smaller one."


def test_reencode_takes_a_picture_of_forty_million_points():
    made = pictures.reencode(picture("PNG", (10_000, 4_000), mode="1", colour=0))

    assert (made.width, made.height) == (2400, 960)


def test_reencode_refuses_a_jpeg_of_very_many_scans(monkeypatch):
    usual = picture("JPEG", (64, 64), progressive=True)
    assert pictures.reencode(usual).width == 64
    begin = usual.index(b"\xff\xda")
    end = usual.index(b"\xff", begin + 2)
    many = usual[:begin] + usual[begin:end] * 200 + usual[end:]

    assert refusal(many) == "This picture is put together too intricately. Please save it anew as JPEG and choose that."


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_reencode_refuses_a_picture_that_is_cut_off(form, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint does
    whole = picture(form, (300, 300))

    assert refusal(whole[: len(whole) // 2]) == "This picture is damaged, or did not arrive whole. Please try it once more."


def test_reencode_refuses_words_that_unpack_without_end():
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    whole = picture("PNG")
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9))
    assert len(bomb) < 300_000

    assert refusal(whole[:33] + bomb + whole[33:]).startswith("This picture is damaged")


@pytest.mark.parametrize("data", [b"", b"\x89PNG", ZIP, DOCX, PDF, b"BM" + bytes(60), b"II*\0" + bytes(60), b"<html>", b"GIF89a"])
def test_reencode_refuses_what_is_no_picture(data):
    assert refusal(data) in (
        "This is not a picture that can be shown here. Please choose a JPEG, PNG, WebP or GIF.",
        "This picture is damaged, or did not arrive whole. Please try it once more.",
    )


def test_reencode_says_what_to_do_with_svg_and_heic():
    assert refusal(SVG) == "A drawing in SVG cannot be shown here. Please save it as PNG and choose that."
    assert refusal(b'<?xml version="1.0"?>\n' + SVG) == refusal(SVG)
    assert refusal(HEIC).startswith("A photograph in HEIC cannot be shown here.")
