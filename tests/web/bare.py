"""The application without a floor behind it: for what it says of itself, its routes and its document."""

from pathlib import Path

from fastapi import FastAPI

from shopfloor.web.app import make_app
from shopfloor.web.contract import bare_shop


def bare_app(directory: Path) -> FastAPI:
    """Of the sample shop; nothing is started."""
    return make_app(bare_shop(directory))
