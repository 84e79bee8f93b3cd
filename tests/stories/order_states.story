# What happens to an order, one path each.
story new and filled
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
expect A pending new, cum 0, leaves 100
10:00:00.003 gateway-ack A
expect A pending new
10:00:00.004 ack A
expect A new, cum 0, leaves 100
10:00:00.010 fill A 100 at 100.02 as E1
expect A filled, cum 100, leaves 0
expect LP_A latency_cmd_ms_mean 4
expect LP_A fill_rate 1

story the acknowledgement comes after the fill
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.010 fill A 40 at 100.02 as E1
expect A partly filled, cum 40, leaves 60
10:00:00.012 ack A
expect A partly filled, cum 40, leaves 60
expect LP_A latency_cmd_ms_mean 10
expect LP_A latency_first_fill_ms_mean 10

story partly filled, and the rest rests
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:00.010 fill A 30 at 100.02 as E1
10:00:05.000 fill A 30 at 100.02 as E2
expect A partly filled, cum 60, leaves 40
expect LP_A fill_rate 0.6
expect LP_A n_open 1

story rejected at the LP's discretion
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 reject A 99 last look
expect A rejected, cum 0, leaves 0
expect LP_A n_rejects 1
expect LP_A n_rejects_discretionary 1
expect LP_A reject_rate 1
expect LP_A fill_rate 0

story rejected for a technical reason
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 reject A 2 exchange closed
expect A rejected
expect LP_A n_rejects_technical 1
expect LP_A reject_rate 1

story rejected by the LP's risk controls
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 reject A 3 order exceeds limit
expect A rejected
expect LP_A n_rejects_risk 1
expect LP_A reject_rate 1

story rejected for a mistake of ours, which is nobody else's fault
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 reject A 1 unknown symbol
10:00:01.000 send B LP_A buy 100 XYZ at 100.02 IOC
10:00:01.010 session-reject B value is incorrect
10:00:02.000 send C LP_A buy 100 XYZ at 100.02 IOC
10:00:02.010 business-reject C unsupported message type
expect A rejected
expect B rejected
expect C rejected
expect LP_A n_ours 3
expect LP_A n_orders 0
expect LP_A n_rejects 0
expect LP_A reject_rate absent

story a reject after a partial fill is a cancel
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 fill A 40 at 100.02 as E1
10:00:00.012 reject A 0 too late
expect A canceled, cum 40, leaves 0
expect LP_A n_rejects 0
expect LP_A fill_rate 0.4
expect count rej_after_partial 1

story canceled by us after it was exposed long enough
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:00.500 fill A 20 at 100.02 as E1
10:00:05.000 cancel A as A2
expect A pending cancel, cum 20, leaves 80
10:00:05.002 cancel-pending A2
expect A pending cancel
10:00:05.004 canceled A
expect A canceled, cum 20, leaves 0
expect LP_A ordered_qty 100
expect LP_A fill_rate 0.2

story our own cancel before the LP had a second
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:00.100 fill A 20 at 100.02 as E1
10:00:00.500 cancel A as A2
10:00:00.504 canceled A
expect A canceled, cum 20, leaves 0
expect LP_A ordered_qty 20
expect LP_A fill_rate 1

story our own cancel before the first answer
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.001 cancel A as A2
10:00:00.004 canceled A
expect A canceled, cum 0, leaves 0
expect LP_A n_orders 1
expect LP_A ordered_qty 0
expect LP_A fill_rate absent

story a cancel that is refused leaves the order as it was
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:02.000 cancel A as A2
expect A pending cancel
10:00:02.004 refused A2 0
expect A new, cum 0, leaves 100
10:00:02.006 fill A 100 at 100.02 as E1
expect A filled, cum 100, leaves 0
expect count cancel_rejects 1
expect LP_A n_rejects 0

