// Whether a membership held at a date, by the rules of docs/explanation/time.md, which queries/**/members.rq states for the server.

import { days } from "./periods.js";

/** From the surest on. */
export const CERTAINTIES = ["certain", "presumed", "possible"];

/**
 * `certain`, `presumed`, `possible`, or empty for what did not hold at any time in a date.
 *
 * `bounds` are the first and last day of the begin, those of the end, when it was last seen to be open (a partial
 * date), its state, and the last day to which it is planned; what is not known is empty. `date` is a partial date.
 */
export function certainty(bounds, date) {
  const [beginsEarliest, beginsLatest, endsEarliest, endsLatest, verified, state, plannedEndLatest] = bounds;
  const [first, last] = days(date);
  const hasBegun = beginsLatest !== "" && beginsLatest <= last;
  const isUnchecked = verified !== "" && first.slice(0, verified.length) >= verified;
  const canLast = endsLatest === "" || endsLatest >= first;
  const isWithinPlan = plannedEndLatest === "" || plannedEndLatest >= first;
  if (hasBegun && endsEarliest !== "" && endsEarliest >= first) return "certain";
  if (hasBegun && state === "open" && isUnchecked && canLast && isWithinPlan) return "presumed";
  const canHold = beginsEarliest <= last && canLast;
  return canHold ? "possible" : "";
}

/** The surest of several memberships at a date: its place among them and its certainty; the first where none held. */
export function surest(memberships, date) {
  const found = memberships.map((bounds) => certainty(bounds, date));
  const best = CERTAINTIES.find((one) => found.includes(one)) ?? "";
  return { index: found.indexOf(best), certainty: best };
}
