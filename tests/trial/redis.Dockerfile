# Stands in for the official image: the same folder and user, from Debian's packages.
ARG BASE
FROM ${BASE}
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner redis --group redis --mode 0700 /data
WORKDIR /data
CMD ["redis-server"]
