# What tests/monitoring needs beside Debian's packages, once, below build/monitoring: Grafana's types, a compiler that
# compares, and a reader of PromQL, from npm (package-lock.json pins them).

monitoring_parts() { npm_parts tests/monitoring "$root/build/monitoring"; }
