// Buttons that copy a citation or an address.

import { button, status } from "./elements.js";

const SAID_MS = 2000;
const MOST_SAID = 60;

/** Put a button beside what may be copied. */
export function offerCopy(target) {
  const text = target.textContent.trim();
  const told = status({ class: "unseen" });
  const made = button({ class: "copy", "aria-label": `Copy ${text.slice(0, MOST_SAID)}` }, "Copy", async () => {
    made.textContent = told.textContent = await copied(text);
    setTimeout(() => {
      made.textContent = "Copy";
      told.textContent = "";
    }, SAID_MS);
  });
  (target.matches("code") ? target.parentElement : target).append(made, told);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    return "Not copied"; // without HTTPS, or where the reader forbids it
  }
}
