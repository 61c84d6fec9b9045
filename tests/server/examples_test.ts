import { assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";
import { runProgram } from "../support/programs.ts";
import { Peer } from "./peer.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** An example that runs. */
interface Example {
  /** Where it listens, as it says. */
  readonly origin: string;
  /** Everything it has written so far. */
  readonly output: () => string;
  /** Sends it a signal. */
  readonly signal: (signal: Deno.Signal) => void;
  /** Ends it; returns its exit code. */
  readonly end: (signal?: Deno.Signal) => Promise<number>;
}

/** Starts an example and waits until it says where it listens. */
async function start(name: string, ...args: string[]): Promise<Example> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}examples/${name}.ts`, ...args],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let output = "";
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).values();
  while (!/listening on \S+/i.test(output)) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended: ${output}`);
    output += value;
  }
  const place = /listening on ([^\s]+?)\/?\.?\s/i.exec(output)?.[1] ?? "";
  const drained = (async () => {
    for await (const part of lines) output += part;
  })();
  return {
    origin: place.replace("0.0.0.0", "127.0.0.1"),
    output: () => output,
    signal: (signal) => child.kill(signal),
    async end(signal = "SIGTERM") {
      child.kill(signal);
      await drained;
      return (await child.status).code;
    },
  };
}

function example(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `example ${name}`, ignore: Deno.build.os === "windows", fn });
}

async function connect(origin: string): Promise<Peer> {
  const { hostname, port } = new URL(origin);
  return new Peer(await Deno.connect({ hostname, port: Number(port) }));
}

example("hello answers", async () => {
  const { origin, end } = await start("hello", "0");
  assertEquals(await (await fetch(origin)).text(), "Hello, World!\n");
  await end();
});

example("start answers, says what to try and stops cleanly", async () => {
  const { origin, output, end } = await start("start", "0");
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(origin + path, init);
    return { response, body: await response.text() };
  };
  assertMatch(output(), /curl http:\/\/127\.0\.0\.1:\d+\/json/);
  assertStringIncludes((await get("/")).body, "<h1>It works</h1>");
  assertEquals(JSON.parse((await get("/json")).body).protocol, "http/1.1");
  const echo = await get("/echo", { method: "POST", body: "some words" });
  assertEquals(echo.body, "some words");
  const large = await get("/large?mib=2");
  assertEquals(large.response.headers.get("content-length"), String(2 * 1024 * 1024));
  assertEquals(large.body.length > 0, true);
  assertEquals((await get("/large?mib=x")).response.status, 400);
  assertEquals((await get("/none")).response.status, 404);
  const refused = await get("/json", { method: "DELETE" });
  assertEquals([refused.response.status, refused.response.headers.get("allow")], [
    405,
    "GET, HEAD",
  ]);

  // A stream that runs when the signal comes is finished first.
  const stream = await fetch(`${origin}/stream`);
  const [code, text] = await Promise.all([end("SIGINT"), stream.text()]);
  assertEquals(code, 0);
  assertEquals(text.trim().split("\n").length, 10);
  assertStringIncludes(output(), "Stopped");
});

example("chat passes on what is said, and says goodbye", async () => {
  const { origin, end } = await start("chat", "0");
  assertStringIncludes(await (await fetch(origin)).text(), "<title>Chat</title>");
  const heard: string[] = [];
  const join = (name: string) => {
    const socket = new WebSocket(`${origin.replace("http", "ws")}/room`, "chat");
    socket.onmessage = ({ data }) => heard.push(`${name} hears: ${data}`);
    const closed = new Promise((resolve) => socket.onclose = ({ code }) => resolve(code));
    return new Promise<{ socket: WebSocket; closed: Promise<unknown> }>((resolve) =>
      socket.onopen = () => resolve({ socket, closed })
    );
  };
  const ann = await join("Ann");
  const bob = await join("Bob");
  while (!heard.includes("Bob hears: 2 are here")) {
    await fetch(origin).then((it) => it.body?.cancel());
  }
  const said = new Promise((resolve) =>
    ann.socket.addEventListener("message", ({ data }) => data === "hello" && resolve(data))
  );
  bob.socket.send("hello");
  await said;
  const [code, ...closes] = await Promise.all([end("SIGINT"), ann.closed, bob.closed]);
  assertEquals([code, ...closes], [0, 1001, 1001]);
});

