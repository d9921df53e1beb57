"""Pure decisions about roles and addresses."""

from ipaddress import IPv6Address, ip_address

PROVIDER_ROLES = ("author", "assessor", "registrar")
QUALITY_ROLES = ("reviewer", "decider")


def roles_for(*, is_provider: bool, is_quality_body: bool) -> tuple[str, ...]:
    """Return the roles an organisation of this kind gives out; every organisation has managers."""
    return ("manager", *(PROVIDER_ROLES if is_provider else ()), *(QUALITY_ROLES if is_quality_body else ()))


def client_address(direct: str, forwarded: str, *, proxies: int) -> str:
    """Return the address to count requests by: the one our outermost trusted proxy saw, else the direct one.

    Proxies append to X-Forwarded-For, so only the last ``proxies`` entries can be believed. An IPv6 client owns
    a whole /64 network, which counts as one.
    """
    seen = [part.strip() for part in forwarded.split(",") if part.strip()]
    believed = seen[-proxies] if 0 < proxies <= len(seen) else direct
    try:
        address = ip_address(believed)
    except ValueError:
        return direct
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64)) + "/64"
    return str(address)
