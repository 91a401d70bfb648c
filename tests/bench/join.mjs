// The three-way full outer join of the audit's exports, counts and exact sums, in DuckDB. Run in their folder.
import { DuckDBInstance } from '@duckdb/node-api';

const file = (name) =>
  `(select reference, amount, currency from read_csv('${name}.csv', types={'amount': 'DECIMAL(18,2)'}))`;
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const result = await connection.runAndReadAll(`
  select coalesce(p.currency, q.currency, s.currency) as currency, count(p.reference), count(q.reference), count(s.reference),
         sum(p.amount), sum(q.amount), sum(s.amount),
         count(*) filter (where p.reference is null or q.reference is null or s.reference is null
                          or p.amount <> q.amount or p.amount <> s.amount) as gaps
  from ${file('pos')} p
  full outer join ${file('platform')} q on p.reference = q.reference
  full outer join ${file('storefront')} s on coalesce(p.reference, q.reference) = s.reference
  group by 1`);
console.log(JSON.stringify(result.getRowsJson()));
