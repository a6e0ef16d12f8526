/** Where each route of each dialect is served. */
import type { Dialect, Route } from '../dialects/dialect.ts';

type Mount = { readonly dialect: Dialect; readonly route: Route; readonly path: string };

/** What is served in one place, and who answers there for paths that nobody has. */
export type Site = { readonly mounts: readonly Mount[]; readonly fallback: Dialect };

/** Everything; the first dialect is the fallback. */
export function commonSite(dialects: readonly [Dialect, ...Dialect[]]): Site {
  return { mounts: mountAll(dialects), fallback: dialects[0] };
}

/** The routes of one dialect, and what is public of all: for a port or a host name of its own. */
export function ownSite(dialect: Dialect, dialects: readonly Dialect[]): Site {
  const others = dialects.filter((other) => other !== dialect);
  const isShared = ({ route: { access } }: Mount) => access === 'public';
  return { mounts: [...mountAll([dialect]), ...mountAll(others).filter(isShared)], fallback: dialect };
}

export function pickRoutes({ mounts, fallback }: Site, isPicked: (route: Route) => boolean): Site {
  return { mounts: mounts.filter(({ route }) => isPicked(route)), fallback };
}

/** Every route at the root, in the order of the dialects, and once more below `/<dialect>`. */
function mountAll(dialects: readonly Dialect[]): Mount[] {
  const atRoot = dialects.flatMap((dialect) => dialect.routes.map((route) => ({ dialect, route, path: route.path })));
  return [...dialects.flatMap(mountBelowPrefix), ...atRoot];
}

function mountBelowPrefix(dialect: Dialect): Mount[] {
  return dialect.routes.map((route) => ({ dialect, route, path: `/${dialect.name}${route.path}` }));
}

/** Which dialect answers for a path that has no route. */
export function answererOf({ mounts, fallback }: Site): (path: string) => Dialect {
  const beginnings = [...new Set(mounts.map(({ dialect }) => dialect))].flatMap((dialect) =>
    [`/${dialect.name}/`, ...dialect.territory].map((beginning) => [beginning, dialect] as const),
  );
  return (path) => beginnings.find(([beginning]) => path.startsWith(beginning))?.[1] ?? fallback;
}
