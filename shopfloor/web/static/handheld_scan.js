// @ts-check
/** What a scanned code means at this handheld, by the picture it shows: something to do at once, or what to do instead. */

/** @typedef {import("./handheld_deeds.js").Offer} Offer */
/**
 * What to do: say the offer, show a thing, or tell a sentence (its name, with what stands in it).
 * @typedef {{say: Offer} | {show: string} | {tell: string, values?: Record<string, string>}} Meaning
 */

const AGAIN_MS = 1000;
const ARRIVED = "AT_DESK";
const BEHIND_US = ["ACCEPTED", "INSTALLED", "FITTED"];

/** The same label twice within a second is one scan. */
export class Twice {
  #code = "";
  #at = -Infinity;

  /**
   * @param {string} code
   * @param {number} at ms
   */
  isTwice(code, at) {
    const twice = code === this.#code && at - this.#at < AGAIN_MS;
    this.#code = code;
    this.#at = at;
    return twice;
  }
}

/**
 * @param {string} code
 * @param {any} view the sections of the picture
 * @param {string} selected the repair that is on the screen
 * @param {Record<string, Record<string, string>>} rows the catalogue: model → fault → SKU
 * @returns {Meaning}
 */
export function meaningOf(code, view, selected, rows) {
  const { seat } = view;
  const desk = deskOf(code, view);
  if (!seat.on) return desk ? { say: signOn(seat.person, desk) } : { tell: seat.keeps_parts ? "sign-on" : "scan-desk" };
  if (desk) return ofDesk(desk, view, selected);
  return (
    ofUnit(code, view) ?? ofSku(code, view, selected, rows) ?? ofPhone(code, view) ?? ofNumber(code, view) ?? {
      tell: "unknown",
      values: { code },
    }
  );
}

/**
 * @param {string} person
 * @param {string} desk
 * @returns {Offer}
 */
export function signOn(person, desk) {
  return { deed: "sign-on", body: { engineer: person, desk } };
}

/**
 * @param {string} code
 * @param {any} view
 */
function deskOf(code, view) {
  const name = code.replace(/^(desk\/|DESK:)/, "");
  return view.desks.some((/** @type {any} */ row) => row.desk === name) ? name : "";
}

/**
 * @param {string} desk
 * @param {any} view
 * @param {string} selected
 * @returns {Meaning}
 */
function ofDesk(desk, view, selected) {
  if (desk !== view.seat.desk) return { tell: "other-desk", values: { desk, here: view.seat.desk } };
  const repair = view.repairs.find((/** @type {any} */ one) => one.row.repair === selected);
  const bring = [...(repair?.offers.next ?? []), ...(repair?.offers.more ?? [])].find((offer) => offer.deed === "to-desk");
  return bring ? { say: bring } : { tell: "this-desk", values: { desk } };
}

/** @param {any} view */
function partsIn(view) {
  return [...view.repairs.flatMap((/** @type {any} */ one) => one.parts), ...view.parts];
}

/**
 * p16: the very unit; the desk is where one is signed on.
 * @param {string} code
 * @param {any} view
 * @returns {Meaning | undefined}
 */
function ofUnit(code, view) {
  const seen = partsIn(view).find(({ part }) => part.unit === code);
  if (seen === undefined) return code.includes("#") ? notMine(code, view) : undefined;
  const { part, offers } = seen;
  if (part.state === ARRIVED && part.desk !== view.seat.desk) return { tell: "wrong-desk", values: { code, desk: part.desk } };
  const first = offers.find((/** @type {Offer} */ offer) => ["accept", "bring", "load", "collect"].includes(offer.deed));
  if (part.state === ARRIVED || view.seat.keeps_parts || ["bring", "load"].includes(first?.deed)) {
    return first ? { say: first } : { tell: "nothing-to-do", values: { code } };
  }
  return { tell: BEHIND_US.includes(part.state) ? "accepted-already" : "not-here-yet", values: { code } };
}

/**
 * E5: something came that is on no list of mine.
 * @param {string} code
 * @param {any} view
 * @returns {Meaning}
 */
function notMine(code, view) {
  if (view.seat.keeps_parts) return { say: { deed: "collect", body: { unit: code } } };
  return { say: { deed: "refuse", body: { unit: code, desk: view.seat.desk }, about: code } };
}

/**
 * p1: a part number of a signed line orders it; one tap less than none there is not.
 * @param {string} code
 * @param {any} view
 * @param {string} selected
 * @param {Record<string, Record<string, string>>} rows
 * @returns {Meaning | undefined}
 */
function ofSku(code, view, selected, rows) {
  const mine = view.repairs.filter((/** @type {any} */ one) => one.whose === "mine");
  mine.sort((/** @type {any} */ one, /** @type {any} */ other) => Number(other.row.repair === selected) - Number(one.row.repair === selected));
  for (const { offers } of mine) {
    const order = [...(offers.next ?? []), ...(offers.more ?? [])].find((offer) => offer.deed === "order" && offer.body.sku === code);
    if (order) return { say: order };
  }
  const coming = partsIn(view).find(({ part }) => part.sku === code);
  if (coming) return { tell: "ordered-already", values: { code, repair: coming.part.repair } };
  const isPart = Object.values(rows).some((faults) => Object.values(faults).includes(code));
  return isPart ? { tell: "not-on-quote", values: { code } } : undefined;
}

/**
 * The label of a phone: its repair.
 * @param {string} code
 * @param {any} view
 * @returns {Meaning | undefined}
 */
function ofPhone(code, view) {
  const name = code.replace(/^phone\//, "");
  return view.repairs.some((/** @type {any} */ one) => one.row.repair === name) ? { show: name } : undefined;
}

/**
 * The slip of a customer.
 * @param {string} code
 * @param {any} view
 * @returns {Meaning | undefined}
 */
function ofNumber(code, view) {
  const called = view.tickets.find((/** @type {any} */ one) => [one.row.number, one.row.ticket].includes(code));
  const seat = called?.offers.next?.find((/** @type {Offer} */ offer) => offer.deed === "seat");
  if (seat) return { say: seat };
  const waiting = view.waiting.find((/** @type {any} */ one) => [one.row.number, one.row.ticket].includes(code));
  if (waiting === undefined) return called ? { show: called.row.ticket } : undefined;
  const [choose] = waiting.offers.next ?? [];
  return choose ? { say: choose } : { tell: "desk-busy", values: { code } };
}
