// Build what the desk's pages load into campaigns/web/static/dist; `--check` compares instead.
import { build } from "esbuild";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const kept = join(here, "../campaigns/web/static/dist");
const checking = process.argv.includes("--check");
const out = checking ? await mkdtemp(join(tmpdir(), "desk-")) : kept;

const entries = (await readdir(here))
  .filter((name) => /\.(css|js)$/.test(name) && name !== "build.js")
  .map((name) => join(here, name));

await rm(out, { recursive: true, force: true });
await build({
  entryPoints: entries,
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome123", "firefox121", "safari17.5"],
  legalComments: "inline",
  logLevel: "warning",
});
await cp(join(here, "icons.svg"), join(out, "icons.svg"));

if (checking) {
  const names = async (folder) => (await readdir(folder)).sort();
  const [made, there] = [await names(out), await names(kept)];
  let same = made.join() === there.join();
  for (const name of made) {
    same &&= (await readFile(join(out, name))).equals(await readFile(join(kept, name)));
  }
  await rm(out, { recursive: true });
  if (!same) {
    console.error("campaigns/web/static/dist is not what frontend/ builds: make assets");
    process.exit(1);
  }
}
