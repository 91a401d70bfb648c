// Judges recorded exchanges: node validate.mjs SPECS RECORDINGS PLUGINS
//
// Prints how often each operation was seen, and every violation. Exit 0: nothing to say. 1: a violation, an operation
// that never succeeded or is not listed, a waiver that is stale. 2: nothing was recorded.
import {readFileSync} from 'node:fs';

import {load, succeeded} from './recordings.mjs';
import {judgeOf, unlisted, vendors} from './vendors.mjs';

const [, , specs, recordings, plugins] = process.argv;

const sentences = ({operation, violations}) =>
    violations.map(({side, where, rule, says}) => `${operation}: ${side} ${where || '/'}: ${rule}: ${says}`);

const nothing = () => ({requests: 0, answers: 0, successes: 0, violations: 0});

/// All violations of these exchanges, as sentences with how often each came; counted by operation in `seen`.
function judged(judge, exchanges, seen = new Map()) {
  const said = new Map();
  for (const exchange of exchanges) {
    const {operation, violations} = judge.judge(exchange);
    const row = seen.get(operation) ?? nothing();
    row.requests += 1;
    row.answers += exchange.answer ? 1 : 0;
    row.successes += succeeded(exchange) ? 1 : 0;
    row.violations += violations.length;
    seen.set(operation, row);
    for (const sentence of sentences({operation, violations})) said.set(sentence, (said.get(sentence) ?? 0) + 1);
  }
  return said;
}

/// A waiver without which the same exchanges bring nothing new to light is not needed any more.
function stale(vendor, waivers, exchanges, violations) {
  return waivers.filter(one => {
    const judge = judgeOf(specs, vendor, waivers.filter(each => each !== one));
    return !exchanges.some(exchange => sentences(judge.judge(exchange)).some(sentence => !violations.has(sentence)));
  });
}

const exchanges = load(recordings);
const all = JSON.parse(readFileSync(new URL('waivers.json', import.meta.url)));
if (exchanges.length === 0) {
  console.log('nothing was recorded');
  process.exit(2);
}

const problems = [];
for (const vendor of new Set(exchanges.map(exchange => exchange.vendor)))
  if (!vendors[vendor]) problems.push(`${vendor}: was recorded, and nobody judges it`);
console.log('vendor           | requests | answers | violations | operation');
for (const [vendor, {operations}] of Object.entries(vendors)) {
  const own = exchanges.filter(exchange => exchange.vendor === vendor);
  const waivers = all.filter(waiver => waiver.vendor === vendor);
  const seen = new Map(operations.map(operation => [operation, nothing()]));
  const violations = judged(judgeOf(specs, vendor, waivers), own, seen);
  for (const [operation, row] of seen) {
    const counts =
        [String(row.requests).padStart(8), String(row.answers).padStart(7), String(row.violations).padStart(10)];
    console.log([vendor.padEnd(16), ...counts, operation].join(' | '));
    if (row.successes === 0) problems.push(`${vendor}: ${operation} succeeded in no journey`);
    if (!operations.includes(operation)) problems.push(`${vendor}: ${operation} is not listed in vendors.mjs`);
  }
  for (const [sentence, count] of violations) problems.push(`${vendor}: ${sentence} (${count} times)`);
  for (const piece of unlisted(plugins, vendor))
    problems.push(`${vendor}: the connector asks for ${piece}, which vendors.mjs does not list`);
  for (const waiver of stale(vendor, waivers, own, violations))
    problems.push(`${vendor}: the waiver for ${waiver.where} is not needed`);
}
console.log(`${exchanges.length} exchanges, ${all.length} waivers, ${problems.length} problems`);
for (const problem of problems) console.log(problem);
process.exit(problems.length > 0 ? 1 : 0);
