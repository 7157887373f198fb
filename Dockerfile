# One image for web, worker and beat. Build: docker build -t bedside .
FROM python:3.13-slim AS build
COPY requirements/base.txt /src/requirements/base.txt
RUN python -m venv /opt/bedside \
    && /opt/bedside/bin/pip install --no-cache-dir --require-hashes -r /src/requirements/base.txt
COPY . /src
RUN python -m venv /opt/builder \
    && /opt/builder/bin/pip install --no-cache-dir hatchling \
    && /opt/builder/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation -w /wheels /src \
    && /opt/bedside/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/bedside --create-home bedside
COPY --from=build /opt/bedside /opt/bedside
ENV PATH=/opt/bedside/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BEDSIDE_WEB_HOST=0.0.0.0 \
    BEDSIDE_LOG_FORMAT=json
USER bedside
WORKDIR /var/lib/bedside
EXPOSE 8125
# A worker told to stop finishes or gives back the batch it is at.
STOPSIGNAL SIGTERM
CMD ["python", "-m", "campaigns.web"]
