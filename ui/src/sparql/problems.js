// What went wrong with a query, in words.

/** What to tell of an error: its details (RFC 9457) where the endpoint gives them. */
export function inWords(text) {
  try {
    const { detail, title } = JSON.parse(text);
    return detail ?? title;
  } catch {
    if (/abort/i.test(text)) return "The query was stopped.";
    return `No answer came: ${text || "the connection was lost"}. Try it again.`;
  }
}
