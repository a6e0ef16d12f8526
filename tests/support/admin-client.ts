/** The owner's calls, and requests that come from an address of their own. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { WireKey, WireTenant } from '../../src/dialects/native/admin-wire.ts';
import { adminKey, type GatewayProcess } from './gateway-process.ts';

type Server = Pick<GatewayProcess, 'url'>;

/** Asks the admin API; fails unless it answers well. */
export async function askAdmin<Answer>(gateway: Server, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${gateway.url}/v1/admin${path}`, {
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${response.status} ${text}`);
  return JSON.parse(text) as Answer;
}

export type Member = {
  readonly tenant: string;
  readonly keyId: string;
  readonly key: string;
  /** A request with this member's key. */
  send(path: string, init?: RequestInit): Promise<Response>;
};

/** A key of a tenant; without `tenant`, of a new one. */
export async function addMember(gateway: Server, wish: Record<string, unknown> = {}, tenant?: string): Promise<Member> {
  const owner = tenant ?? (await askAdmin<WireTenant>(gateway, '/tenants', { name: 'a tenant of the test' })).id;
  const made = await askAdmin<WireKey & { key: string }>(gateway, `/tenants/${owner}/keys`, { name: 'test', ...wish });
  return {
    tenant: owner,
    keyId: made.id,
    key: made.key,
    send: (path, init = {}) =>
      fetch(gateway.url + path, { ...init, headers: { authorization: `Bearer ${made.key}`, ...init.headers } }),
  };
}

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

export type Wish = {
  readonly method?: string;
  /** Several values make several headers. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  /** An address of 127.0.0.0/8, all of which are this machine. */
  readonly from?: string;
};

export function sendFrom(gateway: Server, path: string, { method = 'GET', headers = {}, body, from }: Wish = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const options = { method, headers, agent: false, ...(from === undefined ? {} : { localAddress: from }) };
    const call = request(gateway.url + path, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    call.on('error', reject);
    call.end(body);
  });
}
