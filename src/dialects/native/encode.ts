/** Core to the native wire. */
import type { Delivery, DeliveryAttempt } from '../../core/delivery.ts';
import type { EndpointHealth } from '../../core/endpoint-health.ts';
import { errorTable, formatPath, type GatewayError } from '../../core/errors.ts';
import type { Estimate } from '../../core/estimate.ts';
import { usualCorner } from '../../core/marks.ts';
import type { Artifact, PreviewName } from '../../core/media.ts';
import type { CostLine, PriceSource } from '../../core/price.ts';
import type { Task } from '../../core/task.ts';
import type { ModelView } from '../../core/view.ts';
import { jsonResponse, type Links } from '../dialect.ts';
import type { WireDelivery, WireDeliveryDetail, WireEndpoint } from './webhooks-wire.ts';
import { listedMetadataLength, type WireArtifact, type WireEstimate, type WireTask } from './wire.ts';

export const isoTime = (time: number): string => new Date(time).toISOString();
export const isoTimeOrNull = (time: number | null | undefined): string | null => (time == null ? null : isoTime(time));

function encodePreview(artifact: Artifact, name: PreviewName, links: Links): WireArtifact['thumbnail'] {
  const preview = artifact.previews?.[name];
  if (preview === undefined) return null;
  const { mediaType: media_type, sizeBytes: size_bytes, width, height } = preview;
  return { url: links.preview(artifact, name), media_type, size_bytes, width, height };
}

export function encodeArtifact(artifact: Artifact, links: Links): WireArtifact {
  const { facts } = artifact;
  return {
    id: artifact.id,
    url: links.file(artifact),
    kind: facts.kind,
    media_type: facts.mediaType,
    file_name: artifact.fileName,
    size_bytes: artifact.sizeBytes,
    sha256: artifact.sha256,
    width: facts.width ?? null,
    height: facts.height ?? null,
    duration_ms: facts.durationMs ?? null,
    frame_rate: facts.frameRate ?? null,
    thumbnail: encodePreview(artifact, 'thumbnail', links),
    poster: encodePreview(artifact, 'poster', links),
    blurhash: artifact.previews?.blurhash ?? null,
    created_at: isoTime(artifact.createdAt),
    expires_at: isoTimeOrNull(artifact.expiresAt),
  };
}

export function taskPath(task: Pick<Task, 'id'>): string {
  return `/v1/tasks/${task.id}`;
}

function encodeCostLine(line: CostLine): WireTask['cost']['lines'][number] {
  const { kind, of, amountMicros: amount_micros } = line;
  return line.kind === 'price'
    ? { kind, of, units: line.units, unit_micros: line.unitMicros, amount_micros }
    : { kind, of, percent: line.basisPoints / 100, amount_micros };
}

function encodeExchange(source: PriceSource | null): WireTask['cost']['exchange'] {
  const exchange = source?.exchange ?? null;
  if (exchange === null) return null;
  return { currency: exchange.currency, micros_per_dollar: exchange.microsPerDollar, date: exchange.date };
}

export function encodeTask(task: Task, queuePosition: number, outputs: readonly Artifact[], links: Links): WireTask {
  const { price, output } = task;
  return {
    id: task.id,
    state: task.state,
    progress: task.progress,
    queue_position: task.state === 'queued' ? queuePosition : null,
    model: task.model,
    operation: task.operation,
    engine: task.engine,
    priority: task.priority,
    off_peak: task.isOffPeak,
    dialect: task.dialect,
    wire_id: task.wireId,
    seed: task.seed,
    input: task.input,
    media: task.media.map(({ field, index, source }) => ({
      field,
      index,
      artifact: 'artifactId' in source ? source.artifactId : null,
      url: 'url' in source ? source.url : null,
    })),
    metadata: task.metadata,
    warnings: [...task.warnings],
    marks: encodeMarks(task),
    output:
      output === null
        ? null
        : { files: outputs.map((artifact) => encodeArtifact(artifact, links)), metadata: output.metadata },
    error: task.error,
    cost: {
      list_micros: price.listMicros,
      reserved_micros: price.reservedMicros,
      captured_micros: price.capturedMicros,
      lines: price.lines.map(encodeCostLine),
      price_list: price.source?.listDate ?? null,
      exchange: encodeExchange(price.source),
    },
    attempts: task.attemptCount,
    created_at: isoTime(task.createdAt),
    started_at: isoTimeOrNull(task.startedAt),
    finished_at: isoTimeOrNull(task.finishedAt),
    cancel_requested_at: isoTimeOrNull(task.cancelRequestedAt),
    urls: {
      self: links.to(taskPath(task)),
      events: links.to(`${taskPath(task)}/events`),
      cancel: links.to(`${taskPath(task)}/cancel`),
    },
  };
}

