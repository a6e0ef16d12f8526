/** The test server comes without types; this is what is used of it. */
declare module '@20minutes/s3rver' {
  type Context = { readonly method: string; readonly query: Readonly<Record<string, string | undefined>> };
  type Options = {
    readonly address: string;
    readonly port: number;
    readonly silent: boolean;
    readonly allowMismatchedSignatures: boolean;
    readonly directory: string;
    readonly configureBuckets: readonly { readonly name: string }[];
  };
  class S3rver {
    constructor(options: Options);
    readonly middleware: { unshift(handle: (context: Context, next: () => Promise<void>) => Promise<void>): void };
    run(): Promise<{ readonly address: string; readonly port: number }>;
    close(): Promise<void>;
  }
  export = S3rver;
}
