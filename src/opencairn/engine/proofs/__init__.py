"""The proofs this engine can sign and check, one file each.

``EMBEDDED`` proofs stand inside the document: ``accepts(proof)`` and ``seal(document, proof, canonical, earlier)``.
``ENVELOPES`` wrap the document: ``accepts(text)`` and ``open_envelope(text)``.
"""

from typing import Any

from . import eddsa_rdfc_2022, jades

EMBEDDED: tuple[Any, ...] = (eddsa_rdfc_2022,)
ENVELOPES: tuple[Any, ...] = (jades,)
