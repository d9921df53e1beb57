"""The open API: each room brings a router, this is where they meet. ``/api/v1/openapi.json`` describes them all."""

from ninja import NinjaAPI

api = NinjaAPI(title="OpenCairn", version="1", urls_namespace="api", docs_url=None)
