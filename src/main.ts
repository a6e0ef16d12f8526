/** The composition root: builds the pieces, names the concrete ones, and starts what the configuration asks for. */
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { readCatalog } from './catalog.ts';
import { type Config, describeConfig } from './config.ts';
import { createAdmin } from './core/admin.ts';
import type { Catalog } from './core/catalog.ts';
import type { Engine } from './core/engine-port.ts';
import { createGateway } from './core/gateway.ts';
import { createGlimpses } from './core/glimpses.ts';
import { type RandomBytes, randomBase62 } from './core/ids.ts';
import { readOwnLink } from './core/own-links.ts';
import type { Clock } from './core/ports.ts';
import { createUploadSessions, removeLostUploads } from './core/uploads.ts';
import type { World } from './core/world.ts';
import { describeEngines } from './describe-engines.ts';
import type { Dialect } from './dialects/dialect.ts';
import { createLinks } from './dialects/links.ts';
import { createDialects } from './dialects/registry.ts';
import { type EngineRegistration, engineRegistry } from './engines/registry.ts';
import { ensureFirstTenant, makeKey } from './first-tenant.ts';
import { createAuthenticator, isEqualText } from './http/auth.ts';
import { createDocs } from './http/docs.ts';
import { readDoors } from './http/doors.ts';
import { createFailureCounter } from './http/failures.ts';
import { createOnce } from './http/idempotency.ts';
import { commonSite, ownSite, pickRoutes, type Site, withPages } from './http/mounts.ts';
import { watchEventLoop } from './http/overload.ts';
import { createRateLimit } from './http/rate.ts';
import { listen } from './http/server.ts';
import { openUi } from './http/ui.ts';
import { openLinkSigner } from './link-signer.ts';
import { readOrMakeSecret, writeAdminDoor } from './local-files.ts';
import { openBlobs, type StorageOptions } from './media/blobs/index.ts';
import { openPartialFiles } from './media/blobs/partial-files.ts';
import { createVerifier, type VerifierOptions } from './media/decode/index.ts';
import { createPreviewer } from './media/decode/previews.ts';
import { parseAllowList } from './media/fetch/address.ts';
import { createFetcher } from './media/fetch/index.ts';
import { createMarker } from './media/marks/index.ts';
import { createProber } from './media/probe/index.ts';
import {
  checkBinding,
  isLocalHost,
  mediaOriginsOf,
  readExchangeRate,
  readMarksPolicy,
  readPublicUrl,
} from './readings.ts';
import { createSealer } from './sealer.ts';
import type { SettingValues } from './settings.ts';
import { describeStorage } from './store/disk.ts';
import { openSqliteStore } from './store/sqlite.ts';
import { createRandomPool } from './util/random-pool.ts';
import { version } from './version.ts';
import { startEraser } from './worker/erase.ts';
import { startUploadSweeper } from './worker/expire-uploads.ts';
import { startWorker } from './worker/index.ts';
import { startReconciler } from './worker/reconcile.ts';
import { startUpkeep } from './worker/upkeep.ts';

export type RunningGateway = {
  readonly url: string;
  /** The first tenant's key when this start made it: shown once, kept nowhere. */
  readonly newKey: string | undefined;
  /** Signs one browser in as the owner; only on a local start that serves pages. */
  readonly signInUrl: string | undefined;
  /** Drains and closes everything, within about `graceMs`. */
  close(graceMs: number): Promise<void>;
};

/** Of this project. */
const root = join(import.meta.dirname, '..');

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const mebibyte = 1024 * 1024;

/** 0 days mean for ever, which is said by leaving it out. */
function optionalDays<Name extends string>(name: Name, days: number) {
  return (days === 0 ? {} : { [name]: days * day }) as { readonly [Key in Name]?: number };
}

function storageOptions(values: SettingValues, directory: string): StorageOptions {
  return {
    kind: values['storage.kind'],
    directory,
    s3: {
      endpoint: values['storage.s3_endpoint'] || undefined,
      region: values['storage.s3_region'],
      bucket: values['storage.s3_bucket'],
      prefix: values['storage.s3_prefix'],
      isPathStyle: values['storage.s3_path_style'],
    },
  };
}

/** What the project names in one place each; tests and benchmarks put others beside them. */
export type Parts = {
  readonly engines?: readonly EngineRegistration[];
  readonly catalog?: Catalog;
};

