"""The names of the months as exports write them, without accents and in small letters."""

from __future__ import annotations

_NAMES = (
    "january jan januar janner januari janvier janv enero ene gennaio gen janeiro",
    "february feb februar feber februari fevrier fevr fev febrero febbraio fevereiro",
    "march mar marz maerz mrz maart mrt mars marzo marco",
    "april apr avril avr abril abr aprile",
    "may mai mei mayo maggio mag maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug augustus aout agosto ago",
    "september sep sept septembre septiembre setiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dicembre dezembro",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
