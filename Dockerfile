# One small image for every process of the cluster and its tools; the command says which
# (docs/decisions/0016-containers.md). Needs BuildKit: DOCKER_BUILDKIT=1 with Docker before 23.
#
#   docker build -t monarch .
#   docker run --rm monarch monarch-auth --help
#
# BASE may be another Debian 12, JOBS how many compilers run at a time.
ARG BASE=debian:bookworm-slim
# The version of CMakeLists.txt; the build stops when they differ.
ARG MONARCH_VERSION=0.1.0

# What the build needs, apart from what the rest of the list says: so a change of that installs nothing anew.
FROM ${BASE} AS packages
COPY tools/dev/packages.txt /
RUN awk '$1 == "build" { print $2 }' /packages.txt >/build

FROM ${BASE} AS build
ENV DEBIAN_FRONTEND=noninteractive
WORKDIR /src
COPY --from=packages /build /packages
RUN --mount=type=cache,id=monarch-apt,target=/var/cache/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get -q update && \
    xargs -a /packages apt-get -q -y --no-install-recommends install && \
    rm -rf /var/lib/apt/lists/*
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY proto proto
COPY libs libs
COPY services services
COPY tools/monarchctl tools/monarchctl
ARG JOBS
ENV CCACHE_DIR=/ccache CCACHE_MAXSIZE=2G
RUN --mount=type=cache,id=monarch-ccache,target=/ccache \
    cmake --preset release && \
    cmake --build build/release --target cluster ${JOBS:+--parallel ${JOBS}}
# Programs without their debugging tables, and the packages that their shared libraries are in.
RUN mkdir -p /out/bin && \
    for program in build/release/bin/monarch-* build/release/bin/monarchctl; do \
      strip --strip-unneeded -o "/out/bin/${program##*/}" "$program" || exit 1; \
    done && \
    ldd /out/bin/* | awk '$2 == "=>" && $3 ~ /^\// { sub("^(/usr)?", "", $3); print "*" $3 }' | \
      sort -u | xargs dpkg-query --search | cut -d: -f1 | sort -u >/out/packages
# Completions and the man page of monarchctl, which it makes itself.
RUN cd /out && mkdir -p share/bash-completion/completions share/zsh/vendor-completions \
      share/fish/vendor_completions.d share/man/man1 && \
    bin/monarchctl completion bash >share/bash-completion/completions/monarchctl && \
    bin/monarchctl completion zsh >share/zsh/vendor-completions/_monarchctl && \
    bin/monarchctl completion fish >share/fish/vendor_completions.d/monarchctl.fish && \
    bin/monarchctl man >share/man/man1/monarchctl.1
ARG MONARCH_VERSION
RUN for program in /out/bin/*; do \
      [ "$("$program" --version)" = "${program##*/} $MONARCH_VERSION" ] || \
        { echo "$program is not of version $MONARCH_VERSION"; exit 1; }; \
    done

FROM ${BASE}
# The certificates are for what leads out of the server: mail, pages (docs/doors.md).
RUN --mount=type=cache,id=monarch-apt,target=/var/cache/apt,sharing=locked \
    --mount=type=bind,from=build,source=/out/packages,target=/mnt/packages \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get -q update && \
    DEBIAN_FRONTEND=noninteractive xargs -a /mnt/packages \
      apt-get -q -y --no-install-recommends install ca-certificates && \
    rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log && \
    useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent \
      --shell /usr/sbin/nologin monarch
COPY deploy/postgres /usr/share/monarch/postgres
COPY deploy/redis /usr/share/monarch/redis
COPY deploy/compose/secrets.sh /usr/share/monarch/compose/
COPY deploy/image/monarch-ready /usr/local/bin/
COPY --from=build /out/bin/ /usr/local/bin/
COPY --from=build /out/share/ /usr/share/
# Every container has an address of its own, so the ports may be the same in all. Listening beyond
# loopback is refused until certificates are given (or plain text is allowed).
ENV MONARCH_RPC_BIND=0.0.0.0:17000 \
    MONARCH_ADMIN_BIND=0.0.0.0:17001 \
    MONARCH_MIGRATE_MIGRATIONS=/usr/share/monarch/postgres/migrations
ARG MONARCH_VERSION
LABEL org.opencontainers.image.title="Monarch" \
      org.opencontainers.image.description="A clustered server for the classic MSN Messenger protocol" \
      org.opencontainers.image.version="${MONARCH_VERSION}"
USER 10001:10001
WORKDIR /
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["monarch-ready"]
CMD ["monarchctl", "--help"]
