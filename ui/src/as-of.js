// The date of a coalition: a slider of months beside its form moves what the page holds for all dates.

import { element, isLive, status } from "./elements.js";
import { mapMover } from "./map.js";
import { memberCounter, membersMover } from "./members.js";
import { dated, inWords, isDate, lastMonthOf, month, monthOf } from "./periods.js";
import { redraw } from "./redraw.js";
import { strip } from "./strip.js";

const REST_MS = 300;
const YEAR = 12;
const MOST_SHOWN = 60;

/** Put a slider beside a form of a date, and let both move the page. */
export function enlivenDate(form) {
  const input = form.elements.as_of;
  const { first, last } = form.dataset;
  if (!input || !isDate(first ?? "") || !isDate(last ?? "")) return;
  const maps = [...document.querySelectorAll("figure[data-chart=map]")].map(mapMover).filter(Boolean);
  const movers = [...maps, ...[...document.querySelectorAll("table[data-members]")].map(membersMover)];
  const message = status({ class: "as-of-message" });
  const slider = element("input", {
    type: "range",
    "aria-label": "Date, by months",
    min: monthOf(first),
    max: lastMonthOf(last),
    step: 1,
  });
  const chosen = document.querySelector("main .chosen-date");
  const stale = document.querySelectorAll("main [data-dated]"); // which only the server tells of another date
  const problem = document.querySelector("main .problem[role=alert]");
  let settling = 0;
  let drawing = null;

  function place(date) {
    slider.value = monthOf(date);
    slider.setAttribute("aria-valuetext", inWords(date));
  }

  function move(date) {
    place(date);
    input.removeAttribute("aria-invalid");
    problem?.remove();
    for (const one of movers) one(date);
    if (chosen) {
      chosen.querySelector(".day").textContent = inWords(date);
      chosen.hidden = false;
    }
    for (const one of stale) one.hidden = true;
    message.textContent = `As of ${inWords(date)}.`;
  }

  function refuse(text) {
    input.setAttribute("aria-invalid", "true");
    message.textContent = `“${short(text)}” is not a date: write 2015, 2015-05 or 2015-05-04.`;
  }

  /** Once the date rests, it stands in the address, and the server draws what does not move here. */
  function settle(date) {
    clearTimeout(settling);
    drawing?.abort();
    settling = setTimeout(() => {
      const address = dated(location.href, date);
      history.replaceState(history.state, "", address);
      if (!isLive()) return;
      drawing = new AbortController();
      redraw(address, drawing.signal).catch(() => {}); // the other charts say as of when they are
    }, REST_MS);
  }

  slider.addEventListener("input", () => {
    input.value = month(Number(slider.value));
    move(input.value);
    settle(input.value);
  });
  slider.addEventListener("keydown", (event) => {
    const step = { PageUp: YEAR, PageDown: -YEAR }[event.key];
    if (!step) return;
    event.preventDefault();
    slider.value = Number(slider.value) + step;
    slider.dispatchEvent(new Event("input"));
  });
  form.addEventListener("submit", (event) => {
    if (isLive()) return; // the server reads more than dates
    const date = input.value.trim();
    event.preventDefault();
    if (!isDate(date)) return refuse(input.value);
    move(date);
    settle(date);
  });

  const members = document.querySelector("table[data-members]");
  const below = members ? [strip(memberCounter(members), monthOf(first), lastMonthOf(last))] : [];
  form.append(element("div", { class: "slide" }, slider, ...below), message);
  form.hidden = false;
  const asked = new URLSearchParams(location.search).get("as_of");
  const begin = input.value.split("/")[0]; // of an interval
  const drawn = isDate(begin) ? begin : last;
  place(drawn);
  if (!asked || [drawn, input.value].includes(asked)) return;
  if (isDate(asked)) {
    input.value = asked;
    move(asked);
  } else if (!problem) {
    input.value = asked;
    refuse(asked);
  }
}

function short(text) {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
