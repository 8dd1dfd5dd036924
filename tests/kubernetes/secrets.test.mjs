// deploy/kubernetes/secrets.sh makes exactly the Secrets that the manifests name, keeps what is there, and
// gives nobody what is another's.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { processes, root, variants, workloads } from "./manifests.mjs";
import { makeSecrets, secretsOf } from "./secrets.mjs";

const scratch = mkdtempSync(join(tmpdir(), "monarch-secrets-"));
after(() => rmSync(scratch, { recursive: true }));
const directory = join(scratch, "secrets");
const secrets = secretsOf(directory);

test("nobody else can read them", () => {
  for (const file of ["", ...readdirSync(directory)]) {
    assert.equal(statSync(join(directory, file)).mode & 0o077, 0, file);
  }
  for (const file of readdirSync(join(directory, "certs")).filter((it) => it.endsWith(".key"))) {
    assert.equal(statSync(join(directory, "certs", file)).mode & 0o077, 0, file);
  }
});

test("every Secret is used by exactly the workload whose it is", () => {
  const used = new Map();
  for (const workload of Object.values(variants()).flatMap((objects) => workloads(objects))) {
    const names = [
      ...(workload.pod.volumes ?? []).flatMap((volume) => volume.secret ? [volume.secret.secretName] : []),
      ...workload.pod.containers.flatMap((container) =>
        [...(container.env ?? []), ...(container.envFrom ?? [])].flatMap((it) =>
          [it.valueFrom?.secretKeyRef?.name ?? it.secretRef?.name ?? []].flat())),
    ];
    for (const name of names) {
      assert.equal(name, `${workload.owner.metadata.name}-secrets`);
      used.set(name, workload);
    }
  }
  assert.deepEqual([...used.keys()].sort(), Object.keys(secrets).sort());
});

test("no secret is another service's", () => {
  const owners = new Map();
  for (const [name, keys] of Object.entries(secrets)) {
    for (const [key, content] of Object.entries(keys)) {
      assert.ok(content.length >= 64, `${name} ${key} is short`);
      owners.set(content.toString(), [...(owners.get(content.toString()) ?? []), `${name} ${key}`]);
    }
  }
  // What all of them have: whom to believe, and the token, which counts where there are no certificates.
  const everybody = ["ca.crt", "admin-token"].map((key) =>
    [...processes, "monarchctl"].map((service) => `${service}-secrets ${key}`).sort());
  const shared = [...owners.values()].filter((list) => list.length > 1).map((list) => list.sort());
  // The migration sets the passwords of the roles, and PostgreSQL's first start that of the migration.
  assert.deepEqual(shared.sort(), [
    ...everybody,
    ["auth-secrets postgres-password", "migrate-secrets postgres-auth"],
    ["migrate-secrets postgres-migrate", "postgres-secrets postgres-migrate"],
    ["migrate-secrets postgres-presence", "presence-secrets postgres-password"],
  ].sort());
});

test("the authority's key is given to nobody", () => {
  const key = readFileSync(join(directory, "certs/ca.key"), "utf8");
  assert.match(key, /PRIVATE KEY/);
  assert.ok(!JSON.stringify(Object.values(secrets).map((keys) =>
    Object.values(keys).map((content) => content.toString()))).includes(key.split("\n")[1]));
});

test("a process is given its certificate and its passwords, and auth the key", () => {
  const identity = ["ca.crt", "tls.crt", "tls.key", "admin-token"];
  assert.deepEqual(Object.keys(secrets["monarchctl-secrets"]).sort(), [...identity].sort());
  for (const service of processes) {
    const wanted = [...identity, "redis-password"];
    if (service === "auth" || service === "presence") wanted.push("postgres-password");
    if (service === "auth") wanted.push("password-key");
    assert.deepEqual(Object.keys(secrets[`${service}-secrets`]).sort(), wanted.sort());
  }
});

test("Redis knows the services by these passwords, with the rights of the template", () => {
  const template = readFileSync(join(root, "deploy/redis/users.acl.template"), "utf8");
  const lines = secrets["redis-secrets"]["users.acl"].toString().trim().split("\n");
  const rights = new Map(lines.map((line) => [line.split(" ")[1], line]));
  for (const line of template.split("\n").filter((it) => it.startsWith("user "))) {
    const user = line.split(" ")[1];
    const hashed = line.replace(/>@PASSWORD_[A-Z]+@/, () =>
      `#${createHash("sha256").update(secrets[`${user}-secrets`]["redis-password"]).digest("hex")}`);
    assert.equal(rights.get(user), hashed);
    rights.delete(user);
  }
  const watch = createHash("sha256").update(secrets["redis-secrets"]["redis-watch"]).digest("hex");
  assert.deepEqual([...rights.values()], [`user watch on #${watch} resetkeys resetchannels -@all +ping`]);
});

test("a second run keeps what is there and makes what is missing", () => {
  const files = readdirSync(directory, { withFileTypes: true }).filter((it) => it.isFile());
  const certificates = readdirSync(join(directory, "certs")).map((it) => `certs/${it}`);
  const before = new Map([...files.map((it) => it.name), ...certificates]
    .map((file) => [file, readFileSync(join(directory, file))]));
  rmSync(join(directory, "redis-auth"));
  writeFileSync(join(directory, "postgres-auth"), "chosen by somebody");
  makeSecrets(directory);
  for (const [file, content] of before) {
    const now = readFileSync(join(directory, file));
    if (file === "postgres-auth") assert.equal(now.toString(), "chosen by somebody");
    else if (file === "redis-auth" || file === "users.acl") assert.notDeepEqual(now, content);
    else assert.deepEqual(now, content, file);
  }
});
