"""``/ca.crt``: the certificate of the shop's own authority, for handhelds to install. It is no secret."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response
from msgspec import Struct

from shopfloor.web.access.guard import public
from shopfloor.web.answers import Refused
from shopfloor.web.certificates import fingerprint
from shopfloor.web.shop import Shop

ADDRESS: Final = "/ca.crt"


class Authority(Struct, frozen=True):
    """What the set-up page says of it."""

    address: str
    fingerprint: str
    """As a phone shows it before it trusts: to be compared."""


def told_authority(certificate: Path | None) -> Authority | None:
    """None: this shop's pages are served without one."""
    if certificate is None or not certificate.exists():
        return None
    return Authority(ADDRESS, fingerprint(certificate))


def authority_router(shop: Shop) -> APIRouter:
    """For everybody: it is what a browser needs before it can trust anything here."""
    router = APIRouter(include_in_schema=False)

    @router.get(ADDRESS)
    @public
    def certificate() -> Response:
        if shop.authority is None or not shop.authority.exists():
            raise Refused(404, "not-found", "This shop has no certificate authority of its own.")
        headers = {"Content-Disposition": 'attachment; filename="shop-ca.crt"', "Cache-Control": "no-store"}
        return Response(shop.authority.read_bytes(), media_type="application/x-x509-ca-cert", headers=headers)

    return router
