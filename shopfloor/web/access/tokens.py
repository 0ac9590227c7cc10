"""What is hard to guess, and how it is kept: only as a fingerprint, so that a stolen copy of the book opens nothing."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

TOKEN_BYTES: Final = 32
LINK_BYTES: Final = 16
"""128 bits: a million guesses a second would need 10^25 years."""
CODE_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O, no 1, I and L, no U that is read as V."""
CODE_LENGTH: Final = 8
"""30^8, about 2^39: enough for a secret that lives for minutes and may be tried ten times a minute."""
PIN_LENGTH: Final = 6


def new_token() -> str:
    """For a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_link_token() -> str:
    """Short enough for a QR code on a printed ticket."""
    return secrets.token_urlsafe(LINK_BYTES)


def new_code() -> str:
    """To be typed by hand: two groups of four."""
    signs = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def read_code(typed: str) -> str:
    """As it was made, however it was typed."""
    signs = "".join(sign for sign in typed.upper() if sign in CODE_SIGNS)
    return f"{signs[:4]}-{signs[4:]}"


def fingerprint(token: str) -> bytes:
    """SHA-256, without salt: a token is random and long, so nobody can try them all (a PIN is neither: ``pins.py``)."""
    return hashlib.sha256(token.encode()).digest()


def csrf_of(token: str) -> str:
    """The cross-site token that belongs to a cookie. It follows from the cookie's token, so another sign-in has another
    one, nothing is stored, and who reads it in a page does not learn the cookie (RFC 2104)."""
    return base64.urlsafe_b64encode(hmac.digest(token.encode(), b"shopfloor csrf", "sha256")).rstrip(b"=").decode()


def is_same(one: str, other: str) -> bool:
    """Takes as long for a near miss as for a far one."""
    return hmac.compare_digest(one.encode(), other.encode())
