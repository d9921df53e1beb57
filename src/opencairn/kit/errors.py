"""The one family of errors that an action may raise at a person."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An action said no, for a reason the person can read and do something about.

    Each room subclasses it just above the action that raises it. ``message`` says what is wrong and what to
    do; ``details`` are further lines, such as the list of gaps. ``status`` is the HTTP status of the answer.
    """

    status = 409

    def __init__(self, message: str, *, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Forbidden(Refused):
    """The person is known but may not do this."""

    status = 403
