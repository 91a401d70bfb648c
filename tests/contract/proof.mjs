// Shows that the judges judge: node proof.mjs SPECS RECORDINGS
//
// Takes exchanges that really happened, spoils one thing in each, and expects a complaint. First by name, and about just
// that thing, what must never get through; then everywhere: each value of each recorded answer and request body turned into another
// kind, and an unknown member put into each object. Exit 0: all was caught, but for what the vendors leave open.
import {readFileSync} from 'node:fs';

import {load, succeeded} from './recordings.mjs';
import {judgeOf, vendors} from './vendors.mjs';

const [, , specs, recordings] = process.argv;
const exchanges = load(recordings);
const waivers = JSON.parse(readFileSync(new URL('waivers.json', import.meta.url)));
const judges = Object.fromEntries(Object.keys(vendors).map(
    vendor => [vendor, judgeOf(specs, vendor, waivers.filter(each => each.vendor === vendor))]));
const problems = [];

/// The first exchange of each operation that succeeded.
const samples = new Map();
for (const exchange of exchanges) {
  const name = exchange.vendor + ' ' + judges[exchange.vendor].judge(exchange).operation;
  if (succeeded(exchange) && !samples.has(name)) samples.set(name, exchange);
}

function complaints(exchange) { return judges[exchange.vendor].judge(exchange).violations; }

/// `spoil` changes a copy of the sample; somebody complains about just that place, by that rule.
function mustCatch(operation, where, rule, spoil) {
  if (!samples.has(operation)) return problems.push(`${operation} was not recorded`);
  const copy = structuredClone(samples.get(operation));
  spoil(copy);
  const found = complaints(copy);
  if (!found.some(each => each.where === where && each.rule === rule))
    problems.push(`${operation}: '${rule}' at ${where} was not caught; instead: ${JSON.stringify(found)}`);
}

const inBody = (side, change) => exchange => {
  const value = JSON.parse(exchange[side].body);
  change(value);
  exchange[side].body = JSON.stringify(value);
};
const inForm = (from, to) => exchange => void (exchange.request.body = exchange.request.body.replace(from, to));
const inTarget = (from, to) => exchange => void (exchange.target = exchange.target.replace(from, to));

const issue = 'voucherify POST /v1/vouchers/{code}';
mustCatch(issue, '/body/gift/amount', 'type', inBody('request', body => void (body.gift.amount = '2500')));
mustCatch(issue, '/body/expires', 'undeclared', inBody('request', body => void (body.expires = '2027-01-01')));
mustCatch(issue, '/body/gift/balance', 'type', inBody('answer', body => void (body.gift.balance = '25.00')));
mustCatch(
    issue, '/header/content-type', 'media type',
    exchange => void (exchange.request.headers['content-type'] = 'text/plain'));
mustCatch(issue, '/header', 'security', exchange => void delete exchange.request.headers['x-app-token']);
mustCatch(
    'voucherify POST /v1/publications', '/body/customer', 'required',
    inBody('request', body => void delete body.customer));
mustCatch('voucherify GET /v1/customers', '/query/phone', 'undeclared', inTarget('email=', 'phone='));

const book = 'stripe POST /v1/customers/{customer}/balance_transactions';
mustCatch(book, '/body/amount', 'pattern', inForm(/amount=[^&]*/, 'amount=25.00'));
mustCatch(book, '/body/currency', 'required', inForm(/&currency=[^&]*/, ''));
mustCatch(book, '/body/memo', 'undeclared', inForm('description=', 'memo='));
mustCatch(book, '/body/amount', 'required', inBody('answer', body => void delete body.amount));
mustCatch(book, '/body/type', 'enum', inBody('answer', body => void (body.type = 'gift')));

const pull = 'square GET /v2/refunds';
mustCatch(pull, '/query/limit', 'pattern', inTarget(/limit=\d+/, 'limit=all'));
mustCatch('square GET /v2/customers', '/query/sort_order', 'enum', inTarget(/$/, '&sort_order=UP'));
mustCatch(pull, '', 'operation', inTarget('/v2/refunds', '/v2/refund'));
mustCatch(
    'square GET /v2/refunds/{refund_id}', '/body/refund/amount_money', 'required',
    inBody('answer', body => void delete body.refund.amount_money));
mustCatch(
    'square_webhooks event refund.updated', '/body/data/object/refund/amount_money/amount', 'type',
    inBody('request', body => void (body.data.object.refund.amount_money.amount = 25.5)));

