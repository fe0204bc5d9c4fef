# Superset with Paidnet's settings and dashboards, in an environment of its own.
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS environment
COPY requirements/superset.txt /tmp/requirements.txt
RUN python3 -m venv /opt/superset \
    && /opt/superset/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps \
        --require-hashes --requirement /tmp/requirements.txt \
    && cd /opt/superset/lib/python3.11/site-packages \
    && rm -rf pip pip-* \
    && find numpy pandas pyarrow -type d -name tests -prune -exec rm -rf {} +

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 paidnet \
    && useradd --uid 10001 --gid paidnet --no-create-home --home-dir /tmp paidnet \
    && install --directory --owner paidnet --group paidnet --mode 0750 /superset-home
COPY --from=environment /opt/superset /opt/superset
WORKDIR /paidnet
# The contracts of the marts: columns and descriptions of the datasets come from them.
COPY models models
COPY warehouse warehouse
COPY bi bi
COPY superset superset
RUN /opt/superset/bin/python -m compileall -q warehouse bi superset
ENV PATH=/opt/superset/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    PAIDNET_DATA=/data \
    SUPERSET_HOME=/superset-home \
    PAIDNET_BI_HOST=0.0.0.0
USER paidnet
VOLUME /superset-home
EXPOSE 8088
CMD ["python", "-m", "bi", "start"]
