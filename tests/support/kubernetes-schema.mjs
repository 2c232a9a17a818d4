// kubernetes-schema.mjs MODULES FILE…: every object in the YAML files against Kubernetes' own schema.
// MODULES is a directory where npm installed kubernetes-models and js-yaml.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(resolve(modules, "package.json"));
const yaml = require("js-yaml");
let wrong = 0;

for (const file of files) {
  for (const object of yaml.loadAll(readFileSync(file, "utf8"))) {
    if (!object || object.kind === "Kustomization") continue;
    const name = `${file}: ${object.kind} ${object.metadata?.name}`;
    try {
      const models = require(`kubernetes-models/${object.apiVersion}`);
      new models[object.kind](object).validate();
    } catch (error) {
      console.error(`${name}: ${error.message}`);
      wrong += 1;
    }
  }
}
process.exit(wrong ? 1 : 0);