const line = 'business_central POST /companies({company_id})/journals({journal_id})/journalLines';
mustCatch(line, '/body/amount', 'type', inBody('request', body => void (body.amount = '-25.00')));
mustCatch(line, '/body/currencyCode', 'undeclared', inBody('request', body => void (body.currencyCode = 'USD')));
mustCatch(line, '/body/accountType', 'enum', inBody('request', body => void (body.accountType = 'GL')));
mustCatch(line, '', 'status', exchange => void (exchange.answer.status = 200));
mustCatch(
    'business_central GET /companies({company_id})/generalLedgerEntries', '/body/value', 'required',
    inBody('answer', body => void delete body.value));

const field = 'bigcommerce POST /customers/{customerId}/metafields';
mustCatch(field, '/body/permission_set', 'enum', inBody('request', body => void (body.permission_set = 'all')));
mustCatch(field, '/body/key', 'required', inBody('request', body => void delete body.key));
mustCatch(field, '/body/owner', 'undeclared', inBody('request', body => void (body.owner = 1)));
mustCatch(field, '/body/data/*/resource_id', 'type', inBody('answer', body => void (body.data[0].resource_id = '111')));

const mirror = 'shopify mutation SetMirror';
mustCatch(
    mirror, '/body/query', 'document',
    inBody('request', body => void (body.query = body.query.replace('userErrors', 'userMistakes'))));
mustCatch(
    mirror, '/body/variables', 'variables',
    inBody('request', body => void (body.variables.metafields[0].digest = 'x')));
mustCatch(
    mirror, '/body/variables', 'variables',
    inBody('request', body => void delete body.variables.metafields[0].ownerId));
mustCatch(
    mirror, '/body/data/metafieldsSet/userErrors', 'type',
    inBody('answer', body => void (body.data.metafieldsSet.userErrors = null)));
mustCatch(
    'shopify query Find', '/body/data/customerByIdentifier/id', 'type',
    inBody('answer', body => void delete body.data.customerByIdentifier.id));
mustCatch(
    'shopify query Find', '/body/data', 'undeclared',
    inBody('answer', body => void (body.data.customerByIdentifier.phone = '+1')));

const fill = 'vendure mutation Adjust';
mustCatch(
    fill, '/body/query', 'document',
    inBody('request', body => void (body.query = body.query.replace('totalItems', 'total'))));
mustCatch(fill, '/body/variables', 'variables', inBody('request', body => void (body.variables.i.amount = '25.00')));
mustCatch(fill, '/body/variables', 'variables', inBody('request', body => void delete body.variables.i.walletId));
mustCatch(
    fill, '/body/data/adjustBalanceForWallet/balance', 'type',
    inBody('answer', body => void (body.data.adjustBalanceForWallet.balance = 25.5)));

/// Every place in a value: [pointer, the object or list that holds it, its key].
function* places(value, pointer = '') {
  for (const key of Object.keys(value)) {
    yield [`${pointer}/${key}`, value, key];
    if (value[key] && typeof value[key] === 'object') yield* places(value[key], `${pointer}/${key}`);
  }
}

/// What is free in the vendors' own words: anybody's metadata, and beside BigCommerce's pagination anything.
const free = /\/(metadata|system_metadata)(\/|$)|^\/body\/(extensions|meta$)/;

let tried = 0;
function sweep(name, exchange, side) {
  const text = exchange[side].body;
  if (!text.startsWith('{')) return;
  const known = {body: JSON.parse(text)};
  if (vendors[exchange.vendor].path && side === 'request') return;         // graphql-js, tried above
  if (vendors[exchange.vendor].events && side === 'answer') return;        // the hub's own word
  const spoiled = function*() {
    for (const [where, holder, key] of places(known)) {
      const before = holder[key];
      const isObject = before !== null && typeof before === 'object' && !Array.isArray(before);
      holder[key] = isObject ? 'spoiled' : {spoiled: true};
      yield [where, 'another kind'];
      holder[key] = before;
      if (isObject) {
        before.spoiled = true;
        yield [where, 'an unknown member'];
        delete before.spoiled;
      }
    }
  };
  for (const [where, how] of spoiled()) {
    if (free.test(where)) continue;
    tried += 1;
    const copy = {...exchange, [side]: {...exchange[side], body: JSON.stringify(known.body)}};
    if (complaints(copy).length === 0) problems.push(`${name}: ${side} ${where}: ${how} was not caught`);
  }
}
for (const [name, exchange] of samples)
  for (const side of ['request', 'answer']) sweep(name, exchange, side);

console.log(`${samples.size} operations, ${tried} spoiled values, ${problems.length} not caught`);
for (const problem of problems) console.log(problem);
process.exit(problems.length > 0 ? 1 : 0);
