// Seeds a running Vendure through its Admin API; what exists already is left as it is. Prints KEY=VALUE lines.
const [, , base, admin, password] = process.argv;
let token = '';

async function gql(query, variables = {}) {
    const res = await fetch(`${base}/admin-api`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ query, variables }),
    });
    token = res.headers.get('vendure-auth-token') ?? token;
    const body = await res.json();
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    for (const v of Object.values(body.data)) {
        if (v?.errorCode) throw new Error(JSON.stringify(v));
    }
    return body.data;
}

const ERR = '... on ErrorResult { errorCode message }';
await gql(`mutation($u: String!, $p: String!) { login(username: $u, password: $p) { __typename ${ERR} } }`,
    { u: admin, p: password });

const had = await gql('{ customers { items { emailAddress } } channels { items { id } } roles { items { id code } } }');

const people = [
    ['Ada', 'Lovelace', 'ada@example.com', '+12025550101'],
    ['Bob', 'Tables', 'bob@example.com', '+12025550102'],
    ['Chloé', "O'Hara-Łuk", 'chloe@example.com', '+4930901820'],
];
for (const [firstName, lastName, emailAddress, phoneNumber] of people) {
    if (had.customers.items.some(c => c.emailAddress === emailAddress)) continue;
    await gql(`mutation($i: CreateCustomerInput!) { createCustomer(input: $i, password: "customer-pass")
        { __typename ... on Customer { id } ${ERR} } }`, { i: { firstName, lastName, emailAddress, phoneNumber } });
}

// No more rights than the connector's README asks for.
let role = had.roles.items.find(r => r.code === 'handoff');
if (!role) {
    role = (await gql(`mutation($i: CreateRoleInput!) { createRole(input: $i) { id } }`, {
        i: {
            code: 'handoff', description: 'Store credit', permissions: ['ReadCustomer', 'UpdateCustomer'],
            channelIds: had.channels.items.map(c => c.id),
        },
    })).createRole;
}
// A key is shown once, so each start makes a new one.
const { createApiKey } = await gql(`mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { apiKey } }`,
    { i: { roleIds: [role.id], translations: [{ languageCode: 'en', name: 'handoff' }] } });
console.log(`VENDURE_API_KEY=${createApiKey.apiKey}`);
