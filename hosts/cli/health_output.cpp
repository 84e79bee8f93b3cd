#include "hosts/cli/health_output.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/cli/numbers.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {
namespace {

const std::string kNotUsed = "not used";  // how the kind of an input begins that gave nothing

std::string n_of(std::uint64_t n) {
    return grouped(static_cast<std::int64_t>(n));
}

struct Part {
    const char* name;
    std::uint64_t n;
};

// "messages  1,204 read = 1,198 applied + 4 duplicate + 0 waiting + 2 dead"
std::string account(const Terminal& t, const char* name, std::uint64_t read,
                    std::initializer_list<Part> parts, bool right) {
    std::string line = fmt::format("{:<9} {} read = ", name, n_of(read));
    std::uint64_t sum = 0;
    bool first = true;
    for (const Part& part : parts) {
        line += fmt::format("{}{} {}", first ? "" : " + ", n_of(part.n), part.name);
        sum += part.n;
        first = false;
    }
    std::string out = wrapped(line, t.width, 10) + "\n";
    if (!right) {
        const std::string wrong = fmt::format(
            "          DOES NOT ADD UP: the parts are {}, {} {} than was read; please report this",
            n_of(sum), n_of(sum > read ? sum - read : read - sum), sum > read ? "more" : "fewer");
        out += painted(t, Style::bad, wrapped(wrong, t.width, 10)) + "\n";
    }
    return out;
}

std::string count_lines(const Terminal& t, const std::vector<Count>& counts, Style style) {
    std::size_t width = 0;
    for (const Count& c : counts) {
        if (c.n > 0) width = std::max(width, n_of(c.n).size());
    }
    std::string out;
    for (const Count& c : counts) {
        if (c.n == 0) continue;
        const std::string n = fmt::format("  {:>{}}", n_of(c.n), width);
        const std::string rest =
            printable(t, c.meaning.empty() ? c.name : c.name + ": " + c.meaning);
        const std::string line = wrapped(n + "  " + rest, t.width, static_cast<int>(width) + 4);
        out += painted(t, style, n) + line.substr(n.size()) + "\n";
    }
    return out;
}

// Long names give way first, cut in the middle, then columns from the right.
std::string fitted(TextTable table, const Terminal& t, std::size_t keep) {
    constexpr int kShortest = 14, kShortestName = 24;
    const auto too_wide = [&] { return width_of(table.columns) > t.width; };
    const TextTable whole = table;
    const auto cut = [&](std::size_t column, int width) {
        for (std::size_t i = 0; i < table.columns[column].cells.size(); ++i)
            table.columns[column].cells[i].text =
                cut_in_middle(t, whole.columns[column].cells[i].text, width);
    };
    // The first column names the row; what stands in the others is cut only where that is not
    // enough.
    for (std::size_t column = 0; column < table.columns.size() && too_wide(); ++column) {
        if (table.columns[column].align != Align::left) continue;
        const int least = column == 0 ? kShortestName : kShortest;
        for (int width = width_of(table.columns[column]); too_wide() && width-- > least;)
            cut(column, width);
    }
    while (too_wide() && table.columns.size() > keep) table.columns.pop_back();
    return text_of(table, t);
}

std::string remark(const Terminal& t, const std::string& text) {
    return painted(t, Style::warn, wrapped("  " + printable(t, text), t.width, 4)) + "\n";
}

std::string session_table(const Health& health, const Terminal& t) {
    TextTable table;
    const auto add = [&](const char* over, const char* head, Align align, auto&& cell) {
        TextColumn column{over, head, align};
        bool any = false;
        for (const SessionLine& s : health.sessions) {
            column.cells.push_back(cell(s));
            any |= !column.cells.back().text.empty();
        }
        if (any) table.columns.push_back(std::move(column));
    };
    add("", "session", Align::left, [&](const SessionLine& s) {
        const int width = t.width < 100 ? 14 : 30;
        return Cell{cut_in_middle(t, printable(t, s.us), width) + " " + arrow(t) + " " +
                    cut_in_middle(t, printable(t, s.them), width)};
    });
    add("", "LP", Align::left,
        [&](const SessionLine& s) { return Cell{cut_to(t, printable(t, s.lp), 20)}; });
    add("", "messages", Align::right, [](const SessionLine& s) { return Cell{n_of(s.messages)}; });
    add("MsgSeqNum", "gaps", Align::right, [](const SessionLine& s) {
        return Cell{n_of(s.gaps), s.gaps > 0 ? Style::warn : Style::plain};
    });
    add("", "missing", Align::right, [](const SessionLine& s) {
        return Cell{n_of(s.missing), s.missing > 0 ? Style::warn : Style::plain};
    });
    add("dupli-", "cates", Align::right,
        [](const SessionLine& s) { return Cell{n_of(s.duplicates)}; });
    add("their clock", "minus ours", Align::right, [&](const SessionLine& s) {
        if (!s.clock_offset_ms) return Cell{dash(t), Style::dim};
        return Cell{fmt::format("{:+.1f} ms", *s.clock_offset_ms)};
    });
    std::string out = fitted(std::move(table), t, 5);
    for (const SessionLine& s : health.sessions) {
        if (s.note.empty()) continue;
        out += remark(t, fmt::format("{} {} {}: {}", s.us, t.utf8 ? "→" : "->", s.them, s.note));
    }
    return out;
}

std::string input_table(const Health& health, const Terminal& t) {
    TextTable table;
    const auto add = [&](const char* head, Align align, auto&& cell) {
        TextColumn column{"", head, align};
        for (const InputLine& i : health.inputs) column.cells.push_back(cell(i));
        table.columns.push_back(std::move(column));
    };
    add("input", Align::left, [&](const InputLine& i) { return Cell{printable(t, i.name)}; });
    add("what it is", Align::left, [&](const InputLine& i) {
        return Cell{printable(t, i.kind.starts_with(kNotUsed) ? kNotUsed : i.kind)};
    });
    add("bytes", Align::right, [](const InputLine& i) { return Cell{n_of(i.bytes)}; });
    add("messages", Align::right, [](const InputLine& i) { return Cell{n_of(i.messages)}; });
    add("dead", Align::right, [](const InputLine& i) {
        return Cell{n_of(i.dead), i.dead > 0 ? Style::bad : Style::plain};
    });
    // On a narrow terminal UTC is not worth a column.
    const auto zoned = [&](const InputLine& i) {
        return i.zone_hours && (t.width >= 100 || *i.zone_hours != 0);
    };
    if (std::any_of(health.inputs.begin(), health.inputs.end(), zoned)) {
        add("clock zone", Align::right, [&](const InputLine& i) {
            if (!i.zone_hours) return Cell{dash(t), Style::dim};
            return Cell{fmt::format("UTC{:+g} h", *i.zone_hours)};
        });
    }
    std::string out = fitted(std::move(table), t, 3);
    for (const InputLine& i : health.inputs) {
        if (i.kind.starts_with(kNotUsed)) out += remark(t, i.name + ": " + i.kind);
        if (!i.broken.empty())
            out += remark(
                t, i.broken.find(i.name) == i.broken.npos ? i.name + ": " + i.broken : i.broken);
        if (i.beside)
            out +=
                remark(t, fmt::format("{}: of --quotes, beside the sums above: {} bytes, {} rows, "
                                      "{} dead",
                                      i.name, n_of(i.bytes), n_of(i.messages), n_of(i.dead)));
    }
    return out;
}

std::string calm_line(const Health& h, const Terminal& t) {
    std::string line =
        fmt::format("{} {}, {}, {} {}: all applied, nothing lost.", n_of(h.inputs.size()),
                    h.inputs.size() == 1 ? "input" : "inputs", bytes_in_words(h.bytes.read),
                    n_of(h.messages.read), h.messages.read == 1 ? "message" : "messages");
    if (h.messages.duplicate > 0) {
        line = fmt::format("{} {}, {}, {} messages: {} applied, {} seen before, nothing lost.",
                           n_of(h.inputs.size()), h.inputs.size() == 1 ? "input" : "inputs",
                           bytes_in_words(h.bytes.read), n_of(h.messages.read),
                           n_of(h.messages.applied), n_of(h.messages.duplicate));
    }
    return painted(t, Style::good, "Health ") + wrapped(line, t.width - 7, 0) + "\n";
}

}  // namespace

