# What identifies a fill, and what takes it out again.
story busted
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.010 fill A 600 at 100.01 as E1
10:00:00.012 fill A 200 at 100.02 as E2
10:00:00.014 canceled A
10:00:30.000 bust A E1 as E3
expect A canceled, cum 200, leaves 0
expect LP_A n_fills 1
expect LP_A filled_qty 200
expect LP_A fill_rate 0.2
expect LP_A price_improvement 0
expect LP_A bust_rate 0.75
expect count busts 1
10:00:31.000 bust A E1 as E3
expect messages duplicate 1
expect LP_A bust_rate 0.75

story busted before the fill came
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 DAY
10:00:00.009 bust A E1 as E2
10:00:00.010 fill A 600 at 100.01 as E1
expect A new, cum 0, leaves 1000
expect LP_A n_fills 0
expect LP_A price_improvement absent
expect count busts_parked 1

story corrected
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.010 fill A 600 at 100.02 as E1
10:00:00.014 canceled A
10:00:30.000 correct A E1 to 500 at 100.01 as E2
expect A canceled, cum 500, leaves 0
expect LP_A filled_qty 500
expect LP_A fill_rate 0.5
expect LP_A vwap 100.01
expect LP_A price_improvement 0.01
# the original time stands
expect LP_A latency_first_fill_ms_mean 10
expect LP_A n_busts 0
expect count corrects 1

story corrected before the fill came
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 DAY
10:00:00.009 correct A E1 to 500 at 100.01 as E2
10:00:00.010 fill A 600 at 100.02 as E1
expect A partly filled, cum 500, leaves 500
expect LP_A vwap 100.01
expect count corrects 1

story the same execution twice is one
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 DAY
10:00:00.010 fill A 600 at 100.01 as E1
10:00:00.020 fill A 600 at 100.01 as E1
expect A partly filled, cum 600, leaves 400
expect messages duplicate 1
expect count dup_exec 1

story a message that is resent is a duplicate
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 DAY
10:00:00.010 fill A 600 at 100.01 as E1
again
again
expect A partly filled, cum 600, leaves 400
expect messages duplicate 2
expect count dup_exec 0

story the same ExecID with another price is a conflict, and the first stands
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 DAY
10:00:00.010 fill A 600 at 100.01 as E1
10:00:00.020 fill A 600 at 100.02 as E1
expect A partly filled, cum 600, leaves 400
expect LP_A vwap 100.01
expect count exec_conflict 1
expect messages dead 1

story an LP that numbers its executions by order
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 fill A 100 at 100.01 as 1
10:00:01.000 send B LP_A buy 100 XYZ at 100.02 IOC
10:00:01.010 fill B 100 at 100.01 as 1
expect LP_A n_fills 2
expect messages duplicate 0

story an order that rests over night, and an LP that numbers its executions by day
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 300 XYZ at 100.02 GTC
10:00:00.004 ack A
10:00:00.010 fill A 100 at 100.02 as 1 of 2026-11-20
day 2026-11-21
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.010 fill A 100 at 100.02 as 1 of 2026-11-21
expect A partly filled, cum 200, leaves 100
expect messages duplicate 0
expect LP_A n_fills 2

story an impossible execution is kept apart
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 DAY
10:00:00.010 fill A 100 at 130.00 as E1
expect A pending new, cum 0, leaves 1000
expect count outliers 1
expect count quarantined 1
expect messages dead 1
expect LP_A n_fills 0

story a bust that comes the next day only counts
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.010 fill A 1000 at 100.02 as E1
day 2026-11-21
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.001 bust A E1 as E2
expect LP_A n_fills 1
expect count bust_too_late 1
expect count busts 0

story a bust of the day before counts once, however often it is sent
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.010 fill A 1000 at 100.02 as E1
day 2026-11-21
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.001 bust A E1 as E2
10:00:00.002 bust A E1 as E2
expect LP_A n_fills 1
expect messages duplicate 1
expect count bust_too_late 1
expect count dup_exec 1
