// Unpacks the old browsers into node_modules/.unpacked/<major>, once, and prints their folder.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";

const here = new URL("node_modules/", import.meta.url).pathname;
const engines = { 92: "chrome-aws-lambda", 103: "@sparticuz/chromium" };

for (const [major, name] of Object.entries(engines)) {
  const to = `${here}.unpacked/${major}`;
  if (existsSync(to)) continue;
  const part = `${to}.part-${process.pid}`;
  mkdirSync(part, { recursive: true });
  const read = (file) => brotliDecompressSync(readFileSync(`${here}${name}/bin/${file}.br`));
  writeFileSync(`${part}/chromium`, read("chromium"));
  chmodSync(`${part}/chromium`, 0o755);
  for (const archive of ["aws.tar", "swiftshader.tar"]) execFileSync("tar", ["-x", "-C", part], { input: read(archive) });
  rmSync(to, { recursive: true, force: true });
  renameSync(part, to); // whole or not at all: another run may be looking
}
console.log(`${here}.unpacked`);
