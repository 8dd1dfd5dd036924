// What deploy/kubernetes/secrets.sh makes: {Secret: {key: content}}.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { build, built, root } from "./manifests.mjs";

export function makeSecrets(directory) {
  return execFileSync(join(root, "deploy/kubernetes/secrets.sh"), [directory],
    { encoding: "utf8", env: { ...process.env, MONARCHCTL: join(build, "bin/monarchctl") } });
}

export function secretsOf(directory) {
  makeSecrets(directory);
  return Object.fromEntries(built(directory).map((secret) => [secret.metadata.name,
    Object.fromEntries(Object.entries(secret.data).map(([key, text]) => [key, Buffer.from(text, "base64")]))]));
}
