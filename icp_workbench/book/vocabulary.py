"""The words by which headers and labels are recognised."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from icp_workbench.conditions.fields import FieldKind, snake_case


def words(text: str) -> frozenset[str]:
    """The words of `text`, which are set apart by blanks."""
    return frozenset(text.split())


def without_accents(text: str) -> str:
    """`gagnée` as `gagnee`."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def plain_words(label: str) -> frozenset[str]:
    """The words of a label in small letters without accents."""
    return frozenset(without_accents(snake_case(label)).split("_"))


@lru_cache(4096)
def header_words(name: str) -> frozenset[str]:
    """The words of a name in snake_case, those run together apart, those of other languages in English and
    without their articles."""
    return frozenset(" ".join(RUN_TOGETHER.get(word, word) for word in name.split("_")).split())


def _spelt(meanings: Mapping[str, str]) -> dict[str, str]:
    """{meaning: words} → {word: meaning}, each word with its accents, without, and with ae for ä."""
    found: dict[str, str] = {}
    for meaning, held in meanings.items():
        for word in held.split():
            umlauts = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
            found |= dict.fromkeys((word, without_accents(word), umlauts), meaning)
    return found


ACCOUNT = words(
    "account accounts company companies customer customers client clients organization organizations "
    "organisation organisations org orgs tenant workspace workspaces accountid companyid customerid clientid "
    "cust acct"
)
NAMES_ONE = words(
    "id ids name associated primary hs"
)  # beside a word of ACCOUNT: the header names an account
ACCOUNT_ITSELF = words("account company customer client organization organisation cust acct")
ENTITIES: tuple[tuple[str, frozenset[str]], ...] = (
    ("events", words("churn churns churned cancellation cancellations")),
    ("deals", words("deal deals opportunity opportunities pipeline opp opps")),
    ("subscriptions", words("subscription subscriptions contract contracts sub subs")),
    ("tickets", words("ticket tickets case cases conversation conversations issue issues support")),
    ("usage", words("usage activity activities session sessions login logins event events telemetry")),
    ("accounts", ACCOUNT),
)
CHURN = words("churn churned cancelled canceled attrition attrited exited lapsed")
ACTIVE = words(
    "active current live stayed retained customer renewed subscribed existing joined paused onboarding at new"
)  # the first word of a label: At risk
NOT_YET = words("lead leads prospect trial trialing free incomplete")  # no customer so far
LEFT = CHURN | words("inactive left expired terminated ended former lost closed")

# Labels are compared without accents: see `plain_words`.
WON = words(
    "won win closedwon signed gewonnen gagne gagnee remporte remportee signe signee ganado ganada ganha "
    "ganho vinto vinta"
)
NOT_YET_WON = words("back likely probable expected plan")  # win back, likely to win
NOT = words("not no un nicht non nao niet")
LOST = words(
    "lost lose closedlost rejected declined dead verloren abgelehnt perdu perdue perdido perdida perso persa "
    "perduto perduta verworpen rechazado rechazada recusado afgewezen rifiutato"
)
NEITHER = words(
    "canceled cancelled disqualified unqualified duplicate abandoned invalid void test deferred postponed "
    "storniert disqualifiziert unqualifiziert duplikat dublette annule annulee disqualifie doublon cancelado "
    "cancelada descalificado duplicado desqualificado geannuleerd gediskwalificeerd dubbel annullato "
    "annullata squalificato duplicato reporte aplazado adiado uitgesteld rinviato verschoben"
)
LOOKS_CLOSED = words(
    "closed abgeschlossen geschlossen cloture cloturee ferme fermee cerrado cerrada fechado fechada gesloten "
    "chiuso chiusa dropped ghosted withdrawn expired archived terminated beendet"
)
WON_CODES = words("w y yes 1 true ja oui si sim won win")  # in a column called Result, Outcome or Won
LOST_CODES = words("l n no 0 false nein non nao nee lost loss")
FLAGGED_WON = words("won win")
RESULT = words("result outcome")
STAGE = words("stage dealstage status state decision")
HOW_FAR = words("deal sales pipeline opportunity stage name current")
AT_START = words("starting start initial first original")

