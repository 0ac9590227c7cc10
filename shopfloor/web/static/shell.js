// @ts-check
/** What every live page does alike: the live picture, an honest word about the connection, and the outbox. */

import { at, tell } from "./dom.js";
import { Live } from "./live.js";
import { Outbox } from "./outbox.js";
import { me } from "./page.js";
import { clock } from "./words.js";

/**
 * Begin to show. `draw` gets the whole picture and the names of the sections that are new.
 * @param {(view: any, news: Set<string>) => void} draw
 * @returns {Live}
 */
export function show(draw) {
  /** @type {Live} */
  const live = new Live(
    (view, news) => {
      document.documentElement.dataset.floor = view.floor?.there === false ? "away" : "there";
      draw(view, news);
    },
    (link, since) => {
      if (link === "lost") tell(at("link-since"), clock(since + live.offset));
    },
  );
  return live;
}

/**
 * The outbox of the device that this page is; the board is told how much waits in it.
 * @param {Live} live
 * @returns {Outbox}
 */
export function outbox(live) {
  const box = new Outbox(me.device, me.boot);
  const report = () => live.tellOutbox({ boot: box.boot, seq: box.entries.at(-1)?.seq ?? 0, waiting: box.waiting });
  box.addEventListener("change", report);
  box.ready.then(report, () => {});
  live.whenLive = () => box.resume();
  return box;
}
