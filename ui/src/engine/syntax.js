// What a query says of itself, read from its words: strings, IRIs, names and comments are none of them.

const NO_WORD = new RegExp(
  [
    String.raw`"""(?:[^\\]|\\.)*?"""|'''(?:[^\\]|\\.)*?'''`,
    String.raw`"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'`,
    "<[^<>\"{}|^`\\\\\\s]*>|#[^\\n\\r]*",
    String.raw`@[A-Za-z][\w-]*|[?$][\p{L}\p{M}\p{N}_]+`,
    String.raw`[\p{L}\p{M}\p{N}_.-]*:(?:[\p{L}\p{M}\p{N}_.:-]|%[\dA-Fa-f]{2}|\\.)*`,
  ].join("|"),
  "gsu",
);
const FORM = /\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i;

/** The form of a query in capital letters, or an empty text. */
export function formOf(query) {
  return FORM.exec(words(query))?.[1].toUpperCase() ?? "";
}

/** Whether a query names the graphs that it asks. */
export function namesDataset(query) {
  return /\bFROM\b/i.test(words(query));
}

/** Whether a query asks other endpoints. */
export function asksOthers(query) {
  return /\bSERVICE\b/i.test(words(query));
}

function words(query) {
  return query.replace(NO_WORD, " ");
}
