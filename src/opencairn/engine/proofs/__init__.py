"""The proofs this engine can sign and check, one file each.

``EMBEDDED`` proofs stand inside the document: ``SUITE``, ``accepts(proof)``, ``seal(document, proof, ready, earlier)``,
and ``sign(document, key, created=…)`` where we make them. ``ENVELOPES`` wrap the document: ``accepts(text or object)``
and ``open_envelope(text or object)``; ``vc_jwt`` is last, for it takes every token that none before it knows.
"""

from typing import Any

from . import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ecdsa_sd_2023,
    ed25519_signature_2020,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
    enveloped,
    jades,
    sd_jwt,
    vc_jwt,
)

EMBEDDED: tuple[Any, ...] = (
    eddsa_rdfc_2022,
    eddsa_jcs_2022,
    ecdsa_rdfc_2019,
    ecdsa_jcs_2019,
    ecdsa_sd_2023,
    ed25519_signature_2020,
)
ENVELOPES: tuple[Any, ...] = (enveloped, sd_jwt, jades, vc_jwt)
