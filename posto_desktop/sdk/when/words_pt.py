"""Portuguese words for times; `words` explains the lines."""

from __future__ import annotations

from typing import Final

TABLE: Final = """
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
p eod: fim do dia | final do dia
p afternoon: a tarde | da tarde | de tarde
p night: noite | a noite | da noite | de noite
d 0 p tonight: hoje a noite | esta noite
p early: cedo | bem cedo
p early: madrugada | da madrugada
t noon: meio dia | ao meio dia
t midnight: meia noite | a meia noite
n 1: uma
u weekend: fim de semana | final de semana
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
n 13: treze
n 14: catorze | quatorze
n 16: dezesseis | dezasseis
n 17: dezessete | dezassete
n 18: dezoito
n 19: dezenove | dezanove
n 21: vinte e um | vinte e uma
n 22: vinte e dois | vinte e duas
n 23: vinte e tres
n 24: vinte e quatro
n 25: vinte e cinco
n 40: quarenta
n 45: quarenta e cinco
n 50: cinquenta
n 90: noventa
o 1: primeiro | primeira
o 2: segundo
l 0: ultima
i 0 n 1: num | numa
q 0.25 u h: quarto de hora
i 0: em | daqui a | daqui | dentro de
@ 0: as | pelas | por volta das
x next: que vem
s 0: neste | nesta
L 0: mais tarde | a partir de agora | depois
e start: inicio | comeco
e mid: meados
e end: fim | final | finais
q 0.5: meia
< 0: para as | para
k christmas: natal | dia de natal
k christmas eve: vespera de natal
k new year: ano novo
k new year eve: vespera de ano novo
r 0: passada | ontem | anteontem | ha | atras
v 0: breve | talvez | algum dia | todos os | todas as
S 0: mesma hora | mesmo horario | esta hora
f 1: a partir de | a partir das | a partir da | a partir do
N 0: agora | agora mesmo | ja | imediatamente
. 0: em ponto | horario
. 0: no | na | nos | nas | ao | aos | feira | do | dos | das
"""

#: What words mean where Portuguese is the language of the user, whatever they are in English.
OWN: Final = """
w 0: seg
w 1: ter
w 2: qua
w 3: qui
w 4: sex
w 5: sáb
w 6: dom
m 1: jan
m 2: fev
m 3: mar
m 4: abr
m 5: mai
m 8: ago
m 9: set
m 10: out
m 12: dez
"""
