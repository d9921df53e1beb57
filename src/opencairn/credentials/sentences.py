"""What each step can find, one sentence for each code of the engine and of the register."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as __

SENTENCES: Mapping[str, Any] = {
    # format
    "elm-3": __("It reads as a European Digital Credential, in the European Learning Model."),
    "open-badge-3": __("It reads as an Open Badge 3.0 in a Verifiable Credential 2.0."),
    "credential-2": __("It reads as a Verifiable Credential 2.0, but not as a badge for learning."),
    "not-json": __("The text is not in the form (JSON) that credentials have. Perhaps a part is missing."),
    "not-text": __("What you brought is neither text nor a picture or PDF that could hold a credential."),
    "no-credential": __("It does not say that it is a credential."),
    "not-an-object": __("It is not one credential."),
    "presentation": __("It is a wrapping that someone put around credentials. Check what is inside it."),
    "open-badges-2": __("It is a badge of the older kind, Open Badges 2.0, which we do not read."),
    "token": __("It is a signed token (JWT), a kind we do not read yet."),
    "first-context": __("It does not follow Verifiable Credentials 2.0: its first context is another one."),
    "unknown-context": __("It uses words from %(context)s, which we do not know."),
    "missing-context": __("It uses words from %(context)s, which whoever runs this site has not imported."),
    "no-context": __("It does not say what its words mean: it has no context."),
    "undefined-term": __("The word “%(term)s” in it is defined nowhere, so no signature could cover it."),
    "undefined-type": __("The type “%(term)s” in it is defined nowhere, so no signature could cover it."),
    "duplicate-name": __("“%(name)s” stands twice in one place, so two readers could read it differently."),
    "badge-field": __("It does not properly state “%(term)s”, which every badge must."),
    "field": __("It does not properly state “%(term)s”, which every credential must."),
    "too-deep": __("It is nested deeper than any credential needs."),
    "too-large": __("It is larger than any credential needs, so it was not read."),
    "baked-twice": __("The picture holds more than one credential."),
    "png-damaged": __("The picture is damaged or cut short."),
    "pdf-damaged": __("The PDF could not be read."),
    "not-worked-through": __("We could not work through the document."),
    "bad-context": __("The meanings it gives to its words contradict each other."),
    "changed-context": __("Our own copy of %(context)s was changed, so we do not use it. Tell whoever runs this site."),
    "hiding-context": __("It uses words from %(context)s, where the second name “%(term)s” could hide something."),
    "context-emptied": __("It takes the meaning of its own words away, so we do not read it."),
    "context-too-large": __("It defines more words of its own than we follow."),
    "context-trick": __("It defines the word “%(term)s” in a way that we do not follow."),
    "too-many-contexts": __("It changes the meaning of its words more often than we follow."),
    "too-many-statements": __("It says more than any credential needs, so it was not read."),
    "too-many-blank-nodes": __("It has more nameless parts than any credential needs, so it was not read."),
    "too-entangled": __("Its parts are entangled so that nobody could tell them apart."),
    "credential-1": __("It follows Verifiable Credentials 1.1, an older kind that we do not read yet."),
    "described-twice": __("It describes itself in two places, so two readers could read it differently."),
    "id-twice": __("A part of it has two identifiers."),
    "type-twice": __("A part of it states its type twice."),
    "type-not-words": __("A part of it has a type that is not a word."),
    "second-name": __("It hides something known under another name: “%(term)s”."),
    "unsupported-name": __("It uses “%(term)s” in a way that we do not follow."),
    "says-nothing": __("A part of it says nothing that a signature could cover."),
    "null": __("“%(term)s” in it is empty, and no signature can cover that."),
    "half-character": __("A text in it holds half a character, as happens when text is cut."),
    "bad-language": __("“%(term)s” in it is not words in a known language."),
    "not-an-address": __("“%(term)s” in it is not a full address."),
    "not-a-number": __("“%(word)s” in it is not a number."),
    "not-a-value": __("A value in it is neither words nor a number."),
    "number-as-words": __("“%(term)s” in it must be a number, not words."),
    "number-too-large": __("A number in it is too large to be kept exactly."),
    "not-reached": __("We did not look, because an earlier step did not hold."),
    # signature
    "signed": __("It was signed with the issuer's own key. The text is exactly what was signed."),
    "unsigned": __("It carries no signature."),
    "signature-differs": __("The text is not what was signed, or it was signed with another key."),
    "signature-expired": __("The signature ran out on %(at)s."),
    "suite": __("It is signed in a way that we do not check: %(suite)s."),
    "too-many-proofs": __("It carries more signatures than we check."),
    "no-signature-value": __("Its signature cannot be read."),
    "proof-shape": __("Its signature cannot be read."),
    "proof-context": __("Its signature changes the meaning of the words it signs, so we do not follow it."),
    "proof-purpose": __("Its signature was made for something else than to vouch for a credential."),
    "previous-proof": __("One of its signatures builds on another signature that is not there."),
    "key-brought-along": __(
        "The key stands only in the document itself. Whoever wrote the document could have put it there."
    ),
    "key-elsewhere": __("The key's address does not lie under the issuer's own, so it is not confirmed."),
    "key-unreadable": __("There is no key to read at the key's address."),
    "signature-early": __("The signature counts only from %(at)s."),
    "proof-bound": __("Its signature is tied to another signature or to one conversation, which we do not follow yet."),
    "no-key-named": __("Its signature does not name the key it was made with."),
    "did-key-mismatch": __("Its signature names two different keys."),
    "issuer-kind": __("We cannot look up the keys of an issuer named “%(issuer)s”."),
    "key-kind": __("It is signed with a kind of key that we do not know."),
    "key-not-looked-up": __("The issuer's own page of keys at %(url)s was not looked up."),
    "key-not-confirmed": __("The issuer's own page of keys at %(url)s could not be read."),
    "other-issuer-document": __("The page of keys that was found speaks of someone else."),
    "key-not-listed": __("The issuer does not list this key as one of its own."),
    "key-of-another": __("The key belongs to someone other than the issuer."),
    "key-differs": __("The issuer lists another key under this name."),
    "key-revoked": __("The issuer has withdrawn this key."),
    "key-expires": __("The issuer's key has run out."),
    # seals
    "sealed": __("It carries the advanced electronic seal of %(name)s. A list that was given vouches for it."),
    "seal-not-on-list": __("Its seal is intact, but the certificate of %(name)s is on no list that was given."),
    "seal-certificate-ended": __("Its seal is intact, but the certificate of %(name)s ran out on %(ends)s."),
    "seal-of-nobody": __("Its seal is intact, but nothing says that the certificate belongs to the issuer."),
    "seal-of-another": __("The seal is that of %(name)s, not of the issuer that it names."),
    "seal-certificate-not-in-force": __("The certificate of %(name)s was not in force when the seal was set."),
    "seal-certificate-use": __("The certificate of %(name)s was not made for sealing."),
    "seal-certificate": __("The certificate of its seal cannot be read."),
    "seal-without-certificate": __("Its seal does not bring its certificate along."),
    "seal-other-certificate": __("Its seal names another certificate than it brings along."),
    "seal-shape": __("Its seal cannot be read."),
    "seal-demand": __("Its seal demands “%(term)s”, which we do not follow."),
    "seal-detached": __("Its seal is on data that stands elsewhere."),
    "seal-unprotected": __("Its seal says something about itself that it does not cover."),
    "seal-on-other": __("It is a seal on something else than a European Digital Credential."),
    # dates
    "valid-without-end": __("It is in date. It has no end date."),
    "valid-until": __("It is in date until %(until)s."),
    "not-yet-valid": __("It is not valid before %(from)s."),
    "expired": __("It expired on %(until)s."),
    "bad-date": __("A date in it cannot be read."),
    # status
    "not-revoked": __("Not revoked, says the issuer's own signed list, which we read just now."),
    "not-suspended": __("Not suspended, says the issuer's own signed list, which we read just now."),
    "revoked": __("The issuer's own signed list says that it was revoked."),
    "suspended": __("The issuer's own signed list says that it is suspended."),
    "no-status": __("The issuer has no way to revoke this credential."),
    "status-kind": __("Whether it was revoked is kept in a way that we do not read."),
    "no-list-address": __("It does not say where its status list is."),
    "list-not-looked-up": __("The status list at %(url)s was not looked up, so nobody can say whether it was revoked."),
    "list-not-usable": __("The status list at %(url)s could not be used, so nobody can say whether it was revoked."),
    "list-index": __("It does not say its place in the status list."),
    "status-size": __("Its status takes more than one bit, which we do not read yet."),
    "too-many-lists": __("It names more status lists than we look at."),
    # issuer
    "no-register": __("No register was asked."),
    "issuer-unknown": __(
        "This site does not know who holds the key that it names. "
        "The issuer's name in the document is only what the document says."
    ),
    "issuer-not-verified": __("%(name)s holds the key that it names, but nobody has checked its identity here."),
    "issuer-known": __("The key that it names belongs to %(name)s, whose identity was checked by %(operator)s."),
    "issuer-known-retired": __(
        "The key that it names belonged to %(name)s until %(day)s. What it signed before still counts."
    ),
    "no-record": __(
        "The key that it names belongs to %(name)s, but its records here hold no such credential. Ask %(name)s."
    ),
    # accredited
    "not-a-badge": __("It is not about a course that could be accredited."),
    "not-in-register": __("The register of this site has no entry for what was achieved here."),
    "programme-of-another": __("The document names a course of %(name)s, but %(name)s did not sign it."),
    "accredited": __("On %(day)s, decision %(number)s of %(body)s covered this course."),
    "accredited-none": __("No quality body registered here had accredited this course by %(day)s."),
    "accredited-suspended": __(
        "Suspended since %(since)s: decision %(number)s of %(body)s was not in force on %(day)s."
    ),
    "accredited-withdrawn": __(
        "Withdrawn since %(since)s: decision %(number)s of %(body)s was not in force on %(day)s."
    ),
    "accredited-expired": __(
        "The accreditation ended before %(day)s: decision %(number)s of %(body)s had run its time."
    ),
    "accredited-not-yet": __("On %(day)s, decision %(number)s of %(body)s was not yet in force."),
    "accredited-refused": __("%(body)s refused accreditation in decision %(number)s."),
}
