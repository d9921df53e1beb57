"""The names of everything a description states: the fields of a version, and what is worked out for profiles."""

TEXTS = (
    "title",
    "summary",
    "plain_summary",
    "description",
    "assessment",
    "participation_note",
    "quality_assurance_note",
    "prerequisites",
    "grading",
    "stackability",
    "further_information",
    "inherent_requirements",
    "price_support",
    "certification",
)
PLAIN = (
    "offering_type",
    "ects",
    "hours",
    "hours_most",
    "weeks",
    "eqf_level",
    "national_level",
    "level_not_applicable",
    "assessment_types",
    "participation",
    "quality_assurance",
    "supervision",
    "languages",
    "field_code",
    "homepage",
    "review_due_on",
)
ROWS = ("need", "vendor_standards")  # lists of rows with an address
OF_THIS_VERSION = ("signed_off_by", "signed_off_on")  # never copied to the next
ASSURANCE = ("provider_profile", "quality_process", "review_process")  # texts of the provider's own statement
WORKED_OUT = (
    "learning_outcomes", "partners", "designers", "provider", "awarding_body", "issuer_country", "dates", "run_weeks",
    "prices",
)  # fmt: skip
ON_CREDENTIAL = ("learner", "issued_on")
EVERY = frozenset(TEXTS + PLAIN + ROWS + OF_THIS_VERSION + ASSURANCE + WORKED_OUT + ON_CREDENTIAL)
