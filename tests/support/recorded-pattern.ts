/**
 * What a recorded answer must be, as JSON: a literal is itself, an array is exact, an object has exactly these keys, and an
 * object with a key of `$` is a rule. It shares nothing with the gateway, so that an error in its schemas cannot hide here.
 *
 * Rules: `{"$type": "string"}` (`integer`, `number`, `boolean`, `object`, `array`, `null`), `{"$match": "^[0-9]{19}$"}`,
 * `{"$startsWith": "https://"}`, `{"$oneOf": [...]}`, `{"$each": rule, "$min": 1}` of an array, `{"$json": rule}` of a text
 * that holds JSON, `{"$shape": "name", ...}` of the fixtures' shapes with some keys in place of the shape's. In an object,
 * `"key?"` may be missing, `{"$absent": true}` must be, and `"$more": true` lets further keys pass.
 */
import assert from 'node:assert/strict';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Patterns by name. */
export type Shapes = Readonly<Record<string, Json>>;

type Judge = (rule: Json, value: unknown, at: string) => readonly string[];

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 300));

/** What is wrong with it, each with its place; empty when it is as the pattern says. */
export function findDisagreements(pattern: Json, value: unknown, shapes: Shapes = {}): readonly string[] {
  const judge: Judge = (rule, found, at) => {
    if (Array.isArray(rule)) return judgeArray(rule as readonly Json[], found, at, judge);
    if (!isObject(rule)) return found === rule ? [] : [`${at} is ${show(found)}, not ${show(rule)}`];
    const { $shape, ...own } = rule;
    if ($shape === undefined) return judgeRule(rule, found, at, judge);
    const shape = shapes[$shape as string];
    assert.ok(shape !== undefined, `no shape ${show($shape)}`);
    return judge(isObject(shape) ? replaceKeys(shape, own) : shape, found, at);
  };
  return judge(pattern, value, '$');
}

/** A key in place of one that might be missing, too. */
function replaceKeys(shape: JsonObject, own: JsonObject): JsonObject {
  const names = new Set(Object.keys(own).map((name) => name.replace(/\?$/, '')));
  const kept = Object.entries(shape).filter(([name]) => !names.has(name.replace(/\?$/, '')));
  return { ...Object.fromEntries(kept), ...own };
}

function judgeArray(rules: readonly Json[], found: unknown, at: string, judge: Judge): readonly string[] {
  if (!Array.isArray(found) || found.length !== rules.length) return [`${at} is ${show(found)}, not ${show(rules)}`];
  return rules.flatMap((rule, index) => judge(rule, found[index], `${at}[${index}]`));
}

function judgeRule(rule: JsonObject, found: unknown, at: string, judge: Judge): readonly string[] {
  const fails = (isRight: boolean) => (isRight ? [] : [`${at} is ${show(found)}, not as ${show(rule)}`]);
  if (rule.$type === 'integer') return fails(Number.isSafeInteger(found));
  if (rule.$type !== undefined) return fails(typeOf(found) === rule.$type);
  if (rule.$match !== undefined)
    return fails(typeof found === 'string' && new RegExp(rule.$match as string).test(found));
  if (rule.$startsWith !== undefined) {
    return fails(typeof found === 'string' && found.startsWith(rule.$startsWith as string));
  }
  if (rule.$oneOf !== undefined) {
    return fails((rule.$oneOf as readonly Json[]).some((one) => judge(one, found, at).length === 0));
  }
  if (rule.$json !== undefined) return judgeText(rule.$json, found, at, judge);
  if (rule.$each !== undefined) {
    if (!Array.isArray(found) || found.length < Number(rule.$min ?? 0)) return fails(false);
    return found.flatMap((one, index) => judge(rule.$each as Json, one, `${at}[${index}]`));
  }
  return judgeObject(rule, found, at, judge);
}

function judgeText(rule: Json, found: unknown, at: string, judge: Judge): readonly string[] {
  if (typeof found !== 'string') return [`${at} is ${show(found)}, not a text`];
  try {
    return judge(rule, JSON.parse(found), `${at}<json>`);
  } catch {
    return [`${at} is ${show(found)}, which is no JSON`];
  }
}

function judgeObject({ $more, ...rules }: JsonObject, found: unknown, at: string, judge: Judge): readonly string[] {
  if (!isObject(found)) return [`${at} is ${show(found)}, not an object`];
  const known = new Set<string>();
  const problems = Object.entries(rules).flatMap(([name, rule]) => {
    assert.ok(!name.startsWith('$'), `no rule ${name}`);
    const key = name.replace(/\?$/, '');
    known.add(key);
    if (isObject(rule) && rule.$absent === true) return key in found ? [`${at}.${key} is there`] : [];
    if (!(key in found)) return name.endsWith('?') ? [] : [`${at}.${key} is missing`];
    return judge(rule, found[key], `${at}.${key}`);
  });
  const others = $more === true ? [] : Object.keys(found).filter((key) => !known.has(key));
  return [...problems, ...others.map((key) => `${at}.${key} is unknown: ${show(found[key])}`)];
}
