#!/usr/bin/env bash
# Writes rules.yaml from deploy/prometheus/rules: what Prometheus reads from a file, the Operator wants inside of an
# object, and kustomize has no way to put it there. tests/kubernetes sees that both say the same.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
{
  echo "# Made by make.sh from deploy/prometheus/rules: change those."
  for file in ../../../prometheus/rules/*.yml; do
    cat <<EOF
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: monarch-$(basename "$file" .yml)
  labels:
    app.kubernetes.io/name: monarch
spec:
EOF
    sed -n '/^groups:/,$ s/^./  &/p' "$file"
  done
} >rules.yaml
