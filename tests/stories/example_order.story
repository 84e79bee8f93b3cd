# The example order of docs/spec.md section 2: buy 1000, 800 filled in two parts, 200 canceled.
story the example order E1 with all its numbers
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A1 LP_A buy 1000 XYZ at 100.02 IOC
expect A1 pending new, cum 0, leaves 1000
10:00:00.001 market XYZ 100.01 x 300 / 100.03 x 400
10:00:00.004 ack A1
expect A1 new, cum 0, leaves 1000
10:00:00.015 fill A1 600 at 100.015 as E1
expect A1 partly filled, cum 600, leaves 400
10:00:00.022 fill A1 200 at 100.02 as E2
expect A1 partly filled, cum 800, leaves 200
10:00:00.0224 canceled A1
expect A1 canceled, cum 800, leaves 0
# mids at 50 ms, 1 s, 15 s, 1 min and 5 min after both fills
10:00:00.060 market XYZ 100.02 x 300 / 100.03 x 400
10:00:01.010 market XYZ 100.02 x 300 / 100.04 x 400
10:00:15.010 market XYZ 100.03 x 300 / 100.05 x 400
10:01:00.010 market XYZ 100.02 x 300 / 100.04 x 400
10:05:00.010 market XYZ 100.01 x 300 / 100.02 x 400
end
expect LP_A n_orders 1
expect LP_A n_fills 2
expect LP_A filled_qty 800
expect LP_A ordered_qty 1000
expect LP_A fill_rate 0.8
expect LP_A vwap 100.01625
expect LP_A price_improvement 0.00375
expect LP_A price_improvement_bps 0.3749
expect LP_A price_improvement_mid_bps -0.6249
expect LP_A price_improvement_amount 3.00
expect LP_A price_improvement_bps_simple 0.2500
expect LP_A price_improvement_near_bps -1.625
expect LP_A price_improvement_arrival_bps -0.6249
expect LP_A pi_frequency 0.75
expect LP_A pi_share_at 0.25
expect LP_A pi_share_worse 0
expect LP_A pi_conditional 0.005
expect LP_A half_spread_capture 0.375
expect LP_A quoted_spread 0.02
expect LP_A quoted_spread_bps 1.9998
expect LP_A effective_spread 0.0125
expect LP_A effective_spread_bps 1.2499
expect LP_A e_over_q 0.625
expect LP_A price_improvement_605 0.01375
expect LP_A effective_spread_605 -0.0075
expect LP_A price_improvement_605_bps 1.3746
expect LP_A effective_spread_605_bps -0.7499
expect LP_A e_over_q_605 -0.375
expect LP_A size_improvement 400
expect LP_A size_improvement_ratio 2.0
expect LP_A markout_bps_50ms 0.875
expect LP_A markout_bps_1s 1.375
expect LP_A markout_bps_15s 2.375
expect LP_A markout_bps_1m 1.375
expect LP_A markout_bps_5m -0.125
expect LP_A realized_spread_50ms_bps -1.750
expect LP_A realized_spread_1s_bps -2.750
expect LP_A realized_spread_15s_bps -4.750
expect LP_A realized_spread_1m_bps -2.750
expect LP_A realized_spread_5m_bps 0.250
expect LP_A price_impact_bps_50ms 3.000
expect LP_A price_impact_bps_1s 4.000
expect LP_A price_impact_bps_15s 5.999
expect LP_A price_impact_bps_1m 4.000
expect LP_A price_impact_bps_5m 1.000
expect LP_A reversion_bps 2.500
expect LP_A reversion_ratio 0.833
expect LP_A latency_cmd_ms_mean 4.0
expect LP_A latency_first_fill_ms_mean 15.0
expect LP_A latency_ack_to_fill_ms_mean 11.0
expect LP_A latency_last_fill_ms_mean 22.0
expect LP_A latency_fill_ms_size_weighted 16.75
expect LP_A latency_rt_ms_mean 22.4

story two orders of four are filled in part, one is rejected, one is filled
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.010 fill A 800 at 100.02 as E1
10:00:00.011 canceled A
10:00:10.000 send B LP_A buy 500 XYZ at 100.02 IOC
10:00:10.010 reject B 8 off market
10:00:20.000 send C LP_A buy 200 XYZ at 100.02 IOC
10:00:20.010 fill C 200 at 100.02 as E2
10:00:30.000 send D LP_A buy 5000 XYZ at 100.02 IOC
10:00:30.010 fill D 2500 at 100.02 as E3
10:00:30.011 canceled D
end
expect LP_A fill_rate 0.5224
expect LP_A fill_rate_order 0.575
expect LP_A p_any 0.75
expect LP_A p_full 0.25
expect LP_A fill_rate_accepted 0.5645
expect LP_A reject_rate 0.25
expect LP_A reject_rate_volume 0.0746
expect LP_A n_rejects_discretionary 1

story what a reject cost: 500 tried at 100.03, 300 bought at 100.05, the rest marked at 100.06
10:00:00.000 market XYZ 100.01 x 300 / 100.03 x 1000
10:00:00.000 send A LP_A buy 500 XYZ at 100.03 IOC
10:00:00.010 reject A 0 price moved
10:00:00.200 market XYZ 100.03 x 300 / 100.05 x 1000
10:00:00.200 send B LP_B buy 300 XYZ at 100.05 IOC
10:00:00.210 fill B 300 at 100.05 as E1
10:00:00.900 market XYZ 100.04 x 300 / 100.06 x 1000
end
expect LP_A reject_cost_per_rejected_bps 2.399
expect LP_A reject_cost_bps 2.399
expect LP_B reject_cost_bps 0
expect LP_B reject_cost_per_rejected_bps absent

story a sell is better the higher it is filled
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:00.000 send A LP_A sell 100 XYZ at 100.00 IOC
10:00:00.010 fill A 100 at 100.01 as E1
expect LP_A price_improvement 0.01
expect LP_A price_improvement_bps 1.0
expect LP_A effective_spread 0
end

story an order without a quote is measured in all but price
10:00:00.000 send A LP_A buy 1000 XYZ at 100.02 IOC
10:00:00.010 fill A 1000 at 100.02 as E1
end
expect LP_A fill_rate 1
expect LP_A latency_rt_ms_mean 10
expect LP_A vwap 100.02
expect LP_A price_improvement absent
expect LP_A effective_spread_bps absent
expect LP_A n_fills_unpriced 1

story a crossed quote is no benchmark, a locked one gives no spread
10:00:00.000 market XYZ 100.03 x 300 / 100.02 x 400
10:00:00.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:00.010 fill A 100 at 100.02 as E1
expect LP_A price_improvement absent
10:00:20.000 market XYZ 100.02 x 300 / 100.02 x 400
10:00:20.000 send B LP_A buy 100 XYZ at 100.02 IOC
10:00:20.010 fill B 100 at 100.01 as E2
expect LP_A price_improvement 0.01
expect LP_A e_over_q absent
expect LP_A half_spread_capture absent
end
