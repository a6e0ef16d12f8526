/** Settings that mean more than their value: refused when they would not do, read into what the pieces take. */
import { BlockList, isIP, isIPv4 } from 'node:net';
import { GatewayError } from './core/errors.ts';
import { type MarksPolicy, maximumLabelFieldLength } from './core/marks.ts';
import { parseDollars } from './core/money.ts';
import type { ExchangeRate } from './core/price.ts';
import type { SettingValues } from './settings.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

export function isLocalHost(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, isIPv4(host) ? 'ipv4' : 'ipv6'));
}

/** Refuses what would open the gateway to others by accident. */
export function checkBinding(values: SettingValues): void {
  const { host, admin_host: adminHost } = values;
  if (values.admin_port !== 0 && !isLocalHost(adminHost) && values.admin_key === '') {
    throw new GatewayError(
      'invalid_request',
      `FRAMEGATE_ADMIN_HOST=${adminHost} lets others reach the admin API, so it needs a key of your own: set FRAMEGATE_ADMIN_KEY (16 to 128 characters).`,
    );
  }
  if (isLocalHost(host)) return;
  if (values.key === '') {
    throw new GatewayError(
      'invalid_request',
      `HOST=${host} lets others reach this server, so it needs a key of your own: set FRAMEGATE_KEY (16 to 128 characters).`,
    );
  }
  const isWildcard = host === '0.0.0.0' || host === '::' || host === '';
  if (isWildcard && values.public_url === '') {
    throw new GatewayError(
      'invalid_request',
      `HOST=${host} names no address to hand out links with: set FRAMEGATE_PUBLIC_URL, such as https://media.example.org.`,
    );
  }
}

export function readPublicUrl(text: string): string {
  if (text === '') return '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new GatewayError('invalid_request', 'public_url must be an http or https URL.');
  }
  return text.replace(/\/+$/, '');
}

export function readExchangeRate(values: SettingValues): ExchangeRate {
  const microsPerDollar = parseDollars(values['prices.yuan_per_dollar']);
  const date = values['prices.yuan_date'];
  if (microsPerDollar === undefined || microsPerDollar === 0) {
    throw new GatewayError('invalid_request', 'prices.yuan_per_dollar must be a number above 0, such as 7.10.');
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date))) {
    throw new GatewayError('invalid_request', 'prices.yuan_date must be a day, such as 2026-11-21.');
  }
  return { microsPerDollar, date };
}

export function readMarksPolicy(values: SettingValues): MarksPolicy {
  for (const path of ['marks.content_producer', 'marks.content_propagator'] as const) {
    if (values[path].length <= maximumLabelFieldLength) continue;
    throw new GatewayError('invalid_request', `${path} may have at most ${maximumLabelFieldLength} characters.`);
  }
  return {
    isLabelOn: values['marks.aigc'] === 'on',
    contentProducer: values['marks.content_producer'],
    contentPropagator: values['marks.content_propagator'],
  };
}

/** Where links to files lead when they do not end here. */
export function mediaOriginsOf(values: SettingValues): readonly string[] {
  const endpoint = values['storage.redirect_links'] ? values['storage.s3_endpoint'] : '';
  return URL.canParse(endpoint) ? [new URL(endpoint).origin] : [];
}
