"""What every step of a campaign has: what is typed, and what somebody else saved meanwhile."""

from web.forms import F, Form

Differs = tuple[str, str, str]
"""A field’s name, what is saved, and what is typed."""


class Step(Form[F]):
    """A step as it is typed. `theirs`: what somebody else saved meanwhile, where it differs."""

    def __init__(self) -> None:
        super().__init__()
        self.theirs: list[Differs] = []
