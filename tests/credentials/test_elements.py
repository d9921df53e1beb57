"""Which of the European elements a credential states, and how the pages say so."""

import json

import pytest
from django.utils import translation

from opencairn.credentials import actions as credentials
from opencairn.credentials import verification, words
from opencairn.credentials.elements import elements_of
from opencairn.engine import annex_one
from opencairn.programmes.profiles import EU


@pytest.fixture(autouse=True)
def no_limit(settings):
    settings.VERIFICATIONS_PER_MINUTE = 1000


def test_the_result_says_which_european_elements_are_stated(client, credential):
    text = client.post("/verify/", {"text": credential.document}, HTTP_ACCEPT="text/html").content.decode()
    found = elements_of(verification.claims_of(credential.document.encode()))
    assert (found.mandatory.given, found.mandatory.all, found.optional.all) == (11, 11, 5)
    assert f"11 of 11 European elements, {found.optional.given} of 5 optional" in text
    assert '<dt lang="en">Form of participation</dt><dd>Stated</dd>' in text
    assert '<dt lang="en">Stackability</dt><dd><span class="not-stated">Not stated</span></dd>' in text


def test_a_gap_is_shown_as_a_gap_and_a_level_that_does_not_apply_as_that(client, credential):
    document = json.loads(credential.document)
    what = document["credentialSubject"]["achievement"]
    what["alignment"], what["levelNotApplicable"] = [], "A hobby <course>"
    for name in ("participation", "nationalLevel"):
        what.pop(name, None)
    text = client.post("/verify/", {"text": json.dumps(document)}, HTTP_ACCEPT="text/html").content.decode()
    assert "10 of 11 European elements" in text
    assert '<dt lang="en">Form of participation</dt><dd><span class="not-stated">Not stated</span></dd>' in text
    assert 'No level applies<br><span class="small quiet">A hobby &lt;course&gt;</span>' in text


def test_the_names_of_the_elements_are_in_the_readers_language(client, credential):
    text = client.post(
        "/verify/", {"text": credential.document}, HTTP_ACCEPT_LANGUAGE="de", HTTP_ACCEPT="text/html"
    ).content.decode()
    assert '<dt lang="de">Form der Teilnahme</dt><dd>Angegeben</dd>' in text


def test_engine_and_profile_name_the_same_elements():
    assert tuple(each.key for each in EU.elements if each.mandatory) == annex_one.ELEMENTS
    assert tuple(each.key for each in EU.elements if not each.mandatory) == annex_one.OPTIONAL
    assert set(words.ELEMENTS) == set(annex_one.ELEMENTS)


def test_the_picture_of_a_credential_is_said_in_english_words(award, cast, at):
    with translation.override("de"):
        made = credentials.issue(award, by=cast.manager, at=at)
    picture = json.loads(made.document)["credentialSubject"]["achievement"]["image"]
    assert picture["id"].endswith("/stone.png")
    assert " stone: " in picture["caption"]
    assert "learning outcome" in picture["caption"]
