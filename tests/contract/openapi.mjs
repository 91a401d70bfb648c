// Judges exchanges by a vendor's OpenAPI file: path, query, headers, credentials and body of a request; status, media type
// and body of an answer; and the notifications that a vendor sends by itself. Nothing that the file does not declare passes,
// whether or not the vendor would mind.
import {complaint, Judge, resolved} from './schema.mjs';

const methods = ['get', 'put', 'post', 'delete', 'patch'];

function pattern(template) {
  const names = [];
  const text = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{([^}]+)\}/g, (_, name) => {
    names.push(name);
    return '([^/()?]+)';
  });
  return {names, regex: new RegExp(`^${text}$`)};
}

/// "a[b][c]=1" as {a: {b: {c: "1"}}}; a name that comes twice becomes a list.
function nested(search) {
  const out = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const keys = name.split(/[[\]]+/).filter(key => key !== '');
    let at = out;
    for (const key of keys.slice(0, -1)) at = at[key] ??= {};
    const last = keys.at(-1);
    at[last] = at[last] === undefined ? value : [at[last], value].flat();
  }
  return out;
}

const mediaType = headers => (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();

export class OpenApi {
  /// `doc` with its waivers applied; `prefix` is what the paths of the file follow, a template too; `errors` the schema of
  /// refusals that an operation does not list by status, undefined where its answer of success also holds errors.
  constructor(doc, {prefix = '', errors}) {
    this.doc = doc;
    this.prefix = new RegExp(pattern(prefix).regex.source.replace(/\$$/, ''));
    this.errors = errors;
    this.schemas = new Judge(doc);
    this.operations = [];
    for (const [template, item] of Object.entries(doc.paths))
      for (const method of methods)
        if (item[method])
          this.operations.push({
            name: `${method.toUpperCase()} ${template}`,
            method: method.toUpperCase(),
            ...pattern(template),
            spec: item[method],
            parameters: this.parameters(item, item[method]),
          });
    // "/customers/search" before "/customers/{id}".
    this.operations.sort((a, b) => a.names.length - b.names.length);
  }

  parameters(item, operation) {
    const byName = new Map();
    for (const list of [item.parameters ?? [], operation.parameters ?? []])
      for (const parameter of list.map(each => resolved(this.doc, each)))
        byName.set(parameter.in + parameter.name, parameter);
    return [...byName.values()];
  }

  /// {operation, violations: [{side, where, rule, says}]}
  judge(exchange) {
    const [path, search] = exchange.target.split(/\?(.*)/s);
    const rest = path.replace(this.prefix, '');
    const found = this.operations.find(each => each.method === exchange.method && each.regex.test(rest));
    if (!found)
      return {
        operation: `${exchange.method} ${rest}`,
        violations: [{side: 'request', ...complaint('', 'operation', 'the file has no such operation')}]
      };
    const violations =
        this.request(found, rest, search ?? '', exchange.request).map(each => ({side: 'request', ...each}));
    if (exchange.answer)
      violations.push(
          ...this.answer(found, exchange.answer).map(each => ({side: `answer ${exchange.answer.status}`, ...each})));
    return {operation: found.name, violations};
  }

  request(operation, path, search, {headers, body}) {
    const values = operation.regex.exec(path).slice(1).map(decodeURIComponent);
    const inPath = Object.fromEntries(operation.names.map((name, i) => [name, values[i]]));
    return [
      ...this.named(operation, 'path', inPath),
      ...this.named(operation, 'query', this.flat(operation, search)),
      ...this.named(operation, 'header', headers),
      ...this.credentials(operation, headers),
      ...this.sent(resolved(this.doc, operation.spec.requestBody), headers, body),
    ];
  }

  /// Parameters by their declared names: Stripe's created[gte] is a member of one, Voucherify's created_at[after] is one.
  flat(operation, search) {
    const flat = Object.fromEntries(new URLSearchParams(search));
    const deep = operation.parameters.some(each => each.in === 'query' && each.style === 'deepObject');
    return deep ? nested(search) : flat;
  }

  named(operation, place, values) {
    const declared = operation.parameters.filter(each => each.in === place);
    const name = each => (place === 'header' ? each.name.toLowerCase() : each.name);
    const schema = operation['schema of ' + place] ??= {
      type: 'object',
      properties: Object.fromEntries(declared.map(each => [name(each), each.schema ?? {}])),
      required: declared.filter(each => each.required).map(name),
      additionalProperties: place === 'header',
    };
    const read = {...values};
    for (const each of declared)
      if (each.schema?.type === 'array' && typeof read[each.name] === 'string')
        read[each.name] = read[each.name].split(',');
    return this.schemas.judge(schema, read, 'text').map(each => ({...each, where: '/' + place + each.where}));
  }

  credentials(operation, headers) {
    const ways = operation.spec.security ?? this.doc.security ?? [];
    if (ways.length === 0 || ways.some(way => Object.keys(way).every(name => this.carries(headers, name)))) return [];
    return [complaint(
        '/header', 'security', 'none of the declared ways to authenticate: ' + JSON.stringify(ways.map(Object.keys)))];
  }

  carries(headers, name) {
    const scheme = this.doc.components.securitySchemes[name];
    if (scheme.type === 'apiKey') return scheme.in === 'header' && headers[scheme.name.toLowerCase()] !== undefined;
    const wanted = scheme.type === 'http' ? scheme.scheme : 'bearer';
    return (headers.authorization ?? '').toLowerCase().startsWith(wanted + ' ');
  }

  sent(declared, headers, body) {
    if (body === '') return declared?.required ? [complaint('/body', 'required', 'a body is required')] : [];
    if (!declared) return [complaint('/body', 'undeclared', 'the file knows no body here')];
    return this.body(declared.content, mediaType(headers), body, 'request');
  }

  answer(operation, {status, headers, body}) {
    const listed = operation.spec.responses;
    const found = listed[status] ?? listed[`${String(status)[0]}XX`] ?? listed.default;
    if (!found && status < 400)
      return [complaint('', 'status', 'the file knows only ' + Object.keys(listed).join(', '))];
    const declared = resolved(
        this.doc, found ?? (this.errors ? {content: {'application/json': {schema: this.errors}}} : listed[200]));
    if (!declared.content) return body === '' ? [] : [complaint('/body', 'undeclared', 'the file knows no body here')];
    return this.body(declared.content, mediaType(headers), body, 'answer');
  }

  body(content, type, text, side) {
    const declared = content[type];
    if (!declared)
      return [complaint(
          '/header/content-type', 'media type', `'${type}' is none of ` + Object.keys(content).join(', '))];
    const form = type === 'application/x-www-form-urlencoded';
    let value;
    try {
      value = form ? nested(text) : JSON.parse(text);
    } catch (problem) {
      return [complaint('/body', 'syntax', problem.message)];
    }
    return this.schemas.judge(declared.schema, value, form ? 'text' : side)
        .map(each => ({...each, where: '/body' + each.where}));
  }
}

/// The other direction: what the vendor sends by itself.
export class Notifications {
  /// `events` are schemas of `doc` by the type that a notification states; `header` carries its signature.
  constructor(doc, {events, header}) {
    this.schemas = new Judge(doc);
    this.events = events;
    this.header = header;
  }

  judge({request: {headers, body}}) {
    const event = JSON.parse(body);
    const operation = `event ${event.type}`;
    const violations = [];
    if (!headers[this.header])
      violations.push({side: 'request', ...complaint('/header', 'security', `no ${this.header}`)});
    const schema = this.events[event.type];
    if (!schema)
      violations.push({side: 'request', ...complaint('/body/type', 'undeclared', 'no event that is listed here')});
    // The vendor writes it: what only the vendor may write belongs here.
    else
      violations.push(...this.schemas.judge(schema, event, 'answer')
                          .map(each => ({side: 'request', ...each, where: '/body' + each.where})));
    return {operation, violations};
  }
}
