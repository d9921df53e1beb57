"""Where a learner holds what they earned, and shares only what they choose.

Nouns: Holding (a credential the person accepted), Share (an unguessable link that can be taken back). Hands on: the
portfolio drawn as a cairn, and the credential as JSON, as a baked picture and as a PDF certificate.
"""
