# API, worker and key module are one image with three commands.
FROM node:20.20.2-bookworm-slim@sha256:2cf067cfed83d5ea958367df9f966191a942351a2df77d6f0193e162b5febfc0 AS web
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY deploy/vendor.cjs ./deploy/
RUN npm run vendor

FROM python:3.12.14-slim-bookworm@sha256:782412e85d0f0984994c290652577d4018aff08145c85b262bb63dc0c7522254 AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY deploy/requirements.txt ./deploy/
COPY api ./api
COPY --from=web /src/api/web/static/vendor ./api/web/static/vendor
COPY bot ./bot
COPY knowledge ./knowledge
COPY schedulers ./schedulers
COPY deploy/learnt_weights.py ./deploy/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r deploy/requirements.txt \
    && /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12.14-slim-bookworm@sha256:782412e85d0f0984994c290652577d4018aff08145c85b262bb63dc0c7522254
RUN useradd --system --uid 10001 --no-create-home credit && useradd --system --uid 10002 --no-create-home keys
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CW_HOST=0.0.0.0
USER credit
EXPOSE 8000
CMD ["python", "-m", "api", "serve"]
