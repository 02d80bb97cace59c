# docker build -t waybill . && docker run --rm --network=none --read-only -v "$PWD:/work:ro" waybill scan app.apk
# Base images by their exact tag: no registry of images was within reach when this was written, and a digest that nobody looked
# up is none. Put the one that your registry shows behind the tag (node:20.19.5-bookworm-slim@sha256:…) before you rely on it.
FROM node:20.19.5-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build
# Anew, not pruned: prune leaves what is an optional peer of something.
RUN rm -rf node_modules && npm ci --omit=dev --omit=peer --omit=optional --ignore-scripts

FROM node:20.19.5-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/waybill
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/rules ./rules
RUN ln -s /opt/waybill/dist/cli/main.js /usr/local/bin/waybill && chmod +x dist/cli/main.js
# Scans need neither root, nor the network, nor a file system that can be written to.
# The user `node` of the base image, by number: an orchestrator that refuses root cannot look a name up.
USER 1000
WORKDIR /work
ENTRYPOINT ["waybill"]
CMD ["--help"]
