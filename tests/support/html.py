"""Pages of the site, read."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reader(HTMLParser):
    """The content of a page; complains of elements that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.metas: list[dict[str, str | None]] = []
        self.scripts: dict[str, str] = {}
        self.tags: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self._script = ""
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert len(found) == len(attrs)
        self.tags.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found and found.get("rel") != "icon" else []
        if "src" in found or (tag == "link" and found.get("rel") == "stylesheet"):
            self.loaded.append(found.get("src") or found.get("href") or "")
        if tag == "meta":
            self.metas.append(found)
        if tag == "script":
            assert found.keys() in ({"type", "id"}, {"type", "class"}, {"src", "defer"})
            self._script = found.get("id") or ""
        assert not any(name.startswith("on") for name in found)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._script = ""

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def is_hidden(self) -> bool:
        return {"name": "robots", "content": "noindex"} in self.metas


def links(page: httpx2.Response) -> list[str]:
    """The addresses to which a page leads on its own server."""
    found = (urljoin(str(page.url), unescape(one)) for one in re.findall(r'(?:href|action)="([^"]*)"', page.text))
    return [one for one in dict.fromkeys(found) if one.startswith(str(page.url.copy_with(raw_path=b"/")))]
