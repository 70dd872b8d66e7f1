// Reads questions by rules: `node test/reading.mjs RULES QUESTIONS TODAY` prints what each asks, as JSON.

import { readFileSync } from "node:fs";
import { Reader } from "../src/questions/reading.js";
import { restate } from "../src/questions/sentences.js";

const [rules, questions] = process.argv.slice(2, 4).map((path) => JSON.parse(readFileSync(path, "utf8")));
const reader = new Reader(rules);
const read = questions.map((question) => {
  const { call, confidence, reason, alternatives } = reader.read(question, process.argv[4]);
  return { query: call?.query ?? null, parameters: call?.parameters ?? {}, confidence, reason, alternatives, understood: call ? restate(call, rules) : "" };
});
process.stdout.write(JSON.stringify(read));
