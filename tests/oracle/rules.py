"""The constants and the choices of the specification, in one place."""

SECOND = 1_000_000_000
DAY = 86_400 * SECOND

PRICE_ONE = 1_000_000_000          # prices are counted in 1e-9 currency
QUANTITY_ONE = 1_000_000           # quantities are counted in 1e-6 share

TIME_OUT = 1 * SECOND              # T_out, equities
MIN_EXPOSURE = 1 * SECOND          # min_expo
REJECT_WINDOW = 1 * SECOND         # W of the reject cost
LEAKAGE_HORIZON = 15 * SECOND
PI_EPSILON = 1_000                 # 1e-6 currency, in price units
MAX_DEVIATION_PERCENT = 20         # quarantine beyond |p/M - 1| = 20 %
DEFAULT_STALE = 5 * SECOND

MARKOUT_HORIZONS = {
    "1ms": SECOND // 1000, "10ms": SECOND // 100, "50ms": SECOND // 20,
    "100ms": SECOND // 10, "1s": SECOND, "5s": 5 * SECOND,
    "15s": 15 * SECOND, "1m": 60 * SECOND, "5m": 300 * SECOND,
}
REALIZED_HORIZONS = ("50ms", "1s", "15s", "1m", "5m")

BUY_SIDES = {"1", "3"}
SELL_SIDES = {"2", "4", "5", "6"}
IMMEDIATE = {"3", "4"}             # TimeInForce IOC and FOK

OURS_REASONS = {"1", "5", "6", "11", "13", "15"}


def side_sign(side):
    """+1 buy, -1 sell, 0 any other side (no priced figures)."""
    if side in BUY_SIDES:
        return 1
    return -1 if side in SELL_SIDES else 0


def reject_class(reason, text):
    """ours, risk, discretionary or technical, from OrdRejReason(103) and Text(58)."""
    if reason in OURS_REASONS:
        return "ours"
    if reason == "3":
        return "risk"
    if reason == "8":
        return "discretionary"
    words = (text or "").lower()
    if any(word in words for word in ("last look", "off market", "off-market", "stale")):
        return "discretionary"
    if any(word in words for word in ("credit", "throttl")):
        return "risk"
    return "technical"
