/** What a scenario is: the same kind of request, once for the gateway and once for the floor. */

/** Requests of one kind; `paths` are sent in turn. */
export type Load = {
  readonly method: 'GET' | 'POST';
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type Scenario = {
  readonly name: string;
  /** One line for the reader: what is measured, and against what. */
  readonly title: string;
  /** Puts into the server at `url` what the requests need, and tells which they are. */
  prepareGateway(url: string, key: string): Promise<Load>;
  /** `gatewayLoad` is what was prepared in the gateway, whose store the floor reads. */
  prepareFloor(gatewayLoad: Load): Load;
};

export const floorBody = JSON.stringify({
  prompt: 'A lighthouse at dusk, seen from the sea',
  aspect_ratio: '16:9',
  seed: 7,
});

/** Sends one request and gives back its JSON answer; throws when it is refused. */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url} was answered with ${response.status}: ${text}`);
  return JSON.parse(text);
}

export const floorSubmit: Load = {
  method: 'POST',
  paths: ['/'],
  headers: { 'content-type': 'application/json' },
  body: floorBody,
};
