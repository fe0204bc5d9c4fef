# What pulls, builds, releases, schedules and answers: dbt, DuckDB, the forecast, reports, the API.
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS environment
COPY requirements/warehouse.txt /tmp/requirements.txt
RUN python3 -m venv /opt/paidnet \
    && /opt/paidnet/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps \
        --only-binary :all: --require-hashes --requirement /tmp/requirements.txt \
    && cd /opt/paidnet/lib/python3.11/site-packages \
    && rm -rf pip pip-* \
    && find numpy pandas pyarrow scipy statsmodels -type d -name tests -prune -exec rm -rf {} +

FROM ${PYTHON_IMAGE}
# LightGBM's wheel leaves OpenMP to the system.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 paidnet \
    && useradd --uid 10001 --gid paidnet --no-create-home --home-dir /tmp paidnet \
    && install --directory --owner paidnet --group paidnet --mode 0750 /data
COPY --from=environment /opt/paidnet /opt/paidnet
WORKDIR /paidnet
COPY dbt_project.yml profiles.yml selectors.yml ./
COPY macros macros
COPY models models
COPY seeds seeds
COPY tests/generic tests/generic
COPY tests/singular tests/singular
COPY warehouse warehouse
COPY ingestion ingestion
COPY forecasting forecasting
COPY reporting reporting
COPY api api
# Of the dashboards, what the upload page takes from them: who may do what, and the logo.
COPY bi bi
COPY superset/theme superset/theme
COPY superset/assets/access.yaml superset/assets/access.yaml
RUN /opt/paidnet/bin/python -m compileall -q warehouse ingestion forecasting reporting api bi
ENV PATH=/opt/paidnet/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    PAIDNET_DATA=/data \
    DBT_PROFILES_DIR=/paidnet \
    DBT_TARGET_PATH=/tmp/target \
    DBT_LOG_PATH=/data/logs \
    MPLCONFIGDIR=/tmp/matplotlib
USER paidnet
VOLUME /data
CMD ["python", "-m", "warehouse", "build"]
