"""Whom a thing waits for, in a sentence: shown where a big button would be."""

from typing import Final

from shopfloor.web.handheld.deed import _
from shopfloor.web.words import Words

HINTS: Final[dict[str, str]] = {
    "called": _("They are called. Wait for them here."),
    "serving": _("They sit here."),
    "somebody-is-here": _("A customer is at your desk."),
    "phone-on-desk": _("Finish with the phone on your desk first, or hand it on."),
    "nobody-waits": _("Nobody is waiting."),
    "keeper": _("You keep the parts."),
    "phone-away": _("The phone is not on your desk."),
    "reads-agreement": _("The customer reads and signs the agreement on the PAD."),
    "reads-quote": _("The customer reads the quote on the PAD and decides."),
    "supplement-wanted": _("More was found: quote it, or go on with what is signed."),
    "supplement-declined": _("The supplement is declined."),
    "part-comes": _("A part is on its way."),
    "part-late": _("The part is late; the customer has been asked."),
    "colleague-checks": _("A colleague checks this one."),
    "may-check": _("A colleague may check it too."),
    "reads-report": _("The customer reads the report on the PAD."),
    "pays": _("The customer pays at the terminal."),
    "not-paid": _("It is not paid yet."),
    "signs-acceptance": _("The customer tries the phone and signs on the PAD."),
    "thinks": _("The customer is thinking it over."),
    "waits-for-pickup": _("It waits for its owner."),
    "at-centre": _("It is at the repair centre."),
    "manager-decides": _("The manager decides."),
}


def hints_in(words: Words) -> dict[str, str]:
    """In the reader's language."""
    return {name: words.gettext(english) for name, english in HINTS.items()}
