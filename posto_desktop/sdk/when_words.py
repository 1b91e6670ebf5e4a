"""The words of the `when=` grammar: what each word of a phrase can stand for.

Everyday words of English, German, French, Spanish, Italian and Portuguese. Accents are folded
before the look-up ("nächsten" and "nachsten" are one word), and the German spellings without
umlauts ("naechsten") are listed beside them.

A word gives one or more marks. A mark is a kind (one letter, so that the grammar can be regular
expressions over the kinds of a phrase) and a value:

====  =============================================================================
kind  value
====  =============================================================================
d     day counted from today (0, 1, 2)
w     weekday, Monday = 0
m     month, 1 to 12
p     part of the day (a key of `PARTS`)
t     "noon" or "midnight"
u     unit of time (a key of `UNITS`, or "fortnight", "weekday", "weekend")
n     number
o     ordinal, 1 and up
l     "last"
a     "am" or "pm"
h     "o'clock"
i     "in"
@     "at"
1     "a", "an"
x     "next" or "coming"
s     "this"
f     "from", "after"
L     "from now", "later"
&     "and"
e     "start", "mid" or "end" of a period
q     fraction of an hour: 0.5, 0.25, 0.75
>     minutes past the hour
<     minutes to the hour
k     a day with a name of its own, as its key in `when_calendar.NAMED_DAYS`
r     a word of the past
v     a word that leaves the time open ("sometime"), or asks for more than one time
====  =============================================================================
"""

from __future__ import annotations

from typing import Final, NamedTuple

Value = int | float | str


class Mark(NamedTuple):
    """One meaning of a word: its kind, its value, and the language whose list has the word."""

    kind: str
    value: Value
    lang: str


class Part(NamedTuple):
    """A part of the day: the hour and minute meant without a clock time, and where it ends."""

    hour: int
    minute: int
    end: int


PARTS: Final[dict[str, Part]] = {
    "early": Part(7, 0, 10),
    "morning": Part(9, 0, 12),
    "late morning": Part(11, 0, 12),
    "lunch": Part(12, 0, 14),
    "early afternoon": Part(13, 0, 15),
    "afternoon": Part(15, 0, 18),
    "late afternoon": Part(17, 0, 18),
    "early evening": Part(18, 0, 20),
    "evening": Part(19, 0, 24),
    "late evening": Part(21, 0, 24),
    "night": Part(21, 0, 24),
    "tonight": Part(19, 0, 24),
    "eod": Part(17, 0, 18),
}

#: Seconds of the units that are a fixed length of time; days and longer belong to the calendar.
CLOCK_UNITS: Final[dict[str, int]] = {"s": 1, "min": 60, "h": 3600}
#: (months, days) of the units that the calendar counts.
DATE_UNITS: Final[dict[str, tuple[int, int]]] = {
    "d": (0, 1),
    "w": (0, 7),
    "fortnight": (0, 14),
    "mon": (1, 0),
    "quarter": (3, 0),
    "y": (12, 0),
}

