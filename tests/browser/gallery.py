"""The screenshots of docs/screenshots: the demo shop on a throw-away database, each screen in four looks.

bin/screenshots [--all]        --all: also the phone's look of every screen

Beside the pictures it writes docs/screens.md, the page that shows them.
"""

import argparse
import base64
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.launching import NARROW, QUIET, WIDE
from tests.browser.screens import NAMED, PLACE
from tests.needs import found

DOCS = Path(__file__).parents[2] / "docs"
SHOTS = DOCS / "screenshots"
QUALITY = 82
"""Of the WebP pictures: letters stay sharp at a third of what PNG takes."""
REGULARS = Path(sys.executable).with_name("regulars")

SCREENS = {
    "sign-in": "/admin/sign-in",
    "home": "/admin",
    "customers": "/admin/customers",
    "customers-search": "/admin/customers?q=ines",
    "bulk-tag": "/admin/batches/new/tag?all=1&filter=type%3Dmember",
    "search": "/admin/search?q=lena",
    "merge-find": "/admin/customers/{ines}/merging/new?q=visser",
    "bulk-actions": "/admin/batches",
    "end-what-it-gave": "/admin/batches/new/end_offers?campaign={cut}",
    "views": "/admin/views",
    "customer": "/admin/customers/{ines}",
    "customer-orders": "/admin/customers/{ines}?tab=orders",
    "customer-lots": "/admin/customers/{ines}?tab=lots",
    "customer-rewards": "/admin/customers/{ines}?tab=rewards",
    "adjust-balance": "/admin/customers/{ines}/adjustments/new?points=-24",
    "spend-balance": "/admin/customers/{ines}/redemptions/new",
    "explain-balance": "/admin/customers/{ines}/explanation",
    "customer-referrals": "/admin/customers/{ines}?tab=referrals",
    "customer-reviews": "/admin/customers/{ines}?tab=reviews",
    "customer-messages": "/admin/customers/{ines}?tab=messages",
    "customer-history": "/admin/customers/{ines}?tab=history",
    "exclude": "/admin/customers/{ines}/exclusion/new",
    "change-tier": "/admin/customers/{ines}/tier-changes/new",
    "activities-points": "/admin/activities/points",
    "activities-referrals": "/admin/activities/referrals?span=all",
    "activities-reviews": "/admin/activities/reviews?span=365",
    "reviews": "/admin/reviews",
    "fraud-desk": "/admin/referrals/rings",
    "approvals": "/admin/approvals",
    "till": "/till",
    "till-customer": "/till/customers/{ines}",
    "segments": "/admin/segments",
    "segment-moves": "/admin/segments/moves",
    "segment-overlap": "/admin/segments/overlap",
    "segment-map": "/admin/segments/map?preset=ten",
    "segment-list": "/admin/segments/lists/new",
    "segment": "/admin/segments/{at_risk}",
    "segment-builder": "/admin/segments/{tree}/tree",
    "rewards": "/admin/rewards",
    "reward": "/admin/rewards/{reward}",
    "reward-kinds": "/admin/rewards/new",
    "reward-new": "/admin/rewards/new/amount_off",
    "expiring": "/admin/expiring",
    "erasures": "/admin/erasures",
    "erase": "/admin/customers/{ines}/erasure/new",
    "earning-rules": "/admin/earning-rules",
    "sample-order": "/admin/earning-rules/sample?amount_0=24&category_0=Bread&amount_1=6&tags_1=no-points",
    "earning-rule-new": "/admin/earning-rules/new",
    "grant-multiplier": "/admin/customers/{ines}/multipliers/new",
    "tiers": "/admin/tiers",
    "change-tiers": "/admin/tiers/edit",
    "policies": "/admin/policies",
    "preferences": "/admin/preferences",
    "preferences-question": "/admin/preferences/questions/new",
    "preferences-answers": "/admin/preferences/answers",
    "preferences-surprises": "/admin/preferences/surprises",
    "campaigns": "/admin/campaigns",
    "campaign-new": "/admin/campaigns/new",
    "campaign": "/admin/campaigns/{campaign}",
    "campaign-report": "/admin/campaigns/{campaign}/report",
    "campaign-people": "/admin/campaigns/{campaign}/recipients",
    "campaign-results": "/admin/campaigns/results",
    "automations": "/admin/automations",
    "automation-new": "/admin/automations/new",
    "automation": "/admin/automations/{automation}",
    "automation-when": "/admin/campaigns/{written}/trigger",
    "surveys": "/admin/surveys",
    "survey": "/admin/surveys/{quiz}",
    "survey-kinds": "/admin/surveys/new",
    "survey-new": "/admin/surveys/new/quiz",
    "challenge-new": "/admin/surveys/new/challenge",
    "programme": "/admin/programme",
    "stores": "/admin/stores",
    "keyboard": "/admin/keys",
    "returning": "/admin/returning",
    "api-keys": "/admin/api-keys",
    "text-messages": "/admin/endpoint",
    "member-home": "/portal",
    "member-messages": "/portal/messages",
    "member-message": "/portal/messages/{message}",
    "member-card": "/portal/card",
    "member-rewards": "/portal/rewards?show=all",
    "member-codes": "/portal/rewards/mine",
    "member-activity": "/portal/activity",
    "member-balance": "/portal/activity/balance",
    "member-refer": "/portal/refer",
    "member-preferences": "/portal/preferences",
    "member-surveys": "/portal/surveys",
    "member-known": "/portal/preferences/known",
    "member-data": "/portal/data",
    "staff": "/admin/staff",
    "account": "/admin/account",
    "two-step": "/admin/account/two-step",
    "audit": "/admin/audit",
    "not-found": "/admin/customers/nobody",
}
"""Name of the file, and the address; names in braces are those of screens.py."""


