/**
 * Writes a depth model of some 200 bytes in ONNX format: `predicted_depth` is the mean of the three channels of
 * `pixel_values`, so that what is bright is near. The format is protobuf (onnx.proto3 of the ONNX project); the numbers
 * of the fields stand beside their names.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

const integer = (field: number, value: number): Buffer => Buffer.concat([varint(field << 3), varint(value)]);

function message(field: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);
}

const text = (field: number, value: string): Buffer => message(field, Buffer.from(value));

/** A tensor of floats: element type 1; dimensions by number or by name. */
function tensorInfo(field: number, name: string, dimensions: readonly (number | string)[]): Buffer {
  const shape = dimensions.map((one) => message(1, typeof one === 'number' ? integer(1, one) : text(2, one)));
  return message(field, text(1, name), message(2, message(1, integer(1, 1), message(2, ...shape))));
}

export function tinyDepthModel(): Buffer {
  const integerList = 7;
  const singleInteger = 2;
  const axes = message(5, text(1, 'axes'), integer(8, 1), integer(20, integerList));
  const keepDimensions = message(5, text(1, 'keepdims'), integer(3, 0), integer(20, singleInteger));
  const node = message(
    1,
    text(1, 'pixel_values'),
    text(2, 'predicted_depth'),
    text(4, 'ReduceMean'),
    axes,
    keepDimensions,
  );
  const graph = message(
    7,
    node,
    text(2, 'tiny-depth'),
    tensorInfo(11, 'pixel_values', [1, 3, 'height', 'width']),
    tensorInfo(12, 'predicted_depth', [1, 'height', 'width']),
  );
  const irVersion = 8;
  const operators = message(8, text(1, ''), integer(2, 13));
  return Buffer.concat([integer(1, irVersion), graph, operators]);
}

/** The model as the hubs lay it out. */
export function writeTinyDepthModel(directory: string, model: Uint8Array = tinyDepthModel()): void {
  mkdirSync(join(directory, 'onnx'), { recursive: true });
  writeFileSync(join(directory, 'onnx', 'model.onnx'), model);
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ model_type: 'depth_anything' }));
  const processor = { size: { height: 252, width: 252 }, ensure_multiple_of: 14, keep_aspect_ratio: true };
  writeFileSync(join(directory, 'preprocessor_config.json'), JSON.stringify(processor));
}