_ENGLISH: Final = """
d 0: today | 2day
d 1: tomorrow | tommorow | tommorrow | tomorow | tomorro | tomorrows | tmrw | tmr | tmw | tom | 2morrow
d 2: overmorrow | day after tomorrow | day after tommorow | day after tmrw
d 0 p tonight: tonight | tonite | 2nite | tonights
d 0 p morning: this morning
w 0: monday | mon | mondays
w 1: tuesday | tue | tues
w 2: wednesday | wed | weds | wendesday | wensday
w 3: thursday | thu | thur | thurs
w 4: friday | fri
w 5: saturday | sat
w 6: sunday | sun
m 1: january | jan
m 2: february | feb | febuary
m 3: march | mar
m 4: april | apr
m 5: may
m 6: june | jun
m 7: july | jul
m 8: august | aug
m 9: september | sep | sept
m 10: october | oct
m 11: november | nov
m 12: december | dec
p morning: morning | first thing in the morning | first thing
p early: early morning | early in the morning | early
p late morning: late morning
p lunch: lunch | lunchtime | lunch time
p early afternoon: early afternoon
p afternoon: afternoon
p late afternoon: late afternoon
p early evening: early evening
p evening: evening
p late evening: late evening
p night: night
p night: late night | late
p eod: eod | end of day | end of the day | close of business | cob | end of business
d 0 p eod: end of today
t noon: noon | midday | mid day
t midnight: midnight | mid night
u s: s | sec | secs | second | seconds
u min: m | min | mins | minute | minutes | mn
u h: h | hr | hrs | hour | hours
u d: d | day | days
u w: w | wk | wks | week | weeks
u fortnight: fortnight | fortnights
u mon: mo | mos | mth | mths | month | months
u quarter: quarters
u y: y | yr | yrs | year | years
u weekend: weekend | week end
u weekday: weekday | working day | business day | workday
u weekdays: weekdays | working days | business days | workdays
n 0: zero
n 1: one
n 2: two | couple | couple of | a couple of | a couple
n 3: three
n 4: four
n 5: five
n 6: six
n 7: seven
n 8: eight
n 9: nine
n 10: ten
n 11: eleven
n 12: twelve | dozen
n 13: thirteen
n 14: fourteen
n 15: fifteen
n 16: sixteen
n 17: seventeen
n 18: eighteen
n 19: nineteen
n 20: twenty
n 24: twenty four
n 25: twenty five
n 30: thirty
n 40: forty
n 45: forty five
n 48: forty eight
n 50: fifty
n 60: sixty
n 72: seventy two
n 90: ninety
o 1: first
o 2: second of
o 3: third
o 4: fourth
o 5: fifth
o 6: sixth
o 7: seventh
o 8: eighth
o 9: ninth
o 10: tenth
o 11: eleventh
o 12: twelfth
o 13: thirteenth
o 14: fourteenth
o 15: fifteenth
o 20: twentieth
o 21: twenty first
o 22: twenty second
o 23: twenty third
o 24: twenty fourth
o 25: twenty fifth
o 30: thirtieth
o 31: thirty first
l 0: last | final
a am: am | a m
a pm: pm | p m
h 0: o clock | oclock
i 0: in | within | in about | in around
@ 0: at | around | about
1 0: a | an
x next: next | following | nxt
x coming: coming | upcoming
x coming: this coming
s 0: this
f 0: from | after | starting | starting from
L 0: from now | from today | later | hence | from now on | time from now | from this moment
& 0: and
e start: start | beginning | begin
e mid: mid | middle
e end: end
q 0.5: half
q 0.25: quarter
> 0: past
< 0: to | till | til
d 0: later today
k christmas: christmas | christmas day | xmas | xmas day
k christmas eve: christmas eve | xmas eve
k boxing day: boxing day
k new year: new year | new year s | new year s day | new years | new years day | new year day
k new year eve: new year s eve | new years eve | nye | new year eve
k valentine: valentine s day | valentines day | valentine s | valentines | valentine day
k halloween: halloween
k black friday: black friday
k cyber monday: cyber monday
k thanksgiving: thanksgiving | thanksgiving day
k easter: easter | easter sunday
k easter monday: easter monday
k good friday: good friday
r 0: yesterday | ago | past week | day before yesterday | earlier | previous | last night | last week
r 0: last month | last year | earlier today | prior
v 0: sometime | soon | asap | maybe | whenever | never | someday | some | few | a few | several
v 0: eventually | probably | perhaps | or | every | each | not | except | before | by | until | between
v 0: anytime | any | always | once | twice | daily | weekly | monthly | hourly | without | unless
v 0: as soon as possible | possibly | whatever | later than | sooner
"""

