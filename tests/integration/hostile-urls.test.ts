/** The corpus of hostile URLs against the guarded download, in a network namespace where every address answers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CorpusReport } from '../support/hostile-url-child.ts';
import { corpusZone } from '../support/hostile-urls.ts';

const child = join(import.meta.dirname, '../support/hostile-url-child.ts');
const unshare = ['--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];
const everyAddressIsHere =
  'ip link set lo up && ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo && exec "$@"';

function hasNamespaces(): boolean {
  return spawnSync('unshare', [...unshare, 'sh', '-c', everyAddressIsHere, 'sh', 'true']).status === 0;
}

/** Proxies and lax certificates of the environment must change nothing. */
const traps = {
  NODE_USE_ENV_PROXY: '1',
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  ALL_PROXY: 'http://127.0.0.1:9',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  NODE_NO_WARNINGS: '1',
};

function runCorpus(directory: string, isNamespace: boolean): CorpusReport {
  const key = join(directory, 'key.pem');
  const certificate = join(directory, 'certificate.pem');
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-keyout', key, '-out', certificate, '-subj', '/CN=test', '-addext', `subjectAltName=DNS:good.${corpusZone}`],
  ]);
  assert.equal(made.status, 0, String(made.stderr));
  const environment = {
    ...process.env,
    ...traps,
    CORPUS_KEY: key,
    CORPUS_CERTIFICATE: certificate,
    NODE_EXTRA_CA_CERTS: certificate,
  };
  const options = { encoding: 'utf8', timeout: 150_000, killSignal: 'SIGKILL' } as const;
  const run = isNamespace
    ? spawnSync('unshare', [...unshare, 'sh', '-c', everyAddressIsHere, 'sh', process.execPath, child], {
        ...options,
        env: environment,
      })
    : spawnSync(process.execPath, [child], { ...options, env: { ...environment, PLAIN: '1' } });
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout) as CorpusReport;
}

test('no hostile URL leads to a connect or a lookup it must not, and each is one typed error', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'framegate-corpus-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const isNamespace = hasNamespaces();
  if (!isNamespace) context.diagnostic('the kernel gives no network namespace, so only a connect hook was watched');
  const { counts, wrong, begun, seen, lookedUp, namespace } = runCorpus(directory, isNamespace);
  context.diagnostic(JSON.stringify(counts));
  assert.ok(counts.spellings + counts.names >= 150, JSON.stringify(counts));
  assert.deepEqual(wrong, {});
  assert.deepEqual(begun, []);
  assert.deepEqual(seen, []);
  assert.deepEqual(lookedUp, []);
  if (!isNamespace) return;
  assert.deepEqual(namespace, {
    canaries: ['169.254.169.254:80', '10.0.0.1:443', 'fd00:ec2::254:80'],
    good: 'bytes',
    goodConnects: ['93.184.216.34:443', '93.184.216.34:443'],
    rebound: ['refused', 'refused'],
    impostor: 'refused',
  });
});
