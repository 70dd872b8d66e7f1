"""Signatures of releases: Ed25519 in the format of minisign, over the list of the digests of all files.

The format is described at <https://jedisct1.github.io/minisign/>; the extra `sign` brings what reads and writes it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from foc_graph.errors import ParameterError, ServiceError, install_command
from foc_graph.release.files import file_below, read_sums
from foc_graph.workspace.releases import MANIFEST, SIGNATURE, SUMS, Release, read_release

if TYPE_CHECKING:
    from minisign import PublicKey, SecretKey

_PACKAGE = "py-minisign"


def read_secret_key(path: Path, ask: Callable[[], str]) -> SecretKey:
    """Read a secret key; `ask` gives the password of one that is encrypted.

    Raises:
        ParameterError: for what is no secret key, a wrong password, or without the package that reads it.
    """
    _require()
    from minisign import Error, SecretKey

    try:
        key = SecretKey.from_file(path)
        if key.is_encrypted():
            key.decrypt(ask())
    except OSError as error:
        raise ParameterError(f"{path}: cannot be read: {error.strerror}") from error
    except (Error, MemoryError) as error:
        raise ParameterError(f"{path}: not a secret key of minisign: {error}") from error
    return key


def read_public_key(key: str) -> PublicKey:
    """Read a public key: the path of its file, or the key itself in Base64.

    Raises:
        ParameterError: for what is neither, or without the package that reads it.
    """
    _require()
    from minisign import Error, PublicKey

    path = Path(key)
    try:
        return PublicKey.from_file(path) if path.is_file() else PublicKey.from_base64(key)
    except (OSError, Error, ValueError) as error:
        raise ParameterError(f"{key[:60]!r}: neither the file of a public key of minisign nor such a key") from error


def sign(folder: Path, key: SecretKey) -> None:
    """Write the signature of the release in a folder; the same key gives the same bytes.

    Raises:
        OSError: if it cannot be written.
    """
    release = read_release(folder)
    comment = f"release {release.version} of {release.base}"
    signature = key.sign((folder / SUMS).read_bytes(), trusted_comment=comment)
    (folder / SIGNATURE).write_bytes(bytes(signature) + b"\n")


def find_fault(release: Release, key: PublicKey) -> str | None:
    """Return what is wrong with the signature of a release; None for one that was made with the key."""
    from minisign import Error, Signature

    path = release.file(SIGNATURE)
    if not path.exists():
        return f"{path}: missing: the release is not signed"
    try:
        key.verify(release.file(SUMS).read_bytes(), Signature.from_file(path))
    except OSError as error:
        return f"{path}: cannot be read: {error.strerror}"
    except Error as error:
        return f"{path}: not a signature of {SUMS} by this key: {error}"
    return None


def check_own(release: Release, key: SecretKey | None, is_signed: bool = False) -> None:
    """Check that a release on which another one is built is as it was published, and by whom where that can be told.

    What it hands on is signed again with the secret `key`; with `is_signed`, the releases of its folder are signed.

    Raises:
        ServiceError: if its manifest is not that of its list of digests, or that list is not signed with the key.
    """
    manifest = release.file(MANIFEST)
    if read_sums(release.path).get(MANIFEST) != file_below(release.path, manifest).sha256:
        raise ServiceError(f"{manifest}: not as it was published: restore it from a copy")
    if key is not None and (is_signed or release.file(SIGNATURE).exists()):
        from minisign import PublicKey

        if (fault := find_fault(release, PublicKey.from_secret_key(key))) is not None:
            raise ServiceError(f"{fault}: restore the release, or sign it first with this key if it is as it should be")


def _require() -> None:
    try:
        import minisign  # noqa: F401
    except ImportError as error:
        raise ParameterError(f"{_PACKAGE} is not installed: {install_command([_PACKAGE])}") from error
