/** What a name leads to, judged. */
import { lookup, Resolver } from 'node:dns/promises';
import { type AllowList, isReachable } from './address.ts';
import { type Address, parseAddress } from './address-bytes.ts';
import type { Target } from './url.ts';

export type ResolveOptions = {
  readonly allowList: AllowList;
  /** `address:port` of DNS servers; unless set, the system's. */
  readonly dnsServers: readonly string[] | undefined;
  readonly lookupMs: number;
  readonly signal: AbortSignal;
};

/**
 * The addresses that the target may be reached at, IPv4 first: it is reachable nearly everywhere, and where it is not a
 * connect fails at once. Throws when there is none, or one that may not be reached: a name that leads to a private place as
 * well is not to be trusted.
 */
export async function resolveTarget(target: Target, options: ResolveOptions): Promise<readonly Address[]> {
  if (target.address !== undefined) return [target.address];
  const { allowList, lookupMs } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(lookupMs)]);
  const answers = target.isDoorAllowed
    ? await lookUpAsSystem(target.name, signal)
    : await lookUpInDns(target.name, options.dnsServers, lookupMs, signal);
  const addresses = answers.map((text) => {
    const address = parseAddress(text);
    if (address === undefined || !isReachable(address, allowList, target.isDoorAllowed)) throw new Error('refused');
    return address;
  });
  if (addresses.length === 0) throw new Error('the name has no address');
  return addresses.toSorted((one, other) => one.family - other.family);
}

/**
 * A resolver of its own for each lookup: it can be canceled, and it takes none of the few threads that file access shares
 * with the system's lookup, so no tenant's slow DNS holds up anything else. It knows no hosts file and no search domain.
 */
async function lookUpInDns(
  name: string,
  servers: readonly string[] | undefined,
  lookupMs: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: Math.ceil(lookupMs / 2), tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const settled = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return settled.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** For names the owner allowed, which may stand in a hosts file only. It cannot be stopped, only no longer waited for. */
async function lookUpAsSystem(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const late = Promise.withResolvers<never>();
  const give = () => late.reject(signal.reason);
  signal.addEventListener('abort', give, { once: true });
  try {
    signal.throwIfAborted();
    const answers = await Promise.race([lookup(name, { all: true }), late.promise]);
    return answers.map(({ address }) => address);
  } finally {
    signal.removeEventListener('abort', give);
  }
}
