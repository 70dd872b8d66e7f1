// What a query says of itself, read from its words: strings, IRIs and comments are none of them.

const NO_WORD = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*|[?$]\w+|[\w.-]*:[\w.:-]*/g;
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
