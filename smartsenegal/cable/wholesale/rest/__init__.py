"""The interfaces of TM Forum, version 4: product catalogue (620), product ordering (622), service catalogue
(633), product inventory (637), service qualification (645) and quotes (648).

A system calls in the name of its organisation, with a token (`client_credentials`) that has the right
`cable.buy`. What belongs to another is not there (404). Orders have the states of MEF 57 and TMF622."""

from ninja import Router

from smartsenegal.cable.wholesale.rest import catalogue, ordering, quoting

router = Router()
for prefix, part in (
    ("/productCatalogManagement/v4", catalogue.products),
    ("/serviceCatalogManagement/v4", catalogue.services),
    ("/serviceQualificationManagement/v4", quoting.qualifications),
    ("/quoteManagement/v4", quoting.quotes),
    ("/productOrderingManagement/v4", ordering.orders),
    ("/productInventory/v4", ordering.inventory),
):
    router.add_router(prefix, part)

__all__ = ["router"]
