"""Leased background work in the SQL database: no broker, no signals.

Nouns: Job. Hands on: ``jobs.actions.enqueue``, ``jobs.actions.work``. A job is claimed with a lease and finished in
the same transaction as its effect, fenced by the attempt number: a kill at any moment loses and doubles nothing.
"""
