"""The credential engine: formats, proofs, status, verification. It knows no framework and no database.

Hands on: ``model`` (the neutral statement of what was achieved), ``formats`` (write and read documents), ``proofs``
(sign and check), ``verify`` (a report of independent steps). The clock, the network and trust are arguments.
"""