function encodeMarks({ marks }: Task): WireTask['marks'] {
  if (marks === null) return null;
  const { label, isVisible, corner = usualCorner, isUnmarkedKept } = marks;
  return { aigc: label, visible: isVisible, position: isVisible ? corner : null, keep_unmarked: isUnmarkedKept };
}

/** A task as lists show it: long metadata would make a page of a hundred tasks megabytes. */
export function shorten(task: WireTask): WireTask {
  return JSON.stringify(task.metadata).length > listedMetadataLength ? { ...task, metadata: null } : task;
}

export function encodeDeliveryFacts(delivery: Delivery): WireDelivery {
  return {
    id: delivery.id,
    task: delivery.taskId,
    event: delivery.event,
    url: delivery.url,
    state: delivery.state,
    attempts: delivery.attemptCount,
    next_attempt_at: isoTimeOrNull(delivery.nextAttemptAt),
    created_at: isoTime(delivery.createdAt),
    finished_at: isoTimeOrNull(delivery.finishedAt),
  };
}

export function encodeDeliveryDetail(delivery: Delivery, attempts: readonly DeliveryAttempt[]): WireDeliveryDetail {
  return {
    ...encodeDeliveryFacts(delivery),
    attempt_list: attempts.map(({ number, startedAt, finishedAt, status, error, answer }) => ({
      number,
      started_at: isoTime(startedAt),
      finished_at: isoTime(finishedAt),
      status,
      error,
      answer,
    })),
  };
}

/** `health` is undefined for one that is well. */
export function encodeEndpoint(url: string, health: EndpointHealth | undefined): WireEndpoint {
  return {
    url,
    failing_since: isoTimeOrNull(health?.failingSince),
    last_failed_at: isoTimeOrNull(health?.failedAt),
    disabled_at: isoTimeOrNull(health?.disabledAt),
  };
}

export function encodeEstimate({ name }: ModelView, { checked, engines }: Estimate): WireEstimate {
  return {
    model: name,
    input: { ...checked.input },
    media: checked.media.map(({ field, index }) => ({ field, index })),
    seed: checked.seed ?? null,
    warnings: [...checked.warnings],
    engines: engines.map(({ engine, problem, price, isChargeable }) => ({
      engine,
      problem: problem ?? (isChargeable ? null : 'has no published price for this'),
      price_published: price.isPublished,
      list_micros: price.listMicros,
      total_micros: price.totalMicros,
      lines: price.lines.map(encodeCostLine),
      price_list: price.source.listDate,
      exchange: encodeExchange(price.source),
    })),
  };
}

export function encodeErrorBody(error: GatewayError, requestId: string) {
  const { retryable, title } = errorTable[error.code];
  const issues = error.issues.map(({ path, rule, message }) => ({ path: formatPath(path), rule, message }));
  return {
    error: {
      code: error.code,
      message: error.message || title,
      retryable,
      request_id: requestId,
      ...(issues.length === 0 ? {} : { issues }),
    },
  };
}

export function encodeError(error: GatewayError, requestId: string): Response {
  const headers: Record<string, string> = { 'x-request-id': requestId };
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000));
  return jsonResponse(encodeErrorBody(error, requestId), errorTable[error.code].status, headers);
}
