"""What kinds of things, places, people and figures there are, and what they are called."""

from typing import Final

from shopfloor.core.kpis import KPIS

LINE: Final = {"A": "Repair", "B": "Booked", "C": "Care and advice", "D": "Pick-up"}

LINE_MEANING: Final = {
    "A": "Something is broken and shall be repaired",
    "B": "You have booked a time",
    "C": "Cleaning, film, settings, questions",
    "D": "Your phone is ready and you pick it up",
}

REPAIR_KIND: Final = {"WALK_IN": "walk-in", "BOOKED": "booked", "MAIL_IN": "by courier", "REWORK": "rework"}

DOCUMENT: Final = {
    "INTAKE": "repair agreement",
    "QUOTE": "quote",
    "SUPPLEMENT": "supplement to the quote",
    "REPORT": "repair report",
    "ACCEPT": "acceptance",
    "RETURN_UNREPAIRED": "return without repair",
    "WIPE": "consent to erase all data",
    "LOANER": "loan of a phone",
    "PROXY": "collection by another person",
    "WITNESS": "witness note of the manager",
}

PAYMENT_KIND: Final = {"CHARGE": "charge", "DEPOSIT": "deposit"}
JOB_KIND: Final = {"DELIVER": "part to a desk", "RETURN": "part back to the cabinet", "REPLENISH": "new stock"}

SERVICE: Final = {
    "repair": "repair",
    "cleaning": "cleaning",
    "care": "care",
    "film": "screen film",
    "diagnosis": "diagnosis",
    "send-out": "sending out",
}

DATA_CHOICE: Final = {
    "backed-up": "data are backed up",
    "accepts-loss": "data may be lost",
    "no-wipe": "data must stay",
}

ACCESSORY: Final = {
    "case": "case",
    "sim-pin": "SIM pin",
    "sim-card": "SIM card",
    "charger": "charger",
    "cable": "cable",
    "stylus": "stylus",
    "box": "box",
}
"""What customers bring along; a shop may note others by their own names."""

UNIT: Final = {
    "OK": "good",
    "ATTENTION": "to be looked at",
    "QUARANTINED": "quarantined",
    "DAMAGED": "damaged",
    "REJECTED": "rejected",
    "LOST": "lost",
    "DESTROYED": "destroyed",
}

PURPOSE: Final = {
    "pickup": "picks up at",
    "dropoff": "brings to",
    "unload": "unloads at",
    "charge": "charges at",
    "park": "parks at",
}
"""What a robot is out for; the stop follows."""

CARRIER: Final = {"robot": "a robot", "hand": "hand"}
"""By which a part is on its way."""

BLAME: Final = {"supplier": "it came like that", "ours": "damaged by us"}

LATE_CHOICE: Final = {"wait": "to wait here", "leave": "to leave the phone here", "take-back": "to take the phone back"}
"""What a customer may choose whose part comes late."""

FOUND_AT_TERMINAL: Final = {
    "approved": "approved",
    "declined": "declined",
    "in-progress": "not ended yet",
    "not-found": "not in its log",
}
"""What a payment terminal answers when it is asked about an attempt."""

TOPIC: Final = {
    "booked": "the booking is confirmed",
    "called": "the number is called",
    "missed": "the number was missed",
    "quote": "the quote can be read",
    "thinking": "the quote waits for a decision",
    "part-late": "the part comes later",
    "promise-changed": "the promised time has changed",
    "ready": "the phone is ready",
    "pick-up": "the phone waits for pick-up",
    "reminder": "a reminder",
    "unclaimed": "the phone was not picked up in time",
    "copy": "the copy of a document",
    "survey": "the survey",
}
"""What messages to customers are about."""

TOUCHPOINT: Final = {
    "9": "customer greeted",
    "13": "water offered",
    "15": "the wait excused",
    "19": "customer led to the desk",
    "20": "own name said",
    "23": "the customer's words repeated",
    "28": "the test explained",
    "32": "the choices named",
    "44": "the old part shown",
    "45": "the glue's time named",
    "47": "the customer has tried the phone",
    "48": "the phone cleaned",
    "54": "goodbye said",
    "57": "customer called back",
    "29": "tested in the customer's view",
    "36": "no pressure to buy",
    "40": "a tidy desk",
    "41": "opened in the customer's view",
}
"""Touchpoints that people note, engineers first, then inspectors; all others are seen from facts."""

MODE: Final = {
    "robots-by-hand": "people carry the parts",
    "cabinet-by-hand": "the cabinet is worked by hand",
    "line-closed": "the line is closed",
    "robot-held": "the robot is out of service",
}

STOCK_PLACE: Final = {
    "BIN": "bin {name}",
    "OUTLET": "the outlet of cabinet {name}",
    "INLET": "the inlet of cabinet {name}",
    "TOTE": "tote {name}",
    "HAND": "the hand of {name}",
    "DESK": "desk {name}",
    "DEVICE": "the phone of {name}",
    "SUPPLIER": "the supplier",
    "RECEIVING": "goods received",
    "QUARANTINE": "the quarantine shelf",
    "DEFECTS": "the defects shelf",
    "OLD_PARTS": "the old parts shelf",
    "SCRAP": "scrap",
    "OTHER_SHOP": "another shop",
    "CUSTOMER": "the customer",
    "CENTRE": "the repair centre",
    "LOST": "an unknown place",
    "BIN:": "the bins",
    "DEVICE:": "a phone",
}
"""The first word of a unit's place; the name stands behind a colon. Consumables are booked without a name."""

