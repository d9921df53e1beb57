"""Who is who, and who may do what.

Nouns: Person (with several verified e-mails), Organisation (provider, quality body, funder, employer), Membership
(a role in one organisation). Hands on: the one permission table (``access.py``) and ``queries.access_organisation``.
"""
