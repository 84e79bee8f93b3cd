"""Messages to chains: joins reports to orders and records what each says."""

import rules
import units
from chain import Chain, Fill, Version

ACK, ACK_GATEWAY, FILL, CORRECT, BUST, REPLACED = "ack", "gateway", "fill", "correct", "bust", "replaced"
CANCELED, EXPIRED, REJECTED, DONE, STATUS, RESTATED = (
    "canceled", "expired", "rejected", "done", "status", "restated")

BY_EXEC_TYPE = {"0": ACK, "A": ACK_GATEWAY, "1": FILL, "2": FILL, "F": FILL, "G": CORRECT,
                "H": BUST, "4": CANCELED, "C": EXPIRED, "8": REJECTED, "5": REPLACED,
                "3": DONE, "D": RESTATED}
BY_ORDER_STATUS = {"0": ACK, "A": ACK_GATEWAY, "1": FILL, "2": FILL, "3": DONE, "4": CANCELED,
                   "5": REPLACED, "8": REJECTED, "C": EXPIRED}
RESPONSES = {ACK, CANCELED, EXPIRED, REJECTED}
COUNTERS = ("orphan", "orphan_reports", "order_again", "quarantined", "dup_exec", "bust_too_late", "late_terminal", "reused_live")


def report_kind(message):
    """The canonical event of an execution report, in any version of FIX."""
    transaction = message.get("20")
    if transaction in ("1", "2", "3"):
        return {"1": BUST, "2": CORRECT, "3": STATUS}[transaction]
    if message.get("150") is not None:
        kind = BY_EXEC_TYPE.get(message.get("150"), STATUS)
        if kind == FILL and not units.quantity(message.get("32")) and message.get("39") == "0":
            return ACK                  # seen in real logs: 150=2 that fills nothing and says New
        return kind
    kind = BY_ORDER_STATUS.get(message.get("39"), STATUS)
    if kind == FILL and not units.quantity(message.get("32")):
        return STATUS
    return kind


