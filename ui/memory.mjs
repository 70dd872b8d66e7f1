// A limit to the memory that a WebAssembly program may take, which its maker has not set.

const MEMORY = 5; // id of the section (https://www.w3.org/TR/wasm-core-2/, 5.5)
const PAGE = 65_536;
const HEADER = 8; // bytes before the first section

/** A program whose one memory grows to so many bytes at most. */
export function limited(program, bytes) {
  for (let at = HEADER; at < program.length; ) {
    const [length, start] = number(program, at + 1);
    const end = start + length;
    if (program[at] === MEMORY) {
      const [count, flags] = number(program, start);
      if (count !== 1 || program[flags] !== 0) throw new Error("the program has another memory than one without a limit");
      const section = [...written(count), 1, ...program.subarray(flags + 1, end), ...written(bytes / PAGE)];
      return Buffer.concat([program.subarray(0, at), Buffer.from([MEMORY, ...written(section.length), ...section]), program.subarray(end)]);
    }
    at = end;
  }
  throw new Error("the program has no memory of its own");
}

/** A number in LEB128 and where it ends. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7, at += 1) {
    value += (bytes[at] & 127) * 2 ** shift;
    if (bytes[at] < 128) return [value, at + 1];
  }
}

function written(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...written(value >>> 7)];
}