example("tls answers and reads its certificate again", async () => {
  const folder = await Deno.makeTempDir();
  const [cert, key] = [`${folder}/cert.pem`, `${folder}/key.pem`];
  await Deno.writeTextFile(cert, SERVER_PAIR.cert);
  await Deno.writeTextFile(key, SERVER_PAIR.key);
  const { origin, output, signal, end } = await start("tls", cert, key, "0");
  const client = Deno.createHttpClient({ caCerts: [CA_CERT] });
  const url = origin.replace("127.0.0.1", "localhost");
  assertEquals(await (await fetch(url, { client })).text(), "encrypted: true\n");
  signal("SIGHUP");
  for (let turn = 0; turn < 500 && !output().includes("Using the certificate"); turn++) {
    assertEquals(await (await fetch(url, { client })).text(), "encrypted: true\n");
  }
  assertStringIncludes(output(), "Using the certificate");
  client.close();
  await end();
  await Deno.remove(folder, { recursive: true });
});

example("unix answers and removes its socket", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a.sock`;
  const { end } = await start("unix", path);
  const peer = new Peer(await Deno.connect({ transport: "unix", path }));
  assertEquals((await peer.get("/who")).body, "GET http://test/who\n");
  peer.close();
  assertEquals(await end(), 0);
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});

example("trailers sends them after the body, and says which came", async () => {
  const { origin, end } = await start("trailers", "0");
  const peer = await connect(origin);
  await peer.send("POST / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
  await peer.send("transfer-encoding: chunked\r\n\r\n4\r\nword\r\n0\r\nchecksum: x\r\n\r\n");
  const rest = await peer.rest();
  assertStringIncludes(rest, "WORD");
  assertMatch(rest, /0\r\nbytes-sent: 4\r\ntrailers-received: checksum\r\n\r\n$/);
  peer.close();
  await end();
});

example("early_hints sends 103 before the page", async () => {
  const { origin, end } = await start("early_hints", "0");
  const peer = await connect(origin);
  await peer.send("GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
  const rest = await peer.rest();
  assertMatch(rest, /^HTTP\/1\.1 103 [^]*link: <\/style\.css>[^]*HTTP\/1\.1 200 [^]*worth it/);
  peer.close();
  await end();
});

example("hono answers with entity tags", async () => {
  const { origin, end } = await start("hono", "0");
  const page = await fetch(origin);
  assertEquals(await page.text(), "A page with an entity tag\n");
  const tag = page.headers.get("etag") ?? "";
  const again = await fetch(origin, { headers: { "if-none-match": tag } });
  assertEquals([again.status, await again.text()], [304, ""]);
  assertEquals(await (await fetch(`${origin}/greet/you`)).json(), { hello: "you" });
  const echo = await fetch(`${origin}/echo`, { method: "POST", body: "words" });
  assertEquals(await echo.text(), "words");
  await end();
});

example("client asks in every form, and says why where it cannot", async () => {
  const { origin, end } = await start("start", "0");
  const run = async (target: string) => {
    const args = ["run", "-A", `${ROOT}examples/client.ts`, target];
    const { stdout } = await runProgram(Deno.execPath(), args);
    return stdout.trim().split("\n");
  };
  const [page, record, streamed, timeout] = await run(origin);
  assertMatch(page, /^fetch: 200, \d+ characters$/);
  assertEquals(record, "request: GET over http/1.1, the same connection");
  assertEquals(streamed, "stream: streamed both ways");
  assertEquals(timeout, "timeout: phase total");
  await end();
  assertMatch((await run(origin))[0], /^failed: ECONNREFUSED: /);
});
