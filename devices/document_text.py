"""What stands on the shop's documents: readable text in the customer's language, page by page.

The same request gives the same bytes: nothing here knows the time. Values come from the floor; a value that this has no
words for is shown as it came rather than left out.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from devices.document_words import (
    BRACKETS,
    CHOICES,
    COLON,
    COMMA,
    DATE,
    FAULTS,
    LABELS,
    LINES,
    MEANINGS,
    MONTHS,
    ORDERED,
    PAGE,
    PART,
    READ_HERE,
    RULES,
    SERVICES,
    SHOP,
    SIGN_HERE,
    TITLES,
    TOTAL,
)
from shopfloor.contract.commands import RenderDocument
from shopfloor.contract.kinds import Language, QuoteLine

PAGE_BREAK: Final = "\f"
LINES_A_PAGE: Final = 34
INNER: Final = ("template", "document")
"""Values that are not for the reader."""
LISTED: Final = ", "
"""Between several values of one name, as the floor writes them."""
FEN_A_YUAN: Final = 100


def compose(asked: RenderDocument, shop: str) -> list[str]:
    """The pages, each with its heading and number."""
    language = asked.language
    colon = COLON[language]
    body = [MEANINGS[asked.document][language], "", *_values(asked)]
    if asked.lines:
        body += ["", f"{LINES[language]}{colon}".rstrip(), *(_line(line, language) for line in asked.lines)]
        body.append(f"{TOTAL[language]}{colon}{_fen(sum(line.price_fen for line in asked.lines))}")
    place = READ_HERE if asked.document == "REPORT" else SIGN_HERE
    body += ["", f"{place[language]}{colon}____________________"]
    sheets = [body[at : at + LINES_A_PAGE] for at in range(0, len(body), LINES_A_PAGE)]
    heading = [TITLES[asked.document][language], f"{SHOP[language]}{colon}{shop}", ""]
    return [
        "\n".join([*heading, *sheet, "", PAGE[language].format(page=number, pages=len(sheets))]) + "\n"
        for number, sheet in enumerate(sheets, 1)
    ]


def _values(asked: RenderDocument) -> list[str]:
    language = asked.language
    return [
        f"{LABELS[name][language] if name in LABELS else name}{COLON[language]}{_value(name, value, language)}"
        for name, value in asked.values.items()
        if name not in INNER and value
    ]


def _value(name: str, value: str, language: Language) -> str:
    """``2026-11-23``, ``1448.00``, a fault that was announced by its code, the names of closed lists: as readers know
    them."""
    if name in CHOICES:
        words = CHOICES[name]
        return COMMA[language].join(words[one][language] if one in words else one for one in value.split(LISTED))
    if name == "fault" and value in FAULTS:
        return FAULTS[value][language]
    if name == "date":
        return _date(date.fromisoformat(value), language)
    return _yuan(Decimal(value)) if name.endswith("_cny") else value


def _date(day: date, language: Language) -> str:
    return DATE[language].format(day=day.day, month=day.month, name=MONTHS[day.month - 1], year=day.year)


def _line(line: QuoteLine, language: Language) -> str:
    fault = FAULTS[line.fault][language] if line.fault in FAULTS else line.fault
    part = PART[language].format(sku=line.sku) if line.sku else ""
    what = " · ".join(word for word in (fault, SERVICES[line.service][language], part) if word)
    late = "" if line.available else BRACKETS[language].format(ORDERED[language])
    return f"{line.line}. {what}{COLON[language]}{_fen(line.price_fen)} · {RULES[line.rule][language]}{late}"


def _fen(fen: int) -> str:
    return _yuan(Decimal(fen) / FEN_A_YUAN)


def _yuan(amount: Decimal) -> str:
    """¥1,234.50, as on the pages."""
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"