PLACE: Final = {
    "desk": "desk {name}",
    "locker": "locker {name}",
    "qc": "the check desk",
    "centre": "the repair centre",
    "safety-box": "the safety box",
    "customer": "the customer",
    "courier": "the courier",
    "misplaced": "an unknown place",
}
"""The first word of a phone's place; the name stands behind a slash."""

PARTY: Final = {
    "EN": "engineer",
    "PK": "parts keeper",
    "MG": "manager",
    "CU": "customer",
    "NT": "messages",
    "AR": "archive",
    "FL": "the floor",
}

OVERRIDE: Final = {
    "warranty-price": "price as under warranty",
    "quote-without-entitlement": "quote without the maker's answer",
    "unrepairable": "give the repair up",
    "damaged-by-us": "damaged by us",
    "new-damage": "rework in spite of new damage",
    "same-checker": "check by the same engineer",
    "not-the-owner": "act for the owner of the repair",
    "safety-box": "open the safety box",
    "lost-unit": "write a unit off",
    "transfer-unit": "give a unit to another shop",
}

DEVICE: Final = {
    "queue": "queue machine",
    "calls": "call display",
    "handheld": "handheld",
    "board": "manager's board",
    "pad": "PAD",
    "link": "customer's page",
    "pos": "payment terminal",
    "cabinet": "parts cabinet",
    "robot": "robot",
    "archive": "document archive",
    "notifier": "message service",
    "entitlement": "warranty service",
}

THING: Final = {
    "ticket": "ticket",
    "repair": "repair",
    "parts order": "parts order",
    "job": "job",
    "unit": "unit",
    "signature request": "signature request",
    "payment request": "payment request",
    "phone of repair": "phone of repair",
    "loaner": "loaner",
}

FAULT: Final = {
    "BAT": "battery worn or swollen",
    "SCR": "screen cracked, or touch dead",
    "BCK": "back cover cracked",
    "USB": "charging or port fault",
    "CAM": "camera does not focus, or shakes",
    "AUD": "earpiece, speaker or microphone",
    "MBD": "no power, or main board",
    "FLD": "fold screen or hinge",
    "SFT": "software, upgrade, data",
}
"""Of the catalogue that comes with this; another one's codes are shown in its own words."""

RULE: Final = {
    "1": "rework, free",
    "2": "maker's warranty",
    "3": "fixed price",
    "4": "service day, labour free",
    "5": "list price and labour",
}

KPI: Final = {name: kpi.name for name, kpi in KPIS.items()}
KPI_UNIT: Final = {unit: unit for unit in dict.fromkeys(kpi.unit for kpi in KPIS.values())}

KPI_FIGURE: Final = {
    # ── how a number was reckoned ──
    "value": "value",
    "mean": "mean",
    "p50": "median",
    "p90": "90 % within",
    "median_s": "median, s",
    "baseline": "to compare with",
    # ── hall ──
    "longest_now": "longest now",
    "strict": "strict",
    "booked": "booked",
    "reinstated": "called again",
    # ── repairs and desks ──
    "bench": "at the bench",
    "tat": "with the queue",
    "first_pass": "checked at the first try",
    "working": "at work",
    "part": "for a part",
    "customer": "for the customer",
    "payment": "for a payment",
    "supplements": "supplements",
    # ── parts and robots ──
    "blocking": "work stood still",
    "availability": "fit for work",
    "jobs_per_hour": "jobs per hour",
    "retries": "tried again",
    "by_hand": "carried by hand",
    "staff_hours": "hours of staff",
    "fill": "at once from stock",
    "days_of_cover": "days of stock",
    "units_adjusted": "units adjusted",
    "wrong": "wrong part",
    "dead": "dead on arrival",
    "damaged_by_us": "damaged by us",
    # ── signatures, payments, customers ──
    "refused": "refused",
    "expired": "expired",
    "verified": "verified",
    "resolve": "until it was known",
    "day_differences": "differences at day close",
    "answer_rate": "answered",
    "nps": "net promoter score",
    "called_back": "called back",
    # ── paper and the SOP ──
    "per_day": "each day",
    "of_120": "of 120 a day",
    "per_year": "each year",
    "automatic": "seen by the system",
    "observed": "noted by people",
    "checks_of_252": "of 252 checks",
    # ── seams ──
    "called-seated": "call to seat",
    "frozen-shown": "quote to PAD",
    "approved-started": "signature to work",
    "picked-loaded": "outlet to robot",
    "arrived-accepted": "arrival to acceptance",
    "finished-checked": "work to check",
    "checked-reported": "check to report",
    "asked-presented": "request to terminal",
    "paid-handed-over": "payment to hand-over",
}
"""What a KPI's numbers are called; ``bench_p90`` is ``bench`` and ``p90``."""
