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
    spec: { ...spec, servers: [{ url: location.origin }], ...(isOwn ? withoutKeys(spec) : {}) },
    deepLinking: false,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: false,
    supportedSubmitMethods: isOwn ? methods : [],
    validatorUrl: null,
    requestInterceptor: (request) => ({ ...request, headers: { ...request.headers, 'x-framegate-page': '1' } }),
    plugins: [tryOnlyWhatIsAllowed(isOwner)],
  });
}

/** The session is the credential: a key typed into a page would be one more place where it can be read. */
function withoutKeys({ components }: Spec): Spec {
  const { securitySchemes: _schemes, ...others } = components as Spec;
  return { components: others, security: [] };
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
