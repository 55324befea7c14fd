# The bot for amd64 and arm64: every pinned dependency has a wheel for both, so nothing is compiled.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.txt requirements-build.txt ./
RUN python -m venv --without-pip /opt/spasmbot \
    && pip --python /opt/spasmbot/bin/python install --require-hashes --only-binary=:all: -r requirements.txt \
    && pip install --require-hashes --only-binary=:all: -r requirements-build.txt
COPY pyproject.toml README.md LICENSE LICENSE-CONTENT CHANGELOG.md ./
COPY bot bot
COPY content content
COPY templates templates
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
    && pip --python /opt/spasmbot/bin/python install --no-deps --no-index /dist/*.whl \
    && mkdir /data

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Spasmbot" \
      org.opencontainers.image.description="Patient education about muscle spasms for Slack and Discord" \
      org.opencontainers.image.licenses="MIT AND CC-BY-4.0"
COPY --from=build /opt/spasmbot /opt/spasmbot
# A named volume over /data takes its owner over.
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/opt/spasmbot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    DATA_DIR=/data \
    XDG_CACHE_HOME=/data/cache
WORKDIR /opt/spasmbot
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["spasmbot"]
CMD ["run"]
