"""Bugs by which a document is signed that nobody read, or another one is charged: quotes, papers, ink, seals."""

from functools import partial

from tests.mutants.mutant import Mutant

ink = partial(Mutant, subject="signature", file="shopfloor/core/signatures.py")
seal = partial(Mutant, subject="signature", file="shopfloor/core/sealing.py")
paper = partial(Mutant, subject="signature", file="shopfloor/core/paperwork.py")
quote = partial(Mutant, subject="signature", file="shopfloor/core/quotes.py")

SIGNING = "core/test_paperwork_signing.py"
PAPERS = "core/test_paperwork.py"
QUOTES = "core/test_quotes.py"
LATER = "core/test_quotes_later.py"

SIGNATURES = (
    ink(
        name="other_bytes_on_the_screen",
        before=(
            "    if event.sha256 != request.sha256:\n"
            '        fail(shop, request, f"{by} shows other bytes than were frozen")'
        ),
        after='    if not event.sha256:\n        fail(shop, request, f"{by} shows other bytes than were frozen")',
        story="The PAD shows another document than was frozen, and it is signed.",
        meant=(f"{SIGNING}::test_s4_b14_other_bytes_on_the_screen_end_the_request",),
    ),
    ink(
        name="ink_under_another_document",
        before=(
            "    if event.sha256 != request.sha256:\n"
            '        shop.refuse("hash-differs", "The ink lies under another document.'
        ),
        after=(
            "    if len(event.sha256) != len(request.sha256):\n"
            '        shop.refuse("hash-differs", "The ink lies under another document.'
        ),
        story="Ink drawn under an older version counts for this one.",
        meant=(f"{SIGNING}::test_s7_b14_ink_under_other_bytes_is_no_signature",),
    ),
    ink(
        name="a_dot_is_a_signature",
        before=(
            "    if event.points < INK_POINTS_MIN or event.length_px < INK_LENGTH_PX_MIN or "
            "event.duration_ms < INK_DURATION_MS_MIN:"
        ),
        after=(
            "    if event.points < INK_POINTS_MIN and event.length_px < INK_LENGTH_PX_MIN and "
            "event.duration_ms < INK_DURATION_MS_MIN:"
        ),
        story="A finger that slips over the glass signs the quote.",
        meant=(f"{SIGNING}::test_s7_trivial_ink_is_no_signature",),
    ),
    ink(
        name="signed_without_consent",
        before='    if request.state != "CONSENTED":\n',
        after='    if request.state not in ("VIEWED", "CONSENTED"):\n',
        story="The customer signs without having agreed.",
        meant=(f"{SIGNING}::test_s7_no_ink_without_consent",),
    ),
    ink(
        name="unread_pages",
        before="    if len(request.pages_viewed) == request.pages:\n",
        after="    if event.page == request.pages:\n",
        story="The last page alone counts as having read them all.",
        meant=(f"{SIGNING}::test_s5_every_page_for_a_second_in_any_order",),
    ),
    ink(
        name="in_person_on_a_link",
        before='    if not is_pad(by) and event.identified == "in-person":',
        after='    if is_pad(by) and event.identified != "in-person":',
        story="Whoever has the link signs as if they sat at the desk.",
        meant=(f"{SIGNING}::test_s6_on_a_link_nobody_is_identified_in_person",),
    ),
    ink(
        name="last_weeks_offer_is_signed",
        before="    if request.document in QUOTES and quote is not None and quote.valid_until < shop.now:",
        after='    if request.document == "SUPPLEMENT" and quote is not None and quote.valid_until < shop.now:',
        story="A quote that has expired is agreed to at its old price.",
        meant=("core/test_quotes_later.py", "core/test_paperwork.py::test_r9_nobody_signs_an_offer_that_is_over"),
    ),
    ink(
        name="any_pad_speaks_for_it",
        before="    if request.surface != by:\n",
        after="    if is_pad(request.surface) != is_pad(by):\n",
        story="The customer at the next desk signs this customer's quote.",
        meant=(f"{SIGNING}::test_b16_another_pad_or_the_link_does_not_speak_for_it",),
    ),
    ink(
        name="a_read_quote_is_sealed_without_ink",
        before="    if request.document not in READ_ONLY:\n",
        after="    if not request.pages_viewed:\n",
        story="A quote that was only read is sealed as if it were signed.",
        meant=(f"{SIGNING}::test_s9_only_a_report_is_sealed_without_ink",),
    ),
    ink(
        name="who_walks_off_stays_on_the_screen",
        before='    end(shop, request, "s12")\n',
        after='    shop.step(request, "s12")\n',
        story="The customer has left, and the next one reads their papers.",
        meant=(f"{SIGNING}::test_s12_e13_five_idle_minutes_and_the_screen_is_cleared",),
    ),
    ink(
        name="silence_of_the_archive_is_waited_for_without_end",
        before="    if request.dues_passed < DUES_PASSED_MAX:\n",
        after="    if request.dues_passed:\n",
        story="The archive is dead, and nobody is told to ask anew (a time-out that never fires).",
        meant=(f"{SIGNING}::test_s4_a_silent_archive_is_reminded_of_once_then_the_request_has_failed",),
    ),
    seal(
        name="the_archives_hash_is_believed",
        before="    if hashlib.sha256(event.text.encode()).hexdigest() != event.sha256:\n",
        after="    if not event.sha256:\n",
        story="The hash that everybody compares is not the hash of the text.",
        meant=(f"{SIGNING}::test_s4_a_blank_or_wrong_document_never_freezes",),
        invariant="B14",
    ),
    seal(
        name="sealed_over_other_bytes",
        before=(
            '    if event.sha256 != request.sha256:\n        shop.refuse("hash-differs", f"{request.id} was frozen'
        ),
        after='    if not event.sha256:\n        shop.refuse("hash-differs", f"{request.id} was frozen',
        story="The archive seals another text than the customer has signed.",
        meant=(f"{SIGNING}::test_s8_sealed_over_the_same_bytes_and_verified",),
    ),
    seal(
        name="an_unverified_seal_counts",
        before="    if not event.verified:\n",
        after="    if not event.verified and not event.sealed_sha256:\n",
        story="A seal that does not verify is taken for a signature.",
        meant=(f"{SIGNING}::test_s8_sealed_over_the_same_bytes_and_verified",),
    ),
    seal(
        name="sealed_twice",
        before="    if not command or request.command != command or pending is None or pending.command.to != by:",
        after="    if not command or (pending is not None and pending.command.to != by):",
        story="A second seal of the same document overwrites the first one's hash.",
        meant=(f"{SIGNING}::test_s8_one_seal_per_document",),
    ),
    seal(
        name="two_documents_on_one_pad",
        before=(
            "        if request.surface != surface or request.command or (is_pad(surface) and "
            "_on_screen(shop, surface)):"
        ),
        after="        if request.surface != surface or request.command:",
        story="A PAD is given a second document while the customer reads the first.",
        meant=(f"{PAPERS}::test_b16_a_later_draft_waits_until_the_pad_is_free",),
        invariant="B16",
    ),
    seal(
        name="the_seal_of_an_ended_request",
        before='    shown = request.state != "DRAFT"\n    shop.withdraw(request.command)\n    request.command = ""\n',
        after='    shown = request.state != "DRAFT"\n',
        story="The archive seals a document that was superseded, and the seal is taken in.",
        meant=(f"{QUOTES}::test_f54_a_quote_amended_while_it_is_signed_binds_nobody",),
    ),
    paper(
        name="the_old_version_stays_on_the_pad",
        before=(
            '    """s1. One of a kind at a time: an open one before it is superseded."""\n'
            "    repair = shop.books.repairs[repair_id]\n"
            "    before = requests_of(shop, repair_id, document)\n"
            "    for request in before:\n"
            "        shop.all_clear(request.id)\n"
            "        if request.state in OPEN:\n"
        ),
        after=(
            '    """s1. One of a kind at a time: an open one before it is superseded."""\n'
            "    repair = shop.books.repairs[repair_id]\n"
            "    before = requests_of(shop, repair_id, document)\n"
            "    for request in before:\n"
            "        shop.all_clear(request.id)\n"
            '        if request.state in ("DRAFT", "FROZEN"):\n'
        ),
        story="The quote is amended while the customer reads, and the old version is signed (stale_signature, F54).",
        meant=(f"{QUOTES}::test_f54_a_quote_amended_while_it_is_signed_binds_nobody",),
    ),
    paper(
        name="acceptance_is_skipped_when_prepaid",
        before="    if isinstance(fact, ReportShown) and fact.outstanding:\n        return\n",
        after="    if isinstance(fact, ReportShown):\n        return\n",
        story="Whoever has paid before gets the phone without signing for it.",
        meant=(f"{PAPERS}::test_s1_no_signature_is_skipped_at_the_end",),
    ),
    paper(
        name="a_document_stays_at_the_old_desk",
        before="@room.hears(RepairResumed, OwnerChanged, PickupStarted)",
        after="@room.hears(RepairResumed, PickupStarted)",
        story="The customer has moved on, and their paper is shown to whoever sits there now.",
        meant=(f"{PAPERS}::test_s13_at_another_desk_the_same_bytes_are_shown_there",),
    ),
    paper(
        name="a_binding_paper_is_voided",
        before="    if repair is not None and repair.state not in SETTLED and request.document in BINDING:",
        after="    if repair is not None and repair.state in SETTLED and request.document in BINDING:",
        story="The signature that a price rests on is struck out under an open repair.",
        meant=(f"{PAPERS}::test_s14_b18_what_an_open_repair_rests_on_is_not_voided",),
    ),
    paper(
        name="a_superseded_paper_counts_as_sealed",
        before=(
            "    found = [request.id for request in requests_of(shop, repair_id, document) if request.state in SEALED]"
        ),
        after=(
            '    found = [request.id for request in requests_of(shop, repair_id, document) if request.state != "DRAFT"]'
        ),
        story="A WIPE that was shown and never signed lets the data be wiped.",
        meant=("core/test_quotes_standing.py::test_b20_a_wipe_that_is_shown_and_not_signed_allows_nothing",),
    ),
    quote(
        name="a_stale_signature_approves",
        before="    if quote.sealed and quote.version != repair.signed_version:",
        after="    if quote.sealed or repair.signed_version:",
        story="What was found since is done on the signature of the first quote.",
        meant=(f"{LATER}::test_r17_the_old_signature_does_not_approve_what_was_found_since",),
    ),
    quote(
        name="ink_approves_before_the_seal",
        before="    if quote.sealed and quote.version != repair.signed_version:",
        after="    if quote.request and quote.version != repair.signed_version:",
        story="Work begins on a quote that was frozen and that nobody has signed (charge_unsigned_quote).",
        meant=(f"{QUOTES}::test_r9_ink_alone_approves_nothing",),
    ),
    quote(
        name="the_cap_is_not_the_total",
        before="    repair.signed, repair.signed_version, repair.cap = quote.lines, quote.version, quote.total\n",
        after=(
            "    repair.signed, repair.signed_version, repair.cap = quote.lines, quote.version, "
            "max(repair.cap, quote.total)\n"
        ),
        story="A supplement that makes it cheaper leaves the old, higher amount chargeable (amount not bound).",
        meant=("core/test_quotes_standing.py::test_r17_a_supplement_that_makes_it_cheaper_lowers_what_may_be_charged",),
    ),
    quote(
        name="the_day_of_pricing_counts",
        before="    if is_out_of_date(shop, repair, quote):\n",
        after="    if is_out_of_date(shop, repair, quote) and quote.sealed:\n",
        story="A quote of yesterday's service day is frozen at its prices today.",
        meant=(f"{QUOTES}::test_r7_the_day_of_freezing_counts_not_that_of_pricing",),
    ),
    quote(
        name="an_old_version_is_frozen",
        before="    if fact.document not in DOCUMENTS or quote is None or quote.version != fact.version:",
        after="    if fact.document not in DOCUMENTS or quote is None:",
        story="The archive answers late, and the bytes of an old version become those of the new quote.",
        meant=("core/test_quotes_standing.py::test_f54_the_bytes_of_an_older_version_are_not_those_of_the_new_quote",),
    ),
    quote(
        name="validity_begins_anew_on_every_screen",
        before="    if quote.sha256 == fact.sha256:\n        return  # the same bytes on another screen\n",
        after="",
        story="An offer shown again is valid for another seven days, and again.",
        meant=("core/test_quotes_standing.py::test_r7_shown_again_at_home_the_offer_is_valid_no_longer",),
    ),
    quote(
        name="revised_after_it_was_signed",
        before=(
            '    if repair.state != "QUOTED" or not _is_open(repair):\n'
            '        shop.refuse("wrong-state", f"{repair.id} is {repair.state} and has no open quote to '
            'revise.")\n'
        ),
        after=(
            '    if repair.state not in ("QUOTED", "APPROVED"):\n'
            '        shop.refuse("wrong-state", f"{repair.id} is {repair.state} and has no open quote to '
            'revise.")\n'
            '    repair.state = "QUOTED"\n'
        ),
        story="A quote is changed after the customer has signed it.",
        meant=("core/test_quotes_standing.py::test_r10_what_is_signed_is_not_revised",),
    ),
    quote(
        name="just_add_it",
        before='    shop.step(repair, "r17")\n',
        after="",
        story="Another fault is found, and the work goes on without a supplement.",
        meant=(f"{LATER}::test_r17_e12_more_is_found_and_nothing_is_just_added",),
    ),
    quote(
        name="the_offer_never_ends",
        before="    if shop.now >= _last_day(shop, quote):\n",
        after="    if shop.now > _last_day(shop, quote) + QUOTE_VALID:\n",
        story="A phone lies in its locker for ever, because its customer never decides (a due that does not come).",
        meant=(f"{LATER}::test_r12_r39_after_three_days_the_manager_calls_after_seven_the_offer_ends",),
    ),
)
