"""Italian words for times; `words` explains the lines."""

from __future__ import annotations

from typing import Final

TABLE: Final = """
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
d 1 p morning: domattina
p morning: di prima mattina
p eod: fine giornata | a fine giornata | fine della giornata
p afternoon: pomeriggio | del pomeriggio | di pomeriggio
p evening: sera | di sera | della sera | in serata
p late night: notte
d 0 p late night: stanotte | questa notte
d 0 p tonight: stasera | questa sera
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
n 30 u min: mezzora
n 13: tredici
n 14: quattordici
n 16: sedici
n 17: diciassette
n 18: diciotto
n 19: diciannove
n 21: ventuno | ventun
n 22: ventidue
n 23: ventitre
n 25: venticinque
n 40: quaranta
n 45: quarantacinque
n 50: cinquanta
n 90: novanta
o 1: primo | prima
o 2: secondo
o 3: terzo
l 0: ultimo
i 0: fra | tra | entro
@ 0: alle | all | alle ore | ore | verso le | dalle
x next: prossimo | prossima
s 0: questo | questa | quest
L 0: piu tardi | da adesso | da ora | da oggi | dopo
& 0: e | ed
e start: inizio
e mid: meta
e end: fine
q 0.5: mezza | mezzo | mezz
q 0.25: quarto | quarti
q 0.25 u h: quarto d ora | quarti d ora
< 0: meno
k christmas: natale | giorno di natale
k christmas eve: vigilia di natale
k new year eve: san silvestro | vigilia di capodanno
k new year: capodanno
k easter: pasqua
k easter monday: pasquetta
r 0: ieri | fa | scorso | scorsa | passata
v 0: presto | forse | mai | ogni
S 0: stessa ora | quest ora
f 1: a partire da | dal
N 0: adesso | subito | immediatamente
. 0: in punto
. 0: il | gli | della | dell | dello | da | di | alla | nel | nella | sul | in data
"""
