"""The one kind of error that a request may end with. Everything else that is raised is a fault of the worker."""


class TrainerError(Exception):
    """`code` is for programs, stable, `room.what`; the message says what was expected and what was found."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
