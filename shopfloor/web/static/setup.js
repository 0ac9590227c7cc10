// @ts-check
/** Set-up: the code comes behind the `#` of a scanned address, where no server and no log has seen it. */

import { at } from "./dom.js";
import { enrolling } from "./door_forms.js";

const brought = decodeURIComponent(location.hash.slice(1));
enrolling(at("enrol"));
if (brought) {
  at("device-code").value = brought;
  history.replaceState(null, "", location.pathname);
  at("enrol").querySelector("button").focus();
}
performance.mark("usable");
