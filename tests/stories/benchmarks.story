# Against what a fill is held, and from when a time runs (docs/spec.md 1.6, 2.1, 2.6).
story the gateway answers first, and a cancel has a latency of its own
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.00 DAY
10:00:00.001 gateway-ack A
10:00:00.004 ack A
10:00:03.000 cancel A as B
10:00:03.007 canceled A
expect A canceled, cum 0, leaves 0
end
expect LP_A latency_gateway_ms_mean 1.0
expect LP_A latency_gateway_ms_p50 1.0
expect LP_A latency_cmd_ms_mean 4.0
expect LP_A latency_cancel_ms_mean 7.0
expect LP_A latency_cancel_ms_p90 7

story without a pending new or a cancel there is no latency of either
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.004 fill A 100 at 100.02 as E1
end
expect LP_A latency_gateway_ms_mean absent
expect LP_A latency_cancel_ms_mean absent

story size improvement is held against the size when the LP had the order
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 300 XYZ at 100.02 IOC
10:00:00.001 market XYZ 100.00 x 300 / 100.02 x 100
10:00:00.004 ack A
10:00:00.010 fill A 300 at 100.02 as E1
end
# 300 - 100, not 0; 300 / min(300, 100)
expect LP_A size_improvement 200
expect LP_A size_improvement_ratio 3.0

story what the touch at receipt would not have given is no size improvement
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 300 XYZ at 100.02 IOC
10:00:00.001 market XYZ 100.00 x 300 / 100.01 x 100
10:00:00.004 ack A
10:00:00.010 fill A 100 at 100.01 as E1
10:00:00.010 fill A 200 at 100.02 as E2
end
expect LP_A size_improvement 0
expect LP_A size_improvement_ratio 1.0

story a replaced order keeps the mid it first left with as its arrival
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.004 ack A
10:00:00.100 fill A 50 at 100.01 as E1
10:00:02.000 market XYZ 100.03 x 300 / 100.05 x 400
10:00:02.001 replace A by B 100 at 100.05
10:00:02.004 replaced B
10:00:02.100 fill B 50 at 100.02 as E2
end
# (50 x 0 + 50 x -.01) / (100 x 100.01), while the second fill is .02 better than its own mid
expect LP_A price_improvement_arrival_bps -0.49995
expect LP_A price_improvement_mid_bps 0.9998

story a fill that came before its order, and is busted, leaves nothing behind
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 DAY
10:00:00.010 fill A 100 at 100.01 as E1
10:00:00.020 bust A E1 as X1
end
expect LP_A price_improvement_605 absent
expect LP_A price_improvement_arrival_bps absent
