"""One child order with all its ClOrdIDs: what happened to it, as recorded, not yet measured."""

import rules


class Version:
    """The order as first sent, or as one replace request would have it."""

    def __init__(self, cl_ord_id, quantity, sent):
        self.cl_ord_id = cl_ord_id
        self.quantity = quantity
        self.sent = sent
        self.accepted = None            # capture time of the Replaced report; None: never
        self.refused = False


class Fill:
    def __init__(self, identity, quantity, price, message, version, trade_date):
        self.chain = None               # set when its chain counts it
        self.identity = identity
        self.quantity = quantity
        self.price = price
        self.time = message.capture
        self.place = message.place
        self.version = version
        self.trade_date = trade_date
        self.busted = False
        self.told = [(message.capture, message.place, quantity, price)]  # and what became of it

    def tell(self, message):
        """It was corrected or busted, at the earliest when it came itself."""
        time, place = max((message.capture, message.place), (self.time, self.place))
        self.told.append((time, place, 0 if self.busted else self.quantity, self.price))

    def quantity_at(self, place):
        """What was known of it once the message at this place had been read."""
        return next((told[2] for told in reversed(self.told) if told[1] <= place), 0)

    def price_at(self, place):
        return next(told[3] for told in reversed(self.told) if told[1] <= place)

    def most_at(self, time):
        """At one instant a fill stands before what lowers it, whatever is told first."""
        before = [told[2] for told in self.told if told[0] < time]
        return max(before[-1:] + [told[2] for told in self.told if told[0] == time], default=0)


class Terminal:
    def __init__(self, reason, time, place):
        self.reason = reason            # filled, canceled, expired, rejected, done, timeout, unread
        self.time = time
        self.place = place              # a time-out stands after every message of its instant
        self.own_cancel = False
        self.reject_class = None


class Chain:
    def __init__(self, message, lp, quantity):
        self.lp = lp
        self.symbol = message.get("55")
        self.side = message.get("54")
        self.sign = rules.side_sign(self.side)
        self.immediate = message.get("59") in rules.IMMEDIATE
        self.sent = message.capture
        self.place = message.place
        self.clocked = message.clocked
        self.quantity = quantity        # q0
        self.live_quantity = quantity   # q_now
        self.versions = [Version(message.get("11"), quantity, message.capture)]
        self.fills = []
        self.fill_by_id = {}            # ExecIDs (a correction adds its own) to the fill
        self.execs_seen = set()         # (trade date, ExecID) of fills, busts and corrections
        self.waiting_references = {}    # ExecID to the busts and corrections before their fill
        self.cancels = {}               # ClOrdID of a cancel request to its state
        self.cancelled_unanswered = False
        self.first_report = None        # any execution report
        self.first_response = None      # ack, fill, canceled, expired or rejected
        self.terminal = None
        self.taken_back = []            # (time-out, place of the fill that took it back)
        self.timer_spent = False
        self.unread = False             # a report of it could not be used

    # -- state ------------------------------------------------------------------------------

    def filled(self):
        return sum(fill.quantity for fill in self.fills if not fill.busted)

    @property
    def first_fill(self):
        return min((fill.time for fill in self.live_fills()), default=None)

    def live_fills(self):
        return [fill for fill in self.fills if not fill.busted]

    def respond(self, message):
        if self.first_response is None:
            self.first_response = message.capture

    def end(self, reason, message):
        if self.terminal is None or self.terminal.reason == "unread":
            self.terminal = Terminal(reason, message.capture, message.place)
            return True
        return False

    def not_read(self, message):
        """A report of it cannot be used: an answer all the same, so that its silence is none."""
        self.unread = True
        if self.first_report is None:
            self.first_report = message.capture
        if self.timed_out():
            due = self.terminal.time
            self.take_time_out_back(message)
            if self.immediate:
                self.terminal = Terminal("unread", due, float("inf"))

    def unreadable(self):
        """How it stands was said in what could not be read."""
        return self.unread and (self.terminal is None or self.terminal.reason == "unread")

    def fire_timer(self, before):
        """The time-out, if it was due strictly before `before` (None: the end of the input)."""
        due = self.sent + rules.TIME_OUT
        if self.timer_spent or (before is not None and due >= before):
            return
        self.timer_spent = True
        silent = self.terminal is None if self.immediate else self.first_report is None
        if silent and self.terminal is None:
            self.terminal = Terminal("unread" if self.unread else "timeout", due, float("inf"))

    def complete_if_filled(self, message):
        if sum(fill.most_at(message.capture) for fill in self.fills) < self.live_quantity:
            return
        if self.terminal and self.terminal.time == message.capture:
            self.terminal.reason, self.terminal.own_cancel = "filled", False
        self.end("filled", message)

    def take_time_out_back(self, message):
        if self.timed_out():
            self.taken_back.append((self.terminal, message.place))
            self.terminal = None
        elif self.terminal is not None and self.terminal.reason == "unread":
            self.terminal = None

    # -- executions -------------------------------------------------------------------------

    def add_fill(self, fill, message):
        self.take_time_out_back(message)
        self.respond(message)
        fill.chain = self
        self.fills.append(fill)
        self.fill_by_id[fill.identity] = fill
        for action in self.waiting_references.pop(fill.identity, []):
            action(fill)
        self.complete_if_filled(message)

    def refer(self, exec_id, action):
        """Apply a bust or a correction to its fill, now or when the fill comes."""
        fill = self.fill_by_id.get(exec_id)
        if fill is None:
            self.waiting_references.setdefault(exec_id, []).append(action)
        else:
            action(fill)

    def version_of(self, cl_ord_id):
        """The version a report speaks of: by its ClOrdID, else the one in force."""
        for version in self.versions:
            if version.cl_ord_id == cl_ord_id and not version.refused:
                return version
        return [v for v in self.versions if v is self.versions[0] or v.accepted is not None][-1]

    # -- what it ended as (asked in the second pass) ----------------------------------------

    def accepted_versions(self):
        return [v for v in self.versions[1:] if v.accepted is not None]

    def rejected(self):
        """The class of a rejection with nothing filled, else None."""
        if self.terminal is None or self.filled() > 0:
            return None
        if self.terminal.reason == "timeout":
            return "discretionary"
        return self.terminal.reject_class if self.terminal.reason == "rejected" else None

    def timed_out(self):
        return self.terminal is not None and self.terminal.reason == "timeout"

    def offered(self):
        """O: the quantity the LP had a fair chance to fill."""
        cum = self.filled()
        own_cancel = self.terminal is not None and self.terminal.own_cancel
        if own_cancel and self.cancelled_unanswered:
            return cum
        accepted = self.accepted_versions()
        if not accepted and not (own_cancel and not self.immediate):
            return self.quantity
        starts = [self.sent if self.first_response is None else self.first_response]
        starts += [version.accepted for version in accepted]
        last = float("inf") if self.terminal is None else self.terminal.time
        ends = starts[1:] + [last]
        offers = [cum]
        for version, start, end in zip([self.versions[0]] + accepted, starts, ends):
            before = sum(f.quantity for f in self.live_fills() if f.time <= start)
            live = version.quantity - before
            if min(end, last) - start >= rules.MIN_EXPOSURE and live > 0:
                offers.append(before + live)
        return max(offers)
