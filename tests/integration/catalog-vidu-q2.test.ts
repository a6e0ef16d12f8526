/** The Vidu Q2 family in every dialect, to the letter of the vendors' pages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCatalog } from '../../src/catalog.ts';
import { GatewayError, type InputIssue } from '../../src/core/errors.ts';
import { checkInput } from '../../src/core/input.ts';
import { micros } from '../../src/core/money.ts';
import { quote } from '../../src/core/price.ts';

const catalog = readCatalog();
const rate = { microsPerDollar: micros(7_100_000), date: '2026-11-21' };

const check = (dialect: string, name: string, input: unknown) => checkInput(catalog.view(dialect, name), input, []);

function issuesOf(dialect: string, name: string, input: unknown): readonly InputIssue[] {
  try {
    check(dialect, name, input);
  } catch (error) {
    assert.ok(error instanceof GatewayError, String(error));
    assert.equal(error.code, 'invalid_input');
    return error.issues;
  }
  return [];
}
const rulesOf = (dialect: string, name: string, input: unknown) =>
  issuesOf(dialect, name, input).map(({ path, rule }) => `${path.join('.')} ${rule}`);

const urls = (count: number) => Array.from({ length: count }, (_, index) => `https://example.org/${index}.png`);
/** One code point, two UTF-16 code units. */
const astral = '\u{1F600}';

const reference = ['vtrix', 'viduq2_pro_reference'] as const;

test('reference to image takes no image or up to seven', () => {
  for (const [dialect, name] of [
    ['vtrix', 'viduq2_reference2image'],
    ['vidu', 'reference2image/viduq2'],
    ['native', 'vidu/q2/reference-to-image'],
  ] as const) {
    assert.equal(check(dialect, name, { prompt: 'a' }).media.length, 0);
    assert.equal(check(dialect, name, { prompt: 'a', images: urls(7) }).media.length, 7);
    assert.deepEqual(rulesOf(dialect, name, { prompt: 'a', images: urls(8) }), ['images maxItems']);
    assert.deepEqual(rulesOf(dialect, name, {}), ['prompt required']);
  }
});

test('prompts are limited per model and dialect, in code points', () => {
  const limits = [
    ['vtrix', 'viduq2_reference2image', 2000, {}],
    ['vidu', 'reference2image/viduq2', 2000, {}],
    ['runcomfy', 'vidu/q2/reference-to-image', 1500, {}],
    [...reference, 5000, { images: urls(1) }],
    ['vidu', 'reference2video/viduq2-pro', 5000, { images: urls(1) }],
    ['vidu', 'reference2video/viduq2', 2000, { images: urls(1) }],
    ['vidu', 'img2video/viduq2-turbo', 2000, { images: urls(1) }],
    ['vidu', 'text2video/viduq2', 2000, {}],
    ['runninghub', 'vidu/image-to-video-q2-pro', 4000, { imageUrl: urls(1)[0] }],
  ] as const;
  for (const [dialect, name, limit, rest] of limits) {
    assert.deepEqual(rulesOf(dialect, name, { ...rest, prompt: astral.repeat(limit) }), [], `${dialect} ${name}`);
    assert.deepEqual(rulesOf(dialect, name, { ...rest, prompt: astral.repeat(limit + 1) }), ['prompt maxLength']);
  }
});

test('reference to video: seven images, or four beside videos, and at least one of either', () => {
  const rules = (input: object) => rulesOf(...reference, { prompt: 'a', ...input });
  assert.deepEqual(rules({ images: urls(7) }), []);
  assert.deepEqual(rules({ images: urls(8) }), ['images maxItems']);
  assert.deepEqual(rules({ videos: urls(1) }), []);
  assert.deepEqual(rules({ videos: urls(2), images: urls(4) }), []);
  assert.deepEqual(rules({ videos: urls(1), images: urls(5) }), ['images imagesBesideVideos']);
  assert.deepEqual(rules({ videos: urls(3) }), ['videos maxItems']);
  assert.deepEqual(rules({}), ['images mediaMissing']);
  const [issue] = issuesOf(...reference, { prompt: 'a', videos: urls(1), images: urls(5) });
  assert.equal(issue?.message, 'images must be 0 to 4 with videos 1 to 2; it is 5.');
});