story a fill after the cancel counts, and the order stays canceled
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 canceled A
expect A canceled, cum 0
10:00:00.012 fill A 60 at 100.02 as E1
expect A canceled, cum 60, leaves 0
expect LP_A fill_rate 0.6
expect LP_A n_fills 1
expect count late_fills 1
expect count fills_after_cancel 1

story an order without any answer has timed out
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:02.000 wait
10:00:02.000 market XYZ 100.00 x 300 / 100.02 x 400
expect A timed out
expect LP_A n_timeouts 1
expect LP_A n_rejects_discretionary 1
expect LP_A reject_rate 1

story a fill after the time-out takes the silence back
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:02.000 market XYZ 100.00 x 300 / 100.02 x 400
expect A timed out
10:00:02.500 fill A 100 at 100.02 as E1
expect A filled, cum 100, leaves 0
expect LP_A n_timeouts 0
expect LP_A n_rejects 0
expect LP_A reject_rate 0
expect LP_A fill_rate 1
expect count timeouts_answered 1

story an order that rests does not time out once it was answered
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.010 ack A
10:01:00.000 market XYZ 100.00 x 300 / 100.02 x 400
expect A new
expect LP_A n_timeouts 0

story the LP cancels by itself
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:09.000 canceled A
expect A canceled, cum 0, leaves 0
expect count unsolicited_cancels 1
expect LP_A fill_rate 0

story the remainder of an IOC is no unsolicited cancel
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.009 canceled A
expect A canceled
expect count unsolicited_cancels 0

story done for the day ends an IOC and not an order that rests
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 done A
expect A done, cum 0, leaves 0
10:00:01.000 send B LP_A buy 100 XYZ at 100.02 GTC
10:00:01.010 ack B
10:00:02.000 done B
expect B new, cum 0, leaves 100
expect LP_A n_open 1

story expired with a part filled
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 FOK
10:00:00.005 fill A 30 at 100.02 as E1
10:00:00.010 expire A
expect A expired, cum 30, leaves 0
expect LP_A fill_rate 0.3
expect LP_A n_rejects 0

story restated: a part of it is declined, and counts as offered and not filled
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:00.006 restate A to 60
expect A new, cum 0, leaves 60
10:00:00.010 fill A 60 at 100.02 as E1
expect A filled, cum 60, leaves 0
expect LP_A ordered_qty 100
expect LP_A fill_rate 0.6
expect count restated 1

story filled beyond its quantity
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 fill A 100 at 100.02 as E1
10:00:00.011 fill A 50 at 100.02 as E2
expect A filled, cum 150, leaves 0
expect count overfills 1
expect LP_A filled_qty 150
expect LP_A fill_rate 1

story an order nobody saw being sent: its reports wait
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.010 ack S1
10:00:00.020 fill S1 100 at 100.02 as E1
expect count headless_chains 1
expect messages waiting 2
expect total n_orders 0
expect total n_fills 0

story the order comes after its reports
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.010 fill S1 400 at 100.02 as E1
expect messages waiting 1
10:00:00.011 send S1 LP_A buy 1000 XYZ at 100.02 DAY
expect S1 partly filled, cum 400, leaves 600
expect count headless_chains 0
expect messages waiting 0
expect LP_A fill_rate 0.4
expect LP_A latency_first_fill_ms_mean absent

story an order that is sent again with PossResend is the same order
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.500 send A LP_A buy 100 XYZ at 100.02 DAY resent
expect messages duplicate 1
expect LP_A n_orders 1

story a refused fill is still a fill until the LP busts it
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 fill A 100 at 100.02 as E1
10:00:00.020 refuse-fill A E1
expect A filled, cum 100, leaves 0
expect count repudiated 1
# its end stands, so nothing is left of it
10:00:05.000 bust A E1 as E2
expect A new, cum 0, leaves 0
expect LP_A n_fills 0
end

