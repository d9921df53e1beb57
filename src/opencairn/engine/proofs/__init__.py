"""The proofs this engine can sign and check, each a module with ``accepts``, ``signed_bytes`` and ``signature_of``."""

from . import eddsa_rdfc_2022

PROOFS = (eddsa_rdfc_2022,)
