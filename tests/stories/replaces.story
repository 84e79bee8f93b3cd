# Cancel/replace: one chain, one history.
story replaced by a bigger order
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:00.100 fill A 40 at 100.02 as E1
10:00:02.000 replace A by B 200 at 100.03
expect A pending replace, cum 40, leaves 60
10:00:02.002 replace-pending B
expect A pending replace
10:00:02.004 replaced B
expect A replaced, cum 40, leaves 0
expect B partly filled, cum 40, leaves 160
10:00:03.000 fill B 160 at 100.03 as E2
expect B filled, cum 200, leaves 0
expect LP_A n_orders 1
expect LP_A ordered_qty 200
expect LP_A fill_rate 1
expect count replaced 1

story each fill is measured against the quote of the version it came under
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:00.100 fill A 50 at 100.01 as E1
10:00:02.000 market XYZ 100.03 x 300 / 100.05 x 400
10:00:02.001 replace A by B 100 at 100.05
10:00:02.004 replaced B
10:00:02.100 fill B 50 at 100.02 as E2
# (50 x .01 + 50 x .03) / 100
expect LP_A price_improvement 0.02

story replaced by a smaller order that is then full
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:00.100 fill A 40 at 100.02 as E1
10:00:02.000 replace A by B 60 at 100.02
10:00:02.004 replaced B
expect B partly filled, cum 40, leaves 20
10:00:02.500 fill B 20 at 100.02 as E2
expect A replaced, cum 40
expect B filled, cum 60, leaves 0
# the version of 100 was exposed for 2 s, so 100 were offered
expect LP_A ordered_qty 100
expect LP_A fill_rate 0.6

story a version that was not exposed for a second was not offered
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:00.500 replace A by B 60 at 100.02
10:00:00.504 replaced B
10:00:02.500 fill B 60 at 100.02 as E2
expect B filled, cum 60, leaves 0
expect LP_A ordered_qty 60
expect LP_A fill_rate 1

story a replace that is refused
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:02.000 replace A by B 200 at 100.03
expect A pending replace
10:00:02.004 refused B 0
expect A new, cum 0, leaves 100
10:00:03.000 fill A 100 at 100.02 as E1
expect A filled, cum 100, leaves 0
expect LP_A ordered_qty 100

story a fill that comes while the replace is on its way
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:02.000 replace A by B 2000 at 100.02
10:00:02.001 replace-pending B
10:00:02.002 fill A 500 at 100.02 as E1
expect A pending replace, cum 500, leaves 500
10:00:02.004 replaced B
expect A replaced, cum 500, leaves 0
expect B partly filled, cum 500, leaves 1500

story replaced and then canceled
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:02.000 replace A by B 200 at 100.02
10:00:02.004 replaced B
expect A replaced, cum 0
expect B new, cum 0, leaves 200
10:00:05.000 cancel B as C
expect B pending cancel
10:00:05.004 canceled B
expect A replaced
expect B canceled, cum 0, leaves 0
expect LP_A ordered_qty 200
expect LP_A fill_rate 0
