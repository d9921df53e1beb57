"""What each step can find, one sentence for each code of the engine and of the register."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as __

SENTENCES: Mapping[str, Any] = {
    # format
    "elm-3": __("It reads as a European Digital Credential, in the European Learning Model."),
    "open-badge-3": __("It reads as an Open Badge 3.0 in a Verifiable Credential 2.0."),
    "open-badge-2": __("It reads as an Open Badge 2.0."),
    "open-badge-2-extended": __(
        "It reads as an Open Badge 2.0. What its extensions say was not compared with their own rules: %(names)s."
    ),
    "clr-2": __("It reads as a learner record: several credentials of one learner under one signature."),
    "endorsement": __("It reads as an endorsement: somebody vouches for an issuer, an achievement or a credential."),
    "sd-jwt-vc": __("It reads as a credential whose holder chooses what to show (SD-JWT VC)."),
    "credential-2": __("It reads as a Verifiable Credential 2.0, but not as a badge for learning."),
    "not-json": __("The text is not in the form (JSON) that credentials have. Perhaps a part is missing."),
    "not-text": __("What you brought is neither text nor a picture or PDF that could hold a credential."),
    "no-credential": __("It does not say that it is a credential."),
    "not-an-object": __("It is not one credential."),
    "presentation": __("It is a wrapping that someone put around credentials. Check what is inside it."),
    "open-badges-1": __("It is a badge of the oldest kind, Open Badges 1, which we do not read."),
    "open-badges-2": __("It is a badge of the older kind, Open Badges 2.0, and no credential."),
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
    "lacks-type": __("A part of it under “%(term)s” does not say of which kind it is."),
    "context-entry": __("The contexts that explain its words hold something that is no context."),
    "dates-crossed": __("It ends before it begins to be valid."),
    "already-signed": __("It is signed already, so it cannot be issued again."),
    "resource-twice": __("It names one related document twice."),
    "resource-no-digest": __("It names a related document, but no fingerprint by which to know it."),
    "resource-digest": __("The fingerprint of a related document is not that of its content."),
    "resource-digest-kind": __("The fingerprint of a related document is of no kind that we can compare."),
    "resource-not-compared": __(
        "It reads as a credential. Documents that it points to were not compared with their fingerprints, for they are "
        "not at hand: %(names)s."
    ),
    "presentation-content": __("It holds something that is no credential."),
    "award-unknown": __("“%(path)s” is nothing that an award states."),
    "award-missing": __("The award does not state “%(path)s”."),
    "award-kind": __("“%(path)s” in the award is not of the right kind: it must be %(wanted)s."),
    "badge-part": __("It is a part of badges of the kind Open Badges 2.0, not a badge that somebody was given."),
    "badge-elsewhere": __("What stands at %(url)s says that it belongs to another address."),
    "not-a-token": __("It is not a signed token, or a part of it is missing."),
    "too-deep": __("It is nested deeper than any credential needs."),
    "too-large": __("It is larger than any credential needs, so it was not read."),
    "baked-twice": __("The picture holds more than one credential."),
    "png-damaged": __("The picture is damaged or cut short."),
    "svg-large": __("The picture has more parts than we look through, so it was not read."),
    "record-large": __("It holds more than %(most)s credentials, so not all of them were checked."),
    "record-broken": __("Credential %(place)s of %(total)s in this record is not valid. Check it on its own."),
    "record-unknown": __("Credential %(place)s of %(total)s in this record could not be checked in full."),
    "xml-unsigned": __("It is a European credential in its older form, XML, and nobody signed it."),
    "xml-sealed": __("It is a European credential in its older form, XML. We cannot check the seal on it."),
    "blockcerts": __("It is a Blockcerts certificate of an older kind, which we do not read."),
    "hosted-address": __("The picture holds no badge itself, it says that one is at %(url)s."),
    "attached-several": __("The PDF has several credentials attached. Check each on its own."),
    "attached-many": __("The PDF has more than %(most)s attachments, so none was looked at."),
    "pdf-unread": __("The PDF could not be read within the time and the memory that we give to one."),
    "not-worked-through": __("We could not work through the document."),
    "bad-context": __("The meanings it gives to its words contradict each other."),
    "changed-context": __("Our own copy of %(context)s was changed, so we do not use it. Tell whoever runs this site."),
    "hiding-context": __("It uses words from %(context)s, where the second name “%(term)s” could hide something."),
    "context-emptied": __("It takes the meaning of its own words away, so we do not read it."),
    "context-too-large": __("It defines more words of its own than we follow."),
    "own-terms": __("It gives words of OpenCairn another meaning than OpenCairn does, so we do not follow it."),
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
    "blank-node-name": __("“%(term)s” in it is a name that holds within it only, which we do not follow."),
    "not-an-address": __("“%(term)s” in it is not a full address."),
    "not-a-number": __("“%(word)s” in it is not a number."),
    "not-a-value": __("A value in it is neither words nor a number."),
    "number-as-words": __("“%(term)s” in it must be a number, not words."),
    "number-too-large": __("A number in it is too large to be kept exactly."),
    "not-reached": __("We did not look, because an earlier step did not hold."),
    # signature
    "signed": __("It was signed with the issuer's own key. The text is exactly what was signed."),
    "hosted": __("The issuer hosts the very same badge at %(url)s."),
    "badge-not-fetched": __("The issuer's own pages could not be read, so nobody can say whether it issued this."),
    "badge-not-https": __("Its own address is not one of a secure web page, so anybody could have put it there."),
    "badge-outside": __("It stands at an address where its issuer does not host badges."),
    "badge-differs": __("It is not the same as the one that its issuer holds."),
    "badge-signed-as-hosted": __("It is signed, but says that it is not."),
    "badge-key-not-listed": __("The issuer does not list the key that signed it as one of its own."),
    "badge-key-of-another": __("The key that signed it belongs to someone other than the issuer."),
    "badge-key-kind": __("The issuer's key is of a kind that we do not use."),
    "unsigned": __("It carries no signature."),
    "signature-differs": __("The text is not what was signed, or it was signed with another key."),
    "signature-expired": __("The signature ran out on %(at)s."),
    "suite": __("It is signed in a way that we do not check: %(suite)s."),
    "too-many-proofs": __("It carries more signatures than we check."),
    "no-signature-value": __("Its signature cannot be read."),
    "proof-shape": __("Its signature cannot be read."),
    "proof-context": __("Its signature changes the meaning of the words it signs, so we do not follow it."),
    "proof-purpose": __("Its signature was made for something else than to vouch for a credential."),
    "signed-context": __("The meanings of its words were signed as other ones than those it states."),
    "sd-base": __("It is the copy for its holder. What is to be shown has to be chosen from it first."),
    "no-such-place": __("Nothing stands in it at “%(place)s”."),
    "part-of-value": __("A value or an ordered list in it can only be shown as a whole."),
    "too-many-places": __("More places in it are named than any document needs."),
    "nothing-chosen": __("Nothing was chosen to be shown."),
    "previous-proof": __("One of its signatures does not properly build on another one."),
    "key-brought-along": __(
        "The key stands only in the document itself. Whoever wrote the document could have put it there."
    ),
    "key-elsewhere": __("The key's address does not lie under the issuer's own, so it is not confirmed."),
    "key-unreadable": __("There is no key to read at the key's address."),
    "signature-early": __("The signature counts only from %(at)s."),
    "proof-bound": __("Its signature is tied to one conversation, or to another one in a way we do not follow."),
    "no-key-named": __("Its signature does not name the key it was made with."),
    "did-key-mismatch": __("Its signature names two different keys."),
    "issuer-kind": __("We cannot look up the keys of an issuer named “%(issuer)s”."),
    "token-shape": __("It is not put together as a signed token must be. Perhaps a part is missing."),
    "token-unsigned": __("It says of itself that it is not signed."),
    "token-secret": __("It is sealed with a shared secret. Everybody who can check it could have made it."),
    "token-extension": __("Its signature demands an extension that we do not follow."),
    "token-key": __("It brings a key of a kind that we do not know."),
    "token-claims": __("“%(term)s” on the outside of the token contradicts the credential inside."),
    "token-type": __("The token does not say that it is a credential."),
    "two-models": __("It follows two kinds of credentials at once, so two readers could read it differently."),
    "token-dates": __("The token is not valid at this time."),
    "envelope": __("It is a wrapping without a credential inside, or with another kind than it says."),
    "hidden-claim": __("It hides “%(term)s”, which every reader must see."),
    "disclosure-shape": __("One of the parts it shows cannot be read."),
    "disclosure-twice": __("It shows one part twice, or in two places."),
    "disclosure-over": __("It shows “%(name)s” over another part of the same name."),
    "disclosure-unsigned": __("It shows a part that the issuer did not sign."),
    "disclosures-many": __("It shows more parts than any credential needs, so it was not read."),
    "disclosure-hash": __("Its hidden parts are kept in a way that we do not follow: %(hash)s."),
    "holder-key": __("Its holder's key is of a kind that we do not know."),
    "binding-differs": __("Its holder's own signature does not belong to what is shown."),
    "not-bound": __("The holder did not prove that it is their own."),
    "bound-elsewhere": __("It was made to be shown to someone else, or another time."),
    "bound-earlier": __("It was not made to be shown just now."),
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
    # presentations
    "is-presentation": __("It is a presentation: somebody shows credentials."),
    "no-presentation": __("It does not say that it is a presentation."),
    "too-many-credentials": __("It shows more credentials at once than we look at."),
    "presentation-unsigned": __("Nobody signed the presentation itself."),
    "holder-signed": __("It was signed with the key of the one who shows it."),
    "unanswered": __("Nobody signed an answer to the question that was asked."),
    "other-challenge": __("Its signature answers another question than the one that was asked."),
    "other-domain": __("Its signature was made for somebody else."),
    # dates
    "valid-without-end": __("It is in date. It has no end date."),
    "dates-may-be-hidden": __(
        "Parts of it are hidden, and a first or a last day of its validity may be among them. Ask for all of it."
    ),
    "valid-until": __("It is in date until %(until)s."),
    "not-yet-valid": __("It is not valid before %(from)s."),
    "expired": __("It expired on %(until)s."),
    "bad-date": __("A date in it cannot be read."),
    # status
    "not-revoked": __("Not revoked, says the issuer's own signed list, which we read just now."),
    "not-suspended": __("Not suspended, says the issuer's own signed list, which we read just now."),
    "revoked": __("The issuer's own signed list says that it was revoked."),
    "suspended": __("The issuer's own signed list says that it is suspended."),
    "still-hosted": __("Not revoked: the issuer still hosts it."),
    "badge-not-on-list": __("Not revoked: the issuer's own list of revoked badges, read just now, does not name it."),
    "no-status": __("The issuer has no way to revoke this credential."),
    "status-may-be-hidden": __(
        "Parts of it are hidden, and the place where it can be revoked may be among them. Ask for all of it."
    ),
    "status-kind": __("Whether it was revoked is kept in a way that we do not read."),
    "no-list-address": __("It does not say where its status list is."),
    "list-not-looked-up": __("The status list at %(url)s was not looked up, so nobody can say whether it was revoked."),
    "list-not-usable": __("The status list at %(url)s could not be used, so nobody can say whether it was revoked."),
    "list-index": __("It does not say its place in the status list."),
    "status-size": __("Its status takes more bits than we read."),
    "status-value": __("The issuer's list gives it a status that only those who agreed on its meaning understand."),
    "not-listed": __("Not revoked, says the issuer's own list, which we read just now from its address."),
    "status-message": __("The issuer's own signed list says of it: “%(message)s”."),
    "status-refresh": __("The issuer has a newer version of it. This one is as good as it was."),
    "not-revoked-message": __("Not revoked, says the issuer's own signed list, and adds: “%(message)s”."),
    "not-suspended-message": __("Not suspended, says the issuer's own signed list, and adds: “%(message)s”."),
    "revoked-message": __("The issuer's own list says that it was revoked, and adds: “%(message)s”."),
    "suspended-message": __("The issuer's own signed list says that it is suspended, and adds: “%(message)s”."),
    "not-revoked-refresh": __("Not revoked, says the issuer's own signed list. The issuer has a newer version of it."),
    "not-suspended-refresh": __(
        "Not suspended, says the issuer's own signed list. The issuer has a newer version of it."
    ),
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
    "issuer-unknown-silent": __(
        "This site does not know who holds the key that it names. Registers that could not be reached: %(silent)s."
    ),
    "issuer-listed": __("%(register)s lists the key as that of %(name)s."),
    "key-compromised-before": __(
        "The key of %(name)s may be in other hands since %(since)s. The transparency log shows that this was "
        "there before, on %(logged)s, so it stands."
    ),
    "key-compromised-after": __(
        "The key of %(name)s may be in other hands since %(since)s. This came into the transparency log only "
        "on %(logged)s, so anybody may have signed it."
    ),
    "key-compromised-unproven": __(
        "The key of %(name)s may be in other hands since %(since)s, and no log shows that this credential is older."
    ),
    # awarding body
    "awarding-body-signs": __("%(name)s awards this course, and signed this itself."),
    "awarding-body-for": __("%(name)s awards this course of %(provider)s, and signed this itself."),
    "awarding-body-another": __("Only %(name)s awards this course, and somebody else signed this."),
    "awarding-body-itself": __("It names no other awarding body than its issuer."),
    "awarding-body-unknown": __("It says that %(name)s awarded it. Only its issuer says so here."),
    # endorsements
    "endorsements-none": __("It carries no endorsement, and none is registered here."),
    "endorsements-carried": __("Genuine endorsements in it: %(count)s, each signed by somebody else: %(names)s."),
    "endorsements-registered": __("Vouching for the course or its provider today: %(count)s. %(names)s."),
    "endorsements-broken": __("An endorsement that it carries is not genuine, or speaks of something else."),
    "endorsements-open": __("Not every endorsement that it carries could be checked."),
    # newer
    "newest": __("No newer credential took its place, by the records of its issuer."),
    "newer-not-told": __("Nothing that can be read says that a newer one took its place."),
    "corrected-by": __("It was corrected. A new credential took its place: ask the holder for that one."),
    "renewed-by": __("It was renewed. A newer credential goes on where this one ends: ask the holder for that one."),
    "signed-anew": __("A newer one took its place on %(day)s. The register of this site has it."),
    "older-kind": __("Documents of this kind say nothing about it."),
    # accredited
    "not-a-badge": __("It is not about a course that could be accredited."),
    "awards-nothing": __("It awards nothing to anybody, so there is nothing of the kind to check."),
    "decision-in-force": __("It is decision %(number)s of %(body)s itself, and it was in force on %(day)s."),
    "decision-accredits-nothing": __(
        "It is decision %(number)s of %(body)s itself: an award or a label, which accredits nothing."
    ),
    "endorsement-is-no-accreditation": __("It is an endorsement: an opinion, which accredits nothing."),
    "not-in-register": __("The register of this site has no entry for what was achieved here."),
    "programme-of-another": __("The document names a course of %(name)s, but %(name)s did not sign it."),
    "accredited": __("On %(day)s, decision %(number)s of %(body)s covered this course."),
    "accredited-then-suspended": __(
        "The issuer's accreditation covered this course on the day of the award, %(day)s (decision %(number)s of "
        "%(body)s). It has been suspended since %(since)s."
    ),
    "accredited-then-withdrawn": __(
        "The issuer's accreditation covered this course on the day of the award, %(day)s (decision %(number)s of "
        "%(body)s). It was withdrawn on %(since)s."
    ),
    "accredited-then-expired": __(
        "The issuer's accreditation covered this course on the day of the award, %(day)s (decision %(number)s of "
        "%(body)s). It has ended since."
    ),
    "accredited-outside-eqf_levels": __(
        "On %(day)s, decision %(number)s of %(body)s was in force, but for another level than that of this course."
    ),
    "accredited-outside-fields": __(
        "On %(day)s, decision %(number)s of %(body)s was in force, but for another field than that of this course."
    ),
    "accredited-outside-credential_types": __(
        "On %(day)s, decision %(number)s of %(body)s was in force, but for other kinds of credentials."
    ),
    "accredited-outside-programmes": __(
        "On %(day)s, decision %(number)s of %(body)s was in force, but for other courses of the provider."
    ),
    "accredited-outside-jurisdictions": __(
        "On %(day)s, decision %(number)s of %(body)s was in force, but for other countries."
    ),
    "accredited-outside-modes": __(
        "On %(day)s, decision %(number)s of %(body)s was in force, but for another form of participation than this "
        "course has."
    ),
    "accredited-as-a-whole": __(
        "On %(day)s, decision %(number)s of %(body)s covered the provider as a whole, and this course within it."
    ),
    "accredited-then-refused": __(
        "The issuer's accreditation covered this course on the day of the award, %(day)s (decision %(number)s of "
        "%(body)s). It has been refused since, on %(since)s."
    ),
    "not-in-register-silent": __(
        "The register of this site has no entry for what was achieved here. Others could not be reached: %(silent)s."
    ),
    "elsewhere-accredited": __("On %(day)s it was accredited by %(body)s, says %(register)s (number %(number)s)."),
    "elsewhere-outside": __(
        "On %(day)s number %(number)s was in force, says %(register)s, but nothing shows that it covers this course."
    ),
    "elsewhere-suspended": __("Suspended since %(since)s, says %(register)s (number %(number)s)."),
    "elsewhere-withdrawn": __("Withdrawn since %(since)s, says %(register)s (number %(number)s)."),
    "elsewhere-expired": __("The accreditation had ended before %(day)s, says %(register)s (number %(number)s)."),
    "elsewhere-not-yet": __("On %(day)s it was not yet accredited, says %(register)s (number %(number)s)."),
    "elsewhere-refused": __("Accreditation was refused, says %(register)s (number %(number)s)."),
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
    # log
    "log-proven": __("It is entry %(number)s of the transparency log %(log)s, since %(day)s."),
    "log-not-proven": __("The proof does not show that the transparency log holds it."),
    "log-of-another": __("The proof from the transparency log is about something else."),
    "log-unreadable": __("The proof from the transparency log cannot be read."),
    "log-not-asked": __("No transparency log was asked."),
    "log-holds": __("It is entry %(number)s of the transparency log, appended on %(day)s."),
    "log-elsewhere": __("It was issued elsewhere. The transparency log of this site holds what was issued here."),
    "log-later": __("It says that it was issued before the transparency log began, so it cannot be in it."),
    "log-before-testimonies": __("It was signed before such documents went into the transparency log."),
    "log-lacks": __("The transparency log holds no such credential, although everything issued here is in it."),
}
