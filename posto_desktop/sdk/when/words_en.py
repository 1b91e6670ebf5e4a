"""English words for times; `words` explains the lines."""

from __future__ import annotations

from typing import Final

TABLE: Final = """
d 0: today | 2day
d 1: tomorrow | tommorow | tommorrow | tomorow | tomorro | tomorrows | tmrw | tmr | tmw | tom
d 1: 2morrow | 2moro | 2mrw | 2mro | tomoz | morrow
d 2: overmorrow | day after tomorrow | day after tommorow | day after tmrw
d 0 p tonight: tonight | tonite | 2nite | tonights
d 0 p morning: this morning
w 0: monday | mon
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
p mid morning: mid morning | midmorning
p late morning: late morning
p lunch: lunch | lunchtime | lunch time
p early afternoon: early afternoon
p afternoon: afternoon | mid afternoon | midafternoon
p late afternoon: late afternoon
p early evening: early evening
p evening: evening
p late evening: late evening
p night: night
p late night: late night | late
p eod: eod | end of day | end of the day | close of business | cob | end of business
d 0 p eod: end of today
t noon: noon | midday | mid day | high noon | noonish | middayish
t midnight: midnight | mid night
u s: s | sec | secs | second | seconds
u min: m | min | mins | minute | minutes | mn
u h: h | hr | hrs | hour | hours
u d: d | day | days
u w: week s time | weeks time | week s
u d: day s time | days time | day s
u mon: month s time | months time | month s
u h: hour s time | hours time
u min: minute s time | minutes time
u y: year s time | years time | year s
u w: w | wk | wks | week | weeks
u fortnight: fortnight | fortnights
u mon: mo | mos | mth | mths | month | months
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
n 12: twelve | dozen | a dozen
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
l 0: last
a am: am | a m
a pm: pm | p m
h 0: o clock | oclock
i 0: in | within | in about | in around
@ 0: at | around | about
1 0: a | an
x next: next | following | nxt
x coming: coming | upcoming
x coming: this coming | this upcoming
s 0: this
f 0: after
f 1: from | starting | starting from | starting on | beginning on
L 0: from now | from today | later | hence | from now on | time from now | from this moment
& 0: and
e start: start | beginning | begin
e mid: mid | middle
e end: end
e end u mon: eom
e end u y: eoy
e end u w: eow
q 0.5: half
q 0.5 > 0: halfpast
q 0.25: quarter | quarters
> 0: past | passed
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
r 0: yesterday | ago | past week | day before yesterday | earlier | previous | last night
r 0: last week
r 0: last month | last year | earlier today | prior
v 0: sometime | soon | asap | maybe | whenever | never | someday | some | few | a few | several
v 0: eventually | probably | perhaps | or | every | each | not | except | before | by | until
v 0: between
v 0: one day
i 0 n 1 u d: in one day
n 1 u d L 0: one day from now | one day later
v 0: anytime | any | always | once | twice | daily | weekly | monthly | hourly | without | unless
v 0: mondays | tuesdays | wednesdays | thursdays | fridays | saturdays | sundays
v 0: after work | after lunch | after dinner
v 0: as soon as possible | possibly | whatever | later than | sooner
S 0: same time | this time | this same time
N 0: now | right now | just now | immediately | instantly | at once | straight away | right away
F 0: for
I 0: ish
. 0: on the dot | on the nose | precisely | local
. 0: on | the | of | exactly | sharp | approximately | approx | circa | ca | roughly | date
. 0: please | over | time | local time | my time | schedule
. 0: post | publish | send | it | per | that is
"""