bool adds_up(const BytesHealth& b) {
    return b.read == b.messages + b.between + b.dead + b.pending;
}
bool adds_up(const MessagesHealth& m) {
    return m.read == m.applied + m.duplicate + m.waiting + m.dead;
}

bool all_is_well(const Health& h) {
    const auto counted = [](const Count& c) { return c.n > 0; };
    const auto troubled = [](const SessionLine& s) { return s.gaps > 0 || !s.note.empty(); };
    const auto unused = [](const InputLine& i) {
        return i.dead > 0 || i.kind.starts_with(kNotUsed) || !i.broken.empty();
    };
    return adds_up(h.bytes) && adds_up(h.messages) && h.messages.dead == 0 &&
           h.messages.waiting == 0 && h.bytes.dead == 0 && h.bytes.pending == 0 && !h.lenient &&
           std::none_of(h.counts.begin(), h.counts.end(), counted) &&
           std::none_of(h.sessions.begin(), h.sessions.end(), troubled) &&
           std::none_of(h.inputs.begin(), h.inputs.end(), unused);
}

std::string health_text(const Health& h, const Terminal& t, Detail detail) {
    if (detail == Detail::brief && all_is_well(h)) return calm_line(h, t);
    std::string out = painted(t, Style::bold, "Ingest health") + "\n";
    if (h.lenient) {
        out +=
            painted(t, Style::warn, "lenient: BodyLength and CheckSum were not insisted on") + "\n";
    }
    out += account(t, "bytes", h.bytes.read,
                   {{"in messages", h.bytes.messages},
                    {"between them", h.bytes.between},
                    {"dead", h.bytes.dead},
                    {"pending", h.bytes.pending}},
                   adds_up(h.bytes));
    out += account(t, "messages", h.messages.read,
                   {{"applied", h.messages.applied},
                    {"duplicate", h.messages.duplicate},
                    {"waiting", h.messages.waiting},
                    {"dead", h.messages.dead}},
                   adds_up(h.messages));
    if (const std::string dead = count_lines(t, h.dead_by_reason, Style::bad); !dead.empty()) {
        out += painted(t, Style::bold, "Dead letters") + "\n" + dead;
        if (!h.dead_letter_file.empty()) {
            // Where it could not be written, it says so itself.
            const bool kept = !h.dead_letter_file.starts_with("not kept");
            out += wrapped((kept ? "  kept, with offset and reason, in " : "  ") +
                               printable(t, h.dead_letter_file),
                           t.width, 2) +
                   "\n";
        }
    }
    if (const std::string counts = count_lines(t, h.counts, Style::warn); !counts.empty()) {
        out += painted(t, Style::bold, "Worth knowing") + "\n" + counts;
    }
    if (detail == Detail::full && !h.by_msg_type.empty()) {
        std::string line = "by type  ";
        bool first = true;
        for (const auto& [type, n] : h.by_msg_type) {
            line += fmt::format("{} {} {}", first ? "" : ",", n_of(n), printable(t, type));
            first = false;
        }
        out += wrapped(line, t.width, 10) + "\n";
    }
    if (!h.sessions.empty()) out += "\n" + session_table(h, t);
    if (!h.inputs.empty()) out += "\n" + input_table(h, t);
    return out;
}

}  // namespace assay::cli
