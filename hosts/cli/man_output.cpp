#include "hosts/cli/man_output.h"

#include <algorithm>
#include <fmt/format.h>

namespace assay::cli {
namespace {

// Text that troff must take as it is.
std::string plain(std::string_view text) {
    std::string out;
    bool begins_line = true;
    for (const char c : text) {
        if (begins_line && (c == '.' || c == '\'')) out += "\\&";
        begins_line = c == '\n';
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";  // as it is typed, and not a hyphen
        else
            out += c;
    }
    return out;
}

std::string paragraphs(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        out += ".PP\n" + plain(line) + "\n";
    }
    return out;
}

void command(std::string& out, const CommandText& c) {
    out += fmt::format(".SS \"assay {}{}{}\"\n{}\n", plain(c.name), c.arguments.empty() ? "" : " ",
                       plain(c.arguments), plain(c.summary));
    out += paragraphs(c.detail);
    for (const OptionText& o : c.options)
        out += fmt::format(
            ".TP\n\\fB{}\\fR{}{}\n{}\n", plain(o.name), o.argument.empty() ? "" : " ",
            o.argument.empty() ? "" : "\\fI" + plain(o.argument) + "\\fR", plain(o.help));
    if (c.examples.empty()) return;
    out += ".PP\nExamples:\n.nf\n";
    for (const ExampleText& e : c.examples)
        out += fmt::format("    # {}\n    {}\n", plain(e.says), plain(e.line));
    out += ".fi\n";
}

}  // namespace

std::string man_text(std::span<const CommandText> commands, std::string_view version) {
    std::string out = fmt::format(".TH ASSAY 1 \"\" \"assay {}\" \"User Commands\"\n", version);
    out +=
        ".SH NAME\nassay \\- score liquidity providers from FIX traffic, and route by the scores\n";
    out += ".SH SYNOPSIS\n\\fBassay\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n";
    out +=
        ".SH DESCRIPTION\n"
        "Reads a firm's FIX traffic and scores its liquidity providers on every execution; as a "
        "desk, keeps FIX sessions and routes parent orders by the scores of the moment.\n";
    out += ".SH COMMANDS\n";
    for (const CommandText& c : commands) command(out, c);
    out +=
        ".SH EXIT STATUS\n"
        ".TP\n0\ndone; dead letters, if any, are counted and kept\n"
        ".TP\n1\nnothing could be done\n"
        ".TP\n2\nthe command line or the configuration is wrong\n"
        ".TP\n3\n\\-\\-strict was given and there are dead letters\n";
    out +=
        ".SH FILES\n"
        ".TP\n/etc/assay/desk.toml\nwhat the service assay\\-desk is told\n"
        ".TP\n/etc/default/assay\nits options, such as \\-\\-live\n"
        ".TP\n/var/lib/assay\nits journal, states and history\n"
        ".TP\n/usr/share/doc/assay\nexamples and notices\n";
    out +=
        ".SH SIGNALS\n"
        ".TP\nSIGTERM, SIGINT\na desk ends in order: sessions log out, a state is written\n"
        ".TP\nSIGHUP\na desk reads its configuration anew: all of it, or nothing\n";
    out += ".SH NOTICE\n" + plain(kAcknowledgement) + "\n";
    return out;
}

}  // namespace assay::cli
