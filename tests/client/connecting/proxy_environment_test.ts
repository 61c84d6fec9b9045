import { ProxyEnvironment } from "../../../client/connecting/proxy_environment.ts";
import { assertEquals } from "../../support/assert.ts";

type Variables = Readonly<Record<string, string>>;

function proxyOf(variables: Variables, url: string): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const encrypted = protocol === "https:";
  return new ProxyEnvironment((name) => variables[name]).proxyFor({
    encrypted,
    hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
    port: port === "" ? (encrypted ? 443 : 80) : Number(port),
  });
}

const HTTP = "http://a.example/", HTTPS = "https://a.example/";

Deno.test("each scheme has its variable, and all_proxy is for the rest", () => {
  const both = { http_proxy: "http://one", https_proxy: "http://two" };
  assertEquals([proxyOf(both, HTTP), proxyOf(both, HTTPS)], ["http://one", "http://two"]);
  const all = { http_proxy: "http://one", ALL_PROXY: "socks5://three" };
  assertEquals([proxyOf(all, HTTP), proxyOf(all, HTTPS)], ["http://one", "socks5://three"]);
  assertEquals([proxyOf({}, HTTP), proxyOf({}, HTTPS)], [undefined, undefined]);
});

Deno.test("lower case comes before upper, and an empty variable is none", () => {
  assertEquals(
    proxyOf({ https_proxy: "http://low", HTTPS_PROXY: "http://up" }, HTTPS),
    "http://low",
  );
  assertEquals(proxyOf({ https_proxy: " ", HTTPS_PROXY: "http://up" }, HTTPS), "http://up");
  assertEquals(proxyOf({ HTTP_PROXY: " http://up " }, HTTP), "http://up");
});

Deno.test("a CGI program does not take its client's word for a proxy", () => {
  const cgi = { REQUEST_METHOD: "GET", HTTP_PROXY: "http://evil", HTTPS_PROXY: "http://good" };
  assertEquals([proxyOf(cgi, HTTP), proxyOf(cgi, HTTPS)], [undefined, "http://good"]);
  assertEquals(proxyOf({ ...cgi, http_proxy: "http://own" }, HTTP), "http://own");
});

Deno.test("exceptions are names with what is below them, addresses, networks and everybody", () => {
  const cases: [list: string, url: string, isDirect: boolean][] = [
    ["*", "http://a.example/", true],
    ["a.example", "http://a.example/", true],
    ["a.example", "http://A.Example./", true],
    ["A.EXAMPLE.", "http://a.example/", true],
    ["a.example", "http://www.a.example/", true],
    ["a.example", "http://nota.example/", false],
    ["a.example", "http://a.example.org/", false],
    [".a.example", "http://a.example/", true],
    [".a.example", "http://www.a.example/", true],
    ["*.a.example", "http://a.example/", false],
    ["*.a.example", "http://www.a.example/", true],
    ["a.example:8080", "http://a.example:8080/", true],
    ["a.example:8080", "http://a.example/", false],
    ["a.example:443", "https://a.example/", true],
    ["b.example, a.example", "http://a.example/", true],
    ["b.example a.example", "http://a.example/", true],
    [",,", "http://a.example/", false],
    ["192.0.2.1", "http://192.0.2.1/", true],
    ["192.0.2.1:81", "http://192.0.2.1:81/", true],
    ["192.0.2.1:81", "http://192.0.2.1/", false],
    ["192.0.2.1", "http://192.0.2.10/", false],
    ["2.1", "http://192.0.2.1/", false],
    ["192.0.2.0/24", "http://192.0.2.77/", true],
    ["192.0.2.0/24", "http://192.0.3.77/", false],
    ["192.0.2.0/24", "http://a.example/", false],
    ["2001:db8::1", "http://[2001:db8::1]/", true],
    ["[2001:db8::1]", "http://[2001:db8::1]/", true],
    ["[2001:db8::1]:81", "http://[2001:db8::1]:81/", true],
    ["[2001:db8::1]:81", "http://[2001:db8::1]/", false],
    ["2001:db8::/32", "http://[2001:db8:1::1]/", true],
    ["a:b:c", "http://a.example/", false],
  ];
  for (const [no_proxy, url, isDirect] of cases) {
    const proxy = proxyOf({ all_proxy: "http://proxy", no_proxy }, url);
    assertEquals(proxy === undefined, isDirect, `${no_proxy} for ${url}`);
  }
});

Deno.test("this machine is reached directly", () => {
  for (const host of ["localhost", "127.0.0.1", "127.8.9.1", "[::1]"]) {
    assertEquals(proxyOf({ all_proxy: "http://proxy" }, `http://${host}:8080/`), undefined);
  }
});

Deno.test("all proxies of the environment can be looked at", () => {
  const variables: Variables = { http_proxy: "http://one", all_proxy: "http://two" };
  const environment = new ProxyEnvironment((name) => variables[name]);
  assertEquals(environment.proxies, ["http://one", "http://two"]);
});
