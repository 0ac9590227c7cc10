"""``GET`` routes of the JSON contract: what pages look at beside their live picture, all of it from the records."""

from fastapi import APIRouter

from shopfloor.web.looking_board import add_board_routes
from shopfloor.web.shop import Shop


def looking_router(shop: Shop) -> APIRouter:
    """One function a route, each with its roles."""
    router = APIRouter(tags=["views"])
    add_board_routes(router, shop)
    return router
