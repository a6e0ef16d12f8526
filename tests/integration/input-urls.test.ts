/** Inputs by URL through the real server: fetched at once, failing late with the field and a full release; own links not fetched. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { WireTenant } from '../../src/dialects/native/admin-wire.ts';
import { addMember, askAdmin, type Member } from '../support/admin-client.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { createTask, finishTask, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';

const model = 'vidu/q2/reference-to-image';
const grantMicros = 10_000_000;
const requested: string[] = [];
const files = createServer((request, response) => {
  requested.push(request.url ?? '');
  if (request.url === '/photo') response.end(photo);
  else if (request.url === '/text') response.end('a secret page');
  else if (request.url === '/away') response.writeHead(302, { location: 'http://10.0.0.1/' }).end();
  else response.writeHead(404).end('a secret page');
});

const photo = readPhoto('astronaut.png');
let gateway: GatewayProcess;
let member: Member;
let door = '';

before(async () => {
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  door = `127.0.0.1:${(files.address() as AddressInfo).port}`;
  const environment = { FRAMEGATE_ALLOW_FETCH: `${door},127.0.0.1:1`, FRAMEGATE_PREVIEW_PRICE: 'list' };
  gateway = await startGatewayProcess({ environment });
  member = await addMember(gateway);
  await askAdmin(gateway, `/tenants/${member.tenant}/grants`, { amount_micros: grantMicros, note: 'test' });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  files.closeAllConnections();
  files.close();
});

const input = (...images: readonly string[]) => ({ prompt: 'a hill', images, aspect_ratio: '1:1' });
const balance = async () => (await askAdmin<WireTenant>(gateway, `/tenants/${member.tenant}`)).balance_micros;

test('what cannot be fetched fails late, with the field, the one sentence, and a full release', async () => {
  const urls = [`http://${door}/missing`, 'http://127.0.0.1:1/closed', `http://${door}/away`];
  const errors: unknown[] = [];
  for (const url of urls) {
    const task = await createTask(member, model, input(`http://${door}/photo`, url));
    assert.ok(task.cost.reserved_micros > 0);
    const ended = await finishTask(member, task.id);
    assert.equal(ended.state, 'failed');
    errors.push(ended.error);
    assert.equal(ended.cost.captured_micros, 0);
    assert.equal(await balance(), grantMicros);
  }
  for (const error of errors) assert.deepEqual(error, errors[0]);
  assert.match(JSON.stringify(errors[0]), /"input_unfetchable".*images\[1\] could not be fetched\./);
});

test('what is fetched and is no picture is an input error of that field', async () => {
  const ended = await finishTask(member, (await createTask(member, model, input(`http://${door}/text`))).id);
  assert.match(JSON.stringify(ended.error), /"invalid_input".*images\[0\]/);
  assert.doesNotMatch(JSON.stringify(ended), /secret/);
  assert.equal(await balance(), grantMicros);
});

test('our own links stand for the file, in any spelling, for its tenant only, and nothing is fetched', async () => {
  const artifact = await uploadFile(member, photo);
  const response = await member.send(`/v1/artifacts/${artifact.id}/links`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ expires_in: 60 }),
  });
  const { url: signed } = (await response.json()) as { url: string };
  const before = requested.length;
  const spelled = artifact.url.replace('http://127.0.0.1', 'HTTP://0x7f.1').replace('/files/', '/x/../files/');
  const task = await createTask(member, model, input(artifact.url, signed, spelled, `http://${door}/photo`));
  const ended = await finishTask(member, task.id);
  assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
  assert.deepEqual(requested.slice(before), ['/photo']);

  const forged = signed.replace('/files/signed/art_', '/files/signed/art_0');
  const other = await addMember(gateway);
  const tries: readonly (readonly [Member, string])[] = [
    [member, forged],
    [other, artifact.url],
    [other, signed],
    [other, spelled],
  ];
  for (const [asker, url] of tries) {
    const answer = await asker.send('/v1/tasks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, input: input(url) }),
    });
    assert.equal(answer.status, 422, url);
    assert.match(await answer.text(), /is not an artifact of yours/, url);
  }
});

test('a first and a last frame that do not go together: refused where both are here, late where one is fetched', async () => {
  const cat = readPhoto('chelsea.png');
  const dataUri = `data:image/png;base64,${cat.toString('base64')}`;
  const artifact = await uploadFile(member, cat);
  const frames = (...images: readonly string[]) => ({ images, resolution: '540p', duration: 1 });
  const film = 'vidu/q2-pro/start-end-to-video';
  const unlike =
    /images\[1\] must go with (input\.)?images\[0\], .*4\/5 to 5\/4; they are (451x300 and 512x512|512x512 and 451x300)\./;

  const astronaut = await uploadFile(member, photo);
  for (const images of [
    [dataUri, astronaut.id],
    [artifact.url, astronaut.id],
  ]) {
    const answer = await member.send('/v1/tasks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: film, input: frames(...images) }),
    });
    assert.equal(answer.status, 422);
    const { error } = (await answer.json()) as { error: { issues: readonly Record<string, unknown>[] } };
    assert.deepEqual([error.issues[0]?.path, error.issues[0]?.rule], ['input.images[1]', 'unlike']);
    assert.match(String(error.issues[0]?.message), unlike);
  }
  const url = `http://${door}/photo`;
  const before = await balance();
  for (const images of [
    [url, dataUri],
    [artifact.id, url],
  ]) {
    const ended = await finishTask(member, (await createTask(member, film, frames(...images))).id);
    assert.deepEqual([ended.state, ended.error?.code, ended.cost.captured_micros], ['failed', 'invalid_input', 0]);
    assert.match(ended.error?.message ?? '', unlike);
    assert.deepEqual(ended.error?.details, { path: ['images', 1], rule: 'unlike' });
    assert.equal(await balance(), before);
  }
});
