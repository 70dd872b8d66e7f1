// Rows of tables: hidden while at least one reason holds, so that a date and a filter do not undo each other.

/** Show a row, or hide it for a reason (a word). */
export function show(row, reason, isShown) {
  row.toggleAttribute(`data-off-${reason}`, !isShown);
  row.hidden = row.hasAttribute("data-off-date") || row.hasAttribute("data-off-filter");
}
