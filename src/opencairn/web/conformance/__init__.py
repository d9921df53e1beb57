"""The conformance door: the VC-API, so that any outside suite can judge our issuer and our verifier.

Off unless the setting CONFORMANCE is on. It signs whatever a caller sends, with keys that belong to nobody, so it never
stands on a site that people rely on. Sources: W3C CCG VC-API; Verifiable Credentials Data Model 2.0.
"""
