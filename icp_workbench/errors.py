"""The one error users see."""


class WorkbenchError(Exception):
    """Something a person can act on: what happened, where, and what to do next.

    `title` is a few words naming the problem, `what_happened` one or two sentences with the place
    (file, line, field), `what_to_do` the next step. Front ends print all three and exit with code 2;
    none of them ever shows a traceback for it.
    """

    def __init__(self, title: str, what_happened: str, what_to_do: str) -> None:
        super().__init__(title, what_happened, what_to_do)
        self.title = title
        self.what_happened = what_happened
        self.what_to_do = what_to_do

    def __str__(self) -> str:
        return f"{self.title}: {self.what_happened} {self.what_to_do}"
