// An example for analysts: loads a folder that `evident audit export-tables` wrote into DuckDB and answers what they ask first.
//   node tests/analytics/queries.mjs FOLDER
// Prints one JSON object. Needs the npm package @duckdb/node-api.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: queries.mjs FOLDER");
  process.exit(2);
}

// The manifest proves that nothing is missing: its files are as they were written, and the entries from 0 to its size are all there.
const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
for (const file of manifest.files) {
  const sha256 = createHash("sha256").update(readFileSync(join(folder, file.path))).digest("hex");
  if (sha256 !== file.sha256) throw new Error(`${file.path} is not as the manifest says`);
}

const connection = await (await DuckDBInstance.create(":memory:")).connect();

async function rows(sql) {
  const result = await connection.runAndReadAll(sql);
  // Counts come as BigInt, which JSON does not know.
  return JSON.parse(JSON.stringify(result.getRowObjects(), (_, value) => (typeof value === "bigint" ? Number(value) : value)));
}

// A table without a row has no files; its columns are named here, so that queries hold all the same.
const columns = {
  entries: "{entry_index: 'UBIGINT', time: 'TIMESTAMP', key_id: 'VARCHAR', kind: 'VARCHAR', method: 'VARCHAR', status: 'INTEGER', erased: 'BOOLEAN', pruned: 'BOOLEAN', latency_ns: 'BIGINT'}",
  decisions: "{entry_index: 'UBIGINT', time: 'TIMESTAMP', key_id: 'VARCHAR', decision: 'VARCHAR', mode: 'VARCHAR', release: 'INTEGER', release_digest: 'VARCHAR', outcome: 'VARCHAR', concepts: 'VARCHAR[]', latency_ns: 'BIGINT'}",
  decision_statements: "{entry_index: 'UBIGINT', time: 'TIMESTAMP', key_id: 'VARCHAR', statement: 'VARCHAR', applicability: 'VARCHAR', in_conflict: 'BOOLEAN'}",
  feedback: "{entry_index: 'UBIGINT', time: 'TIMESTAMP', key_id: 'VARCHAR', decision: 'VARCHAR', statement: 'VARCHAR', verdict: 'VARCHAR', reason: 'VARCHAR'}",
  silences: "{entry_index: 'UBIGINT', time: 'TIMESTAMP', key_id: 'VARCHAR', fact: 'VARCHAR'}",
  release_statements: "{release: 'INTEGER', release_digest: 'VARCHAR', statement: 'VARCHAR', headline: 'VARCHAR', strength: 'VARCHAR', certainty: 'VARCHAR', guideline_title: 'VARCHAR', rests_on: 'VARCHAR[]'}",
  release_concepts: "{release: 'INTEGER', release_digest: 'VARCHAR', concept: 'VARCHAR', display: 'VARCHAR', kind: 'VARCHAR'}",
  release_references: "{release: 'INTEGER', release_digest: 'VARCHAR', reference: 'VARCHAR', title: 'VARCHAR', year: 'INTEGER', pmid: 'VARCHAR', doi: 'VARCHAR', standing: 'VARCHAR'}",
};
// Files of a folder that was written with --zstd end in .zst, by which DuckDB knows them.
for (const [table, types] of Object.entries(columns)) {
  const files = manifest.files.filter((file) => file.table === table).map((file) => `'${join(folder, file.path).replaceAll("'", "''")}'`);
  const source = files.length > 0
    ? `SELECT * FROM read_json([${files}], format = 'newline_delimited', columns = ${types})`
    : `SELECT ${types.slice(1, -1).split(", ").map((one) => `CAST(NULL AS ${one.split(": ")[1].replaceAll("'", "")}) AS ${one.split(": ")[0]}`)} WHERE false`;
  await connection.run(`CREATE VIEW ${table} AS ${source}`);
}

const [range] = await rows("SELECT count(*) AS entries, count(DISTINCT entry_index) AS different, coalesce(max(entry_index) + 1, 0) AS size FROM entries");
if (range.entries !== manifest.size || range.different !== manifest.size || range.size !== manifest.size) {
  throw new Error(`the entries from 0 to ${manifest.size} are not all there, once each`);
}

console.log(JSON.stringify({
  size: manifest.size,
  decisions_per_statement_and_week: await rows(`
    SELECT s.statement, r.headline, r.strength, strftime(date_trunc('week', s.time), '%Y-%m-%d') AS week,
      count(DISTINCT s.entry_index) AS decisions
    FROM decision_statements s JOIN decisions d USING (entry_index)
    LEFT JOIN release_statements r ON r.release_digest = d.release_digest AND r.statement = s.statement
    GROUP BY ALL ORDER BY s.statement, week`),
  overrides_by_reason: await rows(`
    SELECT reason, count(*) AS overrides FROM feedback WHERE verdict = 'overridden' GROUP BY ALL ORDER BY overrides DESC, reason`),
  silences_by_concept: await rows(`
    SELECT d.concept, r.display, fact, count(DISTINCT d.entry_index) AS decisions
    FROM (SELECT entry_index, release_digest, unnest(concepts) AS concept FROM decisions) d JOIN silences USING (entry_index)
    LEFT JOIN release_concepts r ON r.release_digest = d.release_digest AND r.concept = d.concept
    GROUP BY ALL ORDER BY d.concept, fact`),
  decisions_by_reference: await rows(`
    SELECT u.reference, f.pmid, f.doi, f.title, f.standing, count(DISTINCT u.entry_index) AS decisions
    FROM (SELECT s.entry_index, d.release_digest, unnest(r.rests_on) AS reference
      FROM decision_statements s JOIN decisions d USING (entry_index)
      JOIN release_statements r ON r.release_digest = d.release_digest AND r.statement = s.statement) u
    JOIN release_references f ON f.release_digest = u.release_digest AND f.reference = u.reference
    GROUP BY ALL ORDER BY decisions DESC, u.reference`),
  p99_latency_ms: await rows(`
    SELECT method, count(*) AS calls, quantile_cont(latency_ns, 0.99) / 1e6 AS p99_ms
    FROM entries WHERE NOT erased AND latency_ns > 0 GROUP BY ALL ORDER BY method`),
}, null, 1));
