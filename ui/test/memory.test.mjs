import assert from "node:assert/strict";
import test from "node:test";
import { limited } from "../memory.mjs";

// (module (memory (export "memory") 1) (func (export "grow") (param i32) (result i32) local.get 0 memory.grow))
const PROGRAM = Buffer.from(
  "0061736d0100000001060160017f017f0302010005030100010711020467726f770000066d656d6f727902000a08010600200040000b",
  "hex",
);

test("a program takes no more memory than its limit", async () => {
  const bound = async (program) => (await WebAssembly.instantiate(program)).instance.exports;
  assert.equal((await bound(PROGRAM)).grow(300), 1);
  const { grow, memory } = await bound(limited(PROGRAM, 256 * 65_536));
  assert.equal(grow(300), -1);
  assert.equal(grow(255), 1);
  assert.equal(memory.buffer.byteLength, 256 * 65_536);
});

test("a program that has a limit, or no memory, is refused", () => {
  assert.throws(() => limited(limited(PROGRAM, 2 ** 20), 2 ** 20), /limit/);
  assert.throws(() => limited(PROGRAM.subarray(0, 8), 2 ** 20), /no memory/);
});
