"""Where people find and compare. It owns no facts: its tables are an index that can be rebuilt at any time.

Nouns: Entry (one public programme, flattened), Term (one word of it). Hands on: ``queries.search``, ``filters.FILTERS``
and a comparison of up to four programmes. A backend is a small protocol, so that another engine can take its place.
"""
