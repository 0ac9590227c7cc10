// @ts-check
/** What decisions and their fields are called. */

import { label, t } from "./words.js";

/** @type {Record<string, () => string>} */
const DECISIONS = {
  OverrideGiven: () => t("Allow an exception"),
  DayClosed: () => t("Close the day"),
  TransferRequested: () => t("Send to another line"),
  TicketWithdrawn: () => t("Withdraw the number"),
  CustomerLeft: () => t("The customer has left"),
  ReinstatementRequested: () => t("They came after all: back into the queue"),
  AppointmentCancelled: () => t("Cancel the booking"),
  PartsOrderCancelled: () => t("Cancel the parts order"),
  HandoverOrdered: () => t("Give it to another engineer"),
  RepairVoided: () => t("Cancel the repair"),
  DisputeDecided: () => t("Decide the dispute"),
  HoldDecided: () => t("Decide how it goes on"),
  ComplaintSettled: () => t("The complaint is settled"),
  PaymentDecided: () => t("Decide whether it was paid"),
  ReversalAsked: () => t("Give the money back at once"),
  RefundAsked: () => t("Refund a line"),
  AdjustmentApproved: () => t("The count is right: correct the ledger"),
  DocumentVoided: () => t("Void the document"),
  LoanerDeclaredLost: () => t("The loan phone is lost"),
  ModeSet: () => t("Switch to working by hand, or back"),
  DeviceFoundAgain: () => t("The phone was found"),
};

/** @type {Record<string, () => string>} */
const FIELDS = {
  about: () => t("About"),
  rule: () => t("What is allowed"),
  reason: () => t("Why"),
  ticket: () => t("Ticket"),
  line: () => t("Line"),
  booking: () => t("Booking"),
  parts_order: () => t("Parts order"),
  repair: () => t("Repair"),
  engineer: () => t("Engineer"),
  fault_confirmed: () => t("The fault is real; it is repaired again"),
  to: () => t("It goes on with"),
  how: () => t("How it was settled"),
  payment: () => t("Payment"),
  taken: () => t("The money was taken"),
  evidence: () => t("What the terminal's own log says"),
  amount: () => t("Amount, yuan"),
  count: () => t("Number of the count"),
  request: () => t("Document"),
  loaner: () => t("Loan phone"),
  what: () => t("What"),
  on: () => t("On"),
  place: () => t("Place, such as desk/d1 or locker/3"),
};

/** @param {string} kind */
export function decisionWords(kind) {
  return DECISIONS[kind]?.() ?? kind;
}

/**
 * @param {string} name
 * @param {string} kind
 */
export function fieldWords(name, kind) {
  if (kind === "RefundAsked" && name === "line") return t("Line of the quote");
  return FIELDS[name]?.() ?? name;
}

/**
 * @param {string} name of the field
 * @param {string} choice
 */
export function choiceWords(name, choice) {
  if (name === "rule") return label("override", choice);
  if (name === "line") return `${choice} ${label("line", choice)}`;
  if (name === "what") return label("mode", choice);
  if (name === "to") return label("repair", choice);
  if (choice === "duplicate") return t("a duplicate");
  return choice === "mistake" ? t("a mistake") : choice;
}
