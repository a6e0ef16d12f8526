import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCatalog } from '../catalog.ts';
import { checkInput } from './input.ts';
import type { Model, Price } from './model.ts';
import { micros } from './money.ts';
import { chargeFor, type Discount, type PriceTerms, quote, type Usage } from './price.ts';

const rate = { microsPerDollar: micros(7_100_000), date: '2026-11-21' };
const list: PriceTerms = { rate, discounts: [] };
const catalog = readCatalog();
const still = catalog.view('runcomfy', 'vidu/q2/reference-to-image');
const film = catalog.view('native', 'vidu/q2-pro/image-to-video');

/** A film whose length may be left to the engine with 0, at so much a second. */
const automatic: Model = {
  ...film.model,
  parameters: { duration: { title: 'Duration', description: '', type: 'integer', automatic: 0, maximum: 10 } },
  price: { unit: 'second', rows: [{ when: {}, micros: 50_000, step: { of: 'duration', from: 1, micros: 25_000 } }] },
};
const asked = (duration: number) => ({ input: { duration }, media: [] });

test('the list price follows resolution and the number of references', () => {
  const price = (value: unknown) => quote(still.model, checkInput(still, value, []), list).totalMicros;
  assert.equal(price({ prompt: 'a' }), 30_000);
  assert.equal(price({ prompt: 'a', resolution: '4k', images: ['u', 'u', 'u', 'u'] }), 150_000);
  const filmPrice = (resolution: string, duration: number) =>
    quote(film.model, checkInput(film, { images: ['u'], resolution, duration }, []), list).totalMicros;
  assert.deepEqual(
    [1, 2, 5].map((seconds) => filmPrice('540p', seconds)),
    [40_000, 50_000, 125_000],
  );
  assert.equal(filmPrice('720p', 5), 275_000);
  assert.equal(filmPrice('1080p', 5), 575_000);
});

test('a bill has a line for the task, one for its units, and one for each discount', () => {
  const discounts: Discount[] = [
    { of: 'tenant', basisPoints: 1_000 },
    { of: 'off_peak', basisPoints: 5_000 },
  ];
  const { listMicros, totalMicros, lines, source } = quote(automatic, asked(4), { rate, discounts });
  assert.deepEqual(lines, [
    { kind: 'price', of: 'task', units: 1, unitMicros: 50_000, amountMicros: 50_000 },
    { kind: 'price', of: 'duration', units: 3, unitMicros: 25_000, amountMicros: 75_000 },
    { kind: 'discount', of: 'tenant', basisPoints: 1_000, amountMicros: -12_500 },
    { kind: 'discount', of: 'off_peak', basisPoints: 5_000, amountMicros: -56_250 },
  ]);
  assert.deepEqual([listMicros, totalMicros], [125_000, 56_250]);
  assert.deepEqual(source, { listDate: film.model.modified, exchange: null });
});

test('a price in yuan is converted line by line, rounded up, and says at what rate', () => {
  const yuan: Model = { ...automatic, price: { ...(automatic.price as Price), currency: 'CNY' } };
  const { lines, source } = quote(yuan, asked(4), list);
  assert.deepEqual(
    lines.map(({ amountMicros }) => amountMicros),
    // 50,000 / 7.1 = 7,042.25 and 75,000 / 7.1 = 10,563.38
    [7_043, 10_564],
  );
  assert.deepEqual(source.exchange, { currency: 'CNY', ...rate });
});

test('an automatic length reserves the longest and is charged as it became', () => {
  const { totalMicros, lines } = quote(automatic, asked(0), list);
  assert.equal(totalMicros, 275_000);
  const task = { ...asked(0), price: { reservedMicros: totalMicros, lines } };
  const charged = (usage: Usage) => chargeFor(automatic, task, usage, rate).capturedMicros;
  assert.equal(charged({ duration: 4 }), 125_000);
  assert.equal(charged({ duration: 3.2 }), 125_000, 'a part of a second is a second');
  assert.equal(charged({ duration: 12 }), 275_000, 'never more than was reserved');
  assert.equal(charged({}), 275_000, 'an engine that does not say is paid for the longest');
});

