// Creates a pair of VPN connections, shows both, and asks for one that does not exist.

import { env } from "node:process";
import createClient from "openapi-fetch";
import type { components, paths } from "./vpn.js";

type Result<T> = { data?: T; error?: components["schemas"]["ErrorBody"] };

/** A token of the identity service, which is an API of its own. */
async function signIn(): Promise<string> {
  const user = { id: env.OS_USER_ID, password: env.OS_PASSWORD };
  const auth = {
    identity: { methods: ["password"], password: { user } },
    scope: { project: { id: env.OS_PROJECT_ID } },
  };
  const body = JSON.stringify({ auth });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${env.OS_AUTH_URL}/auth/tokens`, { method: "POST", headers, body });
  const token = response.headers.get("X-Subject-Token");
  if (!token) throw new Error(`signing in failed with status ${response.status}`);
  return token;
}

/** The data of a call that must succeed. */
function success<T>({ data, error }: Result<T>): T {
  if (data === undefined) throw new Error(`${error?.error_code}: ${error?.error_msg}`);
  return data;
}

function variable(name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

const project_id = variable("OS_PROJECT_ID");
const psk = variable("OTC_VPN_PSK");
const client = createClient<paths>({
  baseUrl: variable("OTC_VPN_ENDPOINT"),
  headers: { "X-Auth-Token": await signIn() },
});
const path = { project_id };

const { vpn_gateways } = success(
  await client.GET("/v5/{project_id}/vpn-gateways", { params: { path } }),
);
const { customer_gateways } = success(
  await client.GET("/v5/{project_id}/customer-gateways", { params: { path } }),
);
const [gateway] = vpn_gateways;
const [customer] = customer_gateways;
if (!gateway?.eip1 || !gateway.eip2 || !customer) throw new Error("a gateway is missing");

const pair = [gateway.eip1, gateway.eip2].map((eip, index) => ({
  name: `office-${index + 1}`,
  vgw_id: gateway.id,
  vgw_ip: eip.id,
  cgw_id: customer.id,
  peer_subnets: ["192.168.44.0/24"],
  psk,
}));
const { vpn_connections } = success(
  await client.POST("/v5/{project_id}/vpn-connections/batch-create", {
    params: { path },
    body: { vpn_connections: pair },
  }),
);

const show = (vpn_connection_id: string) =>
  client.GET("/v5/{project_id}/vpn-connection/{vpn_connection_id}", {
    params: { path: { project_id, vpn_connection_id } },
  });
for (const { id } of vpn_connections) {
  const { vpn_connection } = success(await show(id));
  console.log(vpn_connection.name, vpn_connection.vgw_ip, vpn_connection.status);
}

const missing = await show("no-such-connection");
if (missing.response.status !== 404) throw new Error("no 404");
console.log(`no-such-connection: ${missing.error?.error_code}, ${missing.error?.error_msg}`);
