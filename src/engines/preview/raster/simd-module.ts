/** The engine's WebAssembly: kernel.wasm is assembly/preview-kernel.ts as scripts/build-kernel.ts compiles it. */
import { readFileSync } from 'node:fs';

let compiled: WebAssembly.Module | undefined;
let isPlainForced = false;

/** For this process: tests and measurements draw with the plain kernels where SIMD would do. */
export function forcePlainKernel(): void {
  isPlainForced = true;
}

/** Compiled once per process; undefined where WebAssembly or its (relaxed) SIMD are missing. */
export function simdModule(): WebAssembly.Module | undefined {
  if (isPlainForced || typeof WebAssembly === 'undefined') return undefined;
  if (compiled !== undefined) return compiled;
  const bytes = readFileSync(new URL('./kernel.wasm', import.meta.url));
  if (WebAssembly.validate(bytes)) compiled = new WebAssembly.Module(bytes);
  return compiled;
}
