import type { Http2ClientCore } from "../../http2/proto/client_core.ts";
import type { Http2ServerCore } from "../../http2/proto/server_core.ts";
import { assertEquals } from "../support/assert.ts";
import { COLUMNS as CLIENT_COLUMNS } from "./client_states.ts";
import { ORIGIN } from "./cores.ts";
import { COLUMNS as SERVER_COLUMNS } from "./server_states.ts";
import { type Act, actsOf, silenceOf } from "./state_matrix.ts";

/**
 * What a caller may do in every state of its stream. On a stream that is closed meanwhile it may do
 * anything, and nothing happens. Columns are explained in `server_states.ts` and `client_states.ts`,
 * cells in `state_matrix.ts`.
 */
const SERVER_ACTS = `
                                       id sk ev rl op oh hl hr hq ce cp cu cf cr cg pe fo
        sendInformational              !! .  !! =  =  !! !! =  !! .  .  .  .  .  .  .  .
        sendContinue                   !! .  !! .  .  .  .  .  .  .  .  .  .  .  .  .  .
        sendHead                       !! .  !! hr =  !! !! =  !! .  .  .  .  .  .  .  .
        sendHead, end                  !! .  !! ce hl !! !! ce !! .  .  .  .  .  .  .  .
        sendWhole                      !! .  !! ce hl !! !! ce !! .  .  .  .  .  .  .  .
        sendData                       !! .  !! !! !! =  !! !! !! .  .  .  .  .  .  .  .
        sendEnd                        !! .  !! !! !! hl !! !! !! .  .  .  .  .  .  .  .
        sendEnd, trailers              !! .  !! !! !! hl !! !! !! .  .  .  .  .  .  .  .
        push                           !! .  !! !! =  =  !! =  =  .  .  .  .  .  .  .  .
        setPriority                    !! .  !! .  .  .  .  .  .  .  .  .  .  .  .  .  .
        discardBody                    .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
        reset                          !! .  !! cu cu cu cu cu cu .  .  .  .  .  .  .  .
`;

const CLIENT_ACTS = `
                                       id ev rr ph op oh hl hh hr ce cp cu cf cg pu pe fo
        sendData                       !! !! !! !! =  =  !! !! =  .  .  .  .  .  .  .  .
        sendEnd                        !! !! !! !! hl hl !! !! ce .  .  .  .  .  .  .  .
        sendEnd, trailers              !! !! !! !! hl hl !! !! ce .  .  .  .  .  .  .  .
        setPriority                    !! !! =  =  =  =  =  =  =  .  .  .  .  .  .  .  .
        discardBody                    .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
        reset                          !! !! cu cu cu cu cu cu cu .  .  .  .  .  .  .  .
`;

/**
 * What becomes of every state if nothing comes for ten minutes, with the default timeouts. In those of
 * which nothing becomes it is the handler's turn.
 */
const SERVER_SILENCE = `
id 75 s cN
sk
ev
rl
op 30 s sX, 105 s cN
oh
hl 30 s cu, 105 s cN
hr
hq 61 s sE, 136 s cN
ce 75 s cN
cp 75 s cN
cu 75 s cN
cf 75 s cN
cr 30 s sX, 105 s cN
cg 30 s sX, 105 s cN
pe
fo 75 s cN
`;

const PUSH = { ...ORIGIN, method: "GET", path: "/pushed" };
const SOME = new Uint8Array(3);

const SERVER: readonly Act<Http2ServerCore>[] = [
  { name: "sendInformational", act: (core, id) => core.sendInformational(id, 103, []) },
  { name: "sendContinue", act: (core, id) => core.sendContinue(id) },
  { name: "sendHead", act: (core, id) => core.sendHead(id, 200, []) },
  { name: "sendHead, end", act: (core, id) => core.sendHead(id, 200, [], true) },
  { name: "sendWhole", act: (core, id) => core.sendWhole(id, 200, [], "hi") },
  { name: "sendData", act: (core, id) => core.sendData(id, SOME) },
  { name: "sendEnd", act: (core, id) => core.sendEnd(id) },
  { name: "sendEnd, trailers", act: (core, id) => core.sendEnd(id, ["x-sum", "1"]) },
  { name: "push", act: (core, id) => core.push(id, PUSH) },
  { name: "setPriority", act: (core, id) => core.setPriority(id, 1, true) },
  { name: "discardBody", act: (core, id) => core.discardBody(id) },
  { name: "reset", act: (core, id) => core.reset(id, 8) },
];

const CLIENT: readonly Act<Http2ClientCore>[] = [
  { name: "sendData", act: (core, id) => core.sendData(id, SOME) },
  { name: "sendEnd", act: (core, id) => core.sendEnd(id) },
  { name: "sendEnd, trailers", act: (core, id) => core.sendEnd(id, ["x-sum", "1"]) },
  { name: "setPriority", act: (core, id) => core.setPriority(id, 1, true) },
  { name: "discardBody", act: (core, id) => core.discardBody(id) },
  { name: "reset", act: (core, id) => core.reset(id, 8) },
];

Deno.test("a server's caller may do in every state what the RFC allows, and no more", () => {
  assertEquals(`\n${actsOf(SERVER, SERVER_COLUMNS)}\n`, SERVER_ACTS);
});

Deno.test("a client's caller may do in every state what the RFC allows, and no more", () => {
  assertEquals(`\n${actsOf(CLIENT, CLIENT_COLUMNS)}\n`, CLIENT_ACTS);
});

Deno.test("a server waits for its client in no state for ever, only for its handler", () => {
  assertEquals(`\n${silenceOf(SERVER_COLUMNS, 600_000)}\n`, SERVER_SILENCE);
});
