/**
 * The kernel in WebAssembly with SIMD: kernel.wasm is assembly/preview-kernel.ts as scripts/build-kernel.ts compiles it.
 * It draws what lies in one shared memory; anything else, and machines without SIMD, get the plain kernel, with the same
 * bytes.
 */
import { type Kernel, plainKernel } from './kernel.ts';

/** assembly/preview-kernel.ts, every argument an address or an integer. */
type Exports = {
  readonly warpLuma: (...integers: readonly number[]) => void;
  readonly warpChroma: (...integers: readonly number[]) => void;
};

/** The kernel is compiled for cells of this size alone. */
const lumaCellBits = 4;
const chromaCellBits = 3;

type View = ArrayBufferView | undefined;

function areInside(buffer: ArrayBufferLike, views: readonly View[]): boolean {
  for (const view of views) if (view !== undefined && view.buffer !== buffer) return false;
  return true;
}

function addressOf(view: View): number {
  return view?.byteOffset ?? 0;
}

/** The kernel over one memory; the plain one when a part is missing. */
export function openKernel(module: WebAssembly.Module | undefined, memory: WebAssembly.Memory | undefined): Kernel {
  if (module === undefined || memory === undefined) return plainKernel;
  const { warpLuma, warpChroma } = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
  const { buffer } = memory;
  return {
    warp(texture, alpha, textureWidth, target, positions, columns, cull) {
      const { out, offset, width, height, cellBits } = target;
      if (cellBits !== lumaCellBits || !areInside(buffer, [texture, alpha, out, positions, cull])) {
        plainKernel.warp(texture, alpha, textureWidth, target, positions, columns, cull);
        return;
      }
      const to = addressOf(out) + offset;
      const fixed = [textureWidth, to, width, height, addressOf(positions), columns, addressOf(cull)];
      warpLuma(addressOf(texture), addressOf(alpha), ...fixed);
    },
    warpChroma(textures, alpha, textureWidth, target, positions, columns, cull) {
      const { out, offset, width, height, cellBits } = target;
      const { blue, red } = textures;
      if (cellBits !== chromaCellBits || !areInside(buffer, [blue, red, alpha, out, positions, cull])) {
        plainKernel.warpChroma(textures, alpha, textureWidth, target, positions, columns, cull);
        return;
      }
      const to = addressOf(out) + offset;
      const fixed = [to, to + width * height, width, height, addressOf(positions), columns, addressOf(cull)];
      warpChroma(addressOf(blue), addressOf(red), addressOf(alpha), textureWidth, ...fixed);
    },
  };
}
