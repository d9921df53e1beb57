"""Data Integrity proofs with ecdsa-jcs-2019 (W3C Data Integrity ECDSA Cryptosuites 1.0, §3.3): P-256 and P-384.

The key decides the hash: SHA-256 or SHA-384.
"""

from .data_integrity import Suite, jcs

_SUITE = Suite("ecdsa-jcs-2019", ("p256", "p384"), jcs)
SUITE, accepts, sign, seal = _SUITE.name, _SUITE.accepts, _SUITE.sign, _SUITE.seal
