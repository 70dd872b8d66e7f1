// What d3-zoom needs of d3-transition where nothing moves by itself: build.mjs puts this in its place, a third smaller.

import { selection } from "d3-selection";

selection.prototype.interrupt = function () {
  return this;
};

export function interrupt() {}