test('whatever the price, the lines add up, discounts take off no more than there is, and a part costs no more', () => {
  const discount = fc.record({
    of: fc.constantFrom('tenant', 'off_peak', 'engine'),
    basisPoints: fc.integer({ min: 0, max: 10_000 }),
  }) as fc.Arbitrary<Discount>;
  const prices = fc.record({
    base: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    step: fc.integer({ min: 0, max: 1_000_000_000 }),
    currency: fc.constantFrom('USD', 'CNY'),
    discounts: fc.array(discount, { maxLength: 3 }),
    used: fc.integer({ min: 1, max: 10 }),
  });
  fc.assert(
    fc.property(prices, ({ base, step, currency, discounts, used }) => {
      const rows = [{ when: {}, micros: base, step: { of: 'duration', from: 1, micros: step } }];
      const model: Model = { ...automatic, price: { unit: 'second', currency, rows } };
      const { listMicros, totalMicros, lines } = quote(model, asked(0), { rate, discounts });
      assert.equal(
        lines.reduce((sum, { amountMicros }) => sum + amountMicros, 0),
        totalMicros,
      );
      assert.ok(totalMicros >= 0 && totalMicros <= listMicros);
      const task = { ...asked(0), price: { reservedMicros: totalMicros, lines } };
      const { capturedMicros } = chargeFor(model, task, { duration: used }, rate);
      assert.ok(capturedMicros >= 0 && capturedMicros <= totalMicros);
    }),
  );
});

const terms = (extra: Partial<PriceTerms> = {}): PriceTerms => ({ ...list, ...extra });

test('each engine may have a price of its own, in its own currency, or none', () => {
  const row = (amount: number) => ({ unit: 'output' as const, rows: [{ when: {}, micros: amount }] });
  const model: Model = {
    ...film.model,
    price: row(100),
    offers: [
      { engine: 'plain' },
      { engine: 'own', price: { ...row(7_100_000), currency: 'CNY', date: '2026-04-29' } },
      { engine: 'silent', price: null },
    ],
  };
  const priced = (engine: string) => quote(model, asked(1), terms({ engine }));
  assert.deepEqual([priced('plain').totalMicros, priced('own').totalMicros], [100, 1_000_000]);
  assert.equal(priced('own').source.listDate, '2026-04-29');
  assert.deepEqual([priced('silent').isPublished, priced('silent').totalMicros], [false, 0]);
});

test('a choice that no row speaks of has no published price', () => {
  const rows = [{ when: { resolution: ['720p'] }, micros: 5 }];
  const model: Model = { ...film.model, price: { unit: 'output', rows } };
  const priced = (resolution: string) => quote(model, { input: { resolution }, media: [] }, list);
  assert.deepEqual([priced('720p').isPublished, priced('8k').isPublished], [true, false]);
});

test('off-peak rows are the price, and no percentage is taken off them', () => {
  const perSecond = (amount: number) => [{ when: {}, micros: 0, step: { of: 'duration', from: 0, micros: amount } }];
  const discounts: Discount[] = [{ of: 'off_peak', basisPoints: 5_000 }];
  const published: Model = {
    ...automatic,
    price: { unit: 'second', rows: perSecond(45_000), offPeakRows: perSecond(25_000) },
  };
  const plain: Model = { ...automatic, price: { unit: 'second', rows: perSecond(45_000) } };
  const total = (model: Model) => quote(model, asked(5), terms({ discounts, isOffPeak: true })).totalMicros;
  assert.deepEqual([total(published), total(plain)], [125_000, 112_500]);
});

test('extras are lines of their own, texts are counted in characters, unknown lengths as the most they may be', () => {
  const model: Model = {
    ...film.model,
    parameters: {
      text: { title: 'Text', description: '', type: 'string' },
      audio: { title: 'Sound', description: '', type: 'boolean' },
    },
    price: {
      unit: 'characters',
      rows: [{ when: {}, micros: 0, step: { of: 'text', from: 0, micros: 10, size: 1000 } }],
      extras: [{ of: 'audio', when: { audio: [true] }, micros: 3 }],
    },
  };
  const { lines } = quote(model, { input: { text: '\u{1F600}'.repeat(1001), audio: true }, media: [] }, list);
  assert.deepEqual(
    lines.map(({ of, amountMicros }) => [of, amountMicros]),
    [
      ['text', 20],
      ['audio', 3],
    ],
  );
  const rows = [{ when: {}, micros: 0, step: { of: 'seconds', from: 0, micros: 35, size: 5, most: 60 } }];
  const speech: Model = { ...model, price: { unit: 'second', rows } };
  assert.equal(quote(speech, asked(1), list).totalMicros, 12 * 35);
  assert.equal(quote(speech, asked(1), list, { seconds: 11 }).totalMicros, 3 * 35);
});
