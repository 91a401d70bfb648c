// Judges exchanges by a published GraphQL schema: the document, its variables, and the data that came back.
import {buildSchema, execute, GraphQLScalarType, isAbstractType, Kind, parse, validate} from 'graphql';
import {getVariableValues} from 'graphql/execution/values.js';
import {isDeepStrictEqual} from 'node:util';

/// What a scalar of this vendor looks like in JSON. graphql-js takes a scalar it does not know for anything.
const scalars = {
  Decimal: value => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value),
  DateTime: value =>
      typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value),
  Date: value => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  URL: value => typeof value === 'string' && URL.canParse(value),
  UnsignedInt64: value => typeof value === 'string' && /^\d+$/.test(value),
};

export class GraphQl {
  constructor(text, {path, header, scalars: own}) {
    const known = {...scalars, ...own};
    this.path = path;
    this.header = header;
    this.schema = buildSchema(text, {assumeValidSDL: true});
    for (const type of Object.values(this.schema.getTypeMap())) {
      if (type instanceof GraphQLScalarType && known[type.name])
        type.serialize = type.parseValue = value => {
          if (!known[type.name](value)) throw new Error(`${JSON.stringify(value)} is no ${type.name}`);
          return value;
        };
      // An answer without __typename tells its type by its global id.
      if (isAbstractType(type))
        type.resolveType = value => value.__typename ?? /^gid:\/\/shopify\/(\w+)\//.exec(value.id ?? '')?.[1];
    }
  }

  judge(exchange) {
    const violations = [];
    const add = (side, where, rule, says) => violations.push({side, where, rule, says});
    if (exchange.method !== 'POST' || exchange.target !== this.path)
      add('request', '', 'operation', 'not ' + this.path);
    if (!exchange.request.headers[this.header]) add('request', '/header', 'security', `no ${this.header}`);
    const {query, variables = {}, ...others} = JSON.parse(exchange.request.body);
    for (const name of Object.keys(others))
      if (name !== 'operationName') add('request', '/body/' + name, 'undeclared', 'not GraphQL over HTTP');
    let document;
    try {
      document = parse(query);
    } catch (problem) {
      add('request', '/body/query', 'syntax', problem.message);
      return {operation: 'unreadable', violations};
    }
    const operation = document.definitions.find(each => each.kind === Kind.OPERATION_DEFINITION);
    const name = `${operation.operation} ${operation.name?.value ?? '(no name)'}`;
    for (const problem of validate(this.schema, document)) add('request', '/body/query', 'document', problem.message);
    if (violations.length > 0) return {operation: name, violations};
    for (const problem of getVariableValues(this.schema, operation.variableDefinitions ?? [], variables).errors ?? [])
      add('request', '/body/variables', 'variables', problem.message);
    for (const name of Object.keys(variables))
      if (!operation.variableDefinitions?.some(each => each.variable.name.value === name))
        add('request', '/body/variables/' + name, 'undeclared', 'the document has no such variable');
    if (exchange.answer && violations.length === 0)
      for (const [where, rule, says] of this.answer(document, variables, exchange.answer))
        add(`answer ${exchange.answer.status}`, where, rule, says);
    return {operation: name, violations};
  }

  /// The data, put through the executor as if a server resolved it: types, nulls and enum values are graphql-js's
  /// business, and what comes out must be what went in.
  answer(document, variableValues, {status, headers, body}) {
    if (status !== 200) return [];  // not GraphQL, and nowhere described
    if (!(headers['content-type'] ?? '').startsWith('application/json'))
      return [['/header/content-type', 'media type', 'not JSON']];
    const {data, errors, extensions, ...others} = JSON.parse(body);
    const out = Object.keys(others).map(name => ['/body/' + name, 'undeclared', 'not part of a GraphQL answer']);
    if (data === undefined && errors === undefined) out.push(['/body', 'required', 'neither data nor errors']);
    if (errors !== undefined && !(Array.isArray(errors) && errors.every(error => typeof error?.message === 'string')))
      out.push(['/body/errors', 'type', 'not a list of errors with a message each']);
    if (!data) return out;
    const fieldResolver = (source, _, __, info) => {
      const value = source[info.path.key];
      if (value === undefined) throw new Error('missing');
      return value;
    };
    const run = execute({schema: this.schema, document, rootValue: data, variableValues, fieldResolver});
    for (const problem of run.errors ?? [])
      out.push([
        '/body/data/' + problem.path.map(part => (typeof part === 'number' ? '*' : part)).join('/'), 'type',
        problem.message
      ]);
    if (out.length === 0 && !isDeepStrictEqual(JSON.parse(JSON.stringify(run.data)), data))
      out.push(
          ['/body/data', 'undeclared', 'members that nobody asked for, or in another form: ' + JSON.stringify(data)]);
    return out;
  }
}
