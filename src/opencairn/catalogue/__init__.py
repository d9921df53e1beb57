"""Where people find and compare. Its index owns no facts and can be rebuilt at any time; it does own shortlists.

Nouns: Entry (one public programme, flattened), Term (one word of it), Shortlist (chosen for somebody). Hands on:
``queries.search``, ``filters.FILTERS`` and a comparison of up to four programmes. A backend is a small protocol, so
that another engine can take its place.
"""
