// Writes dashboards/*.json from source/*.mjs: node deploy/grafana/make.mjs. With --check it writes nothing, and fails
// when a file is not what it would write (tests/monitoring does that).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const directory = dirname(fileURLToPath(import.meta.url));
export const pages = ["overview", "notification", "switchboard", "back_ends"];

let stale = 0;
for (const page of pages) {
  const { default: dashboard } = await import(`./source/${page}.mjs`);
  const file = join(directory, "dashboards", `${page.replace("_", "-")}.json`);
  const text = `${JSON.stringify(dashboard, null, 1)}\n`;
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    continue;
  }
  let there = "";
  try { there = readFileSync(file, "utf8"); } catch { /* it is missing */ }
  if (there !== text) {
    console.error(`${file} is not what source/${page}.mjs makes: run node deploy/grafana/make.mjs`);
    stale = 1;
  }
}
process.exitCode = stale;