def play(database: Path) -> None:
    """Play the demo shop into a new database file."""
    subprocess.run([REGULARS, "demo"], env=_environment(database), check=True)


ENVIRONMENTS: dict[str, dict[str, str]] = {}
"""What a served demo shop runs with, by its address: for stories in which something comes in from outside."""


@contextmanager
def demo_shop(played: Path | None = None, **more: str) -> Iterator[str]:
    """The demo shop, freshly played or a copy of `played`, served on a free port; its address.

    `more` are settings beside the usual ones.
    """
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        address, database = f"http://127.0.0.1:{port}", Path(folder) / "demo.sqlite"
        if played:
            shutil.copyfile(played, database)
        else:
            play(database)
        environment = _environment(database) | {"REGULARS_BASE_URL": address} | more
        ENVIRONMENTS[address] = environment
        server = subprocess.Popen(
            [REGULARS, "serve", "--port", port], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            _wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _environment(database: Path) -> dict[str, str]:
    return {
        **os.environ,
        "REGULARS_DATABASE_URL": f"sqlite:///{database}",
        "REGULARS_DATA_DIR": str(database.parent),
        "REGULARS_DEMO": "true",
    }


def _wait_for(address: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=2)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    sys.exit(f"{address} didn't answer within 30 s.")


def take(browser: Browser, address: str, *, scheme: str, size: tuple[int, int]) -> None:
    """One look of every screen."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, device_scale_factor=1
    )
    page, look = context.new_page(), _look(scheme, size)
    page.goto(f"{address}/admin/sign-in")
    _picture(page, f"sign-in-{look}")
    page.get_by_role("button", name="demo").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"{address}/portal")
    page.get_by_role("button", name="member").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    for name, path in SCREENS.items():
        if name != "sign-in":
            page.goto(address + PLACE.sub(lambda found: in_database(address, NAMED[found[1]]), path))
            page.wait_for_load_state("networkidle")
            _picture(page, f"{name}-{look}")
    context.close()


def _picture(page: Page, name: str) -> None:
    # Playwright itself writes PNG and JPEG only; the browser knows WebP.
    chromium = page.context.new_cdp_session(page)
    taken = chromium.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    (SHOTS / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))


def _index() -> str:
    """docs/screens.md: every screen, light beside dark."""
    rows = "".join(
        f"| {name.replace('-', ' ').capitalize()} | ![{name}, light](screenshots/{name}-light.webp)"
        f" | ![{name}, dark](screenshots/{name}-dark.webp) |\n"
        for name in SCREENS
    )
    return (
        "# Screens\n\nEvery screen of the demo shop, light and dark. `bin/screenshots` takes them anew.\n\n"
        f"| screen | light | dark |\n|---|---|---|\n{rows}"
    )


def _look(scheme: str, size: tuple[int, int]) -> str:
    return scheme if size == WIDE else f"{scheme}-phone"


def in_database(address: str, sql: str) -> str:
    """The first value that the database of the demo shop at this address answers."""
    database = ENVIRONMENTS[address]["REGULARS_DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as there:
        row = there.execute(sql).fetchone()
    assert row, f"nothing in the demo shop: {sql}"
    return str(row[0])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true")
    phones = parser.parse_args().all
    chromium = found("chromium")
    if chromium is None:
        sys.exit("bin/screenshots needs Chromium. On Debian and Ubuntu: apt install chromium")
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    sizes = (WIDE, NARROW) if phones else (WIDE,)
    with demo_shop() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        for scheme in ("light", "dark"):
            for size in sizes:
                take(browser, address, scheme=scheme, size=size)
        browser.close()
    (DOCS / "screens.md").write_text(_index())
    sys.stdout.write(f"{len(list(SHOTS.glob('*.webp')))} screenshots in {SHOTS.relative_to(Path.cwd())}\n")


if __name__ == "__main__":
    main()
