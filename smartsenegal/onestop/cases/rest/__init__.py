"""HTTP API of cases: `applicant` for who asks; `service` and `deciding` for an administration's system."""

from smartsenegal.onestop.cases.rest import applicant, deciding, service

service.router.add_router("", deciding.router)

applicants, services = applicant.router, service.router

__all__ = ["applicants", "services"]
