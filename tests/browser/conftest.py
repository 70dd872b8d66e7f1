"""Fixtures of the tests in a browser, which is started once for this folder."""

from tests.support.browser import browser, new_page, page, pages, troubles
from tests.support.explorer import small_site, tab

__all__ = ["browser", "new_page", "page", "pages", "small_site", "tab", "troubles"]
