// Whether a membership held at a date, by the rules of docs/time.md, which queries/**/members.rq states for the server.

import { days } from "./periods.js";

/** From the surest on. */
export const CERTAINTIES = ["certain", "presumed", "possible"];

/**
 * `certain`, `presumed`, `possible`, or empty for what did not hold at any time in a date.
 *
 * `bounds` are the first and last day of the begin, those of the end, when it was last seen to be open (a partial
 * date), and whether it is open; what is not known is empty. `date` is a partial date.
 */
export function certainty(bounds, date) {
  const [beginsEarliest, beginsLatest, endsEarliest, endsLatest, verified, state] = bounds;
  const [first, last] = days(date);
  const hasBegun = beginsLatest !== "" && beginsLatest <= last;
  if (hasBegun && endsEarliest !== "" && endsEarliest >= first) return "certain";
  const isAfterCheck = verified !== "" && first.slice(0, verified.length) > verified;
  if (hasBegun && isAfterCheck && state === "open") return "presumed";
  const canHold = beginsEarliest <= last && (endsLatest === "" || endsLatest >= first);
  return canHold ? "possible" : "";
}

/** The surest of several memberships at a date: its place among them and its certainty; the first where none held. */
export function surest(memberships, date) {
  const found = memberships.map((bounds) => certainty(bounds, date));
  const best = CERTAINTIES.find((one) => found.includes(one)) ?? "";
  return { index: found.indexOf(best), certainty: best };
}
