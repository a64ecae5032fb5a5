"""Words for invented companies. Any likeness to a real one is an accident."""

from __future__ import annotations

_WORDS = """
Amberfield Anvil Aspenway Barleymow Beaconhill Birchtide Bluewren Bramble Brasswick Cairnstone
Calico Candlemark Cedarfall Chalkline Cinderpath Cloverton Cobaltine Copperleaf Cormorant Cranefield
Dapple Dovetail Driftmark Duskwater Eastmoor Emberly Fallowdeer Farrier Fernhollow Fieldnote
Flintlock Foxglove Gannet Gatepost Glasswing Goldcrest Granary Greyfriar Halyard Harebell Hazelmere
Heronsgate Highwater Hollybrook Inkwell Ironbark Ivorygate Juniper Kestrelby Kingfisher Lanternway
Larkspur Lodestar Lowtide Mapleturn Marigold Meadowlark Millrace Moonpenny Mossbank Nettle Nightjar
Oakhanger Oarlock Orchardway Otterburn Paperkite Pebblebay Periwinkle Pinwheel Plumbline Quarrymill
Quillon Ravensworth Redstart Riverbend Rookery Rosinweed Saltmarsh Sandpiper Sextant Shearwater
Silverbirch Snowdrop Sparrowhawk Spindle Starling Stonecrop Sundial Swallowtail Tamarind Teasel
Thistledown Threadneedle Tidepool Tinder Trellis Turnstone Umberline Vesper Wagtail Waxwing
Wheelwright Whinstone Willowmere Windrow Yarrow
"""
STEMS = tuple(_WORDS.split())

ENDINGS: dict[str, tuple[str, ...]] = {
    "B2B SaaS": ("Cloud", "Software", "Systems", "HQ", "Labs", "Apps", "Metrics", "Desk", "Stack"),
    "Fintech": ("Pay", "Ledger", "Capital Systems", "Treasury", "Billing", "Lending Tech", "Clearing"),
    "Logistics": ("Freight", "Logistics", "Cold Chain", "Parcel", "Haulage", "Warehousing", "Lines"),
    "Manufacturing": ("Works", "Castings", "Tooling", "Components", "Precision", "Packaging", "Textiles"),
    "Healthcare": ("Health", "Clinics", "Diagnostics", "Care Group", "Dental", "Therapeutics"),
    "Retail": ("Outfitters", "Market", "Home & Garden", "Grocers", "Stores", "Trading"),
    "Professional Services": ("Advisory", "& Partners", "Consulting", "Associates", "Legal"),
    "Education": ("Learning", "Academy", "Press", "Institute", "Campus"),
    "Media": ("Studios", "Publishing", "Broadcast", "Pictures", "Audio"),
    "Public Sector": ("County Council", "Water Authority", "Transit Agency", "Borough", "Parks Service"),
}

# Names as CRMs really hold them: accents, apostrophes, commas, other scripts.
UNUSUAL: dict[str, tuple[str, ...]] = {
    "B2B SaaS": ("Ångström Data", "Łąka Analytics", "Señal Cloud", "Ταχύς Software"),
    "Fintech": ("Crédit Mésange", "O'Dowd & Finch, Payments"),
    "Logistics": ("日本橋ロジスティクス", "Grüne Brücke Spedition", "Sørlandet Frakt"),
    "Manufacturing": ("Škárka Tooling", "Fundição São Gil"),
    "Healthcare": ("Clínica Nuñoa", "Hôpital Services Évian-Sud"),
    "Retail": ("Pâtisserie & Fils", "Kahvila Äärilä"),
    "Media": ("한빛 스튜디오",),
}
