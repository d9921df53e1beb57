"""Where a programme is described, versioned and published.

Nouns: Programme, ProgrammeVersion, Outcome, Offering. Hands on: published versions and their offerings, the
completeness of a description against each profile (``rules.missing_elements``), and the stone drawn from its facts.
"""
