"""Settings: environment variables with the prefix REGULARS_. docs/settings.md names every one."""

import os
import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

PREFIX = "REGULARS_"
SHORTEST_KEY = 32
_ROOT = Path(__file__).resolve().parent.parent


def _webhook_secrets(text: str) -> str:
    for secret in text.split():
        if not re.fullmatch(r"whsec_([A-Za-z0-9+/]{4}){8,}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", secret):
            raise ValueError("a secret is whsec_ and 24 bytes or more in base 64")
    return text


Port = Annotated[int, Field(ge=1, le=65535)]
Size = Annotated[int, Field(ge=1, le=1000)]
PerMinute = Annotated[int, Field(ge=1, le=1_000_000)]
Seconds = Annotated[float, Field(gt=0, le=600)]
WebhookSecrets = Annotated[str, AfterValidator(_webhook_secrets)]


class BadSettings(Exception):
    """A setting can't be used. The text says which one and why, for the person at the terminal."""


class Settings(BaseModel):
    """Every knob, its meaning and its default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Field(
        default=_ROOT / ".data",
        description="Where the SQLite database, its backups and the key file live.",
    )
    database_url: str = Field(
        default="",
        description="sqlite:///path or postgresql://user:password@host/name. "
        "Default: regulars.sqlite in the data directory.",
    )
    host: str = Field(default="127.0.0.1", description="The address `regulars serve` listens on.")
    port: Port = Field(default=8000, description="The port `regulars serve` listens on.")
    base_url: str = Field(
        default="",
        description="How browsers reach the shop's programme, such as https://loyalty.example. "
        "Links in e-mail and cookies depend on it. Default: http://host:port.",
    )
    secret_key: str = Field(
        default="",
        repr=False,
        description="Signs links and cookies, closes what is stored encrypted; at least 32 characters. "
        "Default: made at the first start and kept in secret_key in the data directory.",
    )
    debug: bool = Field(default=False, description="Show errors in the browser. For developers.")
    demo: bool = Field(
        default=False,
        description="The sign-in page lets anybody in as the demo shop's owner. bin/run switches it on.",
    )
    production: bool = Field(
        default=False,
        description="Refuse to start with debug or demo on, a short key, or plain http on a public address.",
    )
    smtp_url: str = Field(
        default="",
        repr=False,
        description="The mail server: smtp://user:password@host:587 (STARTTLS) or smtps://… (TLS from the start). "
        "Default: none; outside production mail then lands in the folder mail of the data directory.",
    )
    mail_from: str = Field(
        default="",
        description="The address mail comes from. Default: loyalty@ and the host of the base URL.",
    )
    smtp_timeout: Seconds = Field(
        default=30, description="How long the mail server may take to answer, in seconds."
    )
    mail_hook_secret: WebhookSecrets = Field(
        default="",
        repr=False,
        description="What reports about mail at /hooks/mail are signed with (Standard Webhooks): whsec_ and at "
        "least 24 bytes in base 64; two, with a space between, while one is exchanged. "
        "Default: none; then nothing is taken there.",
    )
    private_endpoints: bool = Field(
        default=False,
        description="Let messages be handed to an endpoint in a private network or over plain http. "
        "Only where whoever may set the endpoint may reach that network anyway.",
    )
    api_per_minute: PerMinute = Field(
        default=600, description="How many requests one API key may make a minute, in each process."
    )
    pg_pooler_url: str = Field(
        default="",
        repr=False,
        description="The same database behind PgBouncer in transaction mode. Statements go through it; "
        "what belongs to one connection goes to database_url. Default: none.",
    )
    pg_pool_min: Size = Field(default=1, description="PostgreSQL connections kept open.")
    pg_pool_max: Size = Field(default=10, description="PostgreSQL connections at most.")
    sqlite_readers: Size = Field(default=4, description="SQLite connections for reading.")

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Defaults that follow from other settings."""
        host, port = given.get("host", "127.0.0.1"), given.get("port", 8000)
        data_dir = Path(given.get("data_dir", _ROOT / ".data"))
        given.setdefault("database_url", f"sqlite:///{data_dir / 'regulars.sqlite'}")
        given.setdefault("base_url", f"http://{host}:{port}")
        given.setdefault("mail_from", f"loyalty@{urlsplit(given['base_url']).hostname or host}")
        return given

    @model_validator(mode="after")
    def _mail_can_go(self) -> "Settings":
        if self.smtp_url and urlsplit(self.smtp_url).scheme not in ("smtp", "smtps"):
            raise ValueError("smtp_url must begin with smtp:// or smtps://")
        if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", self.mail_from):
            raise ValueError("mail_from must be one address, such as loyalty@shop.example")
        return self

    @model_validator(mode="after")
    def _pooler_is_postgres(self) -> "Settings":
        schemes = [urlsplit(url).scheme for url in (self.database_url, self.pg_pooler_url)]
        if self.pg_pooler_url and not set(schemes) <= {"postgresql", "postgres"}:
            raise ValueError("pg_pooler_url and database_url must both begin with postgresql://")
        return self

    @model_validator(mode="after")
    def _safe_in_production(self) -> "Settings":
        if not self.production:
            return self
        if self.debug:
            raise ValueError("debug must be off in production")
        if self.demo:
            raise ValueError("demo must be off in production")
        if self.secret_key and len(self.secret_key) < SHORTEST_KEY:
            raise ValueError(f"secret_key needs at least {SHORTEST_KEY} characters in production")
        public = self.host not in {"127.0.0.1", "::1", "localhost"}
        if public and not self.base_url.startswith("https://"):
            raise ValueError("base_url must begin with https:// when host is a public address")
        return self

    @property
    def key(self) -> str:
        """The secret key: the setting, or the key file, which is made on first use."""
        return self.secret_key or _key_file(self.data_dir / "secret_key")

    @property
    def mail_hook_secrets(self) -> tuple[str, ...]:
        """What reports about mail may be signed with."""
        return tuple(self.mail_hook_secret.split())

    @property
    def https(self) -> bool:
        """Whether browsers come over https, so that cookies may say so."""
        return self.base_url.startswith("https://")

    @property
    def engine_options(self) -> dict[str, Any]:
        """What `db.engine.connect` needs besides the URL."""
        if self.database_url.startswith("sqlite:"):
            return {"readers": self.sqlite_readers}
        return {
            "pooler": self.pg_pooler_url,
            "pool_min": self.pg_pool_min,
            "pool_max": self.pg_pool_max,
        }


def read(environment: dict[str, str]) -> Settings:
    """Settings from these variables. An empty variable counts as absent. Raises BadSettings."""
    given = {
        name: environment[PREFIX + name.upper()]
        for name in Settings.model_fields
        if environment.get(PREFIX + name.upper())
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        problems = "; ".join(_sentence(problem) for problem in error.errors())
        raise BadSettings(problems) from None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once. `settings.cache_clear()` reads them again."""
    return read(dict(os.environ))


def _sentence(problem: Any) -> str:
    where = "".join(PREFIX + str(part).upper() + ": " for part in problem["loc"][:1])
    return where + str(problem["msg"]).removeprefix("Value error, ")


@lru_cache(maxsize=4)
def _key_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
