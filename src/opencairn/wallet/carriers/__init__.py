"""The shelf of carriers: the ways a credential leaves the wallet, each with the signed document inside."""

from django.utils import translation

from opencairn.credentials.models import Credential
from opencairn.engine import baking
from opencairn.programmes import queries as programmes
from opencairn.programmes import stones
from opencairn.wallet.models import Holding
from opencairn.wallet.queries import version_of
from opencairn.wallet.wording import sheet_of

from .pdf import MIME, certificate

JSON_TYPE = MIME
PICTURE_WIDTH = 1200  # pixels
BLANK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 260 106"/>'


def as_json(credential: Credential) -> bytes:
    """Return exactly the text that was signed."""
    return credential.document.encode()


def as_png(credential: Credential) -> bytes:
    """Return the stone as a picture, 1200 pixels wide on clear ground, with the credential baked in."""
    version = version_of(credential)
    drawn = stones.draw(programmes.stone_of(version)) if version else BLANK
    return baking.bake_png(stones.png(drawn, width=PICTURE_WIDTH), credential.document)


def as_pdf(holding: Holding, *, share_url: str, language: str) -> bytes:
    """Return the certificate in a language, with a QR code to the share link and the credential attached."""
    with translation.override(language):
        sheet = sheet_of(holding.credential)
    return certificate(sheet, share_url=share_url, credential=as_json(holding.credential))
