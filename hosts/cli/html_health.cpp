#include "hosts/cli/html_health.h"

#include <fmt/format.h>
#include <utility>

#include "hosts/cli/health_output.h"
#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"

namespace assay::cli {
namespace {

std::string grouped_n(std::uint64_t n) {
    return grouped(static_cast<std::int64_t>(n));
}

using Parts = std::vector<std::pair<const char*, std::uint64_t>>;

std::string account(const char* name, std::uint64_t read, const Parts& parts, bool right) {
    std::string bar, keys;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto& [label, n] = parts[i];
        sum += n;
        if (n > 0 && read > 0) {
            bar += fmt::format("<i class=\"a{}\" style=\"width:{:.3f}%\" title=\"{} {}\"></i>", i,
                               100.0 * static_cast<double>(n) / static_cast<double>(read),
                               grouped_n(n), label);
        }
        keys += fmt::format("<span class=\"key k{}\">{} {}</span> ", i, grouped_n(n), label);
    }
    std::string out = fmt::format("<div><h3>{} {} read</h3><div class=\"account\">{}</div>{}",
                                  grouped_n(read), name, bar, keys);
    if (!right) {
        out += fmt::format(
            "<p class=\"wrong\">Does not add up: the parts are {}. Please report this.</p>",
            grouped_n(sum));
    }
    return out + "</div>";
}

std::string counts(const char* title, const std::vector<Count>& list) {
    std::string rows;
    for (const Count& c : list) {
        if (c.n == 0) continue;
        rows +=
            fmt::format("<tr><td>{}</td><td class=\"t\">{}</td><td class=\"t muted\">{}</td></tr>",
                        grouped_n(c.n), html_escaped(c.name), html_escaped(c.meaning));
    }
    if (rows.empty()) return {};
    return fmt::format("<h3>{}</h3><div class=\"scroll\"><table><tbody>{}</tbody></table></div>",
                       title, rows);
}

std::string sessions(const Health& h) {
    if (h.sessions.empty()) return {};
    std::string out =
        "<h3>Sessions</h3><div class=\"scroll\"><table><thead><tr><th class=\"t\">us</th>"
        "<th class=\"t\">them</th><th "
        "class=\"t\">LP</th><th>messages</th><th>gaps</th><th>missing</th>"
        "<th>duplicates</th><th>their clock minus ours</th><th "
        "class=\"t\">note</th></tr></thead><tbody>";
    for (const SessionLine& s : h.sessions) {
        out += fmt::format(
            "<tr><td class=\"t\">{}</td><td class=\"t\">{}</td><td class=\"t "
            "name\">{}</td><td>{}</td>"
            "<td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"t muted\">{}</td></tr>",
            html_escaped(s.us), html_escaped(s.them), html_escaped(s.lp), grouped_n(s.messages),
            grouped_n(s.gaps), grouped_n(s.missing), grouped_n(s.duplicates),
            s.clock_offset_ms ? fmt::format("{:+.1f} ms", *s.clock_offset_ms) : "–",
            html_escaped(s.note));
    }
    return out + "</tbody></table></div>";
}

std::string inputs(const Health& h) {
    if (h.inputs.empty()) return {};
    std::string out =
        "<h3>Inputs</h3><div class=\"scroll\"><table><thead><tr><th class=\"t\">input</th>"
        "<th class=\"t\">what it is</th><th>bytes</th><th>messages</th><th>dead</th>"
        "<th>clock zone</th></tr></thead><tbody>";
    for (const InputLine& i : h.inputs) {
        out += fmt::format(
            "<tr><td class=\"t\">{}</td><td class=\"t "
            "muted\">{}</td><td>{}</td><td>{}</td><td>{}</td>"
            "<td>{}</td></tr>",
            html_escaped(i.name), html_escaped(i.kind), grouped_n(i.bytes), grouped_n(i.messages),
            grouped_n(i.dead), i.zone_hours ? fmt::format("UTC{:+g} h", *i.zone_hours) : "–");
    }
    return out + "</tbody></table></div>";
}

std::string message_types(const Health& h) {
    if (h.by_msg_type.empty()) return {};
    std::string out = "<p class=\"muted\">By type: ";
    bool first = true;
    for (const auto& [type, n] : h.by_msg_type) {
        out += fmt::format("{}{} {}", first ? "" : ", ", grouped_n(n), html_escaped(type));
        first = false;
    }
    return out + "</p>";
}

// What the details hold, in a line: "9 dead letters, 2 kinds of remark, 1 sequence gap".
std::string in_short(const Health& h) {
    std::uint64_t kinds = 0, gaps = 0;
    for (const Count& c : h.counts) kinds += c.n > 0 ? 1 : 0;
    for (const SessionLine& s : h.sessions) gaps += s.gaps;
    std::string out;
    const auto add = [&](std::uint64_t n, const char* one, const char* many) {
        if (n == 0) return;
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", grouped_n(n), n == 1 ? one : many);
    };
    add(h.messages.dead, "dead letter", "dead letters");
    add(kinds, "remark worth knowing", "remarks worth knowing");
    add(gaps, "sequence gap", "sequence gaps");
    add(h.sessions.size(), "session", "sessions");
    add(h.inputs.size(), "input", "inputs");
    return out;
}

}  // namespace

std::string html_health(const Health& h) {
    const bool well = all_is_well(h);
    std::string out = "<section class=\"panel\"><h2>Ingest health</h2>";
    out += well ? "<p class=\"sub\">Every message was applied or seen before; nothing was lost.</p>"
                : "<p class=\"sub\">Where every byte and every message went.</p>";
    out += "<div class=\"health\">";
    out += account("messages", h.messages.read,
                   {{"applied", h.messages.applied},
                    {"duplicate", h.messages.duplicate},
                    {"waiting", h.messages.waiting},
                    {"dead", h.messages.dead}},
                   adds_up(h.messages));
    out += account("bytes", h.bytes.read,
                   {{"in messages", h.bytes.messages},
                    {"between them", h.bytes.between},
                    {"pending", h.bytes.pending},
                    {"dead", h.bytes.dead}},
                   adds_up(h.bytes));
    out += "</div>";
    // Open only when the accounts are wrong: the league table should not be pushed off the screen.
    out += fmt::format("<details{}><summary>{}</summary>",
                       adds_up(h.messages) && adds_up(h.bytes) ? "" : " open", in_short(h));
    out += "<div class=\"health\"><div>" + counts("Dead letters by reason", h.dead_by_reason);
    if (!h.dead_letter_file.empty()) {
        const bool kept = !h.dead_letter_file.starts_with("not kept");
        out += fmt::format("<p class=\"muted\">{}{}</p>",
                           kept ? "Kept, with offset and reason, in " : "",
                           html_escaped(h.dead_letter_file));
    }
    out += "</div><div>" + counts("Worth knowing", h.counts) + "</div></div>";
    return out + sessions(h) + inputs(h) + message_types(h) + "</details></section>";
}

}  // namespace assay::cli