_GERMAN: Final = """
d 0: heute
d 1: morgen
d 2: ubermorgen | uebermorgen
d 3: uberubermorgen
d 1 p morning: morgen fruh | morgen frueh | morgen vormittag
d 0 p morning: heute morgen | heute fruh | heute frueh | heute vormittag
w 0: montag | montags | mo
w 1: dienstag | di
w 2: mittwoch | mi
w 3: donnerstag | do
w 4: freitag | fr
w 5: samstag | sonnabend | sa
w 6: sonntag | so
m 1: januar | janner | jaenner
m 2: februar | feber
m 3: marz | maerz | mrz
m 5: mai
m 6: juni
m 7: juli
m 10: oktober | okt
m 12: dezember | dez
p morning: fruh | frueh | morgens | vormittag | vormittags | am morgen | am vormittag
p lunch: mittagszeit
p afternoon: nachmittag | nachmittags
p evening: abend | abends
p night: nacht | nachts
d 0 p tonight: heut abend | heute abend | heute nacht
t noon: mittag | mittags
t midnight: mitternacht | mitternachts
u s: sekunde | sekunden | sek
u min: minute | minuten
u h: stunde | stunden | std
u d: tag | tage | tagen
u w: woche | wochen
u mon: monat | monate | monaten | monats
u y: jahr | jahre | jahren | jahres
u weekend: wochenende
u weekday: werktag | arbeitstag
u weekdays: werktage | werktagen | arbeitstage | arbeitstagen
n 1: ein | eine | einer | einem | einen | eins
n 2: zwei | zwo
n 3: drei
n 4: vier
n 5: funf | fuenf
n 6: sechs
n 7: sieben
n 8: acht
n 9: neun
n 10: zehn
n 11: elf
n 12: zwolf | zwoelf
n 13: dreizehn
n 14: vierzehn
n 15: funfzehn | fuenfzehn
n 16: sechzehn
n 17: siebzehn
n 18: achtzehn
n 19: neunzehn
n 20: zwanzig
n 24: vierundzwanzig
n 30: dreissig
n 45: funfundvierzig
n 48: achtundvierzig
n 1.5: anderthalb | eineinhalb
n 2.5: zweieinhalb
n 30 u min: halbe stunde | halben stunde
n 15 u min: viertelstunde
n 45 u min: dreiviertelstunde
o 1: erste | ersten | erster
o 2: zweite | zweiten | zweiter
o 3: dritte | dritten | dritter
o 4: vierte | vierten | vierter
o 5: funfte | funften
l 0: letzte | letzten | letzter | letztes
h 0: uhr
i 0: innerhalb
@ 0: um | gegen
x next: nachste | nachsten | nachster | nachstes | nachstem
x next: naechste | naechsten | naechster | naechstes | naechstem
x coming: kommende | kommenden | kommender | kommendes | kommendem
s 0: diese | diesen | dieser | dieses | diesem
f 0: nach | ab
L 0: spater | spaeter | ab jetzt | ab heute | von jetzt an
& 0: und
e start: anfang
e mid: mitte
e end: ende
e end u mon: monatsende
e start u mon: monatsanfang
e end u y: jahresende
q 0.5: halb
q 0.25: viertel
q 0.75: dreiviertel
< 0: vor
k christmas: weihnachten
k christmas eve: heiligabend | heilig abend
k new year: neujahr
k new year eve: silvester
k easter: ostern | ostersonntag
k easter monday: ostermontag
k good friday: karfreitag
r 0: gestern | vorgestern | vergangenen | vergangene | letzte woche | letzten monat
r 0: letztes jahr
v 0: irgendwann | bald | vielleicht | nie | jeden | jede | jedes | manchmal | oder | bis | zwischen
"""