export async function startGateway(
  config: Config,
  log: Logger,
  { engines: registrations = engineRegistry, catalog = readCatalog() }: Parts = {},
): Promise<RunningGateway> {
  const { values } = config;
  checkBinding(values);
  const publicUrl = readPublicUrl(values.public_url);
  const exchangeRate = readExchangeRate(values);
  const marks = readMarksPolicy(values);
  const allowList = parseAllowList(values.allow_fetch);
  if (values.allow_fetch.length > 0) log.info({ event: 'fetch.allowed', allow: values.allow_fetch });

  const clock: Clock = { now: () => Date.now() };
  const startedAt = clock.now();
  const randomBytes: RandomBytes = createRandomPool();
  await using stack = new AsyncDisposableStack();
  const directory = resolve(values.data);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const store = stack.use(await openSqliteStore({ directory, randomBytes, now: clock.now }));
  // The lock is ours, so whoever held a lease is dead.
  await store.expireLeases();
  const newKey = await ensureFirstTenant({ store, clock, randomBytes }, values.key);
  const secret = readOrMakeSecret(directory, () => randomBase62(43, randomBytes));
  const adminToken = values.admin_key === '' ? randomBase62(43, randomBytes) : values.admin_key;

  const scratchDirectory = join(directory, 'scratch');
  // What a killed start left behind belongs to attempts that are lost.
  // A render process of a server that was just killed may write a moment longer, and make the folder anew.
  rmSync(scratchDirectory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  mkdirSync(scratchDirectory, { recursive: true, mode: 0o700 });
  chmodSync(scratchDirectory, 0o700);
  const engines = new Map<string, Engine>();
  const freeEngines = new Set<string>();
  for (const { create, isFree } of registrations) {
    const engine = stack.use(
      create({ values, scratchDirectory, log: (event, fields) => log.info({ event, ...fields }) }),
    );
    engines.set(engine.name, engine);
    if (isFree(values)) freeEngines.add(engine.name);
  }

  let base = publicUrl;
  const signer = openLinkSigner({
    directory,
    firstSecret: secret,
    makeSecret: () => randomBase62(43, randomBytes),
    isEqual: isEqualText,
  });
  const links = createLinks(() => base, signer, clock);
  const blobs = stack.use(await openBlobs(storageOptions(values, directory), randomBytes));
  const decoderOptions: VerifierOptions = {
    ffmpegPath: values['preview.ffmpeg'] || undefined,
    searchPath: process.env.PATH ?? '',
    log: (event, fields) => log.warn({ event, ...fields }),
  };
  const world: World = {
    store,
    blobs,
    prober: createProber(blobs),
    verifier: createVerifier(blobs, decoderOptions),
    marker: createMarker(blobs, { ffmpegPath: values['preview.ffmpeg'], scratchDirectory }),
    fetcher: createFetcher({ allowList, userAgent: `Framegate/${version}` }),
    catalog,
    sealer: createSealer(secret, 'framegate webhook secrets'),
    engines,
    clock,
    randomBytes,
    glimpses: createGlimpses(),
    policy: {
      startLimitMs: values['deadlines.start_seconds'] * second,
      inputLifetimeMs: values['retention.inputs_days'] * day,
      ...optionalDays('outputLifetimeMs', values['retention.outputs_days']),
      maximumMediaBytes: values['limits.media_mebibytes'] * mebibyte,
      uploadQuotaBytes: values['limits.upload_quota_mebibytes'] * mebibyte,
      ...(values['storage.redirect_links'] ? { redirectMs: 5 * 60 * second } : {}),
      freeEngines,
      offPeak: {
        startLimitMs: values['off_peak.start_hours'] * hour,
        discountBasisPoints: values['off_peak.discount_percent'] * 100,
      },
      exchangeRate,
      marks,
      isLocationStripped: values['inputs.strip_location'],
    },
    readOwnLink: (url) => readOwnLink(url, base, signer, clock.now()),
  };
  const gateway = stack.use(createGateway(world));
  const partials = await openPartialFiles(directory);
  await removeLostUploads({ store, partials });
  const uploads = createUploadSessions(world, partials, {
    lifetimeMs: values['limits.upload_session_minutes'] * minute,
  });
  const authenticator = createAuthenticator({
    store,
    clock,
    onTouchFailed: (error) => log.warn({ event: 'key.touch_failed', error }),
  });
  const reconciler = stack.use(startReconciler({ store, clock, log }));
  const admin = createAdmin({
    store,
    clock,
    randomBytes,
    makeKeyText: () => makeKey(randomBytes),
    engineNames: new Set(engines.keys()),
    forgetKeys: authenticator.forget,
  });
  const hasAdminPort = values.admin_port !== 0;
  const ui = values['ui.enabled']
    ? openUi({
        directory: join(root, 'web/dist'),
        mediaOrigins: mediaOriginsOf(values),
        secret,
        host: values.host,
        publicUrl,
        store,
        admin,
        authenticator,
        hasAdmin: !hasAdminPort,
        clock,
        randomBytes,
        version,
      })
    : undefined;
  const dialects = createDialects(
    { gateway, links, clock, randomBytes, version },
    {
      values,
      native: {
        signer,
        uploads,
        admin: {
          ...admin,
          config: () => describeConfig(config),
          engines: () => describeEngines(engines, store),
          status: async () => ({
            version,
            startedAt,
            tasks: await store.counts(),
            reconciliation: reconciler.last(),
            files: { missing: await store.missingArtifacts() },
            storage: await describeStorage(directory),
            engines: await describeEngines(engines, store),
          }),
          rotateLinks: () => signer.rotate(),
          makeSignInLink: () => ui?.makeSignInLink(base),
        },
      },
    },
  );
  const doors = readDoors(values.doors, dialects);
  const common = {
    docs: createDocs(join(root, 'docs'), readFileSync(join(root, 'src/http/docs.css'), 'utf8')),
    scratchDirectory,
    authenticate: authenticator.authenticate,
    noteFailure: createFailureCounter(clock),
    isOverloaded: stack.use(watchEventLoop(values['limits.event_loop_delay_ms'])).isOverloaded,
    takeRequest: createRateLimit(clock, values['limits.requests_per_minute']),
    once: createOnce(store),
    isAdminKey: (key: string) => isEqualText(key, adminToken),
    checkReady: async () => {
      await store.counts();
    },
    log,
  };
  const whole = commonSite(dialects);
  const withoutAdmin = (site: Site) => (hasAdminPort ? pickRoutes(site, ({ access }) => access !== 'admin') : site);
  const siteOf = (dialect: Dialect) => withoutAdmin(ownSite(dialect, dialects));
  const server = await listen(values.host, values.port, {
    ...common,
    site: ui === undefined ? withoutAdmin(whole) : withPages(withoutAdmin(whole), ui),
    sitesOfHosts: new Map(doors.flatMap(({ dialect, host }) => (host === undefined ? [] : [[host, siteOf(dialect)]]))),
  });
  if (base === '') base = server.url;
  const servers = [server];
  stack.defer(async () => {
    await Promise.all(servers.map((one) => one.close(0)));
  });
  for (const { dialect, port } of doors) {
    if (port === undefined) continue;
    servers.push(await listen(values.host, port, { ...common, site: siteOf(dialect) }));
  }
  const adminServer = hasAdminPort
    ? await listen(values.admin_host, values.admin_port, {
        ...common,
        site: pickRoutes(whole, ({ access }) => access === 'admin'),
      })
    : undefined;
  if (adminServer !== undefined) servers.push(adminServer);
  stack.use(startEraser({ world: { ...world, partials }, log, startedAt }));
  stack.use(startUploadSweeper({ world: { store, clock, partials }, log }));
  if (values['worker.enabled']) {
    stack.use(startUpkeep({ world, previewer: createPreviewer(blobs, decoderOptions), log }));
    const limits = { image: values['deadlines.image_seconds'], video: values['deadlines.video_seconds'] };
    stack.use(
      startWorker({
        world,
        log,
        // Only pictures are known to be quick.
        runLimitMs: (task) => limits[world.catalog.model(task.model)?.output === 'image' ? 'image' : 'video'] * second,
        eventLifetimeMs: values['retention.events_days'] * day,
        ...optionalDays('payloadLifetimeMs', values['retention.payloads_days']),
        // A record outlives its task, whatever the settings say.
        idempotencyLifetimeMs: Math.max(
          values['retention.idempotency_days'] * day,
          (values['deadlines.start_seconds'] + limits.video) * second + day,
        ),
        deliveryLifetimeMs: values['retention.deliveries_days'] * day,
        answerLifetimeMs: values['retention.answers_days'] * day,
        dialects: new Map(dialects.flatMap(({ name, webhooks }) => (webhooks === undefined ? [] : [[name, webhooks]]))),
      }),
    );
  }
  writeAdminDoor(directory, { url: (adminServer ?? server).url, token: adminToken });
  const open = stack.move();
  return {
    url: server.url,
    newKey,
    signInUrl: isLocalHost(values.host) ? ui?.makeSignInLink(server.url).url : undefined,
    async close(graceMs) {
      await Promise.all(servers.map((one) => one.close(graceMs)));
      await open.disposeAsync();
    },
  };
}
