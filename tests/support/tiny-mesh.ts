/** A 3D model of four triangles under a picture, as a binary glTF file (glTF 2.0, 4.4 and 5). */
import { dot } from './upstream.ts';

const corners = [
  [0, 1, 0],
  [-1, -0.5, 0.8],
  [1, -0.5, 0.8],
  [0, -0.5, -1],
] as const;
const faces = [
  [0, 1, 2],
  [0, 2, 3],
  [0, 3, 1],
  [1, 3, 2],
] as const;
const float = 5126;
const chunkTypes = { json: 0x4e4f534a, binary: 0x004e4942 };

/** Chunks are of whole words; JSON is filled up with spaces. */
function chunk(type: number, content: Buffer, filling: string): Buffer {
  const head = Buffer.alloc(8);
  const rest = (4 - (content.byteLength % 4)) % 4;
  head.writeUInt32LE(content.byteLength + rest, 0);
  head.writeUInt32LE(type, 4);
  return Buffer.concat([head, content, Buffer.alloc(rest, filling)]);
}

export function makeMesh(): Buffer {
  const places = Buffer.from(Float32Array.from(faces.flat().flatMap((corner) => [...(corners[corner] ?? [])])).buffer);
  const onPicture = Buffer.from(Float32Array.from(faces.flat().flatMap(() => [0.5, 0.5])).buffer);
  const parts = [places, onPicture, dot];
  const count = faces.flat().length;
  const description = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, material: 0 }] }],
    materials: [
      {
        doubleSided: true,
        pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0 },
      },
    ],
    textures: [{ source: 0 }],
    images: [{ bufferView: 2, mimeType: 'image/png' }],
    accessors: [
      { bufferView: 0, componentType: float, count, type: 'VEC3', min: [-1, -0.5, -1], max: [1, 1, 0.8] },
      { bufferView: 1, componentType: float, count, type: 'VEC2' },
    ],
    bufferViews: parts.map(({ byteLength }, index) => ({
      buffer: 0,
      byteOffset: parts.slice(0, index).reduce((sum, part) => sum + part.byteLength, 0),
      byteLength,
    })),
    buffers: [{ byteLength: parts.reduce((sum, part) => sum + part.byteLength, 0) }],
  };
  const chunks = Buffer.concat([
    chunk(chunkTypes.json, Buffer.from(JSON.stringify(description)), ' '),
    chunk(chunkTypes.binary, Buffer.concat(parts), '\0'),
  ]);
  const head = Buffer.alloc(12);
  head.write('glTF', 0);
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(head.byteLength + chunks.byteLength, 8);
  return Buffer.concat([head, chunks]);
}
