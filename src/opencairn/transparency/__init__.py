"""The log that nobody can rewrite unseen: accreditation decisions, status lists, keys, and hashes of credentials.

Nouns: Entry (one public fact, appended), TreeHead (the size and root of the log, signed), LogKey (who signs it). Hands
on: ``transparency.actions.append`` for later rooms, ``queries.inclusion_of_credential`` for the verification desk, and
``monitor.watch`` for anyone outside. No entry holds personal data.
"""