test('one video lasts at most 8 seconds, each of two at most 5', () => {
  const { videos } = catalog.view(...reference).fields;
  assert.deepEqual(videos?.accepts?.lengths, [
    { items: 1, maximumMs: 8000 },
    { items: 2, maximumMs: 5000 },
  ]);
});

test('a duration of 0 is automatic for reference to video with Q2 Pro, and nowhere else', () => {
  const at = (duration: number) => rulesOf(...reference, { prompt: 'a', images: urls(1), duration });
  assert.deepEqual([at(0), at(10), at(11), at(-1)], [[], [], ['duration maximum'], ['duration minimum']]);
  assert.deepEqual(at(1.5), ['duration type']);
  assert.deepEqual(rulesOf('vidu', 'reference2video/viduq2', { prompt: 'a', images: urls(1), duration: 0 }), [
    'duration minimum',
  ]);
  const view = catalog.view(...reference);
  const price = (duration: number) =>
    quote(view.model, checkInput(view, { prompt: 'a', images: urls(1), duration }, []), { rate, discounts: [] });
  assert.equal(price(0).totalMicros, price(10).totalMicros);
});

test('music has no effect at 9 and 10 seconds', () => {
  const warned = (duration: number) =>
    check(...reference, { prompt: 'a', images: urls(1), bgm: true, duration }).warnings;
  assert.deepEqual([warned(8), warned(0)], [[], []]);
  assert.deepEqual(warned(9), ['bgm has no effect with duration 9 to 10.']);
  assert.deepEqual(warned(10), ['bgm has no effect with duration 9 to 10.']);
});

test('a seed of 0 is drawn or literal as each page has it, an absent one is always drawn', () => {
  const seed = (dialect: string, name: string, given: object) =>
    check(dialect, name, { prompt: 'a', images: urls(1), ...given }).seed;
  assert.equal(seed(...reference, { seed: 0 }), undefined);
  assert.equal(seed('vidu', 'reference2image/viduq2', { seed: 0 }), undefined);
  assert.equal(seed('vtrix', 'viduq2_reference2image', { seed: 0 }), 0);
  assert.equal(seed('native', 'vidu/q2/reference-to-image', { seed: 0 }), 0);
  for (const [dialect, name] of [reference, ['vtrix', 'viduq2_reference2image'] as const]) {
    assert.equal(seed(dialect, name, {}), undefined);
    assert.equal(seed(dialect, name, { seed: 77 }), 77);
  }
});

test('aspect ratios and resolutions are spelled as each vendor spells them', () => {
  const made = check('vtrix', 'viduq2_reference2image', { prompt: 'a', resolution: '2K', aspect_ratio: 'auto' });
  assert.deepEqual([made.input.resolution, made.input.aspect_ratio], ['2k', 'auto']);
  assert.deepEqual(rulesOf('vtrix', 'viduq2_reference2image', { prompt: 'a', resolution: '2k' }), ['resolution enum']);
  assert.deepEqual(rulesOf('runcomfy', 'vidu/q2/reference-to-image', { prompt: 'a', aspect_ratio: 'auto' }), [
    'aspect_ratio enum',
  ]);
});

test('the short pages of start and end frame keep their own ways', () => {
  const at = (name: string, input: object) => check('vtrix', name, { images: urls(2), ...input }).input;
  assert.equal(at('viduq2_pro_start_end', { movement_amplitude: '9' }).movement_amplitude, 'large');
  assert.equal(at('viduq2_pro_start_end', {}).movement_amplitude, 'auto');
  assert.deepEqual(rulesOf('vtrix', 'viduq2_pro_start_end', { images: urls(2), movement_amplitude: '11' }), [
    'movement_amplitude enum',
  ]);
  assert.deepEqual(rulesOf('vtrix', 'viduq2_turbo_start_end', { images: urls(2), duration: 5 }), ['duration enum']);
  assert.equal(at('viduq2_turbo_start_end', { duration: 8 }).duration, 8);
});

