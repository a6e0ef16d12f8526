/** Reads a picture from standard input and writes it as the mark for a film of argv's size: width and height, then pixels. */
import { limitReaders, rasterize } from './rasterize.ts';

limitReaders();
const [width = 0, height = 0] = process.argv.slice(2).map(Number);
const input = Buffer.concat(await Array.fromAsync(process.stdin as AsyncIterable<Buffer>));
const raster = await rasterize(input, width, height);
const head = Buffer.alloc(8);
head.writeUInt32LE(raster.width, 0);
head.writeUInt32LE(raster.height, 4);
await new Promise((resolve) => process.stdout.write(Buffer.concat([head, raster.rgba]), resolve));