_FRENCH: Final = """
d 0: aujourd hui | aujourdhui
d 1: demain
d 2: apres demain
w 0: lundi | lun
w 1: mardi
w 2: mercredi | mer
w 3: jeudi | jeu
w 4: vendredi | ven
w 5: samedi | sam
w 6: dimanche | dim
m 1: janvier | janv
m 2: fevrier | fev | fevr
m 3: mars
m 4: avril | avr
m 6: juin
m 7: juillet | juil
m 8: aout
m 9: septembre
m 10: octobre
m 11: novembre
m 12: decembre
p morning: matin | matinee | du matin | dans la matinee | au matin
p afternoon: apres midi | de l apres midi | dans l apres midi
p evening: soir | soiree | du soir | dans la soiree | au soir
p night: nuit
d 0 p tonight: ce soir | cette nuit
d 0 p morning: ce matin
t noon: midi
t midnight: minuit
u s: seconde | secondes
u h: heure | heures
u d: jour | jours
u w: semaine | semaines | sem
u mon: mois
u y: an | ans | annee | annees
n 1: un | une
n 2: deux
n 3: trois
n 4: quatre
n 5: cinq
n 8: huit
n 9: neuf
n 10: dix
n 11: onze
n 12: douze
n 15: quinze
n 20: vingt
n 30: trente
n 48: quarante huit
o 1: premier | premiere | 1er
o 2: deuxieme
o 3: troisieme
l 0: dernier | derniere
i 0: dans | d ici
@ 0: vers
x next: prochain | prochaine
s 0: ce | cet | cette
L 0: plus tard | a partir de maintenant | a partir d aujourd hui
& 0: et
e start: debut
e mid: milieu
e end: fin
q 0.5: demi | demie
q 0.25: quart
< 0: moins
k christmas: noel
k new year: nouvel an | jour de l an
k new year eve: saint sylvestre | reveillon
k easter: paques
r 0: hier | avant hier | il y a
v 0: bientot | peut etre | jamais | parfois | chaque | tous les | toutes les | ou | avant
"""

_SPANISH: Final = """
d 0: hoy
d 1: manana
d 2: pasado manana
w 0: lunes
w 1: martes
w 2: miercoles | mie
w 3: jueves | jue
w 4: viernes | vie
w 5: sabado | sab
w 6: domingo | dom
m 1: enero | ene
m 2: febrero
m 3: marzo
m 4: abril | abr
m 5: mayo
m 6: junio
m 7: julio
m 8: agosto
m 9: septiembre | setiembre
m 10: octubre
m 11: noviembre
m 12: diciembre | dic
d 1 p morning: manana por la manana | manana temprano
p morning: por la manana | de la manana | en la manana | la manana
d 0 p morning: esta manana
p afternoon: tarde | por la tarde | de la tarde | en la tarde | la tarde
p night: noche | por la noche | de la noche | en la noche | la noche
d 0 p tonight: esta noche
p early: madrugada | de la madrugada
t noon: mediodia | medio dia | al mediodia
t midnight: medianoche | media noche
u s: segundo | segundos
u min: minuto | minutos
u h: hora | horas
u d: dia | dias
u w: semana | semanas
u mon: mes | meses
u y: ano | anos
u weekend: fin de semana
n 1: uno | una
n 2: dos
n 3: tres
n 4: cuatro
n 5: cinco
n 6: seis
n 7: siete
n 8: ocho
n 9: nueve
n 10: diez
n 11: once
n 12: doce
n 15: quince
n 20: veinte
n 30: treinta
n 45: cuarenta y cinco
n 24: veinticuatro
n 48: cuarenta y ocho
o 1: primer | primero | primera
o 2: segundo
o 3: tercer | tercero
l 0: ultimo | ultima
i 0: en | dentro de
@ 0: a las | a la | las | sobre las | hacia las
x next: proximo | proxima | que viene | siguiente
x coming: este proximo
s 0: este | esta
L 0: mas tarde | a partir de ahora | despues | desde ahora
& 0: y
e start: principios | principio | comienzo
e mid: mediados
e end: fin | final | finales
q 0.5: media
q 0.25: cuarto
< 0: menos
k christmas: navidad
k christmas eve: nochebuena
k new year: ano nuevo
k new year eve: nochevieja
r 0: ayer | anteayer | hace | pasado | pasada | anoche
v 0: pronto | quizas | quiza | tal vez | nunca | algun dia | cada | todos los | todas las | antes
"""

