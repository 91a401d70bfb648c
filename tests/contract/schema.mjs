// A vendor's OpenAPI 3.0 file as JSON Schema 2019-09, stricter where the file is silent.
import formats from 'ajv-formats';
import Ajv2019 from 'ajv/dist/2019.js';
import yaml from 'js-yaml';
import {readFileSync} from 'node:fs';

/// One thing that is wrong: where, by which rule, in words.
export const complaint = (where, rule, says) => ({where, rule, says});

/// The file as it is published. YAML or JSON.
export function read(file) {
  const text = readFileSync(file, 'utf8');
  return text.trimStart().startsWith('{') ? JSON.parse(text) : yaml.load(text);
}

/// What '#/a/b' names in `doc`; undefined if it leads nowhere.
export function target(doc, ref) {
  if (!ref.startsWith('#/')) return undefined;
  return ref.slice(2)
      .split('/')
      .map(part => decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~'))
      .reduce((at, key) => at?.[key], doc);
}

/// `node` itself, or what it refers to.
export function resolved(doc, node) {
  return typeof node?.$ref === 'string' ? resolved(doc, target(doc, node.$ref)) : node;
}

/// A reference to another host, or to a component that the file lacks (Square's does both): the plain type its name tells.
function standIn(ref) {
  const name = ref.split(/[.#/]/).pop().toLowerCase();
  if (['string', 'number', 'integer', 'boolean'].includes(name)) return {type: name};
  return /phone|email|name|date|time/.test(name) ? {type: 'string'} : {};
}

/// Whether the file says which members such a value has, and leaves no door open for others.
function saysItsMembers(doc, schema, seen = new Set()) {
  if (!schema || seen.has(schema)) return false;
  seen.add(schema);
  if (typeof schema.$ref === 'string') return saysItsMembers(doc, target(doc, schema.$ref), seen);
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) return false;
  const parts = [schema.allOf, schema.anyOf, schema.oneOf].filter(Array.isArray).flat();
  if (parts.some(part => isOpen(doc, part))) return false;
  return schema.properties !== undefined || parts.some(part => saysItsMembers(doc, part, new Set(seen)));
}

function isOpen(doc, part) {
  const schema = resolved(doc, part);
  if (!schema) return true;
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) return true;
  const parts = [schema.allOf, schema.anyOf, schema.oneOf].filter(Array.isArray).flat();
  return schema.type === 'object' && schema.properties === undefined && parts.length === 0;
}

/// Not anyOf: a complaint about the other branch, "must be null", would hide what is really wrong.
const orNull = schema => ({'if': {type: 'null'}, 'else': schema});

/// How a query, a path or a form writes what is no text. Ajv's own reading takes "25.00" and "1e2" for whole numbers.
const written = {
  integer: {type: 'string', pattern: '^(0|-?[1-9][0-9]*)$'},
  number: {type: 'string', pattern: '^-?(0|[1-9][0-9]*)([.][0-9]+)?$'},
  boolean: {type: 'string', enum: ['true', 'false']},
};

const asTheyAre = [
  'type', 'enum', 'const', 'format', 'pattern', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems',
  'multipleOf', 'minimum', 'maximum', 'minProperties', 'maxProperties'
];

/// One schema, translated. `side` is "request", "text" or "answer": what only the vendor writes is not asked of the first
/// two, and "text" is a request that is all text. `whole` is false inside allOf and its like, where the other branches'
/// members are unknown.
function translate(doc, schema, side, whole) {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (typeof schema.$ref === 'string' && target(doc, schema.$ref) === undefined) return standIn(schema.$ref);
  // Expandable fields are plain ids unless a request asks for more, and no connector does.
  if (schema['x-expansionResources']) schema = {type: 'string', nullable: schema.nullable};
  if (side === 'text' && written[schema.type]) return written[schema.type];
  const out = typeof schema.$ref === 'string' ? {$ref: schema.$ref} : keywords(doc, schema, side);
  if (whole && saysItsMembers(doc, schema)) out.unevaluatedProperties = false;
  return schema.nullable === true ? orNull(out) : out;
}

function keywords(doc, schema, side) {
  const out = Object.fromEntries(asTheyAre.filter(key => schema[key] !== undefined).map(key => [key, schema[key]]));
  for (const [limit, exclusive] of [['minimum', 'exclusiveMinimum'], ['maximum', 'exclusiveMaximum']])
    if (schema[exclusive] === true) {
      out[exclusive] = out[limit];
      delete out[limit];
    }
  const whole = part => translate(doc, part, side, true);
  if (schema.items) out.items = whole(schema.items);
  if (schema.additionalProperties !== undefined) out.additionalProperties = whole(schema.additionalProperties);
  if (schema.properties) {
    out.type ??= 'object';  // by the letter, a schema with members and without a type takes any text
    out.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, value]) => [name, whole(value)]));
  }
  for (const key of ['allOf', 'anyOf', 'oneOf'])
    if (schema[key]) out[key] = schema[key].map(part => translate(doc, part, side, false));
  if (schema.not) out.not = translate(doc, schema.not, side, false);
  const notOurs = side === 'answer' ? 'writeOnly' : 'readOnly';
  if (schema.required)
    out.required = schema.required.filter(name => !resolved(doc, schema.properties?.[name])?.[notOurs]);
  return out;
}

