#include "hosts/cli/command_text.h"

namespace assay::cli {
namespace {

constexpr OptionText kQuotes{
    "--quotes", "FILE",
    "quotes as CSV (time,symbol,bid,ask[,bid_size,ask_size][,lp]), also .gz; "
    "they win over W and X messages of the log"};
constexpr OptionText kReference{
    "--reference", "FILE",
    "TOML: CompIDs to LPs, symbol names per LP, currencies and their rates, tick, calendar"};
constexpr OptionText kFees{
    "--fees", "FILE", "TOML: maker and taker fees by LP, rebates negative; they enter all-in cost"};
constexpr OptionText kAssumeSide{"--assume-side", "buy|sell|infer",
                                 "for rows without a Side; every output says it (default buy)"};
constexpr OptionText kConfig{"--config", "FILE",
                             "TOML configuration; `assay config check` explains it"};
constexpr OptionText kSet{"--set", "KEY=VALUE",
                          "one configuration key, e.g. quotes.stale_after=never"};
constexpr OptionText kLenient{
    "--lenient", "",
    "take messages whose BodyLength or CheckSum is wrong (edited logs); every "
    "output says so"};
constexpr OptionText kStrict{"--strict", "", "exit with 3 if a single message could not be used"};

constexpr OptionText kDeadLetters{
    "--dead-letters", "FILE",
    "where what could not be used is kept (default assay-dead-letters.tsv)"};

constexpr ExampleText kScoreExamples[] = {
    {"assay score fills.csv", "a spreadsheet of fills"},
    {"assay score logs/ --quotes quotes.csv.gz", "a folder of FIX logs, with quotes"},
    {"assay score day.log --format html > card.html", "a page to open or to print"},
    {"assay score day.log --by lp,symbol,regime", "a table for each symbol and market condition"},
    {"assay score day.log --profile block --fees fees.toml", "ranked as a block desk would"},
    {"zcat day.log.gz | assay score - --format json | jq .rows", "for programs"},
    {"assay score --follow today.log --quotes quotes.csv", "while the day is under way"},
};
constexpr OptionText kScoreOptions[] = {
    kQuotes,
    {"--format", "table|csv|json|html", "what is printed (default table)"},
    {"--by", "lp,symbol,size,regime,hour,side",
     "one of these or several (default lp); by hour or side nothing is ranked"},
    {"--profile", "balanced|high-frequency|block|best-price|note4|acme|all-in|FILE",
     "the weights the ranking goes by (default balanced)"},
    {"--columns", "NAMES",
     "KPIs to show in place of the usual ones; `assay catalog` lists them; also min_max, z_score, "
     "rank"},
    {"--since", "TIME",
     "KPIs of orders sent at or after it (ISO, UTC); scores rest on all that was read"},
    {"--until", "TIME", "KPIs of orders sent before it"},
    kReference,
    kFees,
    kAssumeSide,
    kConfig,
    kSet,
    {"--follow", "", "go on as the files grow; Ctrl-C ends with the last scorecard"},
    {"--every", "TIME", "how often --follow shows what is new, e.g. 2s, 500ms (default 1s)"},
    {"--print-config", "", "show the configuration in force, and stop"},
    kLenient,
    kStrict,
    {"--threads", "N", "how many work at once; the result is the same for every N"},
    {"--state", "FOLDER", "go on from the estimates kept there, and keep them there at the end"},
    kDeadLetters,
};

constexpr ExampleText kHealthExamples[] = {
    {"assay health logs/", "is everything in these logs understood?"},
    {"assay health day.log --format json | jq .health.dead_by_reason", "dead letters for a script"},
};
constexpr OptionText kHealthOptions[] = {
    {"--format", "table|json", "what is printed (default table)"},
    kQuotes,
    kReference,
    kConfig,
    kSet,
    kLenient,
    kStrict,
    kDeadLetters,
};

constexpr ExampleText kExplainExamples[] = {
    {"assay explain day.log --order 7A-113",
     "an order: messages, quotes, numbers, what they changed"},
    {"assay explain day.log --quotes q.csv --exec E42", "one fill"},
    {"assay explain acme --parent 1", "an order of the desk: why each child went where it did"},
};
constexpr OptionText kExplainOptions[] = {
    {"--order", "ID", "a ClOrdID (11) or OrderID (37)"},
    {"--exec", "ID", "an ExecID (17); with --order, a fill of that order"},
    {"--parent", "ID",
     "a parent order, by its number or the ClOrdID of the OMS; among FILES is the decisions.bin, "
     "or "
     "the folder with it"},
    {"--format", "table|json", "what is printed (default table)"},
    kQuotes,
    kReference,
    kFees,
    kAssumeSide,
    kConfig,
    kSet,
    kLenient,
};

constexpr ExampleText kLpsExamples[] = {
    {"assay lps --port-base 9800", "six LPs at ports 9801 to 9806, quotes at 9800"},
    {"assay lps --config examples/zoo.toml --speed 10", "every kind of trouble, ten times as fast"},
    {"assay lps --config acme --ports ports.json", "the LPs of the ACME story"},
};
constexpr OptionText kLpsOptions[] = {
    {"--config", "FILE|acme",
     "TOML: the LPs, or a scenario (default: the six of examples/lps.toml)"},
    {"--port-base", "N", "the port of the quotes; LPs follow (default 0: any that are free)"},
    {"--ports", "FILE", "write the ports there, as JSON, once all listen"},
    {"--speed", "X", "so many times as fast as the clock (default 1)"},
    {"--fix", "4.2|4.4|5.0SP2", "the version of all sessions (default 4.4)"},
    {"--seed", "N", "another market, other luck (default 1)"},
    {"--symbols", "N", "how many symbols are quoted, up to 1000 (default 1)"},
    {"--journal", "FOLDER", "keep sequence numbers there, so that sessions go on after a restart"},
    {"--for", "TIME", "end after so long, e.g. 30s (default: until Ctrl-C)"},
};

constexpr ExampleText kOmsExamples[] = {
    {"assay oms --port 9880", "a parent order every three seconds or so, to the desk at this port"},
    {"assay oms --ports desk.json --acme --rate 30 --symbols ACME,SIM002",
     "the ACME order first, then the flow"},
    {"assay oms --port 9880 --parents 100 --rate 6000", "a hundred orders quickly, then the end"},
};
constexpr OptionText kOmsOptions[] = {
    {"--port", "N", "where the desk listens for OMSs"},
    {"--ports", "FILE", "or the file that `assay desk --ports FILE` writes"},
    {"--session", "NAME", "the desk's session in that file (default OMS)"},
    {"--host", "HOST", "where the desk is (default 127.0.0.1)"},
    {"--sender", "COMPID", "who we are (default OMS)"},
    {"--target", "COMPID", "whom we call (default DESK)"},
    {"--fix", "VERSION", "4.2, 4.4 (default) or 5.0SP2, as the desk's session has it"},
    {"--acme", "", "first of all: sell 50,000 ACME within three minutes"},
    {"--acme-qty", "N", "the same, so many shares of it"},
    {"--acme-how", "TEXT", "its TargetStrategyParameters(848), as docs/desk.md has them"},
    {"--rate", "N", "orders of the flow a minute, on average (default 20; 0: no flow)"},
    {"--seed", "N", "other orders; the same seed draws the same (default 1)"},
    {"--symbols", "NAMES", "of the flow, separated by commas (default ACME)"},
    {"--sizes", "FROM-TO", "shares of an order, in whole lots of 100 (default 500-5000)"},
    {"--cancels", "SHARE", "of orders that are canceled within ten seconds (default 0.05)"},
    {"--replaces", "SHARE", "of orders that are made half as large again (default 0.05)"},
    {"--parents", "N", "so many orders of the flow; it ends when all are over"},
    {"--for", "TIME", "ends after so long"},
};
constexpr ExampleText kDeskExamples[] = {
    {"assay desk --config examples/acme-desk.toml",
     "paper fills on market data, HTTP at 127.0.0.1:8080"},
    {"assay desk --config desk.toml --mode shadow", "see everything, send nothing"},
    {"assay desk --config desk.toml --mode live --live", "send orders"},
};
constexpr OptionText kDeskOptions[] = {
    {"--config", "FILE", "TOML: sessions, limits, router; examples/acme-desk.toml shows each key"},
    {"--mode", "replay|shadow|paper|live", "instead of the file's"},
    {"--live", "", "yes, send real orders: without it live mode does not start"},
    {"--state", "FOLDER", "journal, states and history, instead of the file's"},
    {"--listen", "HOST:PORT", "of HTTP, instead of the file's; port 0: any that is free"},
    {"--verify", "", "start nothing: compare the newest state with the whole journal"},
    {"--log-format", "text|json", "of the log, instead of the file's (default text)"},
    {"--ports", "FILE", "write address and ports there, as JSON, once all is up"},
};
constexpr ExampleText kStatusExamples[] = {
    {"assay status", "of the desk at 127.0.0.1:8080"},
    {"assay status --url http://127.0.0.1:9090 --format json", "of another, for programs"},
};
constexpr OptionText kUrl{"--url", "URL", "where the desk listens (default http://127.0.0.1:8080)"};
constexpr OptionText kToken{"--token", "FILE",
                            "a token is in it: yours, or that of the desk's folder (default: "
                            "desk-state/token, where that is)"};
constexpr OptionText kCaCert{"--cacert", "FILE",
                             "PEM that the desk's certificate is verified by (default: the "
                             "system's)"};
constexpr OptionText kStatusOptions[] = {
    kUrl,
    kToken,
    kCaCert,
    {"--format", "table|json", "what is printed (default table)"},
};
constexpr ExampleText kWatchExamples[] = {
    {"assay watch", "the desk at 127.0.0.1:8080"},
    {"assay watch --url http://127.0.0.1:9090 --symbol EURUSD", "another, and another symbol"},
    {"assay watch | head -30", "what the screen would show, once, as text"},
};
constexpr OptionText kWatchOptions[] = {
    kUrl,
    kToken,
    kCaCert,
    {"--symbol", "SYMBOL", "of the league table (default: of the first order under way)"},
    {"--profile", "NAME", "what it is ranked by (default: the first of the desk's)"},
};
constexpr ExampleText kKillExamples[] = {
    {"assay kill --all --who ann --why 'runaway'", "nothing goes out any more, to anybody"},
    {"assay kill --lp LP_B --who ann --why 'rejects all'", "nothing to this LP"},
    {"assay kill --parent 17 --who ann --why 'wrong side'", "this order is canceled"},
};
constexpr OptionText kKillOptions[] = {
    {"--all", "", "everything: nothing goes out any more"},
    {"--lp", "LP", "only what goes to it"},
    {"--symbol", "SYMBOL", "only what is of it"},
    {"--parent", "ID", "only this order: it is canceled"},
    {"--who", "NAME", "who says so, for the record (default: whose token it is, else operator)"},
    {"--why", "TEXT", "and why"},
    kUrl,
    kToken,
    kCaCert,
};
constexpr ExampleText kReleaseExamples[] = {
    {"assay release --lp LP_B --first ann --second bob", "two people, not the same one twice"},
};
constexpr OptionText kReleaseOptions[] = {
    {"--all", "", "the same scope as was killed"},
    {"--lp", "LP", "the same scope as was killed"},
    {"--symbol", "SYMBOL", "the same scope as was killed"},
    {"--first", "NAME", "who releases it (default: whose token it is)"},
    {"--second", "NAME", "and who agrees (default: whose --second-token it is)"},
    {"--why", "TEXT", "for the record"},
    kUrl,
    kToken,
    {"--second-token", "FILE", "and that of who agrees"},
    kCaCert,
};
constexpr ExampleText kSettleExamples[] = {
    {"assay settle --child 1099511627777 --first ann --second bob --why phone",
     "no more was filled than it reported"},
    {"assay settle --child 7 --filled 300 --price 100.02 --first ann --second bob",
     "300 were filled in all"},
};
constexpr OptionText kSettleOptions[] = {
    {"--child", "ID", "which order at an LP, as `assay status` lists them"},
    {"--filled", "QTY", "what the LP says that it filled in all (default: what it reported)"},
    {"--price", "PRICE", "at which price what it has not reported of that was filled"},
    {"--first", "NAME", "who settles it (default: whose token it is)"},
    {"--second", "NAME", "and who agrees (default: whose --second-token it is)"},
    {"--why", "TEXT", "for the record: who at the LP said so"},
    kUrl,
    kToken,
    {"--second-token", "FILE", "and that of who agrees"},
    kCaCert,
};
constexpr ExampleText kReloadExamples[] = {
    {"assay reload --who ann --why 'half the collar'", "what was changed in its desk.toml"},
    {"kill -HUP $(pidof assay)", "the same, by a signal"},
};
constexpr OptionText kReloadOptions[] = {
    {"--who", "NAME", "who says so, for the record"},
    {"--why", "TEXT", "and why"},
    kUrl,
    kToken,
    kCaCert,
};
constexpr ExampleText kDoctorExamples[] = {
    {"assay doctor --config desk.toml", "before the first start, and when something is odd"},
};
constexpr OptionText kDoctorOptions[] = {
    {"--config", "FILE", "the desk's TOML"},
    {"--mode", "replay|shadow|paper|live", "as if it were started in this mode"},
    {"--state", "FOLDER", "instead of the file's"},
    {"--listen", "HOST:PORT", "instead of the file's"},
};

constexpr ExampleText kDiffExamples[] = {
    {"assay score monday.log --format json > monday.json", "the first of two scorecards"},
    {"assay diff monday.json tuesday.json", "what changed, and whether it is more than chance"},
    {"assay diff before.json after.json --kpi e_over_q,p_full", "other KPIs"},
    {"assay score today.log --format json | assay diff last.json -", "today against the last one"},
};
constexpr OptionText kDiffOptions[] = {
    {"--format", "table|csv|json", "what is printed (default table)"},
    {"--kpi", "NAMES", "KPIs to compare in place of the usual ones; `assay catalog` lists them"},
};

constexpr ExampleText kSimulateExamples[] = {
    {"assay simulate --out day --hours 1", "an hour with six LPs, written as FIX logs"},
    {"assay simulate --out day --lps examples/zoo.toml", "with every kind of trouble"},
    {"assay score day", "and what the scorecard finds; compare day/truth.csv"},
    {"assay simulate --out day --trade split", "traded by the router, with its decisions"},
};
constexpr OptionText kSimulateOptions[] = {
    {"--out", "DIR", "the folder to write into: new, or empty"},
    {"--seed", "N", "another market, other luck; the same seed writes the same bytes (default 1)"},
    {"--hours", "H", "how long parents arrive, up to 24 (default 1)"},
    {"--lps", "FILE",
     "TOML: the LPs, what they are like and how they behave (default: the six of "
     "examples/lps.toml)"},
    {"--symbols", "N",
     "how many symbols are traded, up to 1000; each takes about 3 MB an hour (default 1)"},
    {"--parents", "N", "about how many parent orders arrive (default: one every 20 s)"},
    {"--start", "TIME", "when it begins (ISO, UTC; default 2026-03-02T14:30:00Z)"},
    {"--trade", "split|primary|probe-then-split|score-split|uniform|bandit",
     "the router trades, by this policy of `assay compare`, and its decisions are written too "
     "(default: no router, equal parts to all LPs)"},
    {"--profile", "balanced|high-frequency|block|best-price|note4|acme|all-in",
     "with --trade: the weights of scores and costs (default balanced)"},
    {"--explore", "menu|thompson|free|off",
     "with --trade: plans of a menu, or the policy's own by beliefs drawn for each parent, are "
     "drawn with chances that are logged, within the budget of 2 % of what its own would cost, or "
     "free of it, so that the log can tell what others would have cost (default menu for split and "
     "bandit, else off)"},
};

constexpr ExampleText kCompareExamples[] = {
    {"assay compare", "every policy in the market of examples/lps.toml, a minute or so"},
    {"assay compare --policies split,static=LP_A,LP_B --scenarios linear,fading",
     "some of them, where leakage is as the router thinks and where it is not"},
    {"assay compare --seeds 10 --parents 1500 --format html --out policies.html", "as a page"},
    {"assay compare --gaming --seeds 20 --parents 800", "what gaming the scorecard brings"},
};
constexpr OptionText kCompareOptions[] = {
    {"--policies", "NAMES",
     "primary, split, probe-then-split, score-split, limit-or-market, static, round-robin, random, "
     "uniform, bandit, oracle, split-true-price, -leakage, -capacity (default all of them); "
     "static=LP_A,LP_B gives static its table"},
    {"--reference", "NAME", "the policy that the others are held against (default oracle)"},
    {"--seeds", "N", "how many worlds, up to 1000 (default 5)"},
    {"--first-seed", "N", "the seed of the first world; the others follow (default 1)"},
    {"--parents", "N", "parent orders in each world, up to 100000 (default 300)"},
    {"--lps", "FILE",
     "TOML: the LPs and the market (default: the six of examples/lps.toml); without --leakage and "
     "--scenarios all is as in the file"},
    {"--leakage", "linear|concave|on-fills|delayed|fading|no-leakage",
     "how what LPs are sent moves the market (default linear)"},
    {"--scenarios", "NAMES",
     "several of linear, concave, on-fills, delayed, fading, no-leakage, correlated, informed"},
    {"--profile", "balanced|high-frequency|block|best-price|note4|acme|all-in",
     "the weights of scores and costs (default balanced)"},
    {"--gaming", "",
     "as well: LPs that game the scorecard, each against its honest twin, in LP sets drawn by the "
     "seeds; then the default of --policies is oracle,split"},
    {"--format", "table|csv|json|html", "what is printed (default table)"},
    {"--out", "FILE", "where it is written (default standard output)"},
    {"--threads", "N", "how many work at once; the result is the same for every N"},
};

constexpr ExampleText kBacktestExamples[] = {
    {"assay backtest logs/ --profile balanced --against block",
     "what other weights would have done"},
    {"assay backtest day --policy split,uniform,primary",
     "other policies, on a day with decisions"},
    {"assay backtest day --policy bandit --compare compare.json", "is the learned one worth it?"},
    {"assay backtest logs/ --format html --out backtest.html", "as a page, with plots"},
    {"assay backtest --history history.db --quotes quotes.csv.gz", "what a history holds"},
};
constexpr OptionText kBacktestOptions[] = {
    {"--policy", "NAMES",
     "policies of `assay compare` (default split,primary); static=LP_A,LP_B gives static its "
     "table; "
     "may be given several times"},
    {"--profile", "balanced|high-frequency|block|best-price|note4|acme|all-in|FILE",
     "the weights of scores and costs (default balanced)"},
    {"--against", "balanced|high-frequency|block|best-price|note4|acme|all-in|FILE",
     "other weights: every policy is tried under both, and first choices are compared"},
    {"--history", "FILE",
     "a history: its messages and decisions; market data comes of --quotes or LOGS beside it"},
    {"--decisions", "FILE",
     "decisions.bin, as the router keeps it: parents, and the chances its plans had (default: that "
     "of a folder among LOGS)"},
    {"--compare", "FILE",
     "output of `assay compare --format json`: a policy is recommended where it agrees"},
    {"--gap", "TIME",
     "children of one symbol and side belong to one order while no more than this lies between "
     "them, 0: each is its own (default 1s; not used where decisions name parents)"},
    {"--rounds", "N", "rounds of every order (default: as many as the longest had, up to 8)"},
    {"--draws", "N", "how often capacities are drawn, up to 1000 (default 8)"},
    {"--seed", "N", "other draws (default 1)"},
    {"--sweep", "BPS",
     "what is left after the last round costs so much beyond the far touch, times the root of its "
     "lots (default 0.35)"},
    {"--format", "table|csv|json|html", "what is printed (default table)"},
    {"--out", "FILE", "where it is written (default standard output)"},
    kQuotes,
    kReference,
    kFees,
    kAssumeSide,
    kConfig,
    kSet,
    kLenient,
};

constexpr ExampleText kDemoExamples[] = {
    {"assay demo acme", "the whole story at once"},
    {"assay demo acme --speed 60", "a minute of it in a second"},
    {"assay demo acme --html acme.html", "and as a page, with plots"},
    {"assay demo acme --scenario my-acme.toml", "with answers of your own"},
    {"assay demo acme --out acme", "and its FIX logs and decisions, for `assay explain`"},
    {"assay demo acme --seeds 500", "with the comparison in 500 worlds of each kind"},
};
constexpr OptionText kDemoOptions[] = {
    {"--speed", "N", "on a terminal: N times faster than real time (default: at once)"},
    {"--html", "FILE", "write the story as a page as well, with plots"},
    {"--out", "DIR",
     "write history.log, day.log and decisions.bin of the story into this folder, which is made; "
     "it "
     "must be empty"},
    {"--scenario", "FILE",
     "TOML: the LPs' records, the order, the market, the answers (default: examples/acme.toml, "
     "which is part of the program)"},
    {"--seeds", "N",
     "compare in so many drawn worlds of each kind, up to 10000; 0 leaves it out (default 50)"},
    {"--first-seed", "N", "the seed of the first world; the others follow (default 1)"},
    {"--threads", "N", "how many work at once; the result is the same for every N"},
    {"--format", "table|json", "what is printed (default table)"},
};

constexpr ExampleText kCatalogExamples[] = {
    {"assay catalog", "every KPI in a line"},
    {"assay catalog price_improvement_bps", "one in full, with a worked example"},
};
constexpr OptionText kCatalogOptions[] = {
    {"--format", "table|json|markdown", "what is printed (default table)"},
};

constexpr ExampleText kConfigExamples[] = {
    {"assay config check desk.toml", "what is wrong with it, with line, column and a suggestion"},
};
constexpr OptionText kState{"--state", "FOLDER", "of the desk (default desk-state)"};
constexpr OptionText kRole{"--role", "viewer|trader|quant|admin", "what they may"};
constexpr OptionText kStateOptions[] = {kState};
constexpr ExampleText kUserAddExamples[] = {
    {"assay user add ann --role trader", "prints the password that she begins with"},
    {"assay user add grace --role quant --approve", "she may approve what others propose, too"},
};
constexpr OptionText kUserAddOptions[] = {
    kRole,
    {"--approve", "", "may approve weights and limits that another person proposes"},
    {"--release", "", "may be the second person of a release"},
    kState,
};
constexpr ExampleText kUserChangeExamples[] = {
    {"assay user change ann --role quant", "another role"},
    {"assay user change ann --disabled yes", "she is out within a second"},
};
constexpr OptionText kUserChangeOptions[] = {
    kRole,
    {"--approve", "yes|no", "may approve what another person proposes"},
    {"--release", "yes|no", "may be the second person of a release"},
    {"--disabled", "yes|no", "may not come in"},
    kState,
};
constexpr ExampleText kUserPasswordExamples[] = {
    {"assay user password admin", "whoever has forgotten theirs begins anew"},
};
constexpr OptionText kHeads{"--heads", "FILE",
                            "its second file (default: audit-heads.txt beside it)"};
constexpr OptionText kAuditOptions[] = {kHeads};
constexpr ExampleText kAuditVerifyExamples[] = {
    {"assay audit verify desk-state", "was anything changed, taken out, put in or cut off?"},
};
constexpr ExampleText kAuditExportExamples[] = {
    {"assay audit export desk-state > audit.csv", "all of it, oldest first"},
};
constexpr ExampleText kVerifyExamples[] = {
    {"assay journal verify journal", "is every entry of it whole, and in its place?"},
};
constexpr ExampleText kTailExamples[] = {
    {"assay journal tail journal --lines 50", "the last messages, as people read them"},
    {"assay journal tail journal --follow", "and those that come"},
};
constexpr OptionText kTailOptions[] = {
    {"--lines", "N", "how many of the last ones (default 10)"},
    {"--follow", "", "go on as it grows, until Ctrl-C"},
};
constexpr ExampleText kExportExamples[] = {
    {"assay journal export journal --since 2026-03-02T14:30:00Z --out afternoon.log",
     "a FIX log for somebody else"},
    {"assay journal export journal | assay score -", "the scorecard of a journal"},
};
constexpr OptionText kExportOptions[] = {
    {"--since", "TIME", "messages captured at or after it (ISO, UTC)"},
    {"--until", "TIME", "messages captured before it"},
    {"--session", "NAME", "of one session, as `assay journal tail` names it"},
    {"--out", "FILE", "a new file (default standard output)"},
};
constexpr ExampleText kPruneExamples[] = {
    {"assay journal prune journal --before 2026-02-01", "what would be removed"},
    {"assay journal prune journal --before 2026-02-01 --yes", "remove it"},
};
constexpr OptionText kPruneOptions[] = {
    {"--before", "DATE", "files of days before it; the last file always stays"},
    {"--yes", "", "remove them; else they are only named"},
};
constexpr ExampleText kImportExamples[] = {
    {"assay journal import journal old-logs/", "logs of another system, merged by capture time"},
    {"assay journal import desk-state/journal old-logs/ --desk desk.toml",
     "what a new desk is to know of its LPs"},
};
constexpr OptionText kImportOptions[] = {
    {"--desk", "FILE",
     "the TOML of the desk whose journal it is: messages are filed under its sessions, so that it "
     "knows its LPs before its first day; others are left out"},
    kLenient,
};
constexpr OptionText kHistory{"--history", "FILE", "the history, one SQLite file"};
constexpr OptionText kFromTime{"--from", "TIME", "at or after it (ISO, UTC)"};
constexpr OptionText kToTime{"--to", "TIME", "before it"};
constexpr ExampleText kHistoryImportExamples[] = {
    {"assay history import day/ --history history.db", "a day, with its decisions"},
    {"assay history import logs/*.log --quotes q.csv.gz --history history.db",
     "logs, and the market beside them"},
};
constexpr OptionText kHistoryImportOptions[] = {
    kHistory,
    {"--decisions", "FILE",
     "decisions.bin, as the router keeps it (default: that of a folder among LOGS)"},
    kQuotes,
    kReference,
    kFees,
    kAssumeSide,
    kConfig,
    kSet,
    kLenient,
    kStrict,
    {"--threads", "N", "how many work at once; the result is the same for every N"},
    kDeadLetters,
};
constexpr ExampleText kHistoryQueryExamples[] = {
    {"assay history query fill_rate --by lp --step 15m --history history.db",
     "the fill rate of each LP, every quarter of an hour"},
    {"assay history query e_over_q --lp LP_A --by size --history history.db",
     "one LP, by the size of orders"},
    {"assay history query latency_rt_ms_p99 --format json --history history.db",
     "over all there is, for a program"},
};
constexpr OptionText kHistoryQueryOptions[] = {
    kHistory,
    {"--lp", "NAMES", "of these LPs, separated by commas"},
    {"--symbol", "NAMES", "of these symbols"},
    {"--size", "NAMES", "of orders of these sizes, as --by size names them"},
    {"--regime", "NAMES", "sent while the market was calm, normal or stressed"},
    {"--from", "TIME", "of orders sent at or after it (ISO, UTC), by whole minutes"},
    {"--to", "TIME", "of orders sent before it"},
    {"--step", "TIME", "a point for every so much: 1m, 15m, 4h, 1d (default: up to 400 points)"},
    {"--by", "lp,symbol,size,regime", "a line for each (default: one line over all)"},
    {"--format", "table|csv|json", "what is printed (default table)"},
};
constexpr ExampleText kHistoryExecutionsExamples[] = {
    {"assay history executions --lp LP_A --exec-type 8 --history history.db", "rejects of an LP"},
    {"assay history executions --order C17 --format json --history history.db",
     "all that was said of an order, with its bytes"},
};
constexpr OptionText kHistoryExecutionsOptions[] = {
    kHistory,
    {"--lp", "NAME", "of one LP"},
    {"--symbol", "NAME", "of one symbol"},
    {"--order", "ID", "of a ClOrdID (11)"},
    {"--parent", "ID", "of the children of a parent order"},
    {"--exec-type", "C", "ExecType (150): F a fill, 8 a reject, 4 a cancel, H a bust"},
    {"--type", "C", "MsgType (35): 8 reports, 9 cancel rejects, D orders, F cancels, G replaces"},
    kFromTime,
    kToTime,
    {"--limit", "N", "how many at most (default 100)"},
    {"--after", "CURSOR", "the page behind it, as the last page named it"},
    {"--format", "table|csv|json", "what is printed (default table, which leaves columns out)"},
};
constexpr ExampleText kHistoryDecisionExamples[] = {
    {"assay history decision 17 --history history.db", "why it was routed so"},
};
constexpr OptionText kHistoryDecisionOptions[] = {kHistory};
constexpr ExampleText kHistoryExportExamples[] = {
    {"assay history export days --history history.db --out days.csv",
     "every KPI of every LP, symbol, size and condition, day by day"},
    {"assay history export executions --from 2026-03-02 --history history.db",
     "messages from that day on"},
};
constexpr OptionText kHistoryExportOptions[] = {
    kHistory,
    kFromTime,
    kToTime,
    {"--format", "csv|json", "what is written (default csv)"},
    {"--out", "FILE", "a new file (default standard output)"},
};
constexpr ExampleText kHistoryInfoExamples[] = {
    {"assay history info --history history.db", "what is in it, from when to when"},
};
constexpr OptionText kHistoryInfoOptions[] = {
    kHistory,
    {"--format", "table|csv|json", "what is printed (default table)"},
};
constexpr ExampleText kHistoryHealthExamples[] = {
    {"assay history health --counter messages_dead --history history.db",
     "when was something lost?"},
};
constexpr OptionText kHistoryHealthOptions[] = {
    kHistory,
    kFromTime,
    kToTime,
    {"--counter", "NAMES", "only these, separated by commas"},
    {"--format", "table|csv|json", "what is printed (default table)"},
};
constexpr ExampleText kHistoryConfigsExamples[] = {
    {"assay history configs --history history.db", "every change, oldest first"},
    {"assay history configs 58aff401c3a2e970 --history history.db", "that desk.toml"},
};
constexpr ExampleText kHistoryPruneExamples[] = {
    {"assay history prune --minutes 7 --history history.db", "minutes of the last 7 days stay"},
};
constexpr OptionText kHistoryPruneOptions[] = {
    kHistory,
    {"--minutes", "N", "days whose minutes stay, 0: all (default 30)"},
    {"--quarters", "N", "days whose quarters of an hour stay (default 400)"},
    {"--days", "N", "days whose sums of a day stay (default 0: all)"},
    {"--executions", "N", "days whose executions stay (default 400)"},
    {"--scores", "N", "days whose scores stay (default 90)"},
    {"--decisions", "N", "days whose decisions and parents stay (default 400)"},
    {"--health", "N", "days whose counters stay (default 90)"},
};
constexpr ExampleText kHelpExamples[] = {
    {"assay help history", "all commands that begin so"},
    {"assay help --format man | man -l -", "the manual page"},
};
constexpr OptionText kHelpOptions[] = {
    {"--format", "text|man", "man: all of it as the manual page assay(1)"},
};
constexpr ExampleText kCompletionExamples[] = {
    {"assay completion bash > /etc/bash_completion.d/assay", "for everybody on this machine"},
    {"assay completion fish > ~/.config/fish/completions/assay.fish", "for you"},
};

constexpr CommandText kCommands[] = {
    {"score", "FILES...", "score liquidity providers from FIX logs or a spreadsheet of fills",
     "FILES are FIX logs in any usual form, spreadsheets of fills, folders of either, or - for "
     "standard "
     "input; what a file is, is told from its content, compressed or not.\n"
     "The scorecard goes to standard output; ingest health, the progress bar and messages go to "
     "standard error.\n"
     "--follow reads FIX logs and quotes as `tail -f` does, and pipes. On a terminal the scorecard "
     "is redrawn in place; elsewhere a document is printed whenever there is news. A message that "
     "is still being written waits for its end. A file that is replaced or truncated is read on "
     "from its new start, and that is said; files that come into a folder later are not seen. Time "
     "is that of the data: what falls due after a fill shows once later lines have come, or at the "
     "end.\n"
     "Several files are merged by the time of their lines, among those that are there. A file that "
     "has been silent for the length of --every no longer holds up the others; lines of it that "
     "are older than what was already applied are applied when they come, as if seen at that time, "
     "and counted as late_lines. A file of quotes that does not grow, a whole day's for one, is "
     "read only as far as the logs have come. The last scorecard of a single file is the one that "
     "`assay score` "
     "makes of the finished file.",
     kScoreExamples, kScoreOptions},
    {"health", "FILES...", "show where every byte and every message of the input went",
     "Messages are applied, duplicate, waiting or dead; the four add up to what was read. Dead "
     "letters "
     "are kept in a file with their offset and the reason.",
     kHealthExamples, kHealthOptions},
    {"explain", "FILES... [--order ID] [--exec ID] | --parent ID",
     "show every number behind one order or fill, and why it was routed so",
     "Each message with its place in the input, the quotes it is held against and their age, each "
     "metric with its formula and what was put into it, the estimates it moved, and OrdStatus of "
     "each ClOrdID.\n"
     "With --parent, from the decisions that the desk kept: why this LP and who was second, what "
     "was expected, what happened, which scores had changed when it decided next, and the messages "
     "of each child.",
     kExplainExamples, kExplainOptions},
    {"diff", "BEFORE AFTER", "compare two scorecards: what changed, and whether it is clear",
     "BEFORE and AFTER are documents of `assay score --format json`; - is standard input, for one "
     "of the two. Make them from two inputs: --since and --until narrow the KPIs, but a score "
     "rests "
     "on all that was read.\n"
     "For each LP: before, after and the difference. A change of the score is called clear where "
     "it lies outside the 90 % interval that both scores' standard deviations give: |z| > 1.645. "
     "The two are taken as independent. KPIs that the profile weighs are marked by the same test "
     "of "
     "what is believed of them; all others are compared as they stand.\n"
     "Scores under different profiles are not compared. Rows by different keys are an error. "
     "Another configuration or assumption is a warning.",
     kDiffExamples, kDiffOptions},
    {"simulate", "--out DIR", "write a made-up day: FIX logs of LPs whose true character is known",
     "A market in virtual time, LPs with hidden and drifting parameters, and a desk that shows "
     "each "
     "parent order to all of them. What crosses between desk and LPs goes to one log a session, "
     "quotes "
     "to market.log, all as FIX that `assay score` reads like any other.\n"
     "The truth is kept apart, in truth.json, truth.csv and parents.csv, for judging what the "
     "scorecard finds. `assay config check` checks a file of LPs.",
     kSimulateExamples, kSimulateOptions},
    {"lps", "", "run simulated LPs that can be called over FIX, in real time",
     "One FIX acceptor for each LP and one that streams quotes (W) and trades (X), all on "
     "127.0.0.1. Orders, "
     "cancels, replaces and status requests (D, F, G, H) are answered by LPs with a hidden truth, "
     "as "
     "in `assay simulate`, with the delays they draw; or, of a scenario, as it says, from the "
     "first "
     "order on.\n"
     "The ports stand on standard output and in the file of --ports. Ctrl-C logs everybody out. "
     "Without --journal sequence numbers begin anew with each start: who calls should then set "
     "ResetSeqNumFlag(141).",
     kLpsExamples, kLpsOptions},
    {"oms", "", "send a desk parent orders over FIX, as an order management system would",
     "A FIX initiator, of version 4.4 unless told otherwise. It sends orders that are drawn by a "
     "seed, cancels and replaces some of them, and counts what it hears. Ctrl-C cancels what is "
     "open, logs out, and prints the counts.\n"
     "It keeps no journal: each start begins with ResetSeqNumFlag(141) and ClOrdIDs of its own.",
     kOmsExamples, kOmsOptions},
    {"desk", "", "run a desk: FIX sessions, journal, scores, router, history, HTTP",
     "Orders come in over FIX or HTTP, are worked by the scores of the moment, and go out over "
     "FIX. "
     "Everything that goes by is in the journal before anything is made of it; a desk that is "
     "killed "
     "goes on where its journal ends, and asks LPs what became of what was out.\n"
     "Modes: replay (what the journal holds), shadow (sees everything, sends nothing), paper (LPs' "
     "answers come from the market's quotes), live (sends orders; needs every limit and --live). "
     "Its address stands on standard output, its log on standard error. Ctrl-C ends in order.",
     kDeskExamples, kDeskOptions},
    {"status", "", "how a running desk is: sessions, LPs, orders out, journal", "", kStatusExamples,
     kStatusOptions},
    {"watch", "", "a screen of a running desk: scores, orders, executions, health",
     "Drawn twice a second over the HTTP API. q ends it, s goes on to the next symbol, p to the "
     "next profile. A dash stands for what is not known. Where standard output is no terminal it "
     "is printed once, as text.",
     kWatchExamples, kWatchOptions},
    {"kill", "", "stop a running desk from sending: all, an LP, a symbol, or one order",
     "One of --all, --lp, --symbol and --parent says what. What is out is asked back. It holds "
     "until "
     "two people release it, over restarts too.",
     kKillExamples, kKillOptions},
    {"release", "", "end what was killed; it takes two people", "", kReleaseExamples,
     kReleaseOptions},
    {"settle", "", "say what became of an order that its LP left UNKNOWN; it takes two people",
     "For an order at an LP that never answers, and for quantity that an LP says it filled and "
     "never reports; `assay status` lists both. What was not filled may be sent again. What is "
     "booked with --filled and --price is reported to the OMS as a fill; should the LP report it "
     "after all, its own report takes the place of that.",
     kSettleExamples, kSettleOptions},
    {"reload", "", "put a running desk's changed configuration in force: all of it, or nothing",
     "Limits, the router's rules, defaults of parents, enabled LPs, weights of profiles, retention "
     "and the level of the log change while the desk works. Anything else is refused by its key, "
     "and takes a restart; an error in the file is shown with its place. Nothing has changed then.",
     kReloadExamples, kReloadOptions},
    {"doctor", "", "what would keep a desk from working, each with its remedy",
     "Looks at the configuration, the limits, the state folder and its disk, the journal, the "
     "clock, "
     "open files, and every port that the desk listens at or calls. Exit code 1: something is bad.",
     kDoctorExamples, kDoctorOptions},
    {"compare", "", "compare routing policies in simulated markets, against a known truth",
     "Each policy trades the same parent orders in the same worlds, with the same luck, as far as "
     "its own orders do not change them; then it is held against the reference, parent by parent.\n"
     "Regret is what a policy costs more than the reference, with an interval from a moving-block "
     "bootstrap; p is adjusted by Holm over the policies. What is not clear is said to be so.\n"
     "The markets and the LPs are made up: nothing here is evidence about a real one.",
     kCompareExamples, kCompareOptions},
    {"backtest", "LOGS...", "what other weights or policies would have done on captured logs",
     "Every order of the log is worked again by other policies or weights, which know at each "
     "moment "
     "what the scorecard knew then. What LPs would have given is drawn from what the log says of "
     "their capacity; what was done is replayed beside it.\n"
     "Where the router's decisions stand beside the log, the chances of the plans it drew from "
     "also "
     "say what other policies would have cost, without any replay: IPS, SNIPS and doubly robust. "
     "An answer that the log cannot carry is refused, with the reason.\n"
     "There is a conclusion only where both are clear and agree. What a replay cannot know stands "
     "under the figures. LOGS are read twice, so - is not among them.",
     kBacktestExamples, kBacktestOptions},
    {"demo", "acme", "play the ACME story: an order worked by scores that every answer changes",
     "Sell 200,000 ACME within half an hour. The day before, ten thousand orders of each LP have "
     "come in as FIX; now LP_A leads, fills, fills half, falls behind, and the order is split "
     "among others.\n"
     "Scripted are the market and what each LP answers. Scores, ranks, sizes and splits are worked "
     "out from the messages: change an answer in a copy of examples/acme.toml, and what is routed "
     "after it changes.\n"
     "Then the same order is worked in drawn worlds, where LPs answer by chance: by the policy of "
     "the story, by every other, and all at one LP, with paired intervals.",
     kDemoExamples, kDemoOptions},
    {"catalog", "[NAME]", "list the KPIs: unit, sign, formula, source, worked example", "",
     kCatalogExamples, kCatalogOptions},
    {"config check",
     "FILES...",
     "check a configuration, profile, reference, fee file, desk, simulated LPs or scenario",
     "What a file is meant to be is told by the names in it, and said. A desk is checked with the "
     "files that it names; `assay doctor` also looks at ports, folders and peers.",
     kConfigExamples,
     {}},
    {"config docs", "", "print every configuration key, as in docs/config.md", "", {}, {}},
    {"journal verify",
     "FOLDER",
     "check every entry of a journal: none damaged, none missing",
     "A journal holds captured FIX, a message a line, in files of a day or 256 MB. What a write "
     "that "
     "was cut short left at the end is named and is no damage. Anything else is told with file and "
     "byte, and exit code 1.",
     kVerifyExamples,
     {}},
    {"journal tail", "FOLDER", "show the last messages of a journal", "", kTailExamples,
     kTailOptions},
    {"journal export", "FOLDER", "write messages of a journal as a plain FIX log",
     "Capture times stand in front of the messages, as `assay score` and others read them. "
     "Passwords are replaced by ***, with BodyLength and CheckSum to match.",
     kExportExamples, kExportOptions},
    {"journal prune", "FOLDER --before DATE", "remove old files of a journal", "", kPruneExamples,
     kPruneOptions},
    {"journal import", "FOLDER FILES...", "put old FIX logs into a journal, in order of capture",
     "FILES are FIX logs in any usual form, or folders of them. Every message that can be read is "
     "appended with its capture time and made durable; what cannot is counted.",
     kImportExamples, kImportOptions},
    {"history import", "LOGS...", "put captured logs into a history, without a desk",
     "LOGS are read as `assay score` reads them. What LPs and we said of orders is kept with its "
     "bytes, what orders came to is kept by minute, LP, symbol, size and condition of the market, "
     "and the router's decisions where they lie beside.\n"
     "Importing the same logs again changes nothing. Minutes that are there are replaced, so that "
     "a "
     "day should be imported as a whole.",
     kHistoryImportExamples, kHistoryImportOptions},
    {"history query", "KPI", "a KPI over time, by LP, symbol, size or condition",
     "A point counts the orders that were sent in its step, as `assay score` counts them with "
     "--since and --until. A step without orders has no point; what could not be measured is "
     "absent, with the reason in JSON, and never zero.",
     kHistoryQueryExamples, kHistoryQueryOptions},
    {"history executions", "", "what LPs and we said of orders, message by message", "",
     kHistoryExecutionsExamples, kHistoryExecutionsOptions},
    {"history decision", "ID", "why a child order was routed so", "", kHistoryDecisionExamples,
     kHistoryDecisionOptions},
    {"history export", "TABLE", "write a table of a history as CSV or JSON",
     "Tables: executions, minutes, quarters, days, scores, decisions, parents, rejections, "
     "configs, "
     "config_changes, health.",
     kHistoryExportExamples, kHistoryExportOptions},
    {"history info", "", "what a history holds", "", kHistoryInfoExamples, kHistoryInfoOptions},
    {"history health", "", "how taking in went, minute by minute",
     "Counters of the desk as they stood when the minute was over: messages applied, duplicate, "
     "waiting, dead, what was sent, queues, journal, sessions. Minutes without an input have none.",
     kHistoryHealthExamples, kHistoryHealthOptions},
    {"history configs", "[VERSION]",
     "which configuration was in force, since when, by whom; or the text of one", "",
     kHistoryConfigsExamples, kHistoryInfoOptions},
    {"history prune", "", "remove what is older than is to be kept",
     "Whole UTC days, counted back from now. Quarters and days stay when their minutes go, so that "
     "series go on with longer steps.",
     kHistoryPruneExamples, kHistoryPruneOptions},
    {"user list", "", "who may come in to a desk, and as what", "", {}, kStateOptions},
    {"user add", "NAME", "another person, with a password that lasts 24 hours", "",
     kUserAddExamples, kUserAddOptions},
    {"user change", "NAME", "role and rights of a person, or out; their sessions end", "",
     kUserChangeExamples, kUserChangeOptions},
    {"user password", "NAME", "a first password again, which lasts 24 hours", "",
     kUserPasswordExamples, kStateOptions},
    {"audit verify", "[FILE|FOLDER]", "is the audit of a desk as it was written?",
     "Each entry has a hash over itself and the one before, and each hash stands in a second file. "
     "An entry that was changed, taken out, put in, moved or cut off is named, the first one; exit "
     "code 1 then.",
     kAuditVerifyExamples, kAuditOptions},
    {"audit export", "[FILE|FOLDER]", "the audit of a desk as CSV", "", kAuditExportExamples, {}},
    {"help", "[COMMAND]", "what this program does, or one of its commands", "", kHelpExamples,
     kHelpOptions},
    {"version", "", "print the version and the commit it was built from", "", {}, {}},
    {"completion", "bash|zsh|fish", "print completion for a shell", "", kCompletionExamples, {}},
};

}  // namespace

std::span<const CommandText> commands() {
    return kCommands;
}

const CommandText* find_command(std::string_view name) {
    for (const CommandText& command : kCommands) {
        if (command.name == name) return &command;
    }
    return nullptr;
}

}  // namespace assay::cli
