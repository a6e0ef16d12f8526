/** Numbers and times as people read them, in the language of the page. */

const microsPerDollar = 1_000_000;

export type Format = {
  /** From micro-dollars; small amounts keep the digits that matter. */
  money(micros: number): string;
  bytes(count: number): string;
  number(value: number): string;
  percent(share: number): string;
  /** Such as `3.2 s` or `1 min 5 s`. */
  duration(milliseconds: number): string;
  /** Of an ISO time: short, in the reader's own zone. */
  time(iso: string): string;
};

export function createFormat(language: string): Format {
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const timeOfYear = new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  });
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    }).format(value);
  return {
    money(micros) {
      const dollars = micros / microsPerDollar;
      const digits = dollars !== 0 && Math.abs(dollars) < 1 ? 4 : 2;
      return new Intl.NumberFormat(language, {
        style: 'currency',
        currency: 'USD',
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: 2,
        maximumFractionDigits: digits,
      }).format(dollars);
    },
    bytes(count) {
      if (count < 1_000_000) return unit(count / 1_000, 'kilobyte');
      if (count < 1_000_000_000) return unit(count / 1_000_000, 'megabyte');
      return unit(count / 1_000_000_000, 'gigabyte');
    },
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    duration(milliseconds) {
      const seconds = milliseconds / 1000;
      if (seconds < 60) return `${tenth.format(seconds)} s`;
      return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
    },
    time(iso) {
      const date = new Date(iso);
      return (date.getFullYear() === new Date().getFullYear() ? timeOfYear : time).format(date);
    },
  };
}
