/**
 * Node's https client: the first response on fresh connections. `port count ca-file`; prints one
 * line of JSON, a time in milliseconds for each.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { request } from "node:https";
import process from "node:process";

const [port, count, caFile] = process.argv.slice(2);
const ca = readFileSync(caFile);
const times = [];
for (let index = 0; index < Number(count); index++) times.push(await once());
console.log(JSON.stringify(times));

/** @returns {Promise<number>} */
function once() {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    request({ host: "localhost", family: 4, port: Number(port), ca, agent: false }, (response) => {
      response.resume().on("end", () => resolve(performance.now() - start));
    }).on("error", reject).end();
  });
}
