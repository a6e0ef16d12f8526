/** Pictures at the edges of what is taken. */
import sharp, { type Sharp } from 'sharp';
import { chunk, png, uint32 } from './bytes.ts';
import { good, type MediaCase } from './media-case.ts';

/** Noise, so that the data are longer than a header. */
export function picture(width: number, height: number, channels: 3 | 4 = 3): Sharp {
  return sharp({
    create: {
      width,
      height,
      channels,
      background: { r: 200, g: 80, b: 20, alpha: 0.5 },
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  });
}

const edges = [
  [128, 128],
  [128, 512],
  [512, 128],
  [129, 516],
  [516, 129],
  [131, 524],
  [1000, 250],
  [250, 1000],
  [1023, 767],
] as const;

function sizes(): MediaCase[] {
  return edges.flatMap(([width, height]) => [
    good('image', `png ${width}x${height}`, () => picture(width, height).png().toBuffer(), {
      extension: 'png',
      width,
      height,
    }),
    good('image', `jpeg ${width}x${height}`, () => picture(width, height).jpeg().toBuffer(), {
      extension: 'jpg',
      width,
      height,
    }),
    good('image', `webp ${width}x${height}`, () => picture(width, height).webp().toBuffer(), {
      extension: 'webp',
      width,
      height,
    }),
  ]);
}

function orientations(): MediaCase[] {
  return [1, 2, 3, 4, 5, 6, 7, 8].flatMap((orientation) => [
    good(
      'image',
      `jpeg turned ${orientation}`,
      () => picture(128, 512).withMetadata({ orientation }).jpeg().toBuffer(),
      { width: 128, height: 512, orientation },
    ),
    good(
      'image',
      `webp turned ${orientation}`,
      () => picture(512, 128).withMetadata({ orientation }).webp().toBuffer(),
      {
        width: 512,
        height: 128,
        orientation,
      },
    ),
  ]);
}

const jpegs: readonly MediaCase[] = [
  good('image', 'progressive jpeg', () => picture(300, 200).jpeg({ progressive: true }).toBuffer()),
  good('image', 'jpeg of full colour', () => picture(300, 200).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()),
  good('image', 'grey jpeg', () => picture(300, 200).greyscale().jpeg().toBuffer()),
  good('image', 'jpeg for print', () => picture(300, 200).toColourspace('cmyk').jpeg().toBuffer(), {
    extension: 'jpg',
  }),
  good('image', 'mozjpeg', () => picture(300, 200).jpeg({ mozjpeg: true }).toBuffer()),
  good('image', 'jpeg with a colour profile', () => picture(300, 200).withIccProfile('p3').jpeg().toBuffer()),
  good('image', 'jpeg with a second picture behind it', async () => {
    return Buffer.concat([await picture(300, 200).jpeg().toBuffer(), await picture(128, 128).jpeg().toBuffer()]);
  }),
  good('image', 'jpeg of the lowest quality', () => picture(300, 200).jpeg({ quality: 1 }).toBuffer()),
  good('image', 'jpeg of 24 megapixels', () =>
    sharp({ create: { width: 6000, height: 4000, channels: 3, background: '#456' } })
      .jpeg()
      .toBuffer(),
  ),
];

const pngs: readonly MediaCase[] = [
  good('image', 'png of a palette', () => picture(300, 200).png({ palette: true }).toBuffer(), { hasAlpha: false }),
  good('image', 'png of two colours', () => picture(300, 200).png({ palette: true, colours: 2 }).toBuffer()),
  good('image', 'png of 16 bits', () => picture(300, 200).toColourspace('rgb16').png().toBuffer(), {
    extension: 'png',
  }),
  good('image', 'grey png', () => picture(300, 200).greyscale().png().toBuffer(), { hasAlpha: false }),
  good('image', 'png with transparency', () => picture(300, 200, 4).png().toBuffer(), { hasAlpha: true }),
  good('image', 'interlaced png', () => picture(300, 200).png({ progressive: true }).toBuffer()),
  good('image', 'png of one bit', () => png({ width: 136, height: 136, depth: 1 })),
  good('image', 'png that no filter was used on', () => png({ width: 200, height: 200 }), { width: 200, height: 200 }),
  good(
    'image',
    'png with a transparent colour',
    () => png({ width: 200, height: 200, notes: chunk('tRNS', Buffer.alloc(2)) }),
    { hasAlpha: true },
  ),
  good('image', 'png with a few bytes behind its end', () =>
    Buffer.concat([png({ width: 200, height: 200 }), Buffer.alloc(7)]),
  ),
  good('image', 'png with many notes', () => {
    const notes = Buffer.concat(Array.from({ length: 500 }, (_, note) => chunk('tEXt', Buffer.from(`note\0${note}`))));
    return png({ width: 200, height: 200, notes });
  }),
  good(
    'image',
    'png that says it is animated',
    () => png({ width: 200, height: 200, notes: chunk('acTL', Buffer.concat([uint32(3), uint32(0)])) }),
    { frames: 3 },
  ),
  good('image', 'png of 49 megapixels in a few bytes', () => png({ width: 7000, height: 7000 }), { width: 7000 }),
];

/** `frames` pictures of one size as an animation. */
export async function animation(width: number, height: number, frames: number, hasAlpha = false): Promise<Buffer> {
  const pages = await Promise.all(
    Array.from({ length: frames }, (_, frame) =>
      sharp({
        create: {
          width,
          height,
          channels: 4,
          background: { r: (frame * 60) % 256, g: frame, b: 0, alpha: hasAlpha ? 0.5 : 1 },
        },
      })
        .png()
        .toBuffer(),
    ),
  );
  return await sharp(pages, { join: { animated: true } })
    .webp()
    .toBuffer();
}

const webps: readonly MediaCase[] = [
  good('image', 'lossless webp', () => picture(300, 200).webp({ lossless: true }).toBuffer(), { hasAlpha: false }),
  good('image', 'webp with transparency', () => picture(300, 200, 4).webp().toBuffer(), { hasAlpha: true }),
  good('image', 'lossless webp with transparency', () => picture(300, 200, 4).webp({ lossless: true }).toBuffer(), {
    hasAlpha: true,
  }),
  good('image', 'webp nearly without loss', () => picture(300, 200).webp({ nearLossless: true }).toBuffer()),
  good('image', 'webp with a colour profile', () => picture(300, 200).withIccProfile('p3').webp().toBuffer()),
  good('image', 'animated webp', () => animation(200, 150, 5), { width: 200, height: 150, frames: 5 }),
  good('image', 'animated webp with transparency', () => animation(128, 512, 3, true), { frames: 3, hasAlpha: true }),
];

export const goodPictures: readonly MediaCase[] = [...sizes(), ...orientations(), ...jpegs, ...pngs, ...webps];
