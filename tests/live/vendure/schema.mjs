// Prints what a running Vendure says of the types that the connector meets, as GraphQL: node schema.mjs BASE
// Names and types alone, sorted. Of an object the fields are shown that lead to a value or to another of these types: a
// document that asks for more is refused by what is printed, and then the list below is to be looked at.
import {buildClientSchema, getIntrospectionQuery, getNamedType, isEnumType, isInputObjectType, isLeafType, isObjectType, isSpecifiedScalarType} from 'graphql';

const objects = ['Channel', 'Customer', 'CustomerList', 'Wallet', 'WalletAdjustment', 'WalletAdjustmentList', 'WalletList'];
const roots = {
  Mutation: ['adjustBalanceForWallet', 'createWallet'],
  Query: ['activeChannel', 'customer', 'customers', 'giftCardWallets', 'wallet'],
};

const [, , base] = process.argv;
const answer = await fetch(`${base}/admin-api`, {
  method: 'POST',
  headers: {'content-type': 'application/json'},
  body: JSON.stringify({query: getIntrospectionQuery({descriptions: false})}),
});
const {data, errors} = await answer.json();
if (errors) throw new Error(JSON.stringify(errors));
const schema = buildClientSchema(data);
const others = new Map();  // inputs, enums and scalars that are met on the way

const byName = (a, b) => (a.name < b.name ? -1 : 1);
function met(type) {
  const named = getNamedType(type);
  if (isObjectType(named) || isSpecifiedScalarType(named) || others.has(named.name)) return String(type);
  others.set(named.name, named);
  if (isInputObjectType(named)) for (const field of Object.values(named.getFields())) met(field.type);
  return String(type);
}
function field({name, args, type}) {
  const given = [...args].sort(byName).map(one => `${one.name}: ${met(one.type)}`).join(', ');
  return `  ${name}${given && `(${given})`}: ${met(type)}`;
}
const block = (kind, name, lines) => `${kind} ${name} {\n${lines.join('\n')}\n}`;
const shown = type => objects.includes(getNamedType(type).name) || isLeafType(getNamedType(type));

const out = [];
for (const [name, wanted] of Object.entries(roots))
  out.push(block('type', name, wanted.map(one => field(schema.getType(name).getFields()[one]))));
for (const name of objects)
  out.push(block('type', name, Object.values(schema.getType(name).getFields()).filter(one => shown(one.type)).sort(byName).map(field)));
for (const type of [...others.values()].sort(byName)) {
  if (isInputObjectType(type)) out.push(block('input', type.name, Object.values(type.getFields()).sort(byName).map(one => `  ${one.name}: ${one.type}`)));
  else if (isEnumType(type)) out.push(block('enum', type.name, [...type.getValues()].sort(byName).map(one => `  ${one.name}`)));
  else out.push(`scalar ${type.name}`);
}
console.log(out.join('\n\n'));
