"""Azerbaijani words for times; `words` explains the lines, `turkic` the endings (`+`)."""

from __future__ import annotations

from typing import Final

#: Words that would be others without their accents, as they are read: short names of weekdays, as
#: dates show them.
SPELLINGS: Final = {
    "b.e.": "bazar ertəsi",
    "ç.a.": "çərşənbə axşamı",
    "c.a.": "cümə axşamı",
    "ç.": "çərşənbə",
    "c.": "cümə",
    "ş.": "şənbə",
    "b.": "bazar",
}

TABLE: Final = """
d 0: bu gün | bugün | bu günə | bugünə | bu günkü
d 1: sabah | sabaha | sabahkı | ertəsi gün
d 1 + from: sabahdan
d 0 + from: bu gündən | bugündən
d 2: birigün | biri gün | birisi gün | o biri gün
d 0 p morning: bu səhər
d 0 p lunch: bu günorta
d 0 p tonight: bu axşam | bu axşama
d 0 p late night: bu gecə
d 0 t midnight: bu gecə yarısı
w 0: bazar ertəsi | bazar ertəsinə | bazarertəsi
w 1: çərşənbə axşamı | çərşənbə axşamına
w 2: çərşənbə | çərşənbəyə | çərşənbəsi
w 3: cümə axşamı | cümə axşamına
w 4: cümə | cüməyə | cüməsi
w 5: şənbə | şənbəyə | şənbəsi
w 6: bazar | bazara | bazarı
w 0 + from: bazar ertəsindən
w 1 + from: çərşənbə axşamından
w 2 + from: çərşənbədən
w 3 + from: cümə axşamından
w 4 + from: cümədən
w 5 + from: şənbədən
w 6 + from: bazardan
m 1: yanvar | yanvarın | yanvarda | yan
m 2: fevral | fevralın | fevralda | fev
m 3: mart | martın | martda | mar
m 4: aprel | aprelin | apreldə | apr
m 5: may | mayın | mayda
m 6: iyun | iyunun | iyunda | iyn
m 7: iyul | iyulun | iyulda | iyl
m 8: avqust | avqustun | avqustda | avq
m 9: sentyabr | sentyabrın | sentyabrda | sen | sent
m 10: oktyabr | oktyabrın | oktyabrda | okt
m 11: noyabr | noyabrın | noyabrda | noy
m 12: dekabr | dekabrın | dekabrda | dek
p early: səhər tezdən | tezdən | səhər erkən | erkən
p morning: səhər | səhəri | səhərə | səhərlər | günortadan əvvəl
p lunch: günorta | günortada | günortaya | nahar vaxtı | nahar
p afternoon: günortadan sonra | günortadan sonraya
p early evening: axşamüstü | axşam üstü | axşama yaxın
p evening: axşam | axşamı | axşama
p late night: gecə | gecəsi | gecəyə
p eod: günün sonu | günün sonunda | iş gününün sonu | iş gününün sonunda
t midnight: gecə yarısı | gecə yarısında
a am: am
a pm: pm
u s: saniyə | saniyədən | san
u min: dəqiqə | dəqiqədən | dəq
u h: saat | saatdan
u d: gün | günün | günü | gündən | günündə | gününə
u w: həftə | həftənin | həftədən
u mon: ay | ayın | aydan
u mon: ayı | ayının | ayında
u y: il | ilin | ildən
u weekend: həftə sonu | həftəsonu | həftənin sonu | həftə sonunda | həftənin sonunda
u weekday: iş günü
u weekdays: iş günündən
x next: gələn | gələcək | növbəti | qarşıdakı | ertəsi
x after: o biri
n 1 u w f 1 d 0: gələn həftə bu gün
s 0: bu
L 0: sonra | ərzində | içində | müddətində
q 0.5: yarım | yarımdan
q 0.25: rüb | çərək
> 0: keçmiş | keçir | işləmiş | keçəndə
< 0: qalmış | qalır | qalanda
q 0.5 + half: yarısı | yarısında
o 1: ilk | birinci
o 2: ikinci
o 3: üçüncü
o 4: dördüncü
o 5: beşinci
l 0: son | sonuncu | axırıncı
e start: əvvəli | əvvəlində | başı | başında
e mid: ortası | ortasında
e end: sonu | sonunda | axırı | axırında | sonuna
k christmas: milad | milad bayramı
k new year: yeni il | yeni ildə | yeni il günü
k new year eve: yeni il gecəsi | yeni il axşamı
k valentine: sevgililər günü | sevgililər günündə
k halloween: hellouin
k easter: pasxa
r 0: dünən | srağagün | əvvəl | öncə | keçən | ötən | qabaq | ötən gün
v 0: bəlkə | tezliklə | nə vaxtsa | hər | hərgün | qədər | kimi | və ya | yaxud | arası | arasında
v 0: bəzən | heç vaxt | deyil | günləri | gündə | həftədə | ayda | boyunca | bir neçə | mümkünsə
S 0: eyni vaxtda | eyni saatda | eyni saat | bu vaxt | bu saatda
N 0: indi | dərhal | elə indi | hazırda | indicə
F 0: üçün
+ at: da | də | ta | tə
+ to: a | ə | ya | yə | na | nə
+ of: ın | in | un | ün | nın | nin
+ its: ı | i | u | ü | sı | si | su | sü | nı | ni
+ its-at: ında | ində | unda | ündə | sında | sində
+ from: dan | dən
+ on: etibarən | başlayaraq
. 0: tam | düz | zəhmət olmasa | tarixi | tarixində | təxminən | radələrində
. 0: yerli vaxtla | vaxtı ilə | vaxtı | ci | cı | cu | cü
n 0: sıfır
n 1: bir
n 2: iki
n 3: üç
n 4: dörd
n 5: beş
n 6: altı
n 7: yeddi
n 8: səkkiz
n 9: doqquz
n 10: on
n 11: on bir
n 12: on iki
n 13: on üç
n 14: on dörd
n 15: on beş
n 16: on altı
n 17: on yeddi
n 18: on səkkiz
n 19: on doqquz
n 20: iyirmi
n 21: iyirmi bir
n 22: iyirmi iki
n 23: iyirmi üç
n 24: iyirmi dörd
n 25: iyirmi beş
n 30: otuz
n 40: qırx
n 45: qırx beş
n 48: qırx səkkiz
n 50: əlli
n 60: altmış
n 90: doxsan
n 1 + at: birdə | birə | biri | birin
n 2 + at: ikidə | ikiyə | ikini | ikinin
n 3 + at: üçdə | üçə | üçü
n 4 + at: dörddə | dördə | dördü | dördün
n 5 + at: beşdə | beşə | beşi | beşin
n 6 + at: altıda | altıya | altını | altının
n 7 + at: yeddidə | yeddiyə | yeddini | yeddinin
n 8 + at: səkkizdə | səkkizə | səkkizi | səkkizin
n 9 + at: doqquzda | doqquza | doqquzu | doqquzun
n 10 + at: onda | ona | onu | onun
n 11 + at: on birdə | on birə | on biri | on birin
n 12 + at: on ikidə | on ikiyə | on ikini | on ikinin
n 13 + at: on üçdə
n 14 + at: on dörddə
n 15 + at: on beşdə
n 16 + at: on altıda
n 17 + at: on yeddidə
n 18 + at: on səkkizdə
n 19 + at: on doqquzda
n 20 + at: iyirmidə
"""
