// What is wrong with the syntax of a query, as a line below the editor: the editor's own sign speaks to the mouse alone.

import { element } from "../elements.js";

const PAUSE = 400; // milliseconds after the last key
const UNDECLARED = /^Prefix '(.*)' is not defined$/;

/** A line that says where the query in an editor stops being SPARQL 1.1; prefixes that are known are declared instead. */
export function syntaxLine(yasqe, prefixes) {
  const line = element("p", { class: "syntax", role: "status" });
  const check = () => {
    const fault = yasqe.queryValid ? null : firstFault(yasqe);
    const prefix = UNDECLARED.exec(fault?.said)?.[1];
    if (yasqe.state.completionActive) later();
    else if (prefix in prefixes) yasqe.addPrefixes({ [prefix]: prefixes[prefix] });
    else line.textContent = fault ? `Line ${fault.number}: ${fault.said}` : "";
  };
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  };
  yasqe.on("changes", later);
  // The sign would show a text with a style within, which the content security policy of pages refuses.
  for (const kind of ["mouseover", "mouseout"]) yasqe.getWrapperElement().addEventListener(kind, silence, true);
  check();
  return line;
}

function firstFault(yasqe) {
  const doc = yasqe.getDoc();
  for (let line = 0; line < doc.lineCount(); line += 1) {
    const { state } = yasqe.getTokenAt({ line, ch: doc.getLine(line).length }, true);
    if (state.OK === false) return { number: line + 1, said: state.errorMsg ?? "this is not SPARQL 1.1" };
  }
  return null;
}

function silence(event) {
  if (event.target.closest(".parseErrorIcon")) event.stopPropagation();
}
