# How long rejects are held against accepts (docs/spec.md 2.8).
story hold asymmetry of accepts 18, 20, 22, 25 and rejects 60, 75, 90 ms is 54 ms
10:00:00.000 market XYZ 100.00 x 300 / 100.02 x 400
10:00:01.000 send A LP_A buy 100 XYZ at 100.02 IOC
10:00:01.022 fill A 100 at 100.02 as E1
10:00:02.000 send B LP_A buy 100 XYZ at 100.02 IOC
10:00:02.018 fill B 100 at 100.02 as E2
10:00:03.000 send C LP_A buy 100 XYZ at 100.02 IOC
10:00:03.025 fill C 100 at 100.02 as E3
10:00:04.000 send D LP_A buy 100 XYZ at 100.02 IOC
10:00:04.020 fill D 100 at 100.02 as E4
10:00:05.000 send E LP_A buy 100 XYZ at 100.02 IOC
10:00:05.075 reject E 0 price moved
10:00:06.000 send F LP_A buy 100 XYZ at 100.02 IOC
10:00:06.060 reject F 0 price moved
10:00:07.000 send G LP_A buy 100 XYZ at 100.02 IOC
10:00:07.090 reject G 0 price moved
end
expect LP_A hold_asymmetry_ms 54
