"""Spanish words for times; `words` explains the lines."""

from __future__ import annotations

from typing import Final

TABLE: Final = """
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
d 1 p morning: manana por la manana
d 1 p early: manana temprano
p morning: a primera hora | primera hora | a primera hora de la manana
p morning: por la manana | de la manana | en la manana | la manana
d 0 p morning: esta manana
p afternoon: tarde | por la tarde | de la tarde | en la tarde | la tarde
p night: noche | por la noche | de la noche | en la noche | la noche
d 0 p tonight: esta noche
p eod: fin del dia | final del dia
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
n 0: cero
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
n 13: trece
n 14: catorce
n 16: dieciseis
n 17: diecisiete
n 18: dieciocho
n 19: diecinueve
n 21: veintiuno | veintiuna
n 22: veintidos
n 23: veintitres
n 25: veinticinco
n 40: cuarenta
n 50: cincuenta
n 90: noventa
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
O 0: o
e start: principios | principio | comienzo
e mid: mediados
e end: fin | final | finales | fines
q 0.5: media
q 0.25: cuarto | cuartos
< 0: menos
k christmas: navidad | dia de navidad
k christmas eve: nochebuena
k new year: ano nuevo | dia de ano nuevo
k new year eve: nochevieja
r 0: ayer | anteayer | hace | pasado | pasada | anoche
v 0: los lunes | los martes | los miercoles | los jueves | los viernes | los sabados | los domingos
v 0: pronto | quizas | quiza | tal vez | nunca | algun dia | cada | todos los | todas las | antes
S 0: misma hora | esta hora
f 1: a partir de | a partir del | desde
N 0: ahora | ahora mismo | ya | inmediatamente
. 0: en punto
. 0: el | los | del | al | lo
"""

#: What words mean where Spanish is the language of the user, whatever they are in English.
OWN: Final = """
m 3: mar
m 5: may
m 8: ago
m 9: sept | set | sep
m 1: ene
m 4: abr
m 12: dic
m 7: jul
m 6: jun
w 6: dom
w 1: ma
"""
