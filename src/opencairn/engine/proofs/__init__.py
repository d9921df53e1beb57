"""The proofs this engine can sign and check, one file each.

``EMBEDDED`` proofs stand inside the document: ``accepts(proof)`` and ``seal(document, proof, canonical, earlier)``.
``ENVELOPES`` wrap the document: ``accepts(text or object)`` and ``open_envelope(text or object)``; ``vc_jwt`` is last,
for it takes every token that none before it knows.
"""

from typing import Any

from . import eddsa_rdfc_2022, enveloped, jades, sd_jwt, vc_jwt

EMBEDDED: tuple[Any, ...] = (eddsa_rdfc_2022,)
ENVELOPES: tuple[Any, ...] = (enveloped, sd_jwt, jades, vc_jwt)
