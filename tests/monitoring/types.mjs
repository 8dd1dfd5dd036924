// Grafana's own types, and a compiler that compares with them strictly. JSON has no enums, so a type becomes what it is
// in JSON first: a value of an enum is its text or number.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modules, parts } from "./pages.mjs";

const raw = "@grafana/schema/dist/esm/raw/composable";
const preamble = `
import type * as g from "@grafana/schema";
import type { Options as TimeseriesOptions, FieldConfig as TimeseriesField }
  from "${raw}/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
import type { Options as StatOptions } from "${raw}/stat/panelcfg/x/StatPanelCfg_types.gen";

type Json<T> = unknown extends T ? T
  : T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends (infer Item)[] ? Json<Item>[]
  : { [Key in keyof T]: Json<T[Key]> };

// What the package leaves open: the query of a Prometheus, as its plugin takes it, and what a panel of a type has.
interface Query extends Omit<g.DataQuery, "datasource"> {
  datasource: g.DataSourceRef;
  expr: string;
  legendFormat: string;
  editorMode: "code" | "builder";
  range?: boolean;
  instant?: boolean;
}
interface Fields<Custom> { defaults: Omit<g.FieldConfig, "custom"> & Custom; overrides: never[]; }
type Common = Required<Pick<g.Panel, "id" | "title" | "description" | "datasource" | "gridPos">> & { targets: Query[] };
type Timeseries = Common & { type: "timeseries"; options: TimeseriesOptions; fieldConfig: Fields<{ custom: TimeseriesField }> };
type Stat = Common & { type: "stat"; options: StatOptions; fieldConfig: Fields<{}> };
type Row = Required<Pick<g.RowPanel, "id" | "title" | "collapsed" | "gridPos">> & { type: "row"; panels: never[] };
type Annotation = g.AnnotationQuery & { expr: string; step: string; titleFormat: string; textFormat: string };
export type Dashboard = Json<Omit<g.Dashboard, "panels" | "annotations"> & {
  panels: (Row | Timeseries | Stat)[];
  annotations: { list: Annotation[] };
}>;
export type Panel = Json<Timeseries | Stat>;
`;

// [{label, type: "Dashboard" | "Panel", literal}] → Map of label → what the compiler says about it.
export function compile(literals) {
  const directory = join(parts, "types");
  mkdirSync(directory, { recursive: true });
  const lines = ['import type { Dashboard, Panel } from "./grafana.ts";'], owner = [undefined];
  for (const { label, type, literal } of literals) {
    lines.push(`export const _${lines.length}: ${type} = ${JSON.stringify(literal)};`);
    owner.push(label);
  }
  writeFileSync(join(directory, "grafana.ts"), preamble);
  writeFileSync(join(directory, "literals.ts"), `${lines.join("\n")}\n`);
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions: {
    strict: true, noEmit: true, module: "esnext", moduleResolution: "bundler", target: "es2022", skipLibCheck: true,
    allowImportingTsExtensions: true, types: [] }, files: ["literals.ts"] }));
  const tsc = spawnSync(process.execPath, [join(modules, "typescript/bin/tsc"), "--pretty", "false", "-p", directory],
    { cwd: directory, encoding: "utf8", maxBuffer: 1 << 28 });
  const errors = new Map();
  for (const line of tsc.stdout.split("\n")) {
    const found = /^(.*?)\((\d+),\d+\): error (TS\d+: .*)$/.exec(line);
    if (found) {
      assert.equal(found[1], "literals.ts", line);
      const label = owner[found[2] - 1];
      errors.set(label, `${errors.get(label) ?? ""}${found[3]}\n`);
    } else {
      assert.doesNotMatch(line, /^error /, line);
    }
  }
  assert.equal(tsc.status === 0, errors.size === 0, tsc.stdout + tsc.stderr);
  return errors;
}
