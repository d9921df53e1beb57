"""Data Integrity proofs with eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, §3.2): Ed25519."""

from .data_integrity import Suite, rdfc

_SUITE = Suite("eddsa-rdfc-2022", ("ed25519",), rdfc)
SUITE, accepts, sign, seal = _SUITE.name, _SUITE.accepts, _SUITE.sign, _SUITE.seal
signed_bytes = _SUITE.signed_bytes
