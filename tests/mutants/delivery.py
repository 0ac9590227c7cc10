"""Bugs between the wire and the floor: repeats, receipts, the outbox, the chain, checkpoints, replay."""

from functools import partial

from tests.mutants.mutant import Mutant

loop = partial(Mutant, subject="delivery", file="shopfloor/service/coordinator.py")
journal = partial(Mutant, subject="delivery", file="shopfloor/service/journal.py")
replay = partial(Mutant, subject="delivery", file="shopfloor/service/replay.py")
known = partial(Mutant, subject="delivery", file="shopfloor/service/identities.py")

COORDINATOR = "service/test_coordinator.py"
DUES = "service/test_coordinator_dues.py"
JOURNAL = "service/test_journal.py"
START = "service/test_journal_start.py"

DELIVERIES = (
    loop(
        name="no_dedupe",
        before="        if self._answer_again(said, body):\n            return\n",
        after="",
        story="A device that sends its event again has a second effect.",
        meant=(f"{COORDINATOR}::test_b25_the_same_event_again_gets_the_same_receipt_and_no_second_effect",),
    ),
    loop(
        name="dedupe_within_the_batch_only",
        before="            known = self._journal.known(*identity)\n            if known is None:",
        after="            known = None\n            if known is None:",
        story="Only what comes twice at once is recognised (dedupe_window).",
        meant=(f"{COORDINATOR}::test_b25_the_same_event_again_gets_the_same_receipt_and_no_second_effect",),
    ),
    loop(
        name="dedupe_between_batches_only",
        before="        if identity in self._batch.answered:\n",
        after="        if identity in self._batch.answered and not self._batch.entries:\n",
        story="Twice within one batch: the second is taken for new.",
        meant=(f"{COORDINATOR}::test_b25_twice_within_one_batch_is_one_effect",),
    ),
    loop(
        name="other_content_gets_the_old_receipt",
        before="        if known_sha256 != sha256:\n",
        after="        if len(known_sha256) != len(sha256):\n",
        story="An impostor, or a device that lost count, is told that its new event is committed; it is not.",
        meant=(f"{COORDINATOR}::test_the_same_number_with_other_content_is_refused",),
    ),
    loop(
        name="a_stale_boot_is_heard",
        before="        if said.letter.boot < self._newest_boot.get(said.device, 0):\n",
        after="        if said.letter.boot < 0:\n",
        story="A straggler from before the device's last start is believed.",
        meant=(f"{COORDINATOR}::test_a_message_from_before_the_last_start_is_stale",),
    ),
    loop(
        name="boots_are_forgotten_at_a_restart",
        before="        self._newest_boot = journal.newest_boots()\n",
        after="        self._newest_boot: dict[Device, int] = {}\n",
        story="After a restart of the shop stragglers are believed.",
        meant=(f"{COORDINATOR}::test_a_message_from_before_the_last_start_is_stale",),
    ),
    loop(
        name="receipt_before_the_commit",
        before='        self._seam("handled")\n        posts += self._commit()\n        return posts\n',
        after=(
            '        self._seam("handled")\n'
            "        posts += self._batch.posts\n"
            "        try:\n"
            "            self._commit()\n"
            "        except Exception:  # noqa: BLE001\n"
            "            return posts\n"
            "        return posts\n"
        ),
        story="The disk is full, and the devices are told that their events are safe (ack_before_sync).",
        meant=(f"{COORDINATOR}::test_when_the_journal_cannot_be_written_nothing_leaves",),
    ),
    loop(
        name="the_outbox_is_lost_at_a_restart",
        before=(
            "        for unsent in self._journal.unsent():\n"
            "            posts.append(Post(unsent.topic, unsent.payload, qos_of(unsent.topic)))\n"
        ),
        after="        for unsent in self._journal.unsent():\n",
        story=(
            "The shop is killed between the commit and the wire, and the command never leaves (outbox_lost_on_restart)."
        ),
        meant=(
            f"{COORDINATOR}::test_e24_after_a_kill_commands_that_may_not_have_left_are_sent_again_with_the_same_id",
        ),
    ),
    loop(
        name="what_has_left_stays_in_the_outbox",
        before="            self._sent += [outbox_id(number, place) for place in range(len(entry.outgoing))]\n",
        after="            pass\n",
        story="After every restart all commands of the day are sent again.",
        meant=(f"{COORDINATOR}::test_what_has_left_is_not_sent_again_after_a_kill",),
    ),
    loop(
        name="pictures_are_not_shown_after_a_restart",
        before="        shown = self.floor.books.shown.values()\n",
        after="        shown = list(self.floor.books.shown.values())[:0]\n",
        story="After a restart every display is empty until something changes there.",
        meant=(f"{COORDINATOR}::test_after_a_start_every_screen_is_told_its_picture",),
    ),
    loop(
        name="time_runs_backwards",
        before="        now = max(now, self._journal.head.at)\n",
        after="",
        story="The clock is set back, and the shop stops (F36).",
        meant=(f"{COORDINATOR}::test_f36_a_clock_that_is_set_back_does_not_stop_the_shop",),
    ),
    loop(
        name="poison_is_tried_for_ever",
        before=(
            '        quarantined = msgspec.structs.replace(entry, code="quarantined", '
            "reason=str(failure)[:REASON_MAX])\n"
            "        self._batch.entries.append(quarantined)\n"
        ),
        after="",
        story=(
            "An event on which the floor fails has no identity, comes again and again, and stops the "
            "shop each time (F08)."
        ),
        meant=(f"{COORDINATOR}::test_f08_an_event_on_which_the_floor_fails_is_quarantined_and_the_rest_goes_on",),
    ),
    loop(
        name="one_due_that_fails_stops_the_shop",
        before="                failed += 1\n",
        after="                failed += SET_ASIDE_MAX + 1\n",
        story="A mistake of ours in one timeout ends the process, and the next one, and the next (F08).",
        meant=(f"{DUES}::test_f08_time_alone_does_not_end_the_process_and_the_due_is_tried_again_every_hour",),
    ),
    loop(
        name="the_last_due_taken_is_put_off_whatever_it_is",
        before="        about = next((about for about in taken if self.floor.is_due(about, now)), None)\n",
        after="        about = next(taken, None)\n",
        story="What only began in the failed beat is put off, the one that fails never is (F08).",
        meant=(f"{DUES}::test_f08_a_due_that_only_began_in_the_failed_beat_is_not_the_one_to_put_off",),
    ),
    loop(
        name="the_event_is_blamed_for_what_was_due",
        before="        self._let_time_pass(now)\n        try:\n            outs = self._handle(Heard(",
        after="        try:\n            outs = self._handle(Heard(",
        story="The first tap after a due that fails is quarantined, and every one that follows (F08).",
        meant=(f"{DUES}::test_f08_a_due_that_fails_is_put_off_and_everybody_else_is_heard",),
    ),
    loop(
        name="the_half_changed_floor_goes_on",
        before="        self.floor, self.kpis, self._made = replayed.floor, replayed.kpis, replayed.made\n"
        "        self._batch",
        after="        self._batch",
        story="After an exception the floor in memory is another one than the journal's.",
        meant=(f"{COORDINATOR}::test_f08_what_the_floor_had_half_changed_is_gone",),
    ),
    journal(
        name="the_chain_is_not_chained",
        before="            chain = link(chain, row)\n            chained.append((*row, chain))",
        after="            chain = link(self._head.chain, row)\n            chained.append((*row, chain))",
        story="Within a batch no entry depends on the one before, and an entry can be taken out.",
        meant=(f"{JOURNAL}::test_every_entry_is_chained_to_the_one_before_by_its_whole_row",),
    ),
    journal(
        name="sent_messages_stay_in_the_outbox",
        before="            self._driver.executemany(DROP_SENT, [(number,) for number in sent])\n",
        after="",
        story="After every restart all commands of the shop's life are sent again.",
        meant=(f"{JOURNAL}::test_messages_wait_in_the_outbox_in_the_order_of_their_causes_until_they_have_left",),
    ),
    journal(
        name="the_records_are_written_afterwards",
        before=(
            '            if also is not None:\n                also(connection)\n            self._seam("written")\n'
        ),
        after=(
            '            self._seam("written")\n'
            "        if also is not None:\n"
            "            with self._writing() as connection:\n"
            "                also(connection)\n"
        ),
        story="A crash between two commits leaves records that know less than the journal.",
        meant=(f"{JOURNAL}::test_records_are_written_in_the_same_transaction",),
    ),
    replay(
        name="checkpoint_off_by_one",
        before="    return replay(genesis, state, journal.entries(checkpoint.n), watch)",
        after="    return replay(genesis, state, journal.entries(checkpoint.n - 1), watch)",
        story="The last entry before a checkpoint is applied a second time at the next start.",
        meant=(f"{COORDINATOR}::test_b24_from_a_checkpoint_too",),
    ),
    replay(
        name="other_outputs_are_believed",
        before="    if digest_of(outs) != entry.digest:\n",
        after="    if not outs and digest_of(outs) != entry.digest:\n",
        story="A changed release replays the journal to another shop, and nobody notices.",
        meant=(f"{COORDINATOR}::test_a_journal_whose_outputs_are_others_now_is_refused",),
    ),
    known(
        name="repeats_are_forgotten",
        before="            self._marks[device, boot] = max(mark, seq)\n",
        after="            self._marks[device, boot] = min(mark, seq)\n",
        story="An event that came in order is taken for new when it comes again.",
        meant=(f"{JOURNAL}::test_a_repeat_gets_the_stored_answer_and_another_content_under_the_same_identity_shows",),
    ),
    known(
        name="a_late_lower_number_lowers_the_mark",
        before="            self._marks[device, boot] = max(mark, seq)\n",
        after="            self._marks[device, boot] = seq\n",
        story="A message that comes out of order makes the ones after it look new (F20).",
        meant=(f"{JOURNAL}::test_f20_a_straggler_with_a_lower_number_makes_nothing_after_it_look_new",),
    ),
)
