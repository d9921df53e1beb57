"""Where quality bodies review and decide, in public.

Nouns: Framework (a data file), Review, Finding, Decision, Sanction. Hands on: ``queries.accredited_on`` (was this
programme accredited on that day, by which decision) and the public register for any day.
"""
