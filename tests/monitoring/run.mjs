// Runs one of the *.test.mjs beside it: node run.mjs dashboards. ctest's way in.
import { existsSync } from "node:fs";

const modules = process.env.MONARCH_MONITORING_PARTS ?? new URL("../../build/monitoring", import.meta.url).pathname;
if (!existsSync(`${modules}/node_modules/typescript`)) {
  console.error(`${modules}/node_modules is not there: ./dev test puts it there, once`);
  process.exit(1);
}
await import(`./${process.argv[2]}.test.mjs`);
