"""French words for times; `words` explains the lines."""

from __future__ import annotations

from typing import Final

TABLE: Final = """
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
p morning: a la premiere heure | premiere heure
p afternoon: apres midi | de l apres midi | dans l apres midi
p evening: soir | soiree | du soir | dans la soiree | au soir
p late night: nuit
d 0 p tonight: ce soir
d 0 p late night: cette nuit
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
n 6: six
n 13: treize
n 14: quatorze
n 16: seize
n 17: dix sept
n 18: dix huit
n 19: dix neuf
n 21: vingt et un | vingt et une
n 22: vingt deux
n 23: vingt trois
n 24: vingt quatre
n 25: vingt cinq
n 40: quarante
n 45: quarante cinq
n 50: cinquante
n 90: quatre vingt dix
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
p eod: fin de journee | en fin de journee | fin de la journee
p early: tot | de bonne heure
p early afternoon: debut d apres midi | debut de l apres midi
p late afternoon: fin d apres midi | fin de l apres midi
p early evening: debut de soiree
p late morning: fin de matinee
u fortnight: quinzaine
u w: en huit
u fortnight: en quinze
e mid: milieu | mi
e end: fin
q 0.5: demi | demie
q 0.25: quart | quarts
q 0.25 u h: quart d heure | quarts d heure
< 0: moins
k christmas: noel | jour de noel
k christmas eve: veille de noel | reveillon de noel
k new year: nouvel an | jour de l an
k new year eve: saint sylvestre | reveillon | veille du nouvel an
k new year eve: reveillon du nouvel an | reveillon du jour de l an
k easter: paques
r 0: hier | avant hier | il y a
v 0: lundis | mardis | mercredis | jeudis | vendredis | samedis | dimanches
v 0: bientot | peut etre | jamais | parfois | chaque | tous les | toutes les | ou | avant
S 0: meme heure | cette heure
f 1: a partir de | des
N 0: maintenant | tout de suite | immediatement
. 0: pile | precises | precise
. 0: le | la | les | du | de | l | d | au | aux
"""

#: What words mean where French is the language of the user, whatever they are in English.
OWN: Final = """
w 1: mar
w 5: sam
w 0: lun
m 5: mai
m 8: août
m 2: févr
m 3: mars
"""
