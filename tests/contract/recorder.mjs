// A proxy that writes down what passes: node recorder.mjs OUT.jsonl NAME=UPSTREAM...
//
// Prints {"NAME":"http://127.0.0.1:PORT",...} once every port listens, and adds one line to OUT for each exchange when it
// is over: {vendor, method, target, request: {headers, body}, answer: {status, headers, body}}, answer null where the
// connection was cut. It changes nothing and hurries nothing: judging comes later, so that it cannot slow the hub down.
import {appendFileSync, writeFileSync} from 'node:fs';
import http from 'node:http';

const [, , out, ...pairs] = process.argv;
writeFileSync(out, '');
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding']);

async function all(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/// Sends the request on; the answer, or null where the other side hung up.
function forward(upstream, {method, url, rawHeaders}, body) {
  return new Promise(resolve => {
    const request = http.request(upstream + url, {method, headers: kept(rawHeaders)}, async answer => {
      try {
        resolve({
          status: answer.statusCode,
          rawHeaders: answer.rawHeaders,
          headers: answer.headers,
          body: await all(answer)
        });
      } catch {
        resolve(null);
      }
    });
    request.on('error', () => resolve(null));
    request.end(body);
  });
}

function kept(rawHeaders) {
  const pairs = [];
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (!hopByHop.has(rawHeaders[i].toLowerCase())) pairs.push(rawHeaders[i], rawHeaders[i + 1]);
  return pairs;
}

function proxy(vendor, upstream) {
  const server = http.createServer(async (request, reply) => {
    const body = await all(request).catch(() => null);
    if (body === null) return;
    const answer = await forward(upstream, request, body);
    appendFileSync(out, JSON.stringify({
      vendor,
      method: request.method,
      target: request.url,
      request: {headers: request.headers, body: body.toString()},
      answer: answer && {status: answer.status, headers: answer.headers, body: answer.body.toString()},
    }) + '\n');
    if (!answer) return request.socket.destroy();
    reply.writeHead(answer.status, kept(answer.rawHeaders));
    reply.end(answer.body);
  });
  server.keepAliveTimeout = 60_000;
  return new Promise(
      resolve => server.listen(0, '127.0.0.1', () => resolve([vendor, `http://127.0.0.1:${server.address().port}`])));
}

const ports = pairs.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
console.log(
    JSON.stringify(Object.fromEntries(await Promise.all(ports.map(([vendor, upstream]) => proxy(vendor, upstream))))));
