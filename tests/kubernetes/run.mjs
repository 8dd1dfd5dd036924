// Runs one of the *.test.mjs beside it: node run.mjs types. ctest's way in; exit status 77: skipped, and why.
import { existsSync } from "node:fs";
import { kubectlProblem, modules } from "./manifests.mjs";

const problem = kubectlProblem();
if (problem) {
  console.log(`SKIPPED: ${problem}`);
  process.exit(77);
}
if (!existsSync(`${modules}/typescript`)) {
  console.error(`${modules} is not there: ./dev test puts it there, once`);
  process.exit(1);
}
await import(`./${process.argv[2]}.test.mjs`);