ENDINGS = words(
    "loss lost close closed churn cancel cancellation cancelled canceled termination win won exit"
)
SAYS_WHY = words(
    "reason reasons cause feedback comment comments note notes explanation detail details survey interview"
)
SAYS_HOW_SURE = words("score probability risk prediction predicted likelihood category")
FORECASTS = words("probability forecast")
LEAVING = words("churn churned attrition")
WRITTEN_LATER = tuple(
    words(held)
    for held in (
        "lifecycle stage", "became customer", "recent deal amount", "recent deal close", "days close",
        "time close", "won deal", "won deals", "lost deal", "lost deals", "total deal value", "lost to",
        "competitor won", "close won", "closed won", "closed lost", "closed amount", "projected amount",
        "weighted amount", "weighted value", "weighted revenue", "prorated revenue",
    )
)  # fmt: skip
WORKED_ON = tuple(  # counts that grow for as long as somebody works on a deal
    words(held)
    for held in (
        "times contacted", "contacted notes", "associated deals", "open deals", "sales activities",
        "total activities", "done activities", "interaction count", "inactive days", "days stage",
        "stage duration",
    )
)  # fmt: skip
LAST = words("last latest")
CHANGED = words("modified updated edited")
TOUCHED = CHANGED | words(
    "changed activity contacted contact login logged seen touch touched update engagement engaged "
    "interaction meeting order ordered purchase purchased payment invoice visit session viewed referenced"
)

