"""Private keys at rest: AES-256-GCM under a key derived from the setting WRAPPING_KEY, bound to the key's did.

The web secret key plays no part, so it can be changed without losing the keys that issue.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from opencairn.kit.errors import Refused

VERSION = b"\x01"  # of the layout: version, 12 bytes of nonce, then ciphertext with its 16-byte tag
NONCE = 12
PURPOSE = b"opencairn/credentials/issuer-key/v1"  # never changed: stored keys open under it


class WrongWrappingKey(Refused):
    """A stored key does not open: the wrapping key is another one than it was stored under, or the row was altered."""

    status = 503


def _cipher(wrapping_key: str = "") -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return AESGCM(derived.derive((wrapping_key or settings.WRAPPING_KEY).encode()))


def wrap(private: bytes, *, did: str) -> bytes:
    """Encrypt a private key so that it opens only under this wrapping key and for this did."""
    nonce = secrets.token_bytes(NONCE)
    return VERSION + nonce + _cipher().encrypt(nonce, private, VERSION + did.encode())


def unwrap(wrapped: bytes, *, did: str, wrapping_key: str = "") -> bytes:
    """Open a wrapped private key, with this site's wrapping key or with another one.

    Raises WrongWrappingKey, never returns something else than what was wrapped.
    """
    version, nonce, sealed = wrapped[:1], wrapped[1 : 1 + NONCE], wrapped[1 + NONCE :]
    try:
        return _cipher(wrapping_key).decrypt(nonce, sealed, version + did.encode())
    except (InvalidTag, ValueError) as error:
        raise WrongWrappingKey(
            _(
                "The signing key %(did)s does not open with the wrapping key of this site. Nothing was signed. "
                "The operator has to put back the wrapping key that was in use when the signing key was made."
            )
            % {"did": did}
        ) from error
