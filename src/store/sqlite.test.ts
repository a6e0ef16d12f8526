import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storeSuite } from '../../tests/conformance/store.suite.ts';
import { storeArtifactsSuite } from '../../tests/conformance/store-artifacts.suite.ts';
import { storeDeliveriesSuite } from '../../tests/conformance/store-deliveries.suite.ts';
import { storeEndpointsSuite } from '../../tests/conformance/store-endpoints.suite.ts';
import { storeIdempotencySuite } from '../../tests/conformance/store-idempotency.suite.ts';
import { storeKeysSuite } from '../../tests/conformance/store-keys.suite.ts';
import { storeLineageSuite } from '../../tests/conformance/store-lineage.suite.ts';
import { storeMoneySuite } from '../../tests/conformance/store-money.suite.ts';
import { storeQueueSuite } from '../../tests/conformance/store-queue.suite.ts';
import type { OpenStore } from '../../tests/support/store-fixtures.ts';
import { databaseFile } from './connection.ts';
import { openSqliteStore } from './sqlite.ts';

const open: OpenStore = async (options) => {
  const directory = mkdtempSync(join(tmpdir(), 'framegate-store-'));
  const store = await openSqliteStore({ directory, ...options });
  const side = new DatabaseSync(join(directory, databaseFile), { timeout: 5000 });
  const rows = <Row>(sql: string, ...values: string[]) =>
    side
      .prepare(sql)
      .all(...values)
      .map((row) => ({ ...row })) as Row[];
  return {
    store,
    ledger: async (tenantId) =>
      rows(
        `SELECT kind, amount_micros AS amountMicros, task.public_id AS taskId FROM ledger_entry
        LEFT JOIN task ON task.sequence = ledger_entry.task
        WHERE ledger_entry.tenant = (SELECT sequence FROM tenant WHERE public_id = ?) ORDER BY ledger_entry.sequence`,
        tenantId,
      ),
    deliveries: async (taskId) =>
      rows(
        `SELECT event, url, delivery.state, next_attempt_at AS nextAttemptAt FROM delivery
        JOIN task ON task.sequence = delivery.task WHERE task.public_id = ? ORDER BY delivery.sequence`,
        taskId,
      ),
    async tamperWithLedger(change) {
      try {
        side.exec(change === 'update' ? 'UPDATE ledger_entry SET amount_micros = 0' : 'DELETE FROM ledger_entry');
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
    async [Symbol.asyncDispose]() {
      side.close();
      await store[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
};

storeSuite('sqlite', open);
storeDeliveriesSuite('sqlite', open);
storeEndpointsSuite('sqlite', open);
storeArtifactsSuite('sqlite', open);
storeLineageSuite('sqlite', open);
storeMoneySuite('sqlite', open);
storeIdempotencySuite('sqlite', open);
storeKeysSuite('sqlite', open);
storeQueueSuite('sqlite', open);
