"""Turkish words for times; `words` explains the lines, `turkic` the endings (`+`)."""

from __future__ import annotations

from typing import Final

#: Words that would be others without their accents, as they are read: "gece" is the night.
SPELLINGS: Final = {"geçe": "geçiyor"}

TABLE: Final = """
d 0: bugün | bu gün | bugüne | bugünkü
d 1: yarın | yarına | yarınki | ertesi gün
d 1 + from: yarından
d 0 + from: bugünden
d 2: öbür gün | ertesi günün ertesi | yarından sonraki gün | yarın değil öbür gün
d 0 p morning: bu sabah
d 0 p lunch: bu öğlen | bu öğle
d 0 p afternoon: bu öğleden sonra
d 0 p tonight: bu akşam | bu akşama
d 0 p late night: bu gece
d 0 t midnight: bu gece yarısı
w 0: pazartesi | pazartesiye | pazartesisi | pzt | pts
w 1: salı | salıya | salısı | sal
w 2: çarşamba | çarşambaya | çarşambası | çar | çrş
w 3: perşembe | perşembeye | perşembesi | per | prş
w 4: cuma | cumaya | cuması | cum
w 5: cumartesi | cumartesiye | cumartesisi | cmt | cts
w 6: pazar | pazara | pazarı | paz
w 0 + from: pazartesiden
w 1 + from: salıdan
w 2 + from: çarşambadan
w 3 + from: perşembeden
w 4 + from: cumadan
w 5 + from: cumartesiden
w 6 + from: pazardan
m 1: ocak | ocağın | ocakta | oca
m 2: şubat | şubatın | şubatta | şub
m 3: mart | martın | martta | mar
m 4: nisan | nisanın | nisanda | nis
m 5: mayıs | mayısın | mayısta | may
m 6: haziran | haziranın | haziranda | haz
m 7: temmuz | temmuzun | temmuzda | tem
m 8: ağustos | ağustosun | ağustosta | ağu
m 9: eylül | eylülün | eylülde | eyl
m 10: ekim | ekimin | ekimde | eki
m 11: kasım | kasımın | kasımda | kas
m 12: aralık | aralığın | aralıkta | ara
p early: sabah erken | sabah erkenden | erken | erkenden | sabahın köründe
p morning: sabah | sabahı | sabaha | sabahleyin | öğleden önce
p lunch: öğle | öğlen | öğleyin | öğlende | öğle vakti | öğle arası | öğle arasında | gün ortası
p afternoon: öğleden sonra | öğleden sonrası | öğleden sonraya | ikindi | ikindi vakti
p early evening: akşamüstü | akşam üstü | akşamüzeri | akşam üzeri
p evening: akşam | akşamı | akşama | akşamleyin
p late night: gece | gecesi | geceye | geceleyin
p eod: gün sonu | gün sonunda | mesai bitimi | mesai bitiminde | mesai sonu
t midnight: gece yarısı | gece yarısında
a am: öö
a pm: ös
u s: saniye | sn
u min: dakika | dk | dakka
u h: saat | sa
u d: gün | günün | günü | gününde | gününe
u w: hafta | haftanın
u mon: ay | ayın
u mon: ayı | ayının | ayında
u y: yıl | yılın | sene | senenin | yılının | yılı | yılında
u weekend: hafta sonu | haftasonu | hafta sonunda | hafta sonuna | haftanın sonu
u weekday: iş günü | işgünü | mesai günü
u weekdays: iş günleri
x next: gelecek | önümüzdeki | bir sonraki | sonraki | ertesi
x after: öbür | ondan sonraki | gelecekten sonraki
x next u w: haftaya
x next u y: seneye
n 1 u w f 1 d 0: haftaya bugün
s 0: bu | bu haftaki
i 0: en geç
L 0: sonra | sonrasında | içinde | içerisinde
@ 0: saatlerinde
q 0.5: yarım
q 0.25: çeyrek
& 0 q 0.5: buçuk | buçukta | buçuğa
> 0: geçiyor | geçerken
< 0: kala | var
o 1: ilk | birinci
o 2: ikinci
o 3: üçüncü
o 4: dördüncü
o 5: beşinci
l 0: son | sonuncu
e start: başı | başında | başına | başlangıcı
e mid: ortası | ortasında | ortasına
e end: sonu | sonunda | sonuna
k christmas: noel | noel günü
k christmas eve: noel arifesi | noel gecesi
k new year: yılbaşı | yılbaşında | yılbaşı günü | yeni yıl
k new year eve: yılbaşı gecesi | yılbaşı akşamı | yılbaşı arifesi
k valentine: sevgililer günü | sevgililer gününde
k halloween: cadılar bayramı
k easter: paskalya
r 0: dün | evvelsi gün | önceki gün | geçen | geçtiğimiz | önce | evvel | dünkü
v 0: belki | bir ara | yakında | her | hergün | kadar | dek | veya | ya da | yahut | arası
v 0: arasında | hariç
v 0: değil | bazen | asla | hiç | günleri | günde | haftada | ayda | boyunca | süreyle
v 0: süresince | birkaç | bir kaç | en kısa sürede | mümkünse | muhtemelen | sonra ki | öncesi
S 0: aynı saatte | aynı saat | aynı zamanda | bu saatte | bu saatlerde | şu saatte
N 0: şimdi | hemen | şu an | şu anda | derhal | hemen şimdi
F 0: için
+ at: da | de | ta | te | nda | nde
+ to: a | e | ya | ye | na | ne
+ of: in | un | nin | nun
+ its: i | u | si | su | yi | yu
+ its-at: inde | unda | sinde | sinda | inda | unde
+ from: dan | den | tan | ten
+ on: itibaren | başlayarak
. 0: tam | lütfen | tarihi | tarihinde | tarihine | yaklaşık | aşağı yukarı | civarı | civarında
. 0: gibi | sularında | doğru | yerel saatle | yerel saat | saatiyle | saati
. 0: saatine göre | tamı tamına
n 0: sıfır
n 1: bir
n 2: iki
n 3: üç
n 4: dört
n 5: beş
n 6: altı
n 7: yedi
n 8: sekiz
n 9: dokuz
n 10: on
n 11: on bir | onbir
n 12: on iki | oniki
n 13: on üç | onüç
n 14: on dört | ondört
n 15: on beş | onbeş
n 16: on altı | onaltı
n 17: on yedi | onyedi
n 18: on sekiz | onsekiz
n 19: on dokuz | ondokuz
n 20: yirmi
n 21: yirmi bir
n 22: yirmi iki
n 23: yirmi üç
n 24: yirmi dört
n 25: yirmi beş
n 30: otuz
n 40: kırk
n 45: kırk beş
n 48: kırk sekiz
n 50: elli
n 60: altmış
n 90: doksan
n 1 + at: birde | bire | biri
n 2 + at: ikide | ikiye | ikiyi
n 3 + at: üçte | üçe | üçü
n 4 + at: dörtte | dörde | dördü
n 5 + at: beşte | beşe | beşi
n 6 + at: altıda | altıya | altıyı
n 7 + at: yedide | yediye | yediyi
n 8 + at: sekizde | sekize | sekizi
n 9 + at: dokuzda | dokuza | dokuzu
n 10 + at: onda | ona | onu
n 11 + at: on birde | on bire | on biri
n 12 + at: on ikide | on ikiye | on ikiyi
n 13 + at: on üçte | on üçe
n 14 + at: on dörtte | on dörde
n 15 + at: on beşte | on beşe
n 16 + at: on altıda | on altıya
n 17 + at: on yedide | on yediye
n 18 + at: on sekizde | on sekize
n 19 + at: on dokuzda | on dokuza
n 20 + at: yirmide | yirmiye
"""
