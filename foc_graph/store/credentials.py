"""Who asks a server: a token, or a user name and password, from the environment or from netrc."""

from __future__ import annotations

import os
from base64 import b64encode
from netrc import NetrcParseError, netrc
from pathlib import Path
from typing import NamedTuple
from urllib.request import AbstractDigestAuthHandler, HTTPPasswordMgr, Request, parse_http_list, parse_keqv_list

from foc_graph.errors import ParameterError

HOW = "set FOC_USER and FOC_PASSWORD, or FOC_TOKEN, or give the host an entry in ~/.netrc"
"""What to do about a server that asks for credentials."""


class Credentials(NamedTuple):
    """A bearer token (RFC 6750), or a user name and password for basic (RFC 7617) and digest (RFC 7616) access."""

    token: str = ""
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "Credentials(...)"

    def authorisation(self) -> str | None:
        """The value of the header `Authorization` for a first request, if there is anything to say."""
        if self.token:
            return f"Bearer {self.token}"
        if self.user:
            return f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}"
        return None

    def masked(self, said: str) -> str:
        """Mask secrets that a server may have sent back in its words."""
        secrets = (self.token, self.password, (self.authorisation() or "").partition(" ")[2])
        for secret in filter(None, secrets):
            said = said.replace(secret, "***")
        return said

    def answer(self, challenge: str, request: Request) -> str | None:
        """The value of the header for a server that challenges by digest, or None for another challenge."""
        scheme, _, rest = challenge.partition(" ")
        if scheme.lower() != "digest" or not self.user:
            return None
        passwords = HTTPPasswordMgr()
        handler = AbstractDigestAuthHandler(passwords)
        try:
            said = parse_keqv_list(parse_http_list(rest))
            passwords.add_password(said.get("realm", ""), request.full_url, self.user, self.password)
            given = handler.get_authorization(request, said)
        except (ValueError, KeyError):
            return None
        return f"Digest {given}" if given else None


def credentials_for(host: str) -> Credentials:
    """The credentials for a host: of FOC_TOKEN, of FOC_USER and FOC_PASSWORD, else of netrc, else none.

    Raises:
        ParameterError: for a netrc file that cannot be read or is malformed, or a value that no header can hold.
    """
    token, user, password = (os.environ.get(f"FOC_{name}", "") for name in ("TOKEN", "USER", "PASSWORD"))
    found = Credentials(token, user, password) if token or user else _of_netrc(host)
    if not (all(part.isprintable() for part in found) and found.token.isascii()):
        raise ParameterError("the credentials hold characters that no header can: correct FOC_TOKEN, FOC_USER, netrc")
    return found


def _of_netrc(host: str) -> Credentials:
    path = Path(os.environ.get("NETRC") or Path("~/.netrc").expanduser())
    if not path.is_file():
        return Credentials()
    try:
        user, _, password = netrc(str(path)).authenticators(host) or ("", None, "")
    except (OSError, NetrcParseError, ValueError):  # its text may hold a password
        raise ParameterError(f"{path}: not a netrc file that can be read: correct it, or let NETRC name one") from None
    return Credentials(user=user, password=password or "")
