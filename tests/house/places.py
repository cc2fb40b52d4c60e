"""Where things are, for the checks of the house."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("web", "loyalty", "db")


def files(*patterns: str, under: tuple[str, ...] = (".",)) -> Iterator[Path]:
    """Files of ours that match, wherever the folders named exist yet."""
    for folder in under:
        for pattern in patterns:
            for path in sorted((ROOT / folder).rglob(pattern)):
                if not any(part.startswith(".") or part == "__pycache__" for part in relative(path).parts):
                    yield path


def relative(path: Path) -> Path:
    return path.relative_to(ROOT)
