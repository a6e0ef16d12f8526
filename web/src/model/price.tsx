/** What the task would cost, beside the button that starts it. */
import type { Estimate, Model } from '../../../sdk/index.ts';
import { useWords } from '../i18n/index.tsx';

type PriceProps = { readonly model: Model; readonly estimate: Estimate | undefined; readonly isPending: boolean };

export function Price({ model, estimate, isPending }: PriceProps) {
  const { t, format } = useWords();
  const offer = estimate?.engines.find(({ problem }) => problem === null) ?? estimate?.engines[0];
  const typical = model.typical_price_micros;
  if (offer === undefined) {
    return (
      <p className="price">
        {typical === null ? t('model.noPrice') : t('model.from', { price: format.money(typical) })}
      </p>
    );
  }
  const isFree = offer.problem === null && offer.total_micros === 0;
  const list = offer.price_published ? format.money(offer.list_micros) : t('model.noPrice');
  return (
    <p className="price" data-pending={isPending} aria-live="polite">
      <strong>{isFree ? t('price.free') : list}</strong>
      <span className="faint">
        {isFree && offer.price_published ? t('price.list', { price: list }) : null}
        {!isFree && offer.price_published ? t('price.on', { engine: offer.engine }) : null}
      </span>
    </p>
  );
}
