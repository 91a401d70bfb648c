// What recorder.mjs wrote: one exchange in each line of each file.
import {readdirSync, readFileSync} from 'node:fs';

export function load(folder) {
  const files = readdirSync(folder).filter(name => name.endsWith('.jsonl'));
  return files.flatMap(
      name => readFileSync(`${folder}/${name}`, 'utf8')
                  .split('\n')
                  .filter(line => line !== '')
                  .map(line => JSON.parse(line)));
}

/// Whether the vendor did what it was asked. Some refuse with 200 and `errors`.
export function succeeded({answer}) {
  return answer !== null && answer.status < 400 && !/^\{"errors":/.test(answer.body);
}
