"""Where awards become signed documents, and where anyone can verify one.

Nouns: IssuerKey, StatusList, Credential. Hands on: the signed bytes of a credential, the public status lists, and the
verification desk, which answers with independent steps.
"""
