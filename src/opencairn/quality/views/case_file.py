"""The accreditation file: one application with everything in it, to keep or to hand on."""

import io
import json
import tempfile
import zipfile
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpRequest
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from opencairn.people.access import person_of
from opencairn.quality import frameworks as shelf
from opencairn.quality import queries, records, rules


@login_required
@require_GET
def case_file(request: HttpRequest, review_id: UUID) -> FileResponse:
    """A ZIP file: a page to read, the same as JSON, and the documents. Findings are in it once they are public."""
    review = queries.access_case(person_of(request), review_id)
    decision = queries.decision_on(review)
    framework = shelf.framework(review.framework, review.framework_version)
    places = queries.dossier_places(review) if framework.dossier == "documents" else []
    findings = queries.findings_of(review) if decision else {}
    said = records.case(review, places, findings, decision)
    facts = {
        "review": review,
        "framework": framework,
        "decision": decision,
        "places": [
            (criterion, [(each, [(file, records.path_of(file)) for file in each.files]) for each in documents])
            for criterion, documents in places
        ],
        "findings": [
            (one, finding, next((grade for grade in framework.scale if grade.key == finding.outcome), None))
            for one in rules.asked_of(framework, review.facts)
            if (finding := findings.get(one.key))
        ],
        "description": said["judged"].get("address", ""),
        "made_at": now(),
    }
    made = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("index.html", render_to_string("quality/case_file.html", facts, request=request))
        packed.writestr("application.json", json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        for _criterion, documents in places:
            for file in (file for each in documents for file in each.files):
                packed.writestr(records.path_of(file), queries.content_of(file))
    made.seek(io.SEEK_SET)
    return FileResponse(made, as_attachment=True, filename=f"application-{review.pk}.zip")
