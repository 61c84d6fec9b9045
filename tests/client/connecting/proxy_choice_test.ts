import { proxyChoiceOf, type ProxyOption } from "../../../client/connecting/proxy_choice.ts";
import { ProxyTargets } from "../../../client/connecting/proxy_target.ts";
import { originOf } from "../../../client/origin.ts";
import { assertEquals, assertThrows } from "../../support/assert.ts";

const TLS = {
  caCerts: undefined,
  clientCertificate: undefined,
  serverName: undefined,
  verify: true,
  key: "",
};

function chosen(
  option: ProxyOption,
  url: string,
  variables: Readonly<Record<string, string>> = {},
): string | undefined {
  const environment = { get: (name: string) => variables[name] };
  const choice = proxyChoiceOf(option, { targets: new ProxyTargets(TLS), environment });
  const parsed = new URL(url);
  return choice?.choose(originOf(parsed), parsed)?.key;
}

const HTTP = "http://a.example/x", HTTPS = "https://a.example/x";

Deno.test("one proxy is for everything", () => {
  for (const url of [HTTP, HTTPS]) assertEquals(chosen("socks5://p", url), "socks5://p:1080");
});

Deno.test("no option is no proxy, whatever the environment says", () => {
  const environment = { get: () => "http://p" };
  assertEquals(
    proxyChoiceOf(undefined, { targets: new ProxyTargets(TLS), environment }),
    undefined,
  );
});

Deno.test("the environment chooses by its rules", () => {
  const variables = { https_proxy: "p:3128" };
  assertEquals(chosen("environment", HTTPS, variables), "http://p:3128");
  assertEquals(chosen("environment", HTTP, variables), undefined);
  assertEquals(chosen("environment", HTTPS), undefined);
  assertThrows(() => chosen("environment", HTTPS, { https_proxy: "ftp://p" }), TypeError, "ftp");
});

Deno.test("a function chooses for each URL, and is asked each time", () => {
  const asked: string[] = [];
  const option = (url: URL): string | null => {
    asked.push(url.href);
    return url.protocol === "https:" ? "http://p" : null;
  };
  assertEquals([chosen(option, HTTP), chosen(option, HTTPS)], [undefined, "http://p:80"]);
  assertEquals(asked, [HTTP, HTTPS]);
  const environment = { get: () => undefined };
  assertEquals(
    proxyChoiceOf(option, { targets: new ProxyTargets(TLS), environment })?.isConstant,
    false,
  );
  assertEquals(
    proxyChoiceOf("http://p", { targets: new ProxyTargets(TLS), environment })?.isConstant,
    true,
  );
});
