/** A deployment of RunComfy's serverless API: a model that the catalogue names so. */
import type { Model } from '../../src/core/model.ts';

export const deployment: Model = {
  id: 'test/deployment',
  title: 'A deployment',
  description: 'A dot.',
  operation: 'text-to-image',
  output: 'image',
  modified: '2026-11-21',
  sources: [{ of: 'everything', mark: 'assumed', where: 'the tests' }],
  parameters: { prompt: { title: 'Prompt', description: '', type: 'string' } },
  names: [{ dialect: 'runcomfy', name: 'deployments/dep-1' }],
  offers: [],
  price: { unit: 'output', rows: [{ when: {}, micros: 40_000 }] },
};
