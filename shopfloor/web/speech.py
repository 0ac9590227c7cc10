"""``GET /api/v1/{store}/speech/…``: a call as sound, for a display whose browser has no voice of its own.

espeak-ng speaks where it is installed; where it is not, the display rings and shows the number large. A call is one of
few sentences, so what was said once is remembered.
"""

import re
import shutil
import subprocess
from functools import lru_cache
from typing import Final, NamedTuple

from fastapi import APIRouter, Depends, Response

from shopfloor.contract.kinds import Language
from shopfloor.web.access.guard import allowed
from shopfloor.web.access.visitor import Role
from shopfloor.web.answers import Refused
from shopfloor.web.describing import refusing
from shopfloor.web.shop import Shop

PROGRAM: Final = "espeak-ng"


class Voice(NamedTuple):
    """A voice of espeak-ng, and how fast it speaks here (its words a minute)."""

    name: str
    pace: int


VOICES: Final[dict[Language, Voice]] = {
    "en": Voice("en-gb", 140),
    "zh-Hans": Voice("cmn-latn-pinyin", 180),  # "cmn" reads characters as English words (espeak-ng 1.51)
    "zh-Hant": Voice("yue", 160),
}
"""Customers who read traditional characters are spoken to in Cantonese; Mandarin follows as the shop's own language."""
SPOKEN: Final[dict[Language, str]] = {
    "en": "{number}, please come to desk {desk}.",
    "zh-Hans": "请{number}号，到{desk}号工作台。",
    "zh-Hant": "請{number}號，到{desk}號工作台。",
}
DIGITS: Final = "零一二三四五六七八九"
LIMIT_S: Final = 3.0
KEPT_MAX: Final = 256
"""Sounds of about 150 kB each."""
NUMBER: Final = re.compile(r"[A-D][0-9]{3,4}")
_DESK_SIGN: Final = re.compile(r"[a-z]+-?([0-9]+)")


class NoVoice(Exception):
    """Nothing here can speak that."""


def speech_router(shop: Shop) -> APIRouter:
    """For call displays, and for a manager who wants to hear it."""
    router = APIRouter(tags=["speech"])

    @router.get(
        "/speech/{language}/{number}/{desk}",
        summary="A call, spoken",
        dependencies=[Depends(allowed(Role.DEVICE, Role.MANAGER))],
        response_class=Response,
        responses={200: {"description": "sound", "content": {"audio/wav": {}}}, **refusing(404)},
    )
    def speech(language: str, number: str, desk: str) -> Response:
        tongue = next((known for known in VOICES if known == language), None)
        if tongue is None or NUMBER.fullmatch(number) is None or desk not in shop.layout.desks:
            raise Refused(404, "not-found", "No such call is ever made.")
        try:
            sound = spoken(tongue, number, desk)
        except NoVoice:
            reason = "This computer has no voice. Install espeak-ng; until then the display rings."
            raise Refused(404, "no-voice", reason) from None
        return Response(sound, media_type="audio/wav", headers={"Cache-Control": "private, max-age=86400"})

    return router


def desk_sign(desk: str) -> str:
    """What stands on the desk: ``d4`` is 4; a desk with another kind of name has its name."""
    numbered = _DESK_SIGN.fullmatch(desk)
    return numbered[1] if numbered else desk


def sentence(language: Language, number: str, desk: str) -> str:
    """Digit by digit, as numbers are called out in a hall."""
    return SPOKEN[language].format(number=_spelled(language, number), desk=_counted(language, desk_sign(desk)))


@lru_cache(KEPT_MAX)
def spoken(language: Language, number: str, desk: str) -> bytes:
    """A WAV file. Raises NoVoice."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise NoVoice
    voice = VOICES[language]
    words = [program, "-v", voice.name, "-s", str(voice.pace), "--stdout", sentence(language, number, desk)]
    try:
        return subprocess.run(words, capture_output=True, check=True, timeout=LIMIT_S).stdout  # noqa: S603
    except (subprocess.SubprocessError, OSError):
        raise NoVoice from None


def _spelled(language: Language, number: str) -> str:
    if language == "en":
        return " ".join(number)
    return "".join(DIGITS[int(sign)] if sign.isdigit() else sign for sign in number)


def _counted(language: Language, desk: str) -> str:
    return DIGITS[int(desk)] if language != "en" and desk.isdigit() and len(desk) == 1 else desk
