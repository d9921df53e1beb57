"""What a search answers, field by field."""

from ninja import Field

from opencairn.programmes.schemas import OrganisationName, Plain, Run, Text


class Accreditation(Plain):
    """What the public register says today."""

    state: str = Field(description="accredited, suspended, withdrawn, expired, not-yet, refused or none.")
    until: str | None = Field(description="The last day of an accreditation in force.")


class Found(Plain):
    """One programme found: what a row of results says about it. See /programmes/{slug} for the whole of it."""

    id: str = Field(description="Its UUID.")
    slug: str = Field(description="Its lasting name in addresses.")
    url: str = Field(description="The lasting address of its page.")
    kind: str = Field(description="micro-credential, or listing where the description is incomplete.")
    title: Text = Field(description="Its title by language.")
    summary: Text = Field(description="One or two sentences by language.")
    provider: OrganisationName = Field(description="Who provides it.")
    ects: float | None = Field(description="Workload in ECTS credits.")
    hours: int | None = Field(description="Workload in hours; the least, where it is a range.")
    hours_most: int | None = Field(description="The most hours, where the workload is a range.")
    eqf_level: int | None = Field(description="Level of the European Qualifications Framework.")
    participation: str = Field(description="How learners take part; empty where it is not stated.")
    languages: list[str] = Field(description="Languages of teaching (BCP 47).")
    field_code: str = Field(description="Field of education, ISCED-F 2013.")
    next_offering: Run | None = Field(description="The run that starts next, else one that can be started any day.")
    accreditation: Accreditation = Field(description="What the public register says today.")


class Choice(Plain):
    """One code of a filter."""

    code: str = Field(description="What to ask with.")
    words: str = Field(description="The same for people, in the language of Accept-Language.")
    count: int = Field(description="How many there are with the words and all other filters: exact.")
    chosen: bool = Field(description="Whether it was asked for.")


class Facet(Plain):
    """One filter with its choices."""

    name: str = Field(description="The parameter.")
    title: str = Field(description="Its heading for people.")
    choices: list[Choice] = Field(description="Every code that occurs, in the order of the page.")


class SearchPage(Plain):
    """One page of results with the counts of every filter: what the page /find/ shows."""

    total: int = Field(description="How many were found: exact.")
    relaxed: bool = Field(description="True where nothing has every word: what follows has the most telling of them.")
    guessed: list[str] = Field(description="Words that nothing has: words much like them were taken instead.")
    items: list[Found] = Field(description="The results, in the order asked for.")
    facets: list[Facet] = Field(description="Every filter, counted without its own choice.")
    next: str | None = Field(description="The address of the next results; null where these are the last.")


class Suggestion(Plain):
    """Words to search for."""

    kind: str = Field(description="skill, title or provider.")
    words: str = Field(description="What to search for.")


class Suggestions(Plain):
    """What might be meant by the beginning of words."""

    items: list[Suggestion] = Field(description="At most five of each kind.")