/// Judges values by the schemas of one file. A schema that cannot be compiled throws: silence would pass everything.
export class Judge {
  constructor(doc) {
    this.doc = doc;
    this.compilers = new Map();
  }

  /// [{where, rule, says}], empty if `value` is as the schema wants it. `side` as in translate().
  judge(schema, value, side) {
    if (!this.compilers.has(side)) this.compilers.set(side, this.compiler(side));
    const validate = this.compilers.get(side)(schema);
    return validate(value) ? [] : told(validate.errors);
  }

  compiler(side) {
    // Not optimised: each schema judges a few values and is gone.
    const ajv =
        new Ajv2019({allErrors: true, strict: false, validateSchema: false, logger: false, code: {optimize: 0}});
    formats(ajv);
    const names = new Map();  // of what was referred to so far: only that is translated, these files are large
    const adopt = schema => {
      if (typeof schema !== 'object' || schema === null) return schema;
      if (Array.isArray(schema)) return schema.map(adopt);
      const out = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, adopt(value)]));
      if (typeof schema.$ref === 'string') out.$ref = nameOf(schema.$ref);
      return out;
    };
    const nameOf = ref => {
      if (!names.has(ref)) {
        names.set(ref, 'r' + names.size);
        ajv.addSchema(adopt(translate(this.doc, target(this.doc, ref), side, false)), names.get(ref));
      }
      return names.get(ref);
    };
    const compiled = new Map();
    return schema => {
      if (!compiled.has(schema)) compiled.set(schema, ajv.compile(adopt(translate(this.doc, schema, side, true))));
      return compiled.get(schema);
    };
  }
}

/// Ajv's words, one sentence for each place and rule. In an object with which something else is wrong, "undeclared" says
/// nothing new: a branch that failed declares no members.
function told(errors) {
  const out = new Map();
  for (const error of errors.filter(each => each.keyword !== 'if')) {
    const rule = /^(unevaluated|additional)Properties$/.test(error.keyword) ? 'undeclared' : error.keyword;
    const {unevaluatedProperty, additionalProperty, missingProperty, allowedValues} = error.params;
    const member = unevaluatedProperty ?? additionalProperty ?? missingProperty;
    const object = error.instancePath.replace(/\/\d+(?=\/|$)/g, '/*');
    const where = object + (member === undefined ? '' : '/' + member);
    const allowed = allowedValues ? ': ' + allowedValues.slice(0, 8).join(', ') : '';
    out.set(
        where + ' ' + rule,
        {where, rule, object, says: rule === 'undeclared' ? 'the file knows no such member' : error.message + allowed});
  }
  const found = [...out.values()];
  const real = found.filter(({rule}) => rule !== 'undeclared');
  const news = found.filter(
      ({rule, object}) => rule === 'undeclared' && !real.some(({where}) => (where + '/').startsWith(object + '/')));
  return [...news, ...real].map(({where, rule, says}) => ({where, rule, says}));
}
