// Build what the desk's pages load into campaigns/web/static/dist; `--check` compares instead.
import { build } from "esbuild";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const kept = join(here, "../campaigns/web/static/dist");
const names = async (folder) => (await readdir(folder)).sort();

async function make(out) {
  const entries = (await names(here)).filter((each) => /\.(css|js)$/.test(each));
  await build({
    entryPoints: entries.filter((each) => each !== "build.js").map((each) => join(here, each)),
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome123", "firefox121", "safari17.5"],
    legalComments: "inline",
    logLevel: "warning",
  });
  await cp(join(here, "icons.svg"), join(out, "icons.svg"));
  for (const each of await names(out)) {
    await writeFile(join(out, `${each}.br`), brotliCompressSync(await readFile(join(out, each))));
  }
}

async function isSame(made) {
  if ((await names(made)).join() !== (await names(kept)).join()) return false;
  for (const each of await names(made)) {
    if (!(await readFile(join(made, each))).equals(await readFile(join(kept, each)))) return false;
  }
  return true;
}

// One file after the other takes its place, so that a running desk misses none of them.
async function put(made) {
  await mkdir(kept, { recursive: true });
  for (const each of await names(made)) {
    await cp(join(made, each), join(kept, `${each}.new`));
    await rename(join(kept, `${each}.new`), join(kept, each));
  }
  const wanted = await names(made);
  for (const each of await names(kept)) {
    if (!wanted.includes(each)) await rm(join(kept, each));
  }
}

const made = await mkdtemp(join(tmpdir(), "desk-"));
try {
  await make(made);
  if (!process.argv.includes("--check")) await put(made);
  else if (!(await isSame(made))) {
    console.error("campaigns/web/static/dist is not what frontend/ builds: make assets");
    process.exitCode = 1;
  }
} finally {
  await rm(made, { recursive: true });
}
