# Regulars in one image: `docker build -t regulars .`
# The same image serves, works and migrates; only the command differs (see compose.yaml).

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
WORKDIR /build

# Dependencies first, by hash: this layer is built again only when the lock changes.
COPY requirements.lock ./
RUN python -m venv /venv \
 && /venv/bin/pip install --require-hashes --requirement requirements.lock

# The build tool comes from the same lock as everything else, so nothing here is unpinned.
COPY requirements-dev.lock ./
RUN awk '/^(hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/ { pinned = 1 } \
         pinned { print } \
         pinned && !/\\$/ { pinned = 0 }' requirements-dev.lock > build.lock \
 && pip install --require-hashes --requirement build.lock

COPY pyproject.toml README.md LICENSE piccolo_conf.py ./
COPY db db
COPY loyalty loyalty
COPY web web
COPY static static
RUN pip wheel --no-deps --no-build-isolation --wheel-dir wheels . \
 && /venv/bin/pip install --no-deps wheels/*.whl \
 && /venv/bin/python -m compileall -q /venv/lib


FROM python:3.13-slim
LABEL org.opencontainers.image.title="Regulars" \
      org.opencontainers.image.description="A customer-loyalty programme that a shop runs itself" \
      org.opencontainers.image.licenses="MIT"

# pg_dump and pg_restore, for `regulars backup` and `regulars restore` on PostgreSQL.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/*

RUN groupadd --gid 10001 regulars \
 && useradd --uid 10001 --gid regulars --no-create-home --home-dir /data --shell /usr/sbin/nologin regulars \
 && install --directory --owner regulars --group regulars --mode 0700 /data

COPY --from=build /venv /venv
COPY examples /examples

# Safe unless told otherwise: production refuses to start without an https base URL.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    REGULARS_DATA_DIR=/data \
    REGULARS_HOST=0.0.0.0 \
    REGULARS_PORT=8000 \
    REGULARS_PRODUCTION=true

USER regulars
WORKDIR /data
VOLUME /data
EXPOSE 8000

# /health answers when the application and its database do.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"REGULARS_PORT\"]}/health', timeout=4)"]

# SIGTERM lets running requests and jobs finish; give it more than 20 seconds.
STOPSIGNAL SIGTERM
ENTRYPOINT ["regulars"]
CMD ["serve"]