_ITALIAN: Final = """
d 0: oggi
d 1: domani
d 2: dopodomani | dopo domani
w 0: lunedi
w 1: martedi
w 2: mercoledi
w 3: giovedi | gio
w 4: venerdi
w 5: sabato
w 6: domenica
m 1: gennaio | gen
m 2: febbraio | febbr
m 3: marzo
m 4: aprile
m 5: maggio | mag
m 6: giugno | giu
m 7: luglio | lug
m 8: agosto
m 9: settembre | set
m 10: ottobre | ott
m 12: dicembre
p morning: mattina | di mattina | del mattino | mattino | della mattina | in mattinata
d 0 p morning: stamattina | stamani | stamane | questa mattina
p afternoon: pomeriggio | del pomeriggio | di pomeriggio
p evening: sera | di sera | della sera | in serata
p night: notte
d 0 p tonight: stasera | stanotte | questa sera
t noon: mezzogiorno | a mezzogiorno
t midnight: mezzanotte | a mezzanotte
u s: secondo | secondi
u min: minuti
u h: ora | ore
u d: giorno | giorni
u w: settimana | settimane
u mon: mese | mesi
u y: anno | anni
u weekend: fine settimana
n 1: uno
n 2: due
n 3: tre
n 4: quattro
n 5: cinque
n 6: sei
n 7: sette
n 8: otto
n 9: nove
n 10: dieci
n 11: undici
n 12: dodici
n 15: quindici
n 20: venti
n 24: ventiquattro
n 30: trenta
n 48: quarantotto
n 30 u min: mezz ora | mezzora | mezza ora
o 1: primo | prima
o 2: secondo
o 3: terzo
l 0: ultimo
i 0: fra | tra | entro
@ 0: alle | all | alle ore | ore | verso le
x next: prossimo | prossima
s 0: questo | questa | quest
L 0: piu tardi | da adesso | da ora | da oggi | dopo
& 0: e | ed
e start: inizio
e mid: meta
e end: fine
q 0.5: mezza | mezzo
q 0.25: quarto
< 0: meno
k christmas: natale
k new year: capodanno
k easter: pasqua
k easter monday: pasquetta
r 0: ieri | fa | scorso | scorsa
v 0: presto | forse | mai | ogni
"""

_PORTUGUESE: Final = """
d 0: hoje
d 1: amanha
d 2: depois de amanha
w 0: segunda | segunda feira
w 1: terca | terca feira
w 2: quarta | quarta feira
w 3: quinta | quinta feira
w 4: sexta | sexta feira
w 5: sabado
w 6: domingo
m 1: janeiro
m 2: fevereiro
m 3: marco
m 4: abril
m 5: maio | mai
m 6: junho
m 7: julho
m 8: agosto
m 9: setembro
m 10: outubro | out
m 11: novembro
m 12: dezembro
p morning: manha | de manha | da manha | pela manha
d 0 p morning: esta manha | hoje de manha
p afternoon: a tarde | da tarde | de tarde
p night: noite | a noite | da noite | de noite
d 0 p tonight: hoje a noite | esta noite
p early: madrugada | da madrugada
t noon: meio dia | ao meio dia
t midnight: meia noite | a meia noite
n 1: uma
n 2: dois | duas
n 5: cinco
n 6: seis
n 7: sete
n 8: oito
n 9: nove
n 10: dez
n 11: onze
n 12: doze
n 15: quinze
n 20: vinte
n 30: trinta
n 30 u min: meia hora
o 1: primeiro | primeira
o 2: segundo
l 0: ultima
i 0: em | daqui a | dentro de
@ 0: as | pelas | por volta das
x next: que vem
s 0: neste | nesta
L 0: mais tarde | a partir de agora | depois
e start: inicio
e mid: meados
e end: fim | final
q 0.5: meia
< 0: para as | para
k christmas: natal
k christmas eve: vespera de natal
k new year: ano novo
k new year eve: vespera de ano novo
r 0: ontem | anteontem | ha | atras
v 0: breve | talvez | algum dia | todos os | todas as
"""

