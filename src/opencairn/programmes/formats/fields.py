"""The names of what a description states, by the shape of the value: the version's, the runs' and their parts'."""

from opencairn.programmes.facts import OF_THIS_VERSION, PLAIN, ROWS, TEXTS

WHOLES = ("hours", "hours_most", "weeks", "eqf_level")
DAYS = ("signed_off_on", "review_due_on")
CODES = ("assessment_types", "languages")
FACTS = (*TEXTS, *PLAIN, *OF_THIS_VERSION, *ROWS)

PARTS = {
    "need": ("source", "date", "sector", "url", "note"),
    "vendor_standards": ("name", "owner", "url"),
    "partners": ("role", "name", "url"),
    "awarding_bodies": ("name", "country", "url"),
}
RUN_DAYS = ("starts_on", "ends_on", "enrol_until")
RUN = (*RUN_DAYS, "place", "languages", "schedule", "capacity", "price", "currency")
