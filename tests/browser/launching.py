"""How the tests start Chromium: quiet, without a sandbox of its own, in two sizes."""

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, NARROW = (1360, 900), (390, 844)
PHONE = {"viewport": {"width": NARROW[0], "height": NARROW[1]}}
