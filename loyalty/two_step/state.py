"""Whether two-step sign-in is on."""

from dataclasses import dataclass
from datetime import datetime

import pyotp

from db.engine import one
from db.enums import StaffRole
from loyalty import vault

PURPOSE = "totp"

_STATE = """SELECT st.id, st.email, st.role, st.totp_secret, st.totp_since, p.name AS programme,
      (SELECT count(*) FROM recovery_codes r WHERE r.programme_id = {0} AND r.staff_id = st.id
        AND r.used_at IS NULL) AS codes,
      EXISTS (SELECT 1 FROM two_step_roles q WHERE q.programme_id = {0} AND q.role = st.role) AS required
    FROM staff st JOIN programmes p ON p.programme_id = st.programme_id
    WHERE st.programme_id = {0} AND st.uid = {1}"""


@dataclass(frozen=True, slots=True)
class State:
    """`since` None: off. `secret` is there only while it is being set up, in groups of four to type.

    `uri` is what the QR code holds. `required`: the role must have it.
    """

    since: datetime | None
    secret: str | None
    uri: str | None
    codes_left: int
    required: bool
    role: StaffRole


async def state(programme_id: int, staff_uid: str) -> State:
    """How things stand for one who works here."""
    row = await one(_STATE, programme_id, staff_uid)
    assert row is not None
    secret, uri = None, None
    if row["totp_since"] is None and row["totp_secret"]:
        secret = vault.opened(row["totp_secret"], PURPOSE)
    if secret:
        uri = pyotp.TOTP(secret).provisioning_uri(name=row["email"], issuer_name=row["programme"])
    return State(
        row["totp_since"],
        " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)) if secret else None,
        uri,
        row["codes"],
        bool(row["required"]),
        StaffRole(row["role"]),
    )
