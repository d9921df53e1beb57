"""Data Integrity proofs with ecdsa-rdfc-2019 (W3C Data Integrity ECDSA Cryptosuites 1.0, §3.2): P-256 and P-384.

The key decides the hash: SHA-256 or SHA-384, of the two texts and inside the canonicalisation.
"""

from .data_integrity import Suite, rdfc

_SUITE = Suite("ecdsa-rdfc-2019", ("p256", "p384"), rdfc)
SUITE, accepts, sign, seal = _SUITE.name, _SUITE.accepts, _SUITE.sign, _SUITE.seal