#: Words that say nothing about the time.
FILLERS: Final = frozenset(
    [
        "on",
        "the",
        "of",
        "for",
        "o",
        "clock's",
        "exactly",
        "sharp",
        "oclock's",
        "der",
        "den",
        "dem",
        "des",
        "die",
        "das",
        "im",
        "am",
        "zum",
        "zur",
        "von",
        "le",
        "la",
        "les",
        "du",
        "de",
        "des",
        "l",
        "d",
        "au",
        "aux",
        "el",
        "los",
        "del",
        "al",
        "il",
        "lo",
        "gli",
        "della",
        "dell",
        "dello",
        "di",
        "da",
        "do",
        "no",
        "na",
        "nos",
        "nas",
        "ao",
        "aos",
        "feira",
        "approximately",
        "approx",
        "circa",
        "ca",
        "roughly",
        "date",
        "time",
        "schedule",
        "post",
        "punkt",
        "genau",
        "lunch's",
        "s",
        "it",
        "publish",
        "send",
        "st",
        "alla",
        "per",
        "nel",
        "nella",
        "sul",
        "un'",
        "y'",
        "pm's",
        "ich's",
        "dia's",
        "gmt's",
    ]
)


def _load() -> tuple[dict[str, tuple[Mark, ...]], dict[str, int]]:
    words: dict[str, tuple[Mark, ...]] = {}
    longest: dict[str, int] = {}
    for table, lang in (
        (_ENGLISH, "en"),
        (_GERMAN, "de"),
        (_FRENCH, "fr"),
        (_SPANISH, "es"),
        (_ITALIAN, "it"),
        (_PORTUGUESE, "pt"),
    ):
        for line in table.strip().splitlines():
            marks_text, _, phrases = line.partition(": ")
            marks = _marks(marks_text.strip(), lang)
            for phrase in phrases.split(" | "):
                key = phrase.strip()
                # The first table wins: a word that two languages share keeps its first meaning.
                words.setdefault(key, marks)
                first, *rest = key.split(" ")
                longest[first] = max(longest.get(first, 1), 1 + len(rest))
    for weekday, part in _german_pairs():
        words[weekday + part] = (*words[weekday], *words[part])
        longest[weekday + part] = 1
    return words, longest


def _marks(text: str, lang: str) -> tuple[Mark, ...]:
    """Read "d 0 p tonight" or "k new year eve": kinds are single characters before a value."""
    fields = text.split(" ")
    if fields[0] in ("k", "p") and len(fields) > 2:
        return (Mark(fields[0], " ".join(fields[1:]), lang),)
    return tuple(
        Mark(kind, _value(kind, value), lang)
        for kind, value in zip(fields[::2], fields[1::2], strict=True)
    )


def _value(kind: str, text: str) -> Value:
    if kind in "qn":
        number = float(text)
        return int(number) if number.is_integer() else number
    return int(text) if text.isdigit() else text


def _german_pairs() -> list[tuple[str, str]]:
    days = ["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"]
    parts = ["fruh", "vormittag", "mittag", "nachmittag", "abend", "nacht"]
    return [(day, part) for day in days for part in parts]


WORDS, LONGEST = _load()
for _day in ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"):
    # "Montagmorgen" is Monday morning, whereas "morgen" alone is tomorrow.
    WORDS[_day + "morgen"] = (*WORDS[_day], Mark("p", "morning", "de"))
    LONGEST[_day + "morgen"] = 1
