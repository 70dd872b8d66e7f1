// What a reader is told while the engine loads and answers, and the button that stops it.

import { element } from "../elements.js";

const SOON = 300; // milliseconds in which most answers come

/** A line `told`, a button `stop`, and `asking(isAsking, said, isGood)` to call before and after each question. */
export function progress(engine) {
  const told = element("p", { class: "note", role: "status" });
  const stop = element("button", { type: "button", hidden: true }, "Stop");
  stop.addEventListener("click", () => engine.stop());
  let timer;
  engine.told = (share, total) => {
    if (timer) told.textContent = share < 1 ? `Loading the graph: ${Math.round(share * 100)} % of ${(total / 1e6).toFixed(1)} MB` : "Opening the graph";
  };
  const asking = (isAsking, said = "", isGood = false) => {
    clearTimeout(timer);
    timer = null;
    if (isAsking) timer = setTimeout(() => ((stop.hidden = false), (told.textContent ||= "Asking")), SOON);
    else stop.hidden = true;
    told.className = said && !isGood ? "problem" : "note";
    told.textContent = said;
  };
  return { told, asking, stop };
}
