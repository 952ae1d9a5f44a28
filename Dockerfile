# One image for the six instances and for the one-off seeding. docker-compose.yml shows how to run
# it.

FROM node:24-slim AS build
WORKDIR /app
# The packages change less often than the sources, so Docker reuses their layer until the lockfile
# changes. Compiling needs no install scripts.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY scripts ./scripts
# The service and the widget both use the templates of storefront/shared and the client's types.
COPY client ./client
COPY storefront ./storefront
RUN node_modules/.bin/tsc -p tsconfig.build.json && rm -f dist/.tsbuildinfo && node storefront/build.mjs
# Remove packages that only build and test need, and New Relic's native extras, which nothing here
# compiles. More than a third of the rest is source maps, TypeScript, texts, a package's tests, and
# modules in a form that Node does not load; remove those too.
RUN npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -name '*.md' \) -delete \
 && find node_modules/@opentelemetry -depth -type d \( -path '*/build/esm' -o -path '*/build/esnext' \) -exec rm -r {} + \
 && rm -r node_modules/bintrees/test \
 && mkdir /seed

# This base has glibc, libstdc++, certificates and time zones, but no shell and no package manager.
# With node:24-slim the image would be twice as large.
FROM gcr.io/distroless/cc-debian12
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY migrations ./migrations
COPY --from=build /app/dist ./dist
# What the demo shop serves (DEMO_SHOP=on).
COPY --from=build /app/storefront/dist ./storefront/dist
COPY storefront/demo ./storefront/demo
COPY storefront/styles ./storefront/styles
COPY README.md ./
# The seeding stores its files here. A volume mounted here takes over the owner.
COPY --from=build --chown=65532:65532 /seed /seed

# Not root, and a number, so that an orchestrator can check it.
USER 65532:65532
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
EXPOSE 3000
# Checks that the database is reachable and the instance is not draining. On a busy core, a cold
# Node takes a second or two.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["/usr/local/bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# A heap that fits a micro machine; scripts/local/instance-process.ts gives the measurements.
ENTRYPOINT ["/usr/local/bin/node", "--max-old-space-size=96", "--max-semi-space-size=8", "--enable-source-maps"]
CMD ["dist/src/main.js"]
