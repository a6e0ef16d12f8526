// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Image to image, as far as it is true without a generative model: another place, another light, another tone. */
import { join } from 'node:path';
import { openPhoto } from '../photo/decode.ts';
import { parseSetting } from '../prompt/setting.ts';
import { parseStyle, type StyleName } from '../prompt/style.ts';
import { picturesOf, type RenderRequest, type RenderResult, refuseField } from '../protocol.ts';
import { randomStream } from '../random.ts';
import { blend, type Colour, hex } from './canvas.ts';
import { type Frame, frameFromPlate } from './compose.ts';
import { lights } from './light.ts';
import { finishInThreads, writePngInThreads } from './paint.ts';
import { plateFromPhoto } from './photo-plate.ts';
import { renderStill, stillSize } from './still.ts';

const ability =
  'The preview engine can put a picture into another place or light, or make it monochrome or sepia, when the prompt says so';

/** What a style makes of white; grey stays grey but for it. */
const tones: Record<StyleName, Colour> = { monochrome: [1, 1, 1], sepia: blend(hex('#ffffff'), hex('#e8c79a'), 0.8) };

function toneFrame({ planes: [red, green, blue] }: Frame, tone: Colour): void {
  for (let index = 0; index < red.data.length; index++) {
    const grey = 0.2126 * red.data[index]! + 0.7152 * green.data[index]! + 0.0722 * blue.data[index]!;
    red.data[index] = grey * tone[0];
    green.data[index] = grey * tone[1];
    blue.data[index] = grey * tone[2];
  }
}

/** Throws RenderError `invalid_input` naming `images` or `prompt`. */
export async function renderRestyled(request: RenderRequest, tell: (progress: number) => void): Promise<RenderResult> {
  const { input, seed, directory } = request;
  const prompt = typeof input.prompt === 'string' ? input.prompt : '';
  const [medium] = picturesOf(request);
  if (medium === undefined) throw refuseField('images', 'images needs the picture to work on.');
  const { style, edit, words } = parseStyle(prompt);
  if (edit !== undefined) {
    throw refuseField('prompt', `${ability}; “${edit}” asks for an edit, which needs a generative engine.`);
  }
  const setting = parseSetting(prompt, seed);
  if (setting.sceneAsked) return renderStill(request, tell);
  if (style === undefined && !setting.lightAsked) {
    throw refuseField('prompt', `${ability}; for anything else it needs a generative engine.`);
  }
  const photo = await openPhoto(medium);
  const size = stillSize(input, photo);
  tell(0.1);
  const plate = await plateFromPhoto(photo, size, setting.lightAsked ? lights[setting.light] : undefined);
  tell(0.5);
  const frame = frameFromPlate(plate, size.width, size.height);
  if (style !== undefined) toneFrame(frame, tones[style]);
  const image = await finishInThreads(frame, randomStream(seed, 'grain'));
  tell(0.9);
  const path = join(directory, 'image.png');
  await writePngInThreads(image, path);
  const light = setting.lightAsked ? setting.light : null;
  return {
    output: { kind: 'image', fileName: 'image.png', path },
    metadata: { ...size, understood: { style: style ?? null, light, words: [...words, ...setting.words] } },
  };
}
