#include "hosts/cli/settings_command.h"

#include <charconv>
#include <fmt/format.h>

#include "hosts/cli/config_forms.h"
#include "hosts/cli/config_toml.h"
#include "hosts/cli/csv_time.h"
#include "hosts/cli/fees_toml.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/cli/reference_toml.h"

namespace assay::cli {
namespace {

Result<Nanos> time_of(std::string_view option, const std::string& text) {
    CsvTime reader;
    Nanos at;
    if (reader.parse(text, at) || reader.parse(text + " 00:00:00", at)) return at;
    return fail(fmt::format("{}: \"{}\" is no time; give it as 2026-03-02 or 2026-03-02T14:30:00Z",
                            option, text));
}

}  // namespace

Result<Prepared> prepare(const Arguments& args) {
    Prepared p;
    Settings& s = p.settings;
    if (args.has("--config"))
        if (auto read = read_config_file(args.value("--config"), s); !read)
            return std::unexpected(read.error());
    for (const std::string& set : args.all("--set"))
        if (auto done = set_from_argument(set, s); !done) return std::unexpected(done.error());
    if (args.has("--profile")) s.profile = args.value("--profile");
    auto profile = load_profile(s.profile);
    if (!profile) return std::unexpected(profile.error());
    s.config.profile = profile->profile;
    for (const std::string& w : profile->warnings) p.warnings.push_back(w);

    std::string files;
    if (args.has("--reference")) {
        auto file = TomlFile::read(args.value("--reference"));
        if (!file) return std::unexpected(file.error());
        auto reference = read_reference(*file, p.calendars);
        if (!reference) return std::unexpected(reference.error());
        merge_reference(*reference, s.parties, s.config.instruments);
        files += reference->content;
    }
    if (args.has("--fees")) {
        auto file = TomlFile::read(args.value("--fees"));
        if (!file) return std::unexpected(file.error());
        auto fees = read_fees(*file);
        if (!fees) return std::unexpected(fees.error());
        s.config.fees = *fees;
        files += file->content();
    }
    if (args.has("--assume-side")) {
        const std::string side = args.value("--assume-side");
        if (side == "buy")
            s.config.assume_side = AssumeSide::buy;
        else if (side == "sell")
            s.config.assume_side = AssumeSide::sell;
        else if (side == "infer")
            s.config.assume_side = AssumeSide::infer;
        else
            return fail(fmt::format("--assume-side: \"{}\" is none of buy, sell, infer", side));
    }
    if (args.has("--by")) {
        auto by = by_of(args.value("--by"));
        if (!by) return fail("--by: " + by.error().text());
        s.config.by = *by;
    }
    if (args.has("--since")) {
        auto at = time_of("--since", args.value("--since"));
        if (!at) return std::unexpected(at.error());
        s.config.since = *at;
    }
    if (args.has("--until")) {
        auto at = time_of("--until", args.value("--until"));
        if (!at) return std::unexpected(at.error());
        s.config.until = *at;
    }
    if (s.config.since >= s.config.until)
        return fail("--since is not before --until: nothing lies between them");
    if (args.has("--lenient")) s.framer.strictness = fix::Strictness::lenient;
    s.config.version = config_version(s, files);
    Settings any_period = s;
    any_period.config.since = Config{}.since;
    any_period.config.until = Config{}.until;
    s.version_of_any_period = config_version(any_period, files);

    p.options.inputs = args.positional;
    p.options.quotes = args.all("--quotes");
    p.options.dead_letter_file = args.value("--dead-letters", "assay-dead-letters.tsv");
    if (auto may = DeadLetters::may_write(p.options.dead_letter_file); !may)
        return std::unexpected(may.error());
    p.options.state_folder = args.value("--state");
    if (args.has("--threads")) {
        const std::string n = args.value("--threads");
        const auto [end, error] = std::from_chars(n.data(), n.data() + n.size(), p.options.threads);
        if (error != std::errc{} || end != n.data() + n.size() || p.options.threads < 1 ||
            p.options.threads > 64)
            return fail(fmt::format("--threads: \"{}\" is no number from 1 to 64", n));
    }
    return p;
}

}  // namespace assay::cli
