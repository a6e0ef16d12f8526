/** Swagger UI, as it may be used under our policy and with the session of the page. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import '../styles/reference.css';

type Spec = Readonly<Record<string, unknown>>;
type Rights = {
  /** Whether the session of the page counts in this API: it does in ours alone. */
  readonly isOwn: boolean;
  readonly isOwner: boolean;
};

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const ownersPath = '/v1/admin';

export function showDescription(domNode: HTMLElement, spec: Spec, { isOwn, isOwner }: Rights): void {
  SwaggerUI({
    domNode,
    // Whatever name the server calls itself by, it is the one that served the page.
    spec: { ...(isOwn ? withoutKeys(grouped(spec)) : spec), servers: [{ url: location.origin }] },
    deepLinking: false,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: false,
    supportedSubmitMethods: isOwn ? methods : [],
    // Its colours are too faint on either paper.
    syntaxHighlight: { activated: false },
    validatorUrl: null,
    requestInterceptor: (request) => ({ ...request, headers: { ...request.headers, 'x-framegate-page': '1' } }),
    plugins: [tryOnlyWhatIsAllowed(isOwner)],
  });
}

/** The session is the credential: a key typed into a page would be one more place where it can be read. */
function withoutKeys({ components, ...rest }: Spec): Spec {
  const { securitySchemes: _schemes, ...others } = components as Spec;
  return { ...rest, components: others, security: [] };
}

type Paths = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** In groups by what the calls are about, the owner's last. */
function grouped(spec: Spec): Spec {
  const groupOf = (path: string) => /^\/v1\/([a-z]+)/.exec(path)?.[1] ?? 'files';
  const paths = Object.entries(spec.paths as Paths);
  const groups = [...new Set(paths.map(([path]) => groupOf(path)))];
  const order = [...groups.filter((name) => name !== 'admin').toSorted(), 'admin'];
  const tagged = paths.map(([path, operations]) => {
    const entries = Object.entries(operations).map(([method, one]) => [method, { ...one, tags: [groupOf(path)] }]);
    return [path, Object.fromEntries(entries)];
  });
  return { ...spec, paths: Object.fromEntries(tagged), tags: order.map((name) => ({ name })) };
}

/** The owner's calls cannot be tried by others. */
const tryOnlyWhatIsAllowed = (isOwner: boolean) => ({
  statePlugins: {
    spec: {
      wrapSelectors: {
        allowTryItOutFor:
          (original: (...args: readonly unknown[]) => boolean) =>
          (...args: readonly unknown[]) => {
            const [, path] = args;
            return (isOwner || !String(path).startsWith(ownersPath)) && original(...args);
          },
      },
    },
  },
});