test('watermark fields are read in the words of each page', () => {
  const made = check('vidu', 'img2video/viduq2-pro', {
    images: urls(1),
    watermark: true,
    wm_position: 1,
    wm_url: 'https://example.org/mark.png',
    meta_data: '{}',
  });
  assert.deepEqual(
    [made.input.watermark, made.input.watermark_position, made.input.metadata],
    [true, 'top_left', '{}'],
  );
  assert.deepEqual(
    made.media.map(({ field, path }) => [field, path]),
    [
      ['images', ['images', 0]],
      ['watermark_image', ['wm_url']],
    ],
  );
  const extend = check('vtrix', 'viduq2_pro_extend', {
    video_url: 'https://example.org/a.mp4',
    wm_position: 'top_right',
  });
  assert.equal(extend.input.watermark_position, 'top_right');
  assert.equal(check('vtrix', 'viduq2_pro_extend', { video_creation_id: 'x' }).input.watermark_position, 'bottom_left');
  assert.deepEqual(rulesOf('vidu', 'extend/viduq2-pro', {}), ['video_creation_id mediaMissing']);
});

test('subjects hold their own media, have names of their own, and stand in place of images', () => {
  const name = 'reference2video/viduq2-pro';
  const subjects = [
    { name: 'cat', images: urls(3) },
    { name: 'dog', images: urls(1), videos: urls(1), voice_id: 'v' },
  ];
  const made = check('vidu', name, { prompt: '@cat and @dog', subjects });
  assert.deepEqual(made.input.subjects, [{ name: 'cat' }, { name: 'dog', voice_id: 'v' }]);
  assert.deepEqual(
    made.media.map(({ field, index }) => `${field} ${index}`),
    [0, 1, 2].map((index) => `subjects[0].images ${index}`).concat('subjects[1].images 0', 'subjects[1].videos 0'),
  );
  const rules = (input: object) => rulesOf('vidu', name, { prompt: 'a', ...input });
  assert.deepEqual(rules({ subjects, images: urls(1) }), ['subjects imagesOrSubjects']);
  assert.deepEqual(rules({ subjects: [subjects[0], { name: 'stored', server_id: '7' }] }), []);
  assert.deepEqual(rules({ subjects: [subjects[0], { name: 'nothing' }] }), ['subjects subjectEmpty']);
  assert.deepEqual(rules({ subjects: [subjects[0], subjects[0]] }), ['subjects subjectNames']);
  assert.deepEqual(rules({ subjects: [{ name: 'a', images: urls(4) }] }), ['subjects.0.images maxItems']);
  const three = ['a', 'b', 'c'].map((one) => ({ name: one, images: urls(3) }));
  assert.deepEqual(rules({ subjects: three }), ['subjects subjectImages']);
  assert.deepEqual(rules({ subjects: [{ name: 'a', colour: 'red' }] }), ['subjects.0.colour unknown']);
});

test('a payload of 1,048,576 characters comes through untouched, one more is refused', () => {
  const payload = 'x'.repeat(1_048_576);
  const made = check(...reference, { prompt: 'a', images: urls(1), payload });
  assert.equal(made.call.payload, payload);
  assert.equal(made.input.payload, undefined);
  assert.deepEqual(rulesOf(...reference, { prompt: 'a', images: urls(1), payload: `${payload}x` }), [
    'payload maxLength',
  ]);
});

