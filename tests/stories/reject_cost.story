# Which fills pay for what an LP left unfilled (docs/spec.md 2.11, docs/decisions/0011).
story first in, first out, and each share pays once
10:00:00.000 market XYZ 9.98 x 300 / 10.00 x 1000
10:00:00.000 send A LP_A buy 100 XYZ at 10.00 IOC
10:00:00.010 reject A 0 price moved
10:00:00.020 market XYZ 9.99 x 300 / 10.01 x 1000
10:00:00.020 send B LP_B buy 200 XYZ at 10.01 IOC
10:00:00.030 reject B 0 price moved
10:00:00.100 send C LP_C buy 150 XYZ at 10.02 IOC
10:00:00.110 fill C 150 at 10.02 as E1
10:00:00.200 send D LP_C buy 1000 XYZ at 10.03 IOC
10:00:00.210 fill D 1000 at 10.03 as E2
end
# A: 100 x .02 / 1000
expect LP_A reject_cost_per_rejected_bps 20.000
# B: (50 x .01 + 150 x .02) / 2002; the other 850 of D pay for nothing
expect LP_B reject_cost_per_rejected_bps 17.483

story a fill at the moment of the reject was on its way before
10:00:00.000 market XYZ 9.98 x 300 / 10.00 x 1000
10:00:00.000 send A LP_A buy 100 XYZ at 10.00 IOC
10:00:00.000 send B LP_B buy 100 XYZ at 10.02 IOC
10:00:00.010 reject A 0 price moved
10:00:00.010 fill B 100 at 10.02 as E1
10:00:00.500 market XYZ 10.01 x 300 / 10.03 x 1000
end
# marked at 10.03 after a second, not paid at 10.02
expect LP_A reject_cost_per_rejected_bps 30.000

story a sell that gets a lower price later pays too
10:00:00.000 market XYZ 50.00 x 300 / 50.02 x 1000
10:00:00.000 send A LP_A sell 100 XYZ at 50.00 IOC
10:00:00.010 reject A 0 price moved
10:00:00.100 send B LP_B sell 100 XYZ at 49.98 IOC
10:00:00.110 fill B 100 at 49.98 as E1
end
expect LP_A reject_cost_per_rejected_bps 4.000
