/** The owner's routes, under /v1/admin: no tenant key opens them. */
import type { TaskState } from '../../core/task.ts';
import { jsonResponse, type Route } from '../dialect.ts';

export type AdminServices = {
  /** Effective settings, secrets left out. */
  readonly config: () => unknown;
  readonly status: () => Promise<{
    readonly version: string;
    readonly startedAt: number;
    readonly tasks: Readonly<Record<TaskState, number>>;
    readonly engines: readonly {
      readonly name: string;
      readonly concurrency: number;
      readonly problem: string | null;
    }[];
  }>;
};

export function adminRoutes({ config, status }: AdminServices): Route[] {
  return [
    { method: 'GET', path: '/v1/admin/config', access: 'admin', handle: async () => jsonResponse(config()) },
    {
      method: 'GET',
      path: '/v1/admin/status',
      access: 'admin',
      handle: async () => {
        const { startedAt, ...rest } = await status();
        return jsonResponse({ ...rest, started_at: new Date(startedAt).toISOString() });
      },
    },
  ];
}
