"""Settings: documented, read with care, safe in production."""

import stat
from pathlib import Path

import pytest

from loyalty.settings import PREFIX, BadSettings, Settings, read
from tests.house.places import ROOT

DOCUMENT = (ROOT / "docs" / "settings.md").read_text()
SAFE = {
    "REGULARS_PRODUCTION": "true",
    "REGULARS_HOST": "0.0.0.0",
    "REGULARS_BASE_URL": "https://shop.example",
}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_documentation(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in DOCUMENT
    assert Settings.model_fields[name].description


def test_defaults_follow_from_other_settings() -> None:
    chosen = read({"REGULARS_DATA_DIR": "/srv/shop", "REGULARS_PORT": "9000", "REGULARS_HOST": ""})
    assert chosen.database_url == "sqlite:////srv/shop/regulars.sqlite"
    assert chosen.base_url == "http://127.0.0.1:9000"
    assert not chosen.https


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("PORT", "80000"),
        ("PORT", "http"),
        ("DEBUG", "perhaps"),
        ("MAIL_HOOK_SECRET", "whsec_short"),
        ("PG_POOL_MAX", "0"),
    ],
)
def test_a_bad_value_is_refused_with_the_variables_name(name: str, bad: str) -> None:
    with pytest.raises(BadSettings, match=f"REGULARS_{name}: "):
        read({f"REGULARS_{name}": bad})


@pytest.mark.parametrize(
    ("name", "bad", "why"),
    [
        ("DEBUG", "true", "debug must be off"),
        ("DEMO", "true", "demo must be off"),
        ("SECRET_KEY", "short", "at least 32"),
        ("BASE_URL", "http://shop.example", "https://"),
    ],
)
def test_production_refuses_what_is_unsafe(name: str, bad: str, why: str) -> None:
    assert read(SAFE).https
    with pytest.raises(BadSettings, match=why):
        read({**SAFE, f"REGULARS_{name}": bad})


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    chosen = read({"REGULARS_DATA_DIR": str(tmp_path / "new")})
    key = chosen.key
    assert len(key) >= 32
    assert read({"REGULARS_DATA_DIR": str(tmp_path / "new")}).key == key
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600
    assert key not in repr(read({"REGULARS_SECRET_KEY": key}))


def test_a_pooler_stands_before_postgresql_only() -> None:
    pooled = {"REGULARS_PG_POOLER_URL": "postgresql://regulars@pgbouncer:6432/regulars"}
    with pytest.raises(BadSettings, match="both begin with postgresql"):
        read(pooled)
    chosen = read({**pooled, "REGULARS_DATABASE_URL": "postgresql://regulars@db/regulars"})
    assert chosen.engine_options["pooler"] == pooled["REGULARS_PG_POOLER_URL"]
