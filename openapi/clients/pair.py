"""Creates a pair of VPN connections, shows both, and asks for one that does not exist."""

import os
from typing import TypeVar

import httpx
from vpn_client import AuthenticatedClient
from vpn_client.api.customer_gateways import list_customer_gateways
from vpn_client.api.vpn_connections import batch_create_vpn_connections, show_vpn_connection
from vpn_client.api.vpn_gateways import list_vpn_gateways
from vpn_client.models import BatchCreateVpnConnectionsRequest, ErrorBody, VpnConnectionRequest
from vpn_client.types import UNSET

T = TypeVar("T")


def sign_in() -> str:
    """A token of the identity service, which is an API of its own."""
    user = {"id": os.environ["OS_USER_ID"], "password": os.environ["OS_PASSWORD"]}
    body = {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"id": os.environ["OS_PROJECT_ID"]}},
        }
    }
    response = httpx.post(f"{os.environ['OS_AUTH_URL']}/auth/tokens", json=body)
    response.raise_for_status()
    return response.headers["X-Subject-Token"]


def success(response: T | ErrorBody | None) -> T:
    """The response of a call that must succeed."""
    if response is None:
        raise SystemExit("the status of the response is not in the document")
    if isinstance(response, ErrorBody):
        raise SystemExit(f"{response.error_code}: {response.error_msg}")
    return response


project = os.environ["OS_PROJECT_ID"]
client = AuthenticatedClient(
    os.environ["OTC_VPN_ENDPOINT"],
    sign_in(),
    # The service wants the token in this header, with nothing before it.
    prefix="",
    auth_header_name="X-Auth-Token",
)

gateway = success(list_vpn_gateways.sync(project, client=client)).vpn_gateways[0]
customer = success(list_customer_gateways.sync(project, client=client)).customer_gateways[0]
connections = [
    VpnConnectionRequest(
        name=f"office-{number}",
        vgw_id=gateway.id,
        vgw_ip=eip.id,
        cgw_id=customer.id,
        peer_subnets=["192.168.44.0/24"],
        psk=os.environ["OTC_VPN_PSK"],
        # Else the client sends their defaults, which are not for this style and this gateway.
        enable_hub=UNSET,
        ha_role=UNSET,
    )
    for number, eip in enumerate([gateway.eip1, gateway.eip2], start=1)
]
pair = BatchCreateVpnConnectionsRequest(connections)
created = success(batch_create_vpn_connections.sync(project, client=client, body=pair))

for connection in created.vpn_connections:
    response = show_vpn_connection.sync(project, connection.id, client=client)
    shown = success(response).vpn_connection
    print(shown.name, shown.vgw_ip, shown.status)

missing = show_vpn_connection.sync_detailed(project, "no-such-connection", client=client)
assert missing.status_code == 404 and isinstance(missing.parsed, ErrorBody)
print(f"no-such-connection: {missing.parsed.error_code}, {missing.parsed.error_msg}")