# Words of headers that some systems (HubSpot's internal names) run together, or that are in another language.
RUN_TOGETHER = {
    "associatedcompanyid": "associated company id", "associatedcompanyids": "associated company ids",
    "companyname": "company name", "accountname": "account name", "dealname": "deal name",
    "numberofemployees": "number of employees", "annualrevenue": "annual revenue",
    "lifecyclestage": "lifecycle stage", "closedlostreason": "closed lost reason",
    "opportunityname": "opportunity name", "leadsource": "lead source", "dealnaam": "deal name",
    "stagename": "stage name", "closedate": "close date", "createdate": "create date",
    "createddate": "created date", "isclosed": "is closed", "iswon": "is won", "ownerid": "owner id",
    "expectedrevenue": "expected revenue", "forecastcategory": "forecast category",
    "forecastcategoryname": "forecast category name", "accountsource": "account source",
    "lastactivitydate": "last activity date", "lastmodifieddate": "last modified date",
    "lastvieweddate": "last viewed date", "lastreferenceddate": "last referenced date",
    "laststagechangedate": "last stage changed date", "billingcountry": "billing country",
    "billingstate": "billing state", "billingcity": "billing city",
    "billingpostalcode": "billing postal code",
} | dict.fromkeys(words("de la le les l d du des del der den het van do da di della the of"), "") | _spelt(
    {
        "account": "cuenta conta compte konto",
        "owner": "inhaber besitzer propriétaire propietario proprietario proprietário eigenaar vendedor "
        "responsable responsabile responsável",
        "source": "quelle herkunft origine origen origem bron fonte", "lead source": "leadquelle",
        "billing country": "rechnungsland", "state": "bundesland", "city": "stadt ville ciudad cidade città",
        "region": "région región regione regio região",
        "expected": "erwartet erwarteter erwartetes voraussichtlich voraussichtliches voraussichtlicher "
        "prévu prévue previsto prevista esperado esperada estimé estimée verwacht verwachte",
        "last": "letzte letzter letztes dernier dernière último última laatste",
        "activity": "aktivität activité actividad atividade attività activiteit",
        "modified": "geändert modifié modificado modification modificación modifica gewijzigd aktualisiert",
        "customer": "kunde cliente klant", "customers": "kunden clientes clienti klanten",
        "customer number": "kundennummer kundennr klantnummer", "customer name": "kundenname klantnaam",
        "company": "firma unternehmen société entreprise empresa bedrijf azienda",
        "companies": "firmen empresas entreprises bedrijven aziende",
        "company name": "firmenname unternehmensname bedrijfsnaam", "name": "nom nombre nome naam",
        "industry": "branche", "sector": "secteur setor settore",
        "employees": "mitarbeiter mitarbeiterzahl mitarbeiteranzahl effectif effectifs salariés empleados "
        "funcionários medewerkers dipendenti",
        "country": "land pays país paese", "revenue": "umsatz omzet fatturato facturación",
        "annual revenue": "jahresumsatz chiffre jaaromzet",
        "amount": "betrag montant importe monto bedrag importo", "value": "valor auftragswert",
        "currency": "währung devise moneda moeda valuta", "date": "datum fecha",
        "stage": "phase vertriebsphase verkaufsphase étape etapa fase", "status": "statut estado stato",
        "result": "ergebnis résultat resultado uitkomst esito",
        "won": "gewonnen gagné gagnée ganado ganada ganho ganha vinto vinta",
        "lost": "verloren perdu perdue perdido perdida perso persa",
        "opportunity": "verkaufschance opportunité oportunidad oportunidade opportunità negocio negócio "
        "trattativa",
        "opportunities": "verkaufschancen opportunités oportunidades negocios negócios trattative",
        "created": "erstellt angelegt création créé creación creado criação criado creazione aangemaakt",
        "created date": "erstelldatum erstellungsdatum anlagedatum aanmaakdatum",
        "closed": "abgeschlossen geschlossen gesloten cerrado cerrada fechado fechada clôturé clôturée",
        "close": "abschluss clôture cierre fechamento chiusura",
        "close date": "abschlussdatum schlusstermin sluitingsdatum fermeture",
        "reason": "grund motif raison motivo razón reden ragione", "notes": "notizen",
        "comment": "kommentar commentaire comentario opmerking commento",
        "loss": "verlust perte pérdida perda verlies perdita",
        "lost reason": "verlustgrund ablehnungsgrund verliesreden", "won reason": "gewinngrund",
        "cancellation": "kündigung résiliation cancelación cancelamento baja opzegging disdetta",
        "cancelled": "gekündigt résilié", "cancellation date": "kündigungsdatum",
        "cancellation reason": "kündigungsgrund opzegreden", "churn": "abwanderung", "churned": "abgewandert",
        "churn reason": "abwanderungsgrund churnreason", "contract start": "vertragsbeginn",
        "contract end": "vertragsende", "start date": "startdatum", "end date": "enddatum",
        "probability": "wahrscheinlichkeit probabilité probabilidad probabilidade probabilità "
        "waarschijnlijkheid",
    }
)  # fmt: skip

IDENTIFIER = words("id ids key uuid guid accountid companyid customerid clientid opportunityid dealid")
NUMBERING = words("code number no nr ref")
DATE = words("date day at on since timestamp time month")
PLACE = words("region country territory continent market geo area state iso zone")
PEOPLE = words("agent owner rep representative salesperson manager assignee seller executive who csm")
A_PERSON = words("contact person buyer champion first last full user lead primary main")
LOCATED = words("country city state region province county territory")
KINDS: tuple[tuple[FieldKind, frozenset[str]], ...] = (
    (
        "situation",
        words(
            "hiring funding trigger growth recent initiative raised expansion migration trial leader urgency"
        ),
    ),
    ("buyer", words("buyer title persona role department champion seniority contact decision maker")),
    (
        "technographic",
        words(
            "tech technology stack crm erp tool tools platform system software integration integrations "
            "cloud database internet provider device devices streaming"
        ),
    ),
    (
        "behavioural",
        words(
            "usage logins login visits sessions seats users plan contract payment billing paperless adoption "
            "activity engagement referral source channel lead support backup security phone lines charges"
        ),
    ),
    (
        "firmographic",
        words(
            "industry sector vertical employees employee headcount size revenue turnover founded foundation "
            "established year office location segment ownership subsidiary parent market company pricing "
            "timezone business"
        ),
    ),
)
