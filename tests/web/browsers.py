"""Headers that browsers send."""

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
OWN_SITE = {"Sec-Fetch-Site": "same-origin"}
OTHER_SITE = {"Sec-Fetch-Site": "cross-site"}
