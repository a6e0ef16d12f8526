/** What we use of swagger-ui-dist, which brings no types. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  type Request = { headers: Record<string, string>; url: string };
  type Options = {
    readonly domNode: HTMLElement;
    readonly spec: unknown;
    readonly deepLinking: boolean;
    readonly docExpansion: 'list' | 'none';
    readonly defaultModelsExpandDepth: number;
    readonly tryItOutEnabled: boolean;
    readonly supportedSubmitMethods: readonly string[];
    readonly syntaxHighlight: { readonly activated: boolean };
    readonly validatorUrl: null;
    readonly requestInterceptor: (request: Request) => Request;
    readonly plugins: readonly unknown[];
  };
  // biome-ignore lint/style/noDefaultExport: that is what it has.
  export default function SwaggerUI(options: Options): unknown;
}
