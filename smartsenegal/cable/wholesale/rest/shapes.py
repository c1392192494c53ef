"""What these interfaces send and are sent, by the names of TM Forum's documents.

Everything in an answer may be missing, since `fields` chooses what is wanted."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

TYPE = Field(None, alias="@type")


class Shape(Schema):
    """Names of Python inside, those of TM Forum outside."""

    model_config = ConfigDict(populate_by_name=True)


class Money(Shape):
    unit: str = "XOF"
    value: int


class Quantity(Shape):
    amount: int
    units: str


class Period(Shape):
    start: datetime | date | None = Field(None, alias="startDateTime")
    end: datetime | date | None = Field(None, alias="endDateTime")


class Ref(Shape):
    """Another resource."""

    id: str
    href: str | None = None
    name: str | None = None
    type: str | None = TYPE


class Party(Shape):
    id: str
    name: str
    role: str
    type: str | None = TYPE


class Characteristic(Shape):
    name: str
    value: int | str


class Note(Shape):
    text: str


class Resource(Shape):
    """What every resource has."""

    id: str | None = None
    href: str | None = None
    type: str | None = TYPE


# --- catalogue -----------------------------------------------------------------------------------


class SpecCharacteristic(Shape):
    name: str
    description: str
    value_type: str = Field(alias="valueType")
    unit: str = Field(alias="unitOfMeasure")
    minimum: int = Field(alias="minCardinality")
    maximum: int = Field(1, alias="maxCardinality")


class ServiceSpecification(Resource):
    name: str | None = None
    description: str | None = None
    status: str | None = Field(None, alias="lifecycleStatus")
    characteristics: list[SpecCharacteristic] | None = Field(None, alias="specCharacteristic")


class ProductOfferingPrice(Resource):
    name: str | None = None
    price_type: str | None = Field(None, alias="priceType", description="`recurring`, `oneTime` ou `usage`.")
    period: str | None = Field(None, alias="recurringChargePeriodType")
    price: Money | None = None
    unit: Quantity | None = Field(None, alias="unitOfMeasure")
    least: list[Characteristic] | None = Field(
        None,
        alias="prodSpecCharValueUse",
        description="Durée (mois) et débit (Gbit/s) à partir desquels il vaut.",
    )
    valid_for: Period | None = Field(None, alias="validFor")
    source: str | None = Field(
        None, description="La décision qui le fixe ; vide quand elle n’est pas connue."
    )


class ProductOffering(Resource):
    name: str | None = None
    description: str | None = None
    status: str | None = Field(None, alias="lifecycleStatus")
    sellable: bool | None = Field(
        None, alias="isSellable", description="Ses conditions de vente sont publiées."
    )
    specification: Ref | None = Field(None, alias="serviceSpecification")
    prices: list[Ref] | None = Field(None, alias="productOfferingPrice")
    terms: list[Characteristic] | None = Field(None, alias="productOfferingTerm")
    example: bool | None = Field(None, alias="isExample", description="Inventé pour la démonstration.")


# --- asked ---------------------------------------------------------------------------------------


class AskedRef(Shape):
    id: str = Field(max_length=40)


class AskedCharacteristic(Shape):
    name: Literal["bandwidth", "port", "term"]
    value: int = Field(ge=0, le=1_000_000)


class AskedProduct(Shape):
    id: str | None = Field(None, max_length=40, description="Le service à changer ou à finir.")
    characteristics: list[AskedCharacteristic] = Field([], alias="productCharacteristic", max_length=3)


class AskedService(Shape):
    specification: AskedRef | None = Field(None, alias="serviceSpecification")
    characteristics: list[AskedCharacteristic] = Field([], alias="serviceCharacteristic", max_length=3)


class QualificationItemIn(Shape):
    id: str = Field("1", max_length=20)
    offering: AskedRef = Field(alias="productOffering")
    service: AskedService = Field(
        description="`bandwidth` (Gbit/s), `term` (mois), `port` (Gbit/s, transit)."
    )


class QualificationIn(Shape):
    items: list[QualificationItemIn] = Field(alias="serviceQualificationItem", min_length=1, max_length=1)


class QuoteItemIn(Shape):
    id: str = Field("1", max_length=20)
    action: Literal["add", "modify"] = "add"
    offering: AskedRef | None = Field(None, alias="productOffering")
    product: AskedProduct


class QuoteIn(Shape):
    external_id: str = Field("", alias="externalId", max_length=60)
    items: list[QuoteItemIn] = Field(alias="quoteItem", min_length=1, max_length=1)


class QuoteChange(Shape):
    state: Literal["accepted", "rejected"]


class OrderItemIn(Shape):
    id: str = Field("1", max_length=20)
    action: Literal["add", "modify", "delete"]
    product: AskedProduct | None = None


class OrderIn(Shape):
    quote: list[AskedRef] = Field([], max_length=1, description="Le devis accepté (`add` et `modify`).")
    completion: date | None = Field(
        None, alias="requestedCompletionDate", description="Pour `delete` : premier jour sans service."
    )
    items: list[OrderItemIn] = Field(alias="productOrderItem", min_length=1, max_length=1)


class CancelIn(Shape):
    order: AskedRef = Field(alias="productOrder")
    reason: str = Field(alias="cancellationReason", min_length=1, max_length=300)


# --- answered ------------------------------------------------------------------------------------


class Reason(Shape):
    code: str
    label: str


class QualificationItem(Shape):
    id: str
    state: str
    result: str = Field(alias="qualificationResult")
    offering: Ref = Field(alias="productOffering")
    characteristics: list[Characteristic] = Field(alias="serviceCharacteristic")
    reasons: list[Reason] | None = Field(None, alias="eligibilityUnavailabilityReason")
    alternative: list[Characteristic] | None = Field(None, alias="alternateServiceProposal")


class Qualification(Resource):
    at: datetime | None = Field(None, alias="checkServiceQualificationDate")
    state: str | None = None
    result: str | None = Field(None, alias="qualificationResult", description="`qualified` ou `unqualified`.")
    items: list[QualificationItem] | None = Field(None, alias="serviceQualificationItem")
    party: list[Party] | None = Field(None, alias="relatedParty")


class Price(Shape):
    name: str
    price_type: str = Field(alias="priceType")
    period: str | None = Field(None, alias="recurringChargePeriod")
    price: Money


class QuoteItem(Shape):
    id: str
    action: str
    state: str
    offering: Ref = Field(alias="productOffering")
    product: dict[str, Any]
    prices: list[Price] = Field(alias="quoteItemPrice")


class Quote(Resource):
    at: datetime | None = Field(None, alias="quoteDate")
    state: str | None = None
    valid_for: Period | None = Field(
        None, alias="validFor", description="La capacité est retenue jusqu’à sa fin."
    )
    items: list[QuoteItem] | None = Field(None, alias="quoteItem")
    party: list[Party] | None = Field(None, alias="relatedParty")
    order: Ref | None = Field(None, alias="productOrder")


class OrderItem(Shape):
    id: str
    action: str
    state: str
    offering: Ref = Field(alias="productOffering")
    product: dict[str, Any]
    prices: list[Price] | None = Field(None, alias="itemPrice")


class Order(Resource):
    at: datetime | None = Field(None, alias="orderDate")
    completed_at: datetime | date | None = Field(None, alias="completionDate")
    cancelled_at: datetime | None = Field(None, alias="cancellationDate")
    state: str | None = None
    notes: list[Note] | None = Field(None, alias="note")
    quote: list[Ref] | None = None
    items: list[OrderItem] | None = Field(None, alias="productOrderItem")
    party: list[Party] | None = Field(None, alias="relatedParty")


class Cancellation(Resource):
    state: str | None = None
    effective: str | None = Field(None, alias="productOrderState")
    order: Ref | None = Field(None, alias="productOrder")
    reason: str | None = Field(None, alias="cancellationReason")


class Product(Resource):
    name: str | None = None
    status: str | None = Field(None, description="`active`, `pendingTerminate` ou `terminated`.")
    condition: str | None = Field(
        None, alias="operationalState", description="`up`, `reduced` (sans secours), `down` ou `unknown`."
    )
    started: date | None = Field(None, alias="startDate")
    ends: date | None = Field(None, alias="terminationDate")
    committed: date | None = Field(None, alias="commitmentDate")
    offering: Ref | None = Field(None, alias="productOffering")
    characteristics: list[Characteristic] | None = Field(None, alias="productCharacteristic")
    contract: Ref | None = Field(None, alias="billingContract", description="Ses mois et ses factures.")
    works: list[dict[str, Any]] | None = Field(None, alias="plannedWork")
    failures: list[dict[str, Any]] | None = Field(None, alias="openFailure")
    party: list[Party] | None = Field(None, alias="relatedParty")
