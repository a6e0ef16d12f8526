/**
 * `node scripts/build-kernel.ts`: compiles assembly/preview-kernel.ts to the WebAssembly that the preview engine draws with.
 * The result is committed; scripts/build-kernel.test.ts holds that it is what the source says.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
export const kernelPath = join(root, 'src/engines/preview/raster/kernel.wasm');

/** The memory comes from outside and may be as large as 32-bit addresses reach. */
const options = [
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--runtime', 'stub'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  ...['--enable', 'simd', '--enable', 'relaxed-simd', '--enable', 'threads', '--disable', 'bulk-memory'],
];

/** The bytes of the kernel; the same source gives the same bytes. Throws with the compiler's words. */
export async function compileKernel(): Promise<Uint8Array> {
  const { default: compiler } = await import('assemblyscript/asc');
  const directory = await mkdtemp(join(tmpdir(), 'framegate-kernel-'));
  try {
    const output = join(directory, 'kernel.wasm');
    const source = 'assembly/preview-kernel.ts';
    const { error, stderr } = await compiler.main([source, '--baseDir', root, '--outFile', output, ...options]);
    if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
    return await readFile(output);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await compileKernel();
  await writeFile(kernelPath, bytes);
  console.log(`${kernelPath}: ${bytes.length} bytes`);
}