story a fill that comes after the cancel of its rest makes what is missing smaller
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.010 canceled A
10:00:00.011 fill A 900 at 100.02 as E1
10:00:00.500 market XYZ 100.03 x 300 / 100.05 x 400
10:00:02.000 market XYZ 100.03 x 300 / 100.05 x 400
expect A canceled, cum 900, leaves 0
# 100 unfilled, at 100.05 where 100.02 was tried: 3.00 of 1000 x 100.02
expect LP_A reject_cost_bps 0.29994
expect LP_A reject_cost_per_rejected_bps 2.9994
# and so it is half an hour later
10:30:00.000 fill A 60 at 100.02 as E2
expect LP_A reject_cost_bps 0.11998
10:31:00.000 bust A E2 as E3
expect LP_A reject_cost_bps 0.29994

story what an order misses is paid by others, and its own late fill gives nothing back to them
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.010 canceled A
10:00:00.020 send B LP_B buy 400 XYZ at 100.04 IOC
10:00:00.030 fill B 400 at 100.04 as F1
10:00:00.040 fill A 900 at 100.02 as E1
10:00:02.000 market XYZ 100.00 x 300 / 100.02 x 400
# of the 400 that B paid for A, 100 were missing: 100 x .02 = 2.00
expect LP_A reject_cost_bps 0.19996
expect LP_B reject_cost_bps 0

story a fill that paid for another order and is busted in time pays for nothing
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 canceled A
10:00:00.020 send B LP_B buy 100 XYZ at 100.04 IOC
10:00:00.030 fill B 100 at 100.04 as F1
10:00:00.040 bust B F1 as F2
10:00:00.500 market XYZ 100.01 x 300 / 100.03 x 400
10:00:02.000 market XYZ 100.01 x 300 / 100.03 x 400
expect LP_A reject_cost_bps 0.9998

story what was left unfilled without a quote to price it is absent, not free
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 canceled A
10:00:05.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:05.000 send B LP_A buy 100 XYZ at 100.02 IOC
10:00:05.000 send C LP_B buy 100 XYZ at 100.02 IOC
10:00:05.010 fill B 100 at 100.02 as E1
10:00:05.010 fill C 100 at 100.02 as G1
end
expect LP_A reject_cost_bps absent
expect LP_A reject_cost_per_rejected_bps absent
expect LP_A all_in_cost_bps absent
expect LP_B reject_cost_bps 0
expect LP_B all_in_cost_bps 0.9999

story a busted fill had completed its order, whichever was told first
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.000 send B LP_B buy 1000 XYZ at 100.02 IOC
10:00:00.010 bust A E1 as E3
10:00:00.010 fill A 600 at 100.02 as E1
10:00:00.010 fill A 400 at 100.02 as E2
10:00:00.010 fill B 600 at 100.02 as F1
10:00:00.010 fill B 400 at 100.02 as F2
10:00:00.010 bust B F1 as F3
end
expect LP_A n_timeouts 0
expect LP_B n_timeouts 0
expect LP_A filled_qty 400
expect LP_B filled_qty 400
expect LP_A bust_rate 0.6
expect LP_B bust_rate 0.6
expect LP_A latency_rt_ms_mean 10
expect LP_B latency_rt_ms_mean 10
# the 600 are missing, and cost what was tried
expect LP_A reject_cost_per_rejected_bps 0
expect LP_B reject_cost_per_rejected_bps 0

story silence that turns out to be our own mistake is nobody's reject
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.000 send B LP_A buy 1000 XYZ at 100.02 DAY
10:00:00.000 send C LP_B buy 1000 XYZ at 100.02 IOC
10:00:03.000 session-reject A required tag missing
10:01:00.000 business-reject B unsupported message type
10:01:00.000 reject C 2 exchange closed
end
expect LP_A n_ours 2
expect LP_A n_orders 0
expect LP_A n_timeouts 0
expect LP_A n_rejects_discretionary 0
expect LP_A reject_cost_bps absent
expect LP_A leakage_raw_bps_15s absent
# what the LP says of itself after its silence changes nothing
expect LP_B n_timeouts 1
expect LP_B n_rejects_discretionary 1
expect LP_B n_rejects_technical 0
