// Which file judges whom, and every operation that a connector can ask: one that no journey brings up fails the tier, and
// so does one that is not listed here.
import {readdirSync, readFileSync} from 'node:fs';

import {GraphQl} from './graphql.mjs';
import {Notifications, OpenApi} from './openapi.mjs';
import {read} from './schema.mjs';

const company = '/companies({company_id})';

/// What every notification of Voucherify is in: DefaultPayloadData1 and 2 of its file, around the data.
const payload = '#/components/schemas/DefaultPayloadData';
const envelope = {
  id: {$ref: `${payload}1/properties/id`},
  project_id: {$ref: `${payload}1/properties/project_id`},
  created_at: {$ref: `${payload}1/properties/created_at`},
  type: {type: 'string'},
  source: {$ref: `${payload}2/properties/source`},
  event: {$ref: `${payload}2/properties/event`},
};

export const vendors = {
  square_webhooks: {
    file: 'square.openapi.json',
    header: 'x-square-hmacsha256-signature',
    events: {
      'refund.created': {$ref: '#/components/schemas/RefundCreatedEvent'},
      'refund.updated': {$ref: '#/components/schemas/RefundUpdatedEvent'},
      'customer.created': {$ref: '#/components/schemas/CustomerCreatedEvent'},
      'gift_card.activity.created': {$ref: '#/components/schemas/GiftCardActivityCreatedEvent'},
    },
    operations:
        ['event refund.created', 'event refund.updated', 'event customer.created', 'event gift_card.activity.created'],
  },
  voucherify_webhooks: {
    file: 'voucherify.webhooks.openapi.json',
    header: 'x-voucherify-signature',
    // The file has no envelope of the first one, as it has of the others.
    events: {
      'voucher.gift.transaction.created': {
        type: 'object',
        required: ['id', 'created_at', 'type', 'data', 'source', 'event'],
        properties: {
          ...envelope,
          data: {$ref: '#/components/schemas/EventVoucherGiftTransactionCreatedData'},
        },
      },
      'voucher.disabled': {
        type: 'object',
        required: ['id', 'created_at', 'type', 'data', 'source', 'event'],
        properties: {
          ...envelope,
          data: {$ref: '#/components/schemas/EventVoucherDisabledData'},
        },
      },
    },
    operations: ['event voucher.gift.transaction.created', 'event voucher.disabled'],
  },
  square: {
    file: 'square.openapi.json',
    // Square's answers hold either what was asked for or `errors`, under whatever status.
    errors: undefined,
    operations: [
      'GET /v2/refunds',
      'GET /v2/refunds/{refund_id}',
      'GET /v2/payments/{payment_id}',
      'GET /v2/customers',
      'GET /v2/customers/{customer_id}',
      'POST /v2/customers/search',
      'GET /v2/gift-cards',
      'POST /v2/gift-cards',
      'GET /v2/gift-cards/{id}',
      'POST /v2/gift-cards/from-gan',
      'POST /v2/gift-cards/{gift_card_id}/link-customer',
      'POST /v2/gift-cards/{gift_card_id}/unlink-customer',
      'GET /v2/gift-cards/activities',
      'POST /v2/gift-cards/activities',
    ],
  },
  voucherify: {
    file: 'voucherify.openapi.json',
    errors: {$ref: '#/components/schemas/Error'},
    operations: [
      'GET /v1/customers',
      'GET /v1/customers/{customerId}',
      'GET /v1/vouchers',
      'GET /v1/vouchers/{code}',
      'POST /v1/vouchers/{code}',
      'POST /v1/vouchers/{code}/disable',
      'GET /v1/vouchers/{code}/transactions',
      'POST /v1/publications',
    ],
  },
  stripe: {
    file: 'stripe.spec3.2023-08-16.yaml',
    errors: {$ref: '#/components/schemas/error'},
    operations: [
      'GET /v1/customers',
      'GET /v1/customers/search',
      'GET /v1/customers/{customer}/balance_transactions',
      'POST /v1/customers/{customer}/balance_transactions',
      'GET /v1/customers/{customer}/balance_transactions/{transaction}',
    ],
  },
  bigcommerce: {
    file: 'bigcommerce.customers.v3.yml',
    prefix: '/stores/{store_hash}/v3',
    errors: {$ref: '#/components/schemas/ErrorResponse'},
    operations: [
      'GET /customers',
      'PUT /customers',  // by a test, in place of the shop's owner
      'GET /customers/metafields',
      'GET /customers/{customerId}/metafields',
      'POST /customers/{customerId}/metafields',
      'PUT /customers/{customerId}/metafields/{metafieldId}',
    ],
  },
  business_central: {
    file: 'businesscentral.openapi.json',
    prefix: '/v2.0/{tenant}/{environment}/api/v2.0',
    // dev-itpro, dynamics_error_codes: the body of every refusal.
    errors: {
      type: 'object',
      required: ['error'],
      properties: {
        error: {
          type: 'object',
          required: ['code', 'message'],
          properties: {code: {type: 'string'}, message: {type: 'string'}}
        },
      },
    },
    operations: [
      'POST /{tenant}/oauth2/v2.0/token',
      `GET ${company}`,
      `GET ${company}/accounts`,
      `GET ${company}/journals`,
      `POST ${company}/journals`,
      `GET ${company}/journals({journal_id})/journalLines`,
      `POST ${company}/journals({journal_id})/journalLines`,
      `POST ${company}/journals({journal_id})/Microsoft.NAV.post`,
      `GET ${company}/generalLedgerEntries`,
    ],
  },
  shopify: {
    file: 'shopify.admin-2026-10.graphql',
    path: '/admin/api/2026-10/graphql.json',
    header: 'x-shopify-access-token',
    operations: ['query Check', 'query Find', 'query FindCard', 'query FindLoyal', 'query GetCard', 'query GetCustomer', 'query GetLoyal', 'query GetMirror',
                 'query ListAccounts', 'query ListCards', 'query ListMirrors', 'query PullCustomers', 'query PullLoyal', 'mutation SetMirror',
                 'mutation CreateCard', 'mutation AssignCard', 'mutation DeactivateCard',
                 'mutation CreditByHand', 'mutation CardByHand'],  // by a test, in place of the shop's owner
  },
  vendure: {
    file: 'vendure-3.7.3.graphql',
    beside: true,  // what a running server said of itself: ../live/vendure/schema.mjs
    path: '/admin-api',
    header: 'vendure-api-key',
    scalars: {Money: Number.isSafeInteger},
    operations: ['query Check', 'query Find', 'query Ledger', 'query ListCustomers', 'query Owned', 'query Wallets',
                 'mutation Adjust', 'mutation Create'],
  },
};

