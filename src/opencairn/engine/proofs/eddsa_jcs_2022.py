"""Data Integrity proofs with eddsa-jcs-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, §3.3): Ed25519."""

from .data_integrity import Suite, jcs

_SUITE = Suite("eddsa-jcs-2022", ("ed25519",), jcs)
SUITE, accepts, sign, seal = _SUITE.name, _SUITE.accepts, _SUITE.sign, _SUITE.seal
