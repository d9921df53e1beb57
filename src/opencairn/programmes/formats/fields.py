"""The names of what a description states, by the shape of the value: the versions', the runs' and their parts'."""

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
WORDS = (
    "offering_type",
    "national_level",
    "level_not_applicable",
    "participation",
    "quality_assurance",
    "signed_off_by",
    "supervision",
    "field_code",
    "homepage",
)
WHOLES = ("hours", "weeks", "eqf_level")
DAYS = ("signed_off_on", "review_due_on")
CODES = ("assessment_types", "languages")
LISTS = ("need", "vendor_standards")  # of objects
FACTS = (*TEXTS, *WORDS, *WHOLES, "ects", *DAYS, *CODES, *LISTS)

PARTS = {
    "need": ("source", "date", "sector", "url", "note"),
    "vendor_standards": ("name", "owner", "url"),
    "partners": ("role", "name", "url"),
    "awarding_bodies": ("name", "country", "url"),
    "skills": ("uri", "label", "framework"),
}
RUN_DAYS = ("starts_on", "ends_on", "enrol_until")
RUN = (*RUN_DAYS, "place", "languages", "schedule", "capacity", "price", "currency")
