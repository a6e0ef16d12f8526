/** HTTP by hand: any Host header, any order of a form's parts, as clients send them that fetch cannot be. */
import { request } from 'node:http';

export type Exchange = { readonly status: number; readonly text: string; readonly body: unknown };

export function exchange(
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: string | Uint8Array,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Exchange> {
  return new Promise((done, failed) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const call = request(url, { method, headers: { ...headers, ...length }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', failed);
      response.on('end', () => {
        const isJson = /json/.test(response.headers['content-type'] ?? '');
        done({ status: response.statusCode ?? 0, text, body: isJson ? JSON.parse(text) : undefined });
      });
    });
    call.on('error', failed);
    call.end(body);
  });
}

export type Part = { readonly name: string; readonly value: string | Uint8Array; readonly fileName?: string };

/** A form in this order of parts. */
export function encodeForm(parts: readonly Part[], boundary = '----form0123456789') {
  const chunks = parts.flatMap(({ name, value, fileName }) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: application/octet-stream`;
    return [
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ];
  });
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
