// What a reader is told while the engine loads and answers, and the button that stops it.

import { element } from "../elements.js";

const SOON = 300; // milliseconds in which most answers come

/** What to call before and after each question of a form: `asking(isAsking, said, isGood)`. */
export function progress(engine, form) {
  const ask = form.querySelector("button");
  const stop = element("button", { type: "button", hidden: true }, "Stop");
  const bar = element("progress", { hidden: true, "aria-label": "Loading" });
  const told = element("p", { class: "note", role: "status" });
  ask.after(" ", stop);
  form.append(bar, told);
  stop.addEventListener("click", () => engine.stop());
  let timer = null;
  const show = (share, total) => {
    bar.hidden = share === undefined;
    bar.value = share ?? 0;
    const text = share === undefined ? "Asking" : share < 1 ? `Loading the graph, ${(total / 1e6).toFixed(1)} MB` : "Opening the graph";
    if (timer && told.textContent !== text) told.textContent = text;
  };
  return (isAsking, said = "", isGood = false) => {
    clearTimeout(timer);
    timer = null;
    if (isAsking) {
      engine.told = show;
      timer = setTimeout(() => {
        stop.hidden = false;
        told.textContent ||= "Asking";
      }, SOON);
    } else {
      if (document.activeElement === stop) ask.focus();
      stop.hidden = bar.hidden = true;
    }
    told.className = said && !isGood ? "problem" : "note";
    told.textContent = said;
  };
}
