"""How each route of the portal is attacked with what is Ines's.

A route that isn't here fails `test_rex`: whoever adds one says which ids of another member's could stand in its
address and form. `{copy}` is the uid of a reward she holds, `{reward}` of one on offer to her, `{message}` of
a message to her, `{response}` of her part in a challenge, `{session}` of her browser, `{link}` a sign-in link
of hers, `{voucher}` the shop's word for her; `{shop}` is her programme's handle.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Attack:
    """One request. `forms` are what is posted besides the attacker's own token; None: a GET."""

    paths: tuple[str, ...]
    forms: tuple[dict[str, str], ...] | None = None
    own: bool = False  # what it answers with, or changes, is the attacker's own: it takes no id of anybody
    headers: dict[str, str] = field(default_factory=dict)


PASTED = (
    {},
    {
        "customer": "{ines}",
        "customer_id": "{ines_id}",
        "member": "{ines}",
        "uid": "{ines}",
        "id": "{ines_id}",
    },
    {"key": "{key}"},
)
"""Forms with the ids of somebody else where one might be read."""

MINE = {"email": "rex@example.org", "shop": "{shop}"}

ATTACKS: dict[tuple[str, str], Attack] = {
    ("GET", "/portal"): Attack(("/portal", "/portal?customer={ines}", "/portal?member={ines_id}"), own=True),
    ("GET", "/portal/card"): Attack(("/portal/card", "/portal/card?uid={ines}"), own=True),
    ("GET", "/portal/rewards"): Attack(("/portal/rewards?show=all&customer={ines}",), own=True),
    ("GET", "/portal/rewards/mine"): Attack(("/portal/rewards/mine?customer={ines}",), own=True),
    ("GET", "/portal/rewards/mine/{uid:str}"): Attack(("/portal/rewards/mine/{copy}",)),
    ("GET", "/portal/rewards/{uid:str}/redemption"): Attack(("/portal/rewards/{copy}/redemption",)),
    ("POST", "/portal/rewards/{uid:str}/redemption"): Attack(("/portal/rewards/{copy}/redemption",), PASTED),
    ("GET", "/portal/activity"): Attack(
        ("/portal/activity?customer={ines}", "/portal/activity?at={cursor}"), own=True
    ),
    ("GET", "/portal/activity/balance"): Attack(("/portal/activity/balance?customer={ines}",), own=True),
    ("GET", "/portal/messages"): Attack(
        ("/portal/messages?customer={ines}", "/portal/messages?at={cursor}"), own=True
    ),
    ("GET", "/portal/messages/{uid:str}"): Attack(("/portal/messages/{message}",)),
    ("POST", "/portal/messages/{uid:str}/putting-away"): Attack(
        ("/portal/messages/{message}/putting-away",), PASTED
    ),
    ("GET", "/portal/refer"): Attack(
        ("/portal/refer?customer={ines}", "/portal/refer?at={cursor}"), own=True
    ),
    ("GET", "/portal/preferences"): Attack(("/portal/preferences?customer={ines}",), own=True),
    ("POST", "/portal/preferences/{section:str}"): Attack(
        ("/portal/preferences/interests",), PASTED, own=True
    ),
    ("GET", "/portal/preferences/known"): Attack(("/portal/preferences/known?customer={ines}",), own=True),
    ("POST", "/portal/preferences/known/{uid:str}/withdrawal"): Attack(
        ("/portal/preferences/known/{ines}/withdrawal",), PASTED
    ),
    ("POST", "/portal/preferences/known/surveys/{uid:str}/withdrawal"): Attack(
        ("/portal/preferences/known/surveys/{response}/withdrawal",), PASTED
    ),
    ("GET", "/portal/data"): Attack(("/portal/data?customer={ines}",), own=True),
    ("GET", "/portal/data/export"): Attack(("/portal/data/export?customer={ines}",), own=True),
    ("POST", "/portal/data/language"): Attack(("/portal/data/language",), PASTED, own=True),
    ("POST", "/portal/data/time-zone"): Attack(("/portal/data/time-zone",), PASTED, own=True),
    ("POST", "/portal/data/erasure"): Attack(("/portal/data/erasure",), PASTED, own=True),
    ("POST", "/portal/data/browsers/{uid:str}/ending"): Attack(
        ("/portal/data/browsers/{session}/ending",), PASTED
    ),
    ("GET", "/portal/surveys"): Attack(("/portal/surveys?customer={ines}",), own=True),
    ("GET", "/portal/surveys/{uid:str}"): Attack(("/portal/surveys/{response}",)),
    ("POST", "/portal/surveys/{uid:str}/answers"): Attack(("/portal/surveys/{response}/answers",), PASTED),
    ("POST", "/portal/surveys/{uid:str}/votes"): Attack(("/portal/surveys/{response}/votes",), PASTED),
    ("POST", "/portal/surveys/{uid:str}/participation"): Attack(
        ("/portal/surveys/{response}/participation",), PASTED
    ),
    ("POST", "/portal/surveys/{uid:str}/withdrawal"): Attack(
        ("/portal/surveys/{response}/withdrawal",), PASTED
    ),
    ("GET", "/portal/to/{handle:str}/surveys/{uid:str}"): Attack(("/portal/to/{shop}/surveys/{response}",)),
    ("POST", "/portal/to/{handle:str}/surveys/{uid:str}"): Attack(
        ("/portal/to/{shop}/surveys/{response}",), PASTED
    ),
    ("POST", "/portal/joining"): Attack(("/portal/joining",), PASTED, own=True),
    ("POST", "/portal/sign-out"): Attack(("/portal/sign-out",), PASTED, own=True),
    ("GET", "/portal/sign-in"): Attack(("/portal/sign-in?email={email}",), own=True),
    ("POST", "/portal/sign-in"): Attack(
        ("/portal/sign-in",), ({"email": "rex@example.org", "shop": "{shop}"},), own=True
    ),
    ("GET", "/portal/to/{handle:str}"): Attack(("/portal/to/{shop}",), own=True),
    ("GET", "/portal/to/{handle:str}/app.webmanifest"): Attack(
        ("/portal/to/{shop}/app.webmanifest",), own=True
    ),
    ("GET", "/portal/to/{handle:str}/colours.css"): Attack(("/portal/to/{shop}/colours.css",), own=True),
    ("GET", "/portal/sign-in/code"): Attack(("/portal/sign-in/code",), own=True),
    ("POST", "/portal/sign-in/code"): Attack(("/portal/sign-in/code",), ({"code": "{code}"},)),
    ("GET", "/portal/sign-in/link/{token:str}"): Attack(("/portal/sign-in/link/{link}",), own=True),
    ("POST", "/portal/sign-in/demo"): Attack(("/portal/sign-in/demo",), PASTED),
    ("GET", "/portal/sign-in/shop/{token:str}"): Attack(("/portal/sign-in/shop/{voucher}x",)),
    ("POST", "/portal/sign-in/shop/{token:str}"): Attack(("/portal/sign-in/shop/{voucher}x",), PASTED),
    ("POST", "/portal/sign-in/link/{token:str}"): Attack(("/portal/sign-in/link/{link}",), PASTED),
}
"""By method and route; a new route is added here."""
