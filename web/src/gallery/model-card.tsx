/** One model in the list: what it makes, whether it runs here, what it costs. */
import { memo } from 'react';
import { Link } from 'wouter';
import type { ListedModel } from '../../../sdk/index.ts';
import { useWords, type Words } from '../i18n/index.tsx';
import { OperationGlyph } from '../parts/operation-glyph.tsx';

type ModelCardProps = { readonly model: ListedModel; readonly suffix: string };

export const ModelCard = memo(function ModelCard({ model, suffix }: ModelCardProps) {
  const words = useWords();
  const { t, named, format } = words;
  const { id, title, description, operation, output, available, availability, retired } = model;
  const price = model.typical_price_micros;
  return (
    <Link href={`/models/${id}${suffix}`} className="card" data-available={available}>
      <span className="card-head">
        <OperationGlyph operation={operation} output={output} />
        <span className="card-operation">{named('operation', operation)}</span>
        <span className="card-price">
          {price === null ? t('model.noPrice') : t('model.from', { price: format.money(price) })}
        </span>
      </span>
      <span className="card-title">{title}</span>
      <span className="card-text">{description}</span>
      <span className="card-foot">
        <Standing isAvailable={available} reason={availability} isRetired={retired} />
        <span className="card-facts">{describeCapabilities(model, words)}</span>
      </span>
    </Link>
  );
});

type StandingProps = { readonly isAvailable: boolean; readonly reason: string; readonly isRetired: boolean };

/** Honest in a word: it runs here, or what is missing is told. */
export function Standing({ isAvailable, reason, isRetired }: StandingProps) {
  const { t } = useWords();
  if (isAvailable) return <span className="standing standing-here">{t('model.runsHere')}</span>;
  const setting = /\(([A-Z_]+)\)/.exec(reason)?.[1];
  const text = setting === undefined ? t('model.notHere') : t('model.needs', { setting });
  return (
    <span className="standing" title={reason}>
      {isRetired ? t('model.retired') : text}
    </span>
  );
}

function describeCapabilities({ capabilities }: ListedModel, { t }: Words): string {
  const { min_seconds: shortest, max_seconds: longest, resolutions, max_images: images } = capabilities;
  const length = shortest === null || shortest === longest ? `${longest}` : `${shortest}–${longest}`;
  return [
    ...(longest === null ? [] : [t('model.seconds', { length })]),
    ...(resolutions.length === 0 ? [] : [resolutions.at(-1) ?? '']),
    ...(images === 0 ? [] : [t(images === 1 ? 'model.onePicture' : 'model.pictures', { count: images })]),
  ].join(' · ');
}