test('null is absence where the vendor takes it so, and unknown keys are refused by native and Vidu alone', () => {
  assert.equal(check('vidu', 'reference2image/viduq2', { prompt: 'a', images: null }).media.length, 0);
  // A client of Vidu's sends it on every text to video, which has no such field.
  assert.deepEqual(rulesOf('vidu', 'text2video/viduq2', { prompt: 'a', images: null }), []);
  assert.deepEqual(rulesOf('native', 'vidu/q2/reference-to-image', { prompt: 'a', images: null }), ['images type']);
  assert.deepEqual(rulesOf('vidu', 'reference2image/viduq2', { prompt: 'a', colour: 1 }), ['colour unknown']);
  assert.deepEqual(
    check('runninghub', 'vidu/image-to-video-q2-pro', { prompt: 'a', imageUrl: 'u', appCode: 1 }).warnings,
    ['appCode is not a field of this model, and was ignored.'],
  );
});

test('RunningHub: numbers as text and bare media are understood, required fields with a default are filled in', () => {
  const name = 'vidu/image-to-video-q2-pro';
  for (const given of [
    { duration: '8', bgm: 'false' },
    { duration: 8, bgm: false },
  ]) {
    const { input, media } = check('runninghub', name, {
      prompt: 'a',
      imageUrl: 'https://example.org/a.png',
      ...given,
    });
    assert.deepEqual([input.duration, input.bgm, input.resolution], [8, false, '720p']);
    assert.deepEqual(
      media.map(({ field, index, path }) => [field, index, path]),
      [['images', 0, ['imageUrl']]],
    );
  }
  assert.deepEqual(rulesOf('runninghub', name, { prompt: 'a' }), ['imageUrl required']);
  // Elsewhere the prompt may be left out; that this means no text is no value for a field that is required.
  assert.deepEqual(rulesOf('runninghub', name, { imageUrl: 'u' }), ['prompt required']);
  assert.deepEqual(rulesOf('runninghub', name, { prompt: 'a', imageUrl: 'u', duration: '11' }), ['duration enum']);
  const frames = check('runninghub', 'vidu/start-end-to-video-q2-pro', {
    prompt: 'a',
    lastImageUrl: 'https://example.org/z.png',
    firstImageUrl: 'https://example.org/a.png',
  });
  assert.deepEqual(
    frames.media.map(({ index, text }) => [index, text]),
    [
      [0, 'https://example.org/a.png'],
      [1, 'https://example.org/z.png'],
    ],
  );
});

test('a hosted workflow is called by its node names or by the names that clients use', () => {
  const name = 'rhart-video/wan-2.2/image-to-video';
  const byNode = check('runninghub', name, { '219##image': 'u', '183##text': 'a', '202##select': '8' });
  const byAlias = check('runninghub', name, { imageUrl: 'u', prompt: 'a', duration: '8' });
  assert.deepEqual(byAlias.input, byNode.input);
  assert.equal(byNode.input.duration, 8);
});

test('the prices of the family are those of the list, in half cents a credit', () => {
  const credits = (id: string, input: object) => {
    const view = catalog.view('native', id);
    return quote(view.model, checkInput(view, input, []), { rate, discounts: [] }).totalMicros / 5000;
  };
  const film = { images: urls(1), duration: 5 };
  assert.equal(credits('vidu/q2-turbo/image-to-video', film), 40);
  assert.equal(credits('vidu/q2-pro/image-to-video', film), 55);
  assert.equal(credits('vidu/q2-pro/image-to-video', { ...film, resolution: '1080p' }), 115);
  assert.equal(credits('vidu/q2-pro-fast/image-to-video', { ...film, resolution: '1080p' }), 32);
  assert.equal(credits('vidu/q2/text-to-video', { prompt: 'a', resolution: '1080p' }), 60);
  assert.equal(credits('vidu/q2/reference-to-video', { prompt: 'a', images: urls(1) }), 45);
  assert.equal(credits('vidu/q2/reference-to-video', { prompt: 'a', images: urls(1), audio: true }), 60);
  assert.equal(credits('vidu/q2/reference-to-video', { prompt: 'a', images: urls(1), resolution: '1080p' }), 115);
  assert.deepEqual(
    [1, 2, 3].map((duration) =>
      credits('vidu/q2-pro/image-to-video', { images: urls(1), resolution: '540p', duration }),
    ),
    [8, 10, 15],
  );
});
