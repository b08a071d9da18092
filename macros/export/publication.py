"""Under what name and at which address the atlas is published."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Publication:
    """What MkDocs' configuration says of the site as a whole.

    Args:
        name: the atlas's name.
        site: the address of the site, with a slash at its end.
        description: one sentence.
        repository: where its source is kept.
    """

    name: str
    site: str
    description: str
    repository: str

    @property
    def credit(self) -> str:
        """Whom to name: those who wrote it, who are no organisation."""
        return f"{self.name} contributors"

    def address(self, path: str) -> str:
        """The address of `path` below the site's root."""
        return self.site + path


def page_url(path: str) -> str:
    """The address below the site's root of the page whose Markdown stands at `path` below `docs/`."""
    return "" if path == "index.md" else path.removesuffix("index.md").removesuffix(".md").rstrip("/") + "/"
