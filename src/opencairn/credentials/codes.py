"""Finds the text of a QR code in a picture. Knows no framework, so that the command line can use it without a site."""

import logging
from io import BytesIO

import zxingcpp
from PIL import Image

MOST_PIXELS = 40_000_000
SCAN_AT_MOST = 2400  # pixels of the longer side: more does not help to find a code
PICTURES = ("PNG", "JPEG", "WEBP", "GIF")
log = logging.getLogger(__name__)


def is_picture(data: bytes) -> bool:
    """Whether data begins as a picture of a kind that is looked through for codes."""
    return data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")) or data[8:12] == b"WEBP"


def code_in(data: bytes) -> str:
    """Return the text of a QR code in a picture; "" where none is found or the picture is broken or too large."""
    try:
        with Image.open(BytesIO(data), formats=PICTURES) as image:
            if image.width * image.height > MOST_PIXELS:
                return ""
            grey = image.convert("L")
            grey.thumbnail((SCAN_AT_MOST, SCAN_AT_MOST))
            found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    except Exception:
        log.info("A picture could not be read", exc_info=True)
        return ""
    return next((each.text for each in found if each.text), "")