class Orders:
    def __init__(self, quotes):
        self.quotes = quotes
        self.chains = []
        self.by_cl_ord_id = {}          # (CompID pair, ClOrdID)
        self.by_order_id = {}           # (CompID pair, OrderID)
        self.orphans_seen = set()
        self.sent = {}                  # (49, 56, 34) of what we sent: (chain, ClOrdID, kind)
        self.counters = dict.fromkeys(COUNTERS, 0)

    def apply(self, messages):
        handlers = {"D": self.order, "F": self.cancel, "G": self.replace, "8": self.report,
                    "9": self.cancel_reject, "3": self.session_reject, "j": self.session_reject}
        for message in messages:
            if message.dead:
                self.dead_report(message)
            elif message.kind in handlers:
                handlers[message.kind](message)
        for chain in self.chains:
            chain.fire_timer(None)
        return self.chains

    # -- joining ----------------------------------------------------------------------------

    @staticmethod
    def pair(message):
        return frozenset(message.direction)

    def find(self, message):
        """The chain of a message by ClOrdID, OrigClOrdID, then OrderID; its timer is brought up."""
        pair = self.pair(message)
        for index, tag in ((self.by_cl_ord_id, "11"), (self.by_cl_ord_id, "41"),
                           (self.by_order_id, "37")):
            chain = index.get((pair, message.get(tag)))
            if chain is not None:
                chain.fire_timer(message.capture)
                return chain
        self.counters["orphan"] += 1
        if message.kind == "8":
            key = (self.pair(message), message.get("11"), self.trade_date(message), message.get("17"))
            again = key in self.orphans_seen
            self.orphans_seen.add(key)
            self.counters["dup_exec" if again else "orphan_reports"] += 1
        return None

    def link(self, message, chain):
        self.by_cl_ord_id[self.pair(message), message.get("11")] = chain
        self.sent[message.direction + (message.get("34"),)] = (chain, message.get("11"), message.kind)

    # -- what we send -----------------------------------------------------------------------

    def order(self, message):
        quantity = units.quantity(message.get("38"))
        old = self.by_cl_ord_id.get((self.pair(message), message.get("11")))
        if old is not None:
            old.fire_timer(message.capture)
            if old.terminal is None or message.get("97") == "Y":
                self.counters["reused_live"] += 1
                self.counters["order_again"] += 1
                return
        if quantity is None or quantity <= 0:
            self.counters["quarantined"] += 1
            return
        chain = Chain(message, message.get("56"), quantity)
        self.chains.append(chain)
        self.link(message, chain)

    def cancel(self, message):
        chain = self.find(message)
        if chain is not None:
            chain.cancels[message.get("11")] = "unanswered" if chain.first_response is None else "live"
            self.link(message, chain)

    def replace(self, message):
        chain = self.find(message)
        if chain is not None:
            quantity = units.quantity(message.get("38")) or chain.live_quantity
            chain.versions.append(Version(message.get("11"), quantity, message.capture))
            self.link(message, chain)

    # -- what the LP answers ----------------------------------------------------------------

    def cancel_reject(self, message):
        chain = self.find(message)
        if chain is not None:
            self.refuse(chain, message.get("11"))

    @staticmethod
    def refuse(chain, cl_ord_id):
        chain.cancels.pop(cl_ord_id, None)
        for version in chain.versions[1:]:
            if version.cl_ord_id == cl_ord_id and version.accepted is None:
                version.refused = True

    def session_reject(self, message):
        ours, theirs = message.get("56"), message.get("49")
        what = self.sent.get((ours, theirs, message.get("45")))
        if what is None:
            return
        chain, cl_ord_id, kind = what
        chain.fire_timer(message.capture)
        if kind != "D":
            self.refuse(chain, cl_ord_id)
        elif chain.first_response is None:
            self.our_mistake(chain, message)

    @staticmethod
    def our_mistake(chain, message):
        """A reject with our own name on it: no silence of the LP after all."""
        if chain.filled() == 0:
            chain.take_time_out_back(message)
        if chain.end("rejected", message):
            chain.terminal.reject_class = "ours"

    def dead_report(self, message):
        pair = self.pair(message)
        for index, tag in ((self.by_cl_ord_id, "11"), (self.by_cl_ord_id, "41"), (self.by_order_id, "37")):
            chain = index.get((pair, message.get(tag)))
            if chain is not None:
                chain.fire_timer(message.capture)
                chain.not_read(message)
                return

    def report(self, message):
        chain = self.find(message)
        if chain is None:
            return
        self.by_order_id.setdefault((self.pair(message), message.get("37")), chain)
        kind = report_kind(message)
        if kind in (FILL, CORRECT, BUST):
            self.execution(chain, kind, message)
        elif kind in RESPONSES or kind == DONE:
            if kind in RESPONSES:
                chain.respond(message)
            self.ending(chain, kind, message)
        elif kind in (REPLACED, RESTATED):
            self.changed(chain, kind, message)
        if chain.first_report is None:
            chain.first_report = message.capture

    def changed(self, chain, kind, message):
        """A replace or a restatement, once for each ExecID."""
        key = (kind, self.trade_date(message), message.get("17"))
        if key in chain.execs_seen:
            return                      # no execution: the message counts as applied
        chain.execs_seen.add(key)
        if kind == REPLACED:
            self.replaced(chain, message)
        elif message.get("378") == "5":
            reduced = units.quantity(message.get("38"))
            if reduced is not None and reduced < chain.live_quantity:
                chain.live_quantity = reduced
                chain.complete_if_filled(message)

    def ending(self, chain, kind, message):
        if kind == ACK or (kind == DONE and not chain.immediate):
            return
        reject_class = None
        if kind == REJECTED:
            reject_class = rules.reject_class(message.get("103"), message.get("58"))
            if reject_class == "ours" and chain.timed_out():
                self.our_mistake(chain, message)
                return
        if not chain.end(kind, message):
            self.counters["late_terminal"] += 1
            return
        if kind == CANCELED and chain.cancels:
            chain.terminal.own_cancel = True
            chain.cancelled_unanswered = "unanswered" in chain.cancels.values()
        chain.terminal.reject_class = reject_class

    def replaced(self, chain, message):
        quantity = units.quantity(message.get("38"))
        for version in chain.versions[1:]:
            if version.cl_ord_id == message.get("11") and version.accepted is None:
                version.accepted = message.capture
                version.quantity = quantity or version.quantity
                quantity = version.quantity
        if quantity:
            chain.live_quantity = quantity
            chain.complete_if_filled(message)

    # -- executions -------------------------------------------------------------------------

    @staticmethod
    def trade_date(message):
        return message.get("75") or (message.get("60") or "")[:8] or units.date_of(message.capture)

    def execution(self, chain, kind, message):
        trade_date = self.trade_date(message)
        key = (trade_date, message.get("17"))
        if key in chain.execs_seen:
            self.counters["dup_exec"] += 1
            return
        quantity, price = units.quantity(message.get("32")), units.price(message.get("31"))
        if kind == BUST:
            chain.execs_seen.add(key)
            chain.refer(message.get("19"), lambda fill: self.bust(fill, message))
            return
        version = chain.version_of(message.get("11"))
        if self.implausible(chain, version, message, quantity, price):
            self.counters["quarantined"] += 1
            chain.unread = True
            return
        chain.execs_seen.add(key)
        if kind == CORRECT:
            chain.refer(message.get("19"),
                        lambda fill: self.correct(chain, fill, message, quantity, price))
        else:
            chain.add_fill(Fill(message.get("17"), quantity, price, message, version, trade_date),
                           message)

    def bust(self, fill, message):
        if units.date_of(message.capture) > fill.trade_date:
            self.counters["bust_too_late"] += 1
        else:
            fill.busted = True
            fill.tell(message)

    def correct(self, chain, fill, message, quantity, price):
        chain.fill_by_id[message.get("17")] = fill
        if units.date_of(message.capture) > fill.trade_date:
            self.counters["bust_too_late"] += 1
        else:
            fill.quantity, fill.price = quantity, price
            fill.tell(message)
            chain.complete_if_filled(message)
        for action in chain.waiting_references.pop(message.get("17"), []):
            action(fill)

    def implausible(self, chain, version, message, quantity, price):
        if not quantity or quantity <= 0 or not price or price <= 0:
            return True
        side = message.get("54")
        if side is not None and rules.side_sign(side) != chain.sign:
            return True
        quote = self.quotes.at(chain.symbol, version.sent)
        if quote is None:
            return False
        return abs(2 * price - quote.mid2) * 100 > rules.MAX_DEVIATION_PERCENT * quote.mid2
