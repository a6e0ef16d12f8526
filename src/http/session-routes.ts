/** Signing a browser in and out: the only routes that are the pages' own. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { GatewayError } from '../core/errors.ts';
import { type Call, jsonResponse, type Route, readAuthorization } from '../dialects/dialect.ts';
import type { Authenticate } from './auth.ts';
import type { PageSession, PageSessions, SignInCodes } from './page-sessions.ts';

export type SessionServices = {
  readonly sessions: PageSessions;
  readonly codes: SignInCodes;
  readonly authenticate: Authenticate;
  /** A key of the first tenant, for a browser of the owner. */
  readonly makeOwnerKey: () => Promise<string>;
  /** Ends a key that was made for a browser; leaves any other as it is. */
  readonly revokeOwnerKey: (key: string) => Promise<void>;
  /** Whether `/v1/admin` is served beside the pages. */
  readonly hasAdmin: boolean;
  readonly version: string;
};

const path = '/ui/session';
const bodyLimitBytes = 4 * 1024;
const validateCode = Compile(Type.Object({ code: Type.String({ maxLength: 100 }) }, { additionalProperties: false }));

export function sessionRoutes(services: SessionServices): Route[] {
  const { sessions, codes, authenticate, makeOwnerKey, revokeOwnerKey, hasAdmin, version } = services;

  function requireOwnPage({ request }: Call): void {
    if (sessions.isOwnPage(request.headers)) return;
    throw new GatewayError('forbidden', 'Only a page of this server may sign in or out.');
  }
  function begin({ request }: Call, session: PageSession): Response {
    return jsonResponse(describe(session), 201, {
      'set-cookie': sessions.begin(request.headers, session),
      'cache-control': 'no-store',
    });
  }
  const describe = (session: PageSession | undefined) => ({
    signed_in: session !== undefined,
    owner: session?.isOwner === true && hasAdmin,
    version,
  });

  return [
    {
      method: 'GET',
      path,
      access: 'public',
      async handle({ request }) {
        const session = sessions.read(request.headers);
        const isGood = session !== undefined && (await authenticate(session.key)) !== undefined;
        return jsonResponse(describe(isGood ? session : undefined), 200, { 'cache-control': 'no-store' });
      },
    },
    {
      method: 'POST',
      path,
      access: 'public',
      bodyLimitBytes,
      async handle(call) {
        requireOwnPage(call);
        const { value } = await call.json();
        if (!validateCode.Check(value) || !codes.redeem(value.code)) {
          throw new GatewayError('unauthenticated', 'This link was used already, or is older than an hour.');
        }
        return begin(call, { key: await makeOwnerKey(), isOwner: true });
      },
    },
    {
      method: 'POST',
      path: `${path}/key`,
      access: 'tenant',
      scope: 'read',
      bodyLimitBytes,
      async handle(call) {
        requireOwnPage(call);
        const key = readAuthorization(call.request, 'Bearer');
        if (key === undefined) throw new GatewayError('unauthenticated', 'This route needs a key.');
        return begin(call, { key, isOwner: false });
      },
    },
    {
      method: 'POST',
      path: `${path}/owner`,
      access: 'admin',
      bodyLimitBytes,
      async handle(call) {
        requireOwnPage(call);
        return begin(call, { key: await makeOwnerKey(), isOwner: true });
      },
    },
    {
      method: 'DELETE',
      path,
      access: 'public',
      async handle(call) {
        requireOwnPage(call);
        const session = sessions.read(call.request.headers);
        if (session?.isOwner === true) await revokeOwnerKey(session.key);
        return new Response(null, { status: 204, headers: { 'set-cookie': sessions.end(call.request.headers) } });
      },
    },
  ];
}
