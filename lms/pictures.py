"""The only door to Pillow: a picture comes in, another one goes out that shows the same and tells nothing else.

What goes out is drawn anew from the points alone: no place, device, date, comment or preview that a camera or program wrote into it, no
bytes before or after the picture that could be something else as well. Drawing costs tenths of a second, so it is done when
a picture comes in, never when it is looked at.
"""

import io
import warnings
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

MOST_POINTS = 40_000_000  # what the largest cameras of telephones give, rounded
LONGEST_SIDE = 2400  # points; what goes out is not longer
MOST_SCANS = 60  # of one JPEG; a usual one has up to ten, and each may cost as much as a whole picture
LARGEST_PNG = 4_000_000  # bytes; what is larger without losing a point is a photograph
LARGEST_PROFILE = 1_000_000  # bytes

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
WEB = {"JPEG": "image/jpeg", "PNG": "image/png"}

Image.MAX_IMAGE_PIXELS = MOST_POINTS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Picture:
    """A picture drawn anew: JPEG or PNG, colours of sRGB, width and height in points."""

    data: bytes
    mime: str
    width: int
    height: int


def reencode(data: bytes, *, longest: int = LONGEST_SIDE) -> Picture:
    """Draws a JPEG, PNG, WebP or GIF (its first picture) anew, turned as its camera meant it and at most `longest` points long.

    What it is, its bytes say, not its name. Raises ValidationError, whose sentence says what to do, for everything else and for what
    is damaged or has more than MOST_POINTS.
    """
    _check_beginning(data)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # here, because WeasyPrint sets it for the whole process as soon as it is imported
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_cost(image, data)
            photographed = image.format in ("JPEG", "MPO", "WEBP")
            return _written(_drawn(image, longest), photographed=photographed)
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(_too_many_points(), code="large") from None
    except UnidentifiedImageError:
        raise ValidationError(_not_a_picture(), code="kind") from None
    except Exception:  # hostile bytes make a decoder raise whatever it happens to stumble over
        raise ValidationError(_("This picture is damaged, or did not arrive whole. Please try it once more."), code="damaged") from None


# --- inside ---------------------------------------------------------------------------------------------------------


def _not_a_picture() -> str:
    return _("This is not a picture that can be shown here. Please choose a JPEG, PNG, WebP or GIF.")


def _too_many_points() -> str:
    return _("This picture has too many points: the limit is %(limit)s million. Please choose a smaller one.") % {
        "limit": MOST_POINTS // 1_000_000
    }


def _check_beginning(data: bytes) -> None:
    """Says it plainly of the two kinds that people do send and that cannot be taken."""
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<svg" in data[:2000].lower():
        raise ValidationError(_("A drawing in SVG cannot be shown here. Please save it as PNG and choose that."), code="kind")
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1"):
        raise ValidationError(
            _("A photograph in HEIC cannot be shown here. Please save it as JPEG, or take it with “Most compatible”, and choose that."),
            code="kind",
        )


def _check_cost(image: Image.Image, data: bytes) -> None:
    """Before anything is decoded: what the head of the file says costs nothing to read."""
    if image.width * image.height > MOST_POINTS:
        raise ValidationError(_too_many_points(), code="large")
    if data.startswith(b"\xff\xd8\xff") and data.count(b"\xff\xda") > MOST_SCANS:
        raise ValidationError(_("This picture is put together too intricately. Please save it anew as JPEG and choose that."), code="large")


def _drawn(image: Image.Image, longest: int) -> Image.Image:
    """The points alone: scaled, turned, in sRGB, in a new picture that has never heard of the file."""
    profile = image.info.get("icc_profile")
    if image.mode in ("RGB", "L", "CMYK") and not image.has_transparency_data:
        # Scaled while decoding, where the format can: a large photograph is never whole in memory.
        image.thumbnail((longest, longest), reducing_gap=3.0)
    plain = _plain(ImageOps.exif_transpose(image), profile)
    plain.thumbnail((longest, longest), reducing_gap=3.0)
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare


def _plain(image: Image.Image, profile: object) -> Image.Image:
    """Grey, colours, or colours with clear places; of whichever of the dozens of kinds it was."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith("I"):  # 65,536 greys; the conversion by itself would cut them off instead of dividing them
        return image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    if image.mode in ("1", "L"):
        return image.convert("L")
    return _in_srgb(image, profile) if image.mode in ("RGB", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Colours as a screen without the camera's profile shows them; without a usable profile they stay as they are."""
    if isinstance(profile, bytes) and len(profile) <= LARGEST_PROFILE:
        try:
            known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, known, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return converted or image
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert("RGB")


def _written(image: Image.Image, *, photographed: bool) -> Picture:
    """As PNG what is drawn or has clear places, as JPEG what is photographed."""
    form = "JPEG" if photographed and image.mode != "RGBA" else "PNG"
    data = _bytes_of(image, form)
    if form == "PNG" and len(data) > LARGEST_PNG:
        data, form = _bytes_of(_on_white(image), "JPEG"), "JPEG"
    return Picture(data, WEB[form], image.width, image.height)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _bytes_of(image: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **({"quality": 85, "optimize": True} if form == "JPEG" else {}))
    return file.getvalue()
