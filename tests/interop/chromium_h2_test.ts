import type { Handler } from "@avx/semantics/handler";
import { bytes, text } from "@avx/semantics/web";
import { assert, assertEquals } from "../support/assert.ts";
import { SERVER_PAIR } from "../support/certificates.ts";
import { browse, CHROMIUM } from "../support/chromium.ts";
import { serving } from "../support/serving.ts";

const ignore = CHROMIUM === "";
/** How many there are of each kind: scripts, style sheets, images, and bodies that are fetched. */
const EACH = 50;
const KINDS = ["js", "css", "bmp", "bin"] as const;

/** What the page found. */
interface Found {
  readonly scripts: string[];
  readonly styles: string[];
  readonly images: string[];
  readonly bodies: string[];
  readonly posted: string;
  readonly protocols: Record<string, string>;
}

for (const backend of ["node", "deno"] as const) {
  for (const lane of ["fast", "native"] as const) {
    Deno.test(
      `Chromium loads a page with 200 resources, back end ${backend}, ${lane} lane`,
      { ignore },
      () => loadsPage(backend, lane),
    );
  }
}

async function loadsPage(backend: "node" | "deno", lane: Lane): Promise<void> {
  const carried: number[] = [];
  const asked: string[] = [];
  const urgencies = new Map<string, number>();
  const handler = site(lane);
  await serving((request, info) => {
    const { pathname } = new URL(request.url);
    asked.push(`${info.protocol} ${pathname}`);
    urgencies.set(pathname.split(".")[1] ?? pathname, info.priority.urgency);
    return handler(request, info);
  }, async ({ origin }) => {
    const found = await browse(`${origin}/`, (page) => page.evaluate<Found>("found()"));
    const numbers = Array.from({ length: EACH }, (_, index) => index);
    assertEquals(found.scripts, numbers.map(word));
    assertEquals(found.styles, numbers.map(word));
    assertEquals(found.images, numbers.map((number) => digest(pixels(number))));
    assertEquals(found.bodies, numbers.map((number) => digest(body(number))));
    assertEquals(found.posted, digest(body(EACH)));
    const paths = KINDS.flatMap((kind) => numbers.map((number) => `/${number}.${kind}`));
    const protocols = Object.fromEntries(["/", ...paths, "/echo"].map((path) => [path, "h2"]));
    assertEquals(found.protocols, protocols);
    // RFC 9218: what holds up the page is more urgent than its images.
    const [styles, images] = ["css", "bmp"].map((kind) => urgencies.get(kind)!);
    assert(styles < images, `${[...urgencies]}`);
    assertEquals(asked.toSorted(), Object.keys(protocols).map((path) => `h2 ${path}`).sort());
  }, {
    ...SERVER_PAIR,
    tls: { backend },
    withinMs: 90_000,
    observer: { "connection.close": ({ requests }) => carried.push(requests) },
  });
  // A browser may open a second connection before it knows that the first carries everything.
  assertEquals(carried.filter((requests) => requests > 0), [asked.length]);
}

type Lane = "fast" | "native";

function site(lane: Lane): Handler {
  const answer = lane === "fast"
    ? (content: string | Uint8Array<ArrayBuffer>, type: string): Response => {
      const headers = { "content-type": type };
      return typeof content === "string" ? text(content, { headers }) : bytes(content, { headers });
    }
    : (content: string | Uint8Array<ArrayBuffer>, type: string): Response =>
      new Response(content, { headers: { "content-type": type } });
  return (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return answer(PAGE, "text/html");
    if (pathname === "/echo") return new Response(request.body);
    const [, number, kind] = /^\/(\d+)\.(\w+)$/.exec(pathname) ?? [];
    switch (kind) {
      case "js":
        return answer(`scripts[${number}] = "${word(Number(number))}";`, "text/javascript");
      case "css":
        return answer(`:root { --style-${number}: ${word(Number(number))}; }`, "text/css");
      case "bmp":
        return answer(image(pixels(Number(number))), "image/bmp");
      case "bin":
        return answer(body(Number(number)), "application/octet-stream");
      default:
        return answer("not found", "text/plain");
    }
  };
}

/** A word of a length that differs from one to the next, up to 20 KiB. */
function word(number: number): string {
  return `w${number}x`.repeat(1 + (number * 997) % 5000);
}

/** Content of up to 200 KB. */
function body(number: number): Uint8Array<ArrayBuffer> {
  return mixed(number, (number * 7919) % 200_000);
}

const SIDE = 64;

/** The colours of an image, three bytes for each of its pixels. */
function pixels(number: number): Uint8Array<ArrayBuffer> {
  return mixed(number, SIDE * SIDE * 3);
}

function mixed(seed: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (seed * 31 + at * 7 + (at >> 8)) & 0xff);
}

/** A bitmap without compression: rows from the bottom up, blue before green before red. */
function image(colours: Uint8Array): Uint8Array<ArrayBuffer> {
  const HEAD_BYTES = 54;
  const all = new Uint8Array(HEAD_BYTES + colours.length);
  const view = new DataView(all.buffer);
  all.set([0x42, 0x4d]);
  view.setUint32(2, all.length, true);
  view.setUint32(10, HEAD_BYTES, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, SIDE, true);
  view.setInt32(22, -SIDE, true); // negative: from the top down
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let at = 0; at < colours.length; at += 3) {
    all.set([colours[at + 2], colours[at + 1], colours[at]], HEAD_BYTES + at);
  }
  return all;
}

/** FNV-1a, which is a few lines in the page as well. Its length goes first. */
function digest(content: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of content) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `${content.length} ${hash}`;
}

function each(tag: (number: number) => string): string {
  return Array.from({ length: EACH }, (_, number) => tag(number)).join("\n");
}

const PAGE = `<!doctype html>
<link rel="icon" href="data:,">
<script>
performance.setResourceTimingBufferSize(1000);
const scripts = [];
${digest}
${mixed}
${body}
const fetched = Array.from({ length: ${EACH} }, async (_, number) => {
  const response = await fetch("/" + number + ".bin");
  return new Uint8Array(await response.arrayBuffer());
});
function coloursOf(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((_, at) => at % 4 !== 3);
}
async function found() {
  const bodies = (await Promise.all(fetched)).map(digest);
  const upload = body(${EACH});
  const response = await fetch("/echo", { method: "POST", body: upload });
  const posted = digest(new Uint8Array(await response.arrayBuffer()));
  const style = getComputedStyle(document.documentElement);
  const styles = scripts.map((_, number) => style.getPropertyValue("--style-" + number).trim());
  const images = [...document.images].map((image) => digest(coloursOf(image)));
  const entries = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
  const protocols = Object.fromEntries(
    entries.filter(({ name }) => name.startsWith("https:"))
      .map(({ name, nextHopProtocol }) => [new URL(name).pathname, nextHopProtocol]),
  );
  return { scripts, styles, images, bodies, posted, protocols };
}
</script>
${each((number) => `<link rel="stylesheet" href="/${number}.css">`)}
${each((number) => `<script src="/${number}.js"></script>`)}
${each((number) => `<img src="/${number}.bmp">`)}
`;
