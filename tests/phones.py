"""An authenticator app, for tests."""

from datetime import datetime

import pyotp

from loyalty import clock, staff
from loyalty.rules.actors import Actor
from loyalty.two_step import setting_up
from loyalty.two_step.state import state


class Phone:
    """It knows the secret and shows the code of a moment, of now unless told otherwise."""

    def __init__(self, secret: str) -> None:
        self.secret = secret.replace(" ", "")

    def code(self, at: datetime | None = None) -> str:
        return pyotp.TOTP(self.secret).at(at or clock.now())


async def uid_of(programme_id: int, who: Actor) -> str:
    return next(person.uid for person in await staff.listing(programme_id) if person.id == who.id)


async def set_up(
    programme_id: int, who: Actor, *, token: str = "", password: str = ""
) -> tuple[Phone, tuple[str, ...]]:
    """Somebody's phone with two-step sign-in on, and their recovery codes."""
    uid = await uid_of(programme_id, who)
    await setting_up.begin(programme_id, uid, password)
    secret = (await state(programme_id, uid)).secret
    assert secret is not None
    phone = Phone(secret)
    return phone, await setting_up.confirm(programme_id, uid, phone.code(), by=who, token=token)
