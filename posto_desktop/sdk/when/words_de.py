"""German words for times; `words` explains the lines."""

from __future__ import annotations

from typing import Final

TABLE: Final = """
d 0: heute
d 1: morgen
d 2: ubermorgen | uebermorgen
d 3: uberubermorgen
d 1 p morning: morgen fruh | morgen frueh | morgen vormittag
d 0 p morning: heute morgen | heute fruh | heute frueh | heute vormittag
w 0: montag | mo
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
p late night: nacht | nachts
d 0 p late night: heute nacht
d 0 p tonight: heut abend | heute abend
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
n 0: null
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
q 0.25 u h: viertelstunde
q 0.75 u h: dreiviertelstunde
x after: ubernachste | ubernachsten | ubernachster | ubernachstes
x after: uebernaechste | uebernaechsten | uebernaechster | uebernaechstes
n 21: einundzwanzig
n 22: zweiundzwanzig
n 23: dreiundzwanzig
n 40: vierzig
n 50: funfzig | fuenfzig
n 90: neunzig
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
f 0: nach
f 1: ab
L 0: spater | spaeter | ab jetzt | ab heute | von jetzt an
& 0: und
e start: anfang
e mid: mitte
e end: ende
e end u mon: monatsende
e start u mon: monatsanfang
e end u y: jahresende
q 0.5: halb | halbe | halben
q 0.25: viertel
q 0.75: dreiviertel | drei viertel
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
v 0: montags | dienstags | mittwochs | donnerstags | freitags | samstags | sonntags
v 0: irgendwann | bald | vielleicht | nie | jeden | jede | jedes | manchmal | oder | bis | zwischen
S 0: gleiche zeit | gleichen zeit | selbe zeit | selben zeit | diese zeit | dieselbe zeit
N 0: jetzt | sofort | jetzt gleich | gleich jetzt
. 0: bitte | noch
. 0: der | den | dem | des | die | das | im | am | zum | zur | von | punkt | genau
. 0: diesmal | zeit | ortszeit
"""

#: What words mean where German is the language of the user, whatever they are in English.
OWN: Final = """
m 9: sept
m 1: jan | jän
m 3: mär
m 11: nov
m 4: apr
"""