const files = new Map();

/// What judges this vendor's exchanges, the file changed by `waivers`.
export function judgeOf(folder, vendor, waivers) {
  const about = vendors[vendor];
  const path = about.beside ? new URL(about.file, import.meta.url).pathname : `${folder}/${about.file}`;
  if (path.endsWith('.graphql')) return new GraphQl(readFileSync(path, 'utf8'), about);
  if (!files.has(path)) files.set(path, read(path));
  const doc = changed(files.get(path), waivers);
  return about.events ? new Notifications(doc, about) : new OpenApi(doc, about);
}

/// `doc` with every waiver's `instead` put at its `where`; without an `instead`, what is there is taken away. The rest is
/// shared with `doc`. Throws where the file does not say what the waiver claims.
export function changed(doc, waivers) {
  return waivers.reduce((at, {where, says, instead}) => {
    const parts = where.slice(1).split('/').map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'));
    const put = (node, depth) => {
      const key = parts[depth];
      if (node === undefined) throw new Error(`${where} leads nowhere in the file`);
      const last = depth === parts.length - 1;
      if (last && JSON.stringify(node[key] ?? null) !== JSON.stringify(says))
        throw new Error(
            `${where}: the file says ${JSON.stringify(node[key] ?? null)}, the waiver ${JSON.stringify(says)}`);
      const copy = Array.isArray(node) ? [...node] : {...node};
      copy[key] = last ? instead : put(node[key], depth + 1);
      if (copy[key] === undefined) delete copy[key];
      return copy;
    };
    return put(at, 0);
  }, doc);
}

/// What a connector's source asks for and the list above does not know: pieces of paths, and names of documents.
export function unlisted(plugins, vendor) {
  const {prefix = '', events, operations} = vendors[vendor];
  if (events) return [];
  const source =
      readdirSync(`${plugins}/${vendor}`)
          .filter(name => name.endsWith('.cpp'))
          .map(name => readFileSync(`${plugins}/${vendor}/${name}`, 'utf8'))
          .join('');
  const documents = [...source.matchAll(/"((?:query|mutation) \w+)/g)]
                        .map(match => match[1])
                        .filter(name => !operations.includes(name));
  if (vendors[vendor].path) return documents;
  // A pointer into the settings looks like a path, and stands in config_error(...) only.
  const pieces = [...source.replace(/config_error\([^,]*,/g, '').matchAll(/"(\/[^"?]*)/g)].map(match => match[1]);
  const paths = operations.map(operation => prefix + operation.replace(/^\w+ /, ''));
  return pieces.filter(piece => !paths.some(path => path.includes(piece)));
}
