/** Where each route of each dialect is served. */
import type { Dialect, Route } from '../dialects/dialect.ts';

export type Mount = { readonly dialect: Dialect; readonly route: Route; readonly path: string };

/** Every route at the root, in the order of the dialects, and once more below `/<dialect>`. */
export function mountAll(dialects: readonly Dialect[]): Mount[] {
  const atRoot = dialects.flatMap((dialect) => dialect.routes.map((route) => ({ dialect, route, path: route.path })));
  return [...dialects.flatMap(mountBelowPrefix), ...atRoot];
}

/** The routes of one dialect, and what is public of all: for a port or a host name of its own. */
export function mountOne(dialect: Dialect, dialects: readonly Dialect[]): Mount[] {
  const others = dialects.filter((other) => other !== dialect);
  const isShared = ({ route: { access } }: Mount) => access === 'public';
  return [...mountAll([dialect]), ...mountAll(others).filter(isShared)];
}

function mountBelowPrefix(dialect: Dialect): Mount[] {
  return dialect.routes.map((route) => ({ dialect, route, path: `/${dialect.name}${route.path}` }));
}

/** Which dialect answers for a path that has no route. */
export function answererOf(mounts: readonly Mount[], fallback: Dialect): (path: string) => Dialect {
  const beginnings = [...new Set(mounts.map(({ dialect }) => dialect))].flatMap((dialect) =>
    [`/${dialect.name}/`, ...dialect.territory].map((beginning) => [beginning, dialect] as const),
  );
  return (path) => beginnings.find(([beginning]) => path.startsWith(beginning))?.[1] ?? fallback;
}
