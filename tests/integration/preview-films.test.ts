/** What holds for every result: it begins as the picture, shows nothing beyond it, and sounds as loud as it should. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { borderDepths, borderPixels, photoWithBorder } from '../support/border-photo.ts';
import { lumaOf, readFilmFrames } from '../support/film-frames.ts';
import { likenessToCrop } from '../support/likeness.ts';
import { loudnessOf } from '../support/loudness.ts';
import { readPhoto } from '../support/photos.ts';
import { makeJob, openPreviewWorld, pictureFile } from '../support/preview-engine.ts';

const world = openPreviewWorld();
after(() => world[Symbol.asyncDispose]());

const leastLikeness = { oneLayer: 0.985, twoLayers: 0.975 };

/** Photographs without much grain: of that, the encoder by itself takes more than these bounds leave. */
for (const [photo, aspect_ratio, prompt] of [
  ['chelsea.png', 'auto', 'truck left, wind and rain'],
  ['allium-oreophilum.jpg', '1:1', 'dolly in'],
  ['astronaut.png', 'auto', 'pan left'],
  ['astronaut.png', '16:9', 'orbit'],
] as const) {
  test(`frame 0 is the picture: ${photo}, ${aspect_ratio}, ${prompt}`, async () => {
    const input = { prompt, resolution: '540p', duration: 0.5, aspect_ratio };
    const bytes = readPhoto(photo);
    const film = await world.render(makeJob('image-to-video', input, [pictureFile(bytes)]));
    const frame = lumaOf(readFilmFrames(film.path, [0]), 0);
    await film.release();
    const likeness = await likenessToCrop(frame, bytes);
    const least = film.metadata.layers === 1 ? leastLikeness.oneLayer : leastLikeness.twoLayers;
    assert.ok(likeness >= least, `${likeness} with ${film.metadata.layers} layers`);
  });
}

/** Moves in sequence, so that few films show all of them. */
const journeys = [
  'pan left, then tilt up, then push past the foreground, then orbit to the left',
  'pan right, then crane down, then dolly zoom, then roll to the right, handheld',
  'truck left, then zoom in, then crane up, wind in the trees, ripples on the water',
];
/** No film magnifies its picture more: what the border may look like at most. */
const mostMagnified = 3;

for (const [index, prompt] of journeys.entries()) {
  const photo = index === 1 ? 'astronaut.png' : 'nagasaki-boats.jpg';
  test(`nothing beyond the picture is ever seen: ${photo}, ${prompt}`, async () => {
    const bytes = await photoWithBorder(photo, 480, 360);
    const input = { prompt, resolution: '360p', duration: 2, movement_amplitude: 'large', aspect_ratio: '4:3' };
    const film = await world.render(makeJob('image-to-video', input, [pictureFile(bytes)]));
    const depths = borderDepths(readFilmFrames(film.path));
    await film.release();
    assert.ok((depths[0] ?? 0) >= borderPixels, `frame 0 shows no border: ${depths[0]}`);
    const deepest = Math.max(...depths);
    // Halved colours and the encoder blur it by another pair of pixels.
    assert.ok(deepest <= borderPixels * mostMagnified + 2, `${deepest} in frame ${depths.indexOf(deepest)}`);
  });
}

for (const prompt of ['a quiet lake at dawn', 'an epic storm over the sea', 'a happy dance on a meadow']) {
  test(`music is as loud as it should be: ${prompt}`, async () => {
    const input = { prompt, resolution: '360p', duration: 4, bgm: true };
    const film = await world.render(makeJob('text-to-video', input, []));
    const { integratedLufs, truePeakDb } = loudnessOf(film.path);
    await film.release();
    assert.ok(Math.abs(integratedLufs + 16) <= 1, `${integratedLufs} LUFS`);
    assert.ok(truePeakDb <= -1, `${truePeakDb} dBFS`);
  });
}
