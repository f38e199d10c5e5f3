# The steps of `make run`, with production's servers instead of the embedded ones.

FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /opt/edi-gateway
ENV PATH=/opt/edi-gateway/bin:$PATH
COPY requirements.txt requirements-build.txt ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements.txt -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY gateway gateway
COPY translators translators
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home --home-dir /var/lib/edi-gateway --shell /usr/sbin/nologin gateway \
 && install --directory --owner gateway --group gateway /var/lib/edi-gateway/data /var/lib/edi-gateway/data/partners
COPY --from=build /opt/edi-gateway /opt/edi-gateway
COPY tools/container-entrypoint /usr/local/bin/container-entrypoint
ENV PATH=/opt/edi-gateway/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GATEWAY_CONFIG=/etc/edi-gateway/routes.toml GATEWAY_DATA=/var/lib/edi-gateway/data
USER 10001:10001
WORKDIR /var/lib/edi-gateway
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health/ready', timeout=4)"]
ENTRYPOINT ["container-entrypoint"]
CMD ["gateway", "run"]
